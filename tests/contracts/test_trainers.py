"""What every trainer must do, proved with real processes, real HTTP endpoints and a real database."""

import asyncio
import json
import re

import pytest

from bot.drafts.release_spec import read_overlay
from bot.training.trainers.base import RunState, TrainerRefused, TrainerUnreachable
from tests.contracts.trainer_places import (
    SECRET_TEXT,
    command_place,
    local_place,
    openai_place,
    playbook_place,
    webhook_place,
)
from tests.fakes.patience import until_ended

PLACES = {"command": command_place, "trl": local_place, "webhook": webhook_place, "openai": openai_place}


@pytest.fixture(params=["command", "trl", "webhook", "openai", "playbook"])
def open_place(request, tmp_path):
    if request.param == "playbook":
        database = request.getfixturevalue("sqlite_database")
        return lambda behaviour: playbook_place(database, behaviour)
    return lambda behaviour: PLACES[request.param](tmp_path, behaviour)


async def submitted(place, key="draftloop-1"):
    return await place.trainer.submit(await place.job(key))


async def test_a_job_that_ends_well_succeeds_with_its_figures(open_place):
    async with open_place("succeed") as place:
        external_id = await submitted(place)

        progress = await until_ended(place.trainer, external_id)

        assert (progress.state, progress.done) == (RunState.SUCCEEDED, 1.0)
        assert progress.result.items() >= place.figures.items()


async def test_a_result_is_small_and_plain_and_an_artefact_is_of_a_known_kind(open_place):
    async with open_place("succeed") as place:
        progress = await until_ended(place.trainer, await submitted(place))

        artefact = progress.artefact
        assert json.dumps(dict(progress.result))
        assert SECRET_TEXT not in str(progress)
        assert artefact is None or artefact.kind in {"model", "adapter", "overlay"}
        assert artefact is None or artefact.kind != "overlay" or read_overlay(artefact.reference)


async def test_a_job_that_ends_badly_failed_with_a_code(open_place):
    async with open_place("fail") as place:
        progress = await until_ended(place.trainer, await submitted(place))

        assert (progress.state, progress.artefact) == (RunState.FAILED, None)
        assert re.fullmatch(r"\w*", progress.detail or "")


async def test_a_job_under_way_is_running_and_not_ended(open_place):
    async with open_place("wait_for_go") as place:
        progress = await place.trainer.poll(await submitted(place))

        assert progress.state == RunState.RUNNING
        assert not progress.ended


async def test_what_is_done_never_becomes_less(open_place):
    async with open_place("wait_for_go") as place:
        external_id = await submitted(place)

        seen = [(await place.trainer.poll(external_id)).done for _ in range(3)]
        await place.finish(external_id)
        seen.append((await until_ended(place.again(), external_id)).done)

        told = [done for done in seen if done is not None]
        assert told == sorted(told)
        assert told[-1] == 1.0
        assert all(done < 1 for done in told[:-1])


async def test_the_same_submission_key_is_one_job_also_at_the_same_time_and_after_a_restart(open_place):
    async with open_place("wait_for_go") as place:
        job = await place.job("draftloop-1")

        first, second = await asyncio.gather(place.trainer.submit(job), place.again().submit(job))
        third = await place.again().submit(job)
        await place.finish(first)
        await until_ended(place.trainer, first)

        assert first == second == third
        assert place.starts("draftloop-1") == 1


async def test_a_job_whose_acceptance_got_lost_is_found_again(open_place):
    async with open_place("wait_for_go") as place:
        place.lose()

        try:
            lost = await submitted(place)
        except TrainerUnreachable:
            lost = None
        found = await place.again().submit(await place.job("draftloop-1"))

        assert lost in (None, found)
        await place.finish(found)
        assert (await until_ended(place.trainer, found)).state == RunState.SUCCEEDED
        assert place.starts("draftloop-1") == 1


