import asyncio
import json
import logging

import pytest

from bot.training.trainers.base import (
    Artefact,
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from bot.training.trainers.openai import OpenAITrainer
from tests.fakes.fine_tuning_endpoint import KEY, FineTuningEndpoint, running_fine_tuning
from tests.fakes.listed_rows import ListedRows

SECRET = "the launch is on Friday"


def sft_row(number: int, *, weight: float = 1.0) -> str:
    messages = [{"role": "user", "content": SECRET}, {"role": "assistant", "content": f"Text {number}."}]
    return json.dumps({"messages": messages, "weight": weight, "source": [f"Ev{number}"]})


def pair_row(number: int) -> str:
    return json.dumps(
        {
            "input": {"messages": [{"role": "user", "content": SECRET}]},
            "preferred_output": [{"role": "assistant", "content": f"Good {number}."}],
            "non_preferred_output": [{"role": "assistant", "content": "Bad."}],
            "weight": 1.0,
            "source": [f"Ev{number}"],
        }
    )


def job(*, sft=12, pairs=0, kto=0, extra=(), key="draftloop-1") -> TrainingJob:
    files = {
        "sft.train.jsonl": [*map(sft_row, range(sft)), *extra],
        "sft.held_out.jsonl": [sft_row(99)],
        "preference.train.jsonl": list(map(pair_row, range(pairs))),
        "kto.train.jsonl": ["{}"] * kto,
    }
    return TrainingJob(key, {"rows": {}}, ListedRows(files))


def build(endpoint: FineTuningEndpoint, *, key: str = KEY) -> OpenAITrainer:
    return OpenAITrainer(endpoint.url, api_key=key, model="gpt-small")


@pytest.fixture
async def endpoint():
    async with running_fine_tuning() as serving:
        yield serving


async def test_a_job_gets_training_rows_without_our_own_keys_and_its_files_expire_by_themselves(endpoint):
    await build(endpoint).submit(job())

    (started,) = endpoint.jobs.values()
    rows = endpoint.rows_of(started)
    assert started["status"] == "queued"
    assert started["model"] == "gpt-small"
    assert started["method"]["type"] == "supervised"
    assert {frozenset(row) for row in rows} == {frozenset({"messages"})}
    assert "Text 99." not in json.dumps(rows)
    assert [file["expires"] for file in endpoint.files.values()] == ["2592000"]


async def test_rows_come_as_often_as_their_weights_say(endpoint):
    doubtful = [sft_row(number, weight=0.7) for number in range(100, 500)]

    await build(endpoint).submit(job(extra=doubtful))

    (started,) = endpoint.jobs.values()
    seen = [row["messages"][1]["content"] for row in endpoint.rows_of(started)]
    assert seen.count("Text 0.") == 3
    assert 0.65 < sum(int(text[5:-1]) >= 100 for text in seen) / (3 * 400) < 0.75


async def test_a_finished_job_names_its_model_and_says_what_was_left_out(endpoint):
    trainer = build(endpoint)
    external_id = await trainer.submit(job(kto=4, extra=["not json"]))
    endpoint.end()

    progress = await trainer.poll(external_id)

    assert progress.state == RunState.SUCCEEDED
    assert progress.artefact == Artefact("model", "ft:gpt-small:ftjob-1")
    assert progress.result == {
        "model": "ft:gpt-small:ftjob-1",
        "rows_sft": 12,
        "left_out_kto": 4,
        "left_out_unreadable": 1,
    }


async def test_preferences_are_learned_on_top_of_the_first_jobs_model(endpoint):
    trainer = build(endpoint)
    external_id = await trainer.submit(job(pairs=11))
    endpoint.end()

    between = await trainer.poll(external_id)
    again = await build(endpoint).poll(external_id)
    endpoint.end()
    progress = await trainer.poll(external_id)

    first, second = endpoint.jobs.values()
    assert between.state == again.state == RunState.QUEUED
    assert second["model"] == first["fine_tuned_model"]
    assert second["method"]["type"] == "dpo"
    assert progress.artefact == Artefact("model", "ft:ft:gpt-small:ftjob-1:ftjob-2")
    assert progress.result["preferences"] == "learned"


async def test_where_preferences_cannot_be_learned_the_first_jobs_model_stands(endpoint):
    endpoint.methods = {"supervised"}
    trainer = build(endpoint)
    external_id = await trainer.submit(job(pairs=11))
    endpoint.end()

    progress = await trainer.poll(external_id)

    assert progress.artefact == Artefact("model", "ft:gpt-small:ftjob-1")
    assert progress.result["preferences"] == "not_taken"


async def test_pairs_alone_make_a_preference_job(endpoint):
    await build(endpoint).submit(job(sft=3, pairs=10))

    (started,) = endpoint.jobs.values()
    assert started["method"]["type"] == "dpo"


async def test_a_job_whose_creation_was_not_answered_is_found_and_not_created_again(endpoint):
    endpoint.faults["create"] = ["lost"]
    with pytest.raises(TrainerUnreachable):
        await build(endpoint).submit(job())

    external_id = await build(endpoint).submit(job())

    assert external_id == "draftloop-1:ftjob-1"
    assert len(endpoint.jobs) == len(endpoint.files) == 1


async def test_a_job_is_found_on_a_later_page_of_an_endpoint_that_ignores_the_filter(endpoint):
    first = await build(endpoint).submit(job())
    for number in range(7):
        endpoint.add_job(metadata={"draftloop": f"other-{number}"})
    endpoint.ignores_filter, endpoint.page = True, 2

    again = await build(endpoint).submit(job())

    assert again == first


async def test_an_endpoint_that_shows_the_same_page_for_ever_is_asked_later_and_given_no_second_job(endpoint):
    for number in range(3):
        endpoint.add_job(metadata={"draftloop": f"other-{number}"})
    endpoint.page = 1
    endpoint.ignores_filter = True

    external_id = await asyncio.wait_for(build(endpoint).submit(job()), 20)

    assert external_id == "draftloop-1:ftjob-4"


@pytest.mark.parametrize(
    "refused", [{"filter"}, {"metadata"}, {"suffix"}, {"expires_after"}, {"filter", "suffix"}]
)
async def test_an_endpoint_that_refuses_what_is_optional_still_trains_once(endpoint, refused):
    endpoint.refused = refused

    first = await build(endpoint).submit(job())
    again = await build(endpoint).submit(job())

    assert first == again
    assert len(endpoint.jobs) == 1


async def test_an_endpoint_that_forgets_metadata_is_known_by_the_suffix(endpoint):
    endpoint.forgets, endpoint.ignores_filter = {"metadata"}, True

    first = await build(endpoint).submit(job())
    again = await build(endpoint).submit(job())

    assert first == again
    assert len(endpoint.jobs) == 1


async def test_of_two_jobs_that_were_created_at_once_the_older_one_stays(endpoint):
    first, second = await asyncio.gather(build(endpoint).submit(job()), build(endpoint).submit(job()))

    states = [started["status"] for started in endpoint.jobs.values()]
    assert first == second == "draftloop-1:ftjob-1"
    assert states in (["queued"], ["queued", "cancelled"])


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("validating_files", Progress(RunState.QUEUED)),
        ("queued", Progress(RunState.QUEUED)),
        ("running", Progress(RunState.RUNNING)),
        ("paused", Progress(RunState.UNKNOWN, detail="paused")),
        ("awaiting_the_moon", Progress(RunState.UNKNOWN, detail="unknown_state")),
        ("cancelled", Progress(RunState.CANCELLED)),
    ],
)
async def test_states_are_told_as_they_are_and_an_unknown_one_is_unknown(endpoint, state, expected):
    endpoint.state = state
    external_id = await build(endpoint).submit(job())

    assert await build(endpoint).poll(external_id) == expected