@pytest.mark.parametrize("milliseconds", [0, 5, 50])
async def test_a_submission_that_is_broken_off_makes_no_second_job_when_it_is_done_again(
    open_place, milliseconds
):
    async with open_place("wait_for_go") as place:
        job = await place.job("draftloop-1")
        submission = asyncio.create_task(place.trainer.submit(job))
        await asyncio.wait([submission], timeout=milliseconds / 1000)
        submission.cancel()
        await asyncio.gather(submission, return_exceptions=True)

        external_id = await place.again().submit(job)
        await place.finish(external_id)
        progress = await until_ended(place.again(), external_id)

        assert progress.state == RunState.SUCCEEDED
        assert place.starts("draftloop-1") == 1


async def test_a_restarted_bot_follows_the_job_to_its_end(open_place):
    async with open_place("wait_for_go") as place:
        external_id = await submitted(place)
        restarted = place.again()
        await place.finish(external_id)

        progress = await until_ended(restarted, external_id)

        assert progress.state == RunState.SUCCEEDED


async def test_a_finished_job_is_not_started_again_and_ends_as_it_ended(open_place):
    async with open_place("succeed") as place:
        external_id = await submitted(place)
        ended = await until_ended(place.trainer, external_id)

        again = await place.again().submit(await place.job("draftloop-1"))

        assert again == external_id
        assert await place.again().poll(external_id) == ended
        assert place.starts("draftloop-1") == 1


async def test_a_cancelled_job_is_cancelled_and_cancelling_twice_is_harmless(open_place):
    async with open_place("hang") as place:
        external_id = await submitted(place)

        await place.trainer.cancel(external_id)
        await place.trainer.cancel(external_id)
        progress = await until_ended(place.again(), external_id)

        assert (progress.state, progress.artefact) == (RunState.CANCELLED, None)


async def test_cancelling_a_job_that_ended_changes_nothing(open_place):
    async with open_place("succeed") as place:
        external_id = await submitted(place)
        ended = await until_ended(place.trainer, external_id)

        await place.trainer.cancel(external_id)

        assert (await place.trainer.poll(external_id)).state in {ended.state, RunState.CANCELLED}


async def test_cleaning_leaves_no_text_and_the_end_as_it_was_however_often_it_is_done(open_place):
    async with open_place("succeed") as place:
        external_id = await submitted(place)
        ended = await until_ended(place.trainer, external_id)

        await place.trainer.clean(external_id)
        await place.again().clean(external_id)

        assert place.texts() == []
        assert await place.again().poll(external_id) == ended


async def test_jobs_with_different_keys_are_different_jobs(open_place):
    async with open_place("succeed") as place:
        first = await submitted(place, "draftloop-1")
        second = await submitted(place, "draftloop-2")

        assert first != second


async def test_rows_that_cannot_be_read_quote_nobody(open_place):
    async with open_place("succeed") as place:
        job = await place.job("draftloop-1", bad=True)

        try:
            told = str(await until_ended(place.trainer, await place.trainer.submit(job)))
        except TrainerRefused as refused:
            told = f"{refused.sentence} {refused.code} {refused.__cause__} {place.texts()}"

        assert SECRET_TEXT not in told
        assert "jsonl" not in told


async def test_a_job_that_nobody_has_is_unknown_and_stopping_or_cleaning_it_is_harmless(open_place):
    async with open_place("succeed") as place:
        progress = await place.trainer.poll(place.unknown)
        await place.trainer.cancel(place.unknown)
        await place.trainer.clean(place.unknown)

        assert (progress.state, progress.artefact) == (RunState.UNKNOWN, None)


async def test_an_id_of_somebody_elses_job_is_refused(open_place):
    async with open_place("succeed") as place:
        for call in (place.trainer.poll, place.trainer.cancel, place.trainer.clean):
            with pytest.raises(TrainerRefused):
                await call("http://example.invalid/../../etc")