async def test_a_failed_job_tells_a_code_and_never_a_text(endpoint):
    external_id = await build(endpoint).submit(job())
    endpoint.end("failed", error={"code": "invalid_training_file", "message": SECRET, "param": None})

    progress = await build(endpoint).poll(external_id)

    assert progress == Progress(RunState.FAILED, detail="invalid_training_file")


async def test_a_failure_whose_code_is_a_sentence_is_just_a_failure(endpoint):
    external_id = await build(endpoint).submit(job())
    endpoint.end("failed", error={"code": SECRET, "message": SECRET, "param": None})

    assert await build(endpoint).poll(external_id) == Progress(RunState.FAILED, detail="failed")


async def test_success_without_a_model_is_unknown_for_good(endpoint):
    external_id = await build(endpoint).submit(job())
    endpoint.jobs["ftjob-1"]["status"] = "succeeded"

    progress = await build(endpoint).poll(external_id)

    assert progress == Progress(RunState.UNKNOWN, detail="no_model", final=True)


async def test_a_job_that_is_gone_is_unknown_for_good_and_one_that_is_still_listed_is_not(endpoint):
    external_id = await build(endpoint).submit(job())
    endpoint.faults["retrieve"] = [404]
    still_listed = await build(endpoint).poll(external_id)
    endpoint.jobs.clear()

    gone = await build(endpoint).poll(external_id)

    assert still_listed == Progress(RunState.UNKNOWN, detail="no_such_job")
    assert gone == Progress(RunState.UNKNOWN, detail="no_such_job", final=True)


@pytest.mark.parametrize("fault", [429, 500, 503, 408, "cut", "garbage", "page"])
@pytest.mark.parametrize("call", ["list", "upload", "create"])
async def test_an_endpoint_that_cannot_answer_now_is_asked_again(endpoint, call, fault):
    endpoint.faults[call] = [fault]
    with pytest.raises(TrainerUnreachable) as unreachable:
        await build(endpoint).submit(job())

    external_id = await build(endpoint).submit(job())

    assert SECRET not in str(unreachable.value.sentence) + str(unreachable.value.code)
    assert external_id == "draftloop-1:ftjob-1"


@pytest.mark.parametrize(
    ("call", "fault", "words"),
    [
        ("list", 404, "does not offer fine-tuning"),
        ("create", 403, "does not offer fine-tuning"),
        ("create", (404, "model_not_found"), "cannot train this model"),
        ("create", (429, "insufficient_quota"), "nothing left to spend"),
        ("create", 422, "did not accept"),
    ],
)
async def test_a_refusal_is_a_kind_sentence_and_leaves_no_file_behind(endpoint, call, fault, words):
    endpoint.faults[call] = [fault, "..."]

    with pytest.raises(TrainerRefused, match=words) as refused:
        await build(endpoint).submit(job())

    assert "secret" not in refused.value.sentence
    assert endpoint.kept_files == []


async def test_a_wrong_key_is_told_by_its_setting_and_not_shown(endpoint):
    with pytest.raises(TrainerRefused, match="DRAFTLOOP_TRAINER_OPENAI_API_KEY") as refused:
        await build(endpoint, key="sk-wrong").submit(job())

    assert "sk-wrong" not in refused.value.sentence


async def test_fewer_than_ten_rows_are_not_sent(endpoint):
    with pytest.raises(TrainerRefused, match="fewer than ten rows"):
        await build(endpoint).submit(job(sft=9, pairs=9))

    assert endpoint.files == {}


async def test_files_are_deleted_after_the_end_and_cleaning_twice_is_harmless(endpoint):
    trainer = build(endpoint)
    external_id = await trainer.submit(job(pairs=11))
    endpoint.end("failed")

    await trainer.clean(external_id)
    await trainer.clean(external_id)

    assert endpoint.kept_files == []
    assert len(endpoint.deleted) == 2


async def test_files_are_deleted_where_files_cannot_be_listed_and_where_the_job_is_gone(endpoint):
    endpoint.faults["files"] = [404, "..."]
    kept = await build(endpoint).submit(job(key="draftloop-1"))
    gone = await build(endpoint).submit(job(key="draftloop-2"))
    await build(endpoint).clean(kept)
    del endpoint.faults["files"], endpoint.jobs["ftjob-2"]

    await build(endpoint).clean(gone)

    assert endpoint.kept_files == []


async def test_other_peoples_files_stay(endpoint):
    endpoint.files["file-x"] = {"name": "theirs.jsonl", "content": "{}", "expires": None}
    endpoint.files["file-y"] = {"name": "draftloop-10.sft.train.jsonl", "content": "{}", "expires": None}
    external_id = await build(endpoint).submit(job())

    await build(endpoint).clean(external_id)

    assert endpoint.kept_files == ["theirs.jsonl", "draftloop-10.sft.train.jsonl"]


async def test_cancelling_stops_every_job_of_the_run_and_deletes_its_files(endpoint):
    trainer = build(endpoint)
    external_id = await trainer.submit(job(pairs=11))
    endpoint.end()
    await trainer.poll(external_id)

    await trainer.cancel(external_id)
    await trainer.cancel(external_id)
    progress = await trainer.poll(external_id)

    assert [started["status"] for started in endpoint.jobs.values()] == ["succeeded", "cancelled"]
    assert progress.state == RunState.CANCELLED
    assert endpoint.kept_files == []


async def test_no_text_and_no_key_is_logged(endpoint, caplog):
    caplog.set_level(logging.INFO)
    endpoint.faults["create"] = [500]
    with pytest.raises(TrainerUnreachable):
        await build(endpoint).submit(job())
    external_id = await build(endpoint).submit(job())
    endpoint.end("failed", error={"code": "x", "message": SECRET, "param": None})
    await build(endpoint).poll(external_id)

    assert SECRET not in caplog.text
    assert KEY not in caplog.text
