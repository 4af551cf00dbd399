"""Drafts written anew as a release would: the prompt, the model, the memo, and what counts as a failure."""

import pytest

from bot.drafts.release_spec import RuleChange
from bot.errors import Transient
from bot.evaluation.replay import Written
from bot.learning.scopes import WORKSPACE as EVERYWHERE
from bot.llm.chat_model import ModelMisconfigured, ModelUse
from storage.repositories.base import NotFound
from tests.factories import WORKSPACE, make_rule
from tests.fakes.model_endpoint import Finished, Refusal, Status
from tests.integration.evaluation.conftest import make_spec

RUN = "run1"


async def exercise_of(lab, draft_id):
    (found,) = await lab.replay.exercises_of(WORKSPACE, draft_ids=[draft_id])
    return found


@pytest.fixture
async def exercise(lab):
    return await exercise_of(lab, await lab.correct(0))


async def write(lab, exercise, spec, *, run_id=RUN, seed=0):
    return await lab.replay.write(exercise, spec, run_id=run_id, seed=seed)


async def test_the_draft_itself_and_its_correction_are_never_among_the_examples(lab, exercise):
    other = await lab.correct(1)

    await write(lab, exercise, make_spec())
    await write(lab, await exercise_of(lab, other), make_spec())

    first, second = lab.endpoint.prompts
    assert "The library is open on Friday." in first
    assert "The gym is open on Friday." not in first
    assert "The gym is open on Friday." in second
    assert "The library is open on Friday." not in second


async def test_a_release_uses_its_model_its_sampling_and_its_number_of_examples(lab, exercise):
    await lab.correct(1)
    spec = make_spec(use=ModelUse("other"), temperature=0.1, max_tokens=77, examples=0)

    await write(lab, exercise, spec)

    (asked,) = lab.endpoint.requests
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("other", 0.1, 77)
    assert "<example>" not in asked["messages"][1]["content"]


async def test_a_release_uses_its_layout(lab, exercise):
    await write(lab, exercise, make_spec(layout="turns"))

    assert "<brief>" not in lab.endpoint.prompts[0]


async def test_todays_rules_hold_with_the_changes_of_the_release(lab, exercise):
    async with lab.database.begin() as unit:
        rule = await make_rule(unit, "No bold.", topic="bold", stance="none")
    drop = RuleChange("drop", rule.id, version=rule.version)
    add = RuleChange("add", "n1", topic="calm", stance="do", text="Sound calm.", scope=EVERYWHERE)

    await write(lab, exercise, make_spec())
    await write(lab, exercise, make_spec(overlay=(drop, add)))

    plain, changed = lab.endpoint.prompts
    assert "No bold." in plain
    assert "Sound calm." not in plain
    assert "No bold." not in changed
    assert "Sound calm." in changed


async def test_the_text_is_put_right_by_todays_rules_as_in_production(lab, exercise):
    lab.endpoint.answer = lambda _: "The gym is open on Friday! 🎉"

    written = await write(lab, exercise, make_spec())

    assert written == Written("The gym is open on Friday.")


async def test_the_same_question_is_put_to_the_model_once_per_run(lab, exercise):
    first = await write(lab, exercise, make_spec())
    second = await write(lab, exercise, make_spec())
    await write(lab, exercise, make_spec(), seed=1)
    await write(lab, exercise, make_spec(use=ModelUse("other")))
    await write(lab, exercise, make_spec(), run_id="run2")

    assert first == second
    assert [asked["model"] for asked in lab.endpoint.requests] == [
        "scripted",
        "scripted",
        "other",
        "scripted",
    ]


async def test_answers_go_with_their_run_and_with_no_other(lab, exercise):
    await write(lab, exercise, make_spec())
    await write(lab, exercise, make_spec(), run_id="run2")
    async with lab.database.begin() as unit:
        await unit.memos.forget("run2")

    await write(lab, exercise, make_spec())
    asked = len(lab.endpoint.requests)
    await write(lab, exercise, make_spec(), run_id="run2")

    assert (asked, len(lab.endpoint.requests)) == (2, 3)


async def test_kept_answers_are_sealed(lab, exercise):
    await write(lab, exercise, make_spec())

    async with lab.database.read() as unit:
        raw = await unit.run_sync(
            lambda connection: connection.exec_driver_sql("SELECT text_sealed FROM memos").all()
        )

    assert len(raw) == 1
    assert "gym" not in raw[0][0]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Refusal(), "model_refused"),
        (Finished("stop", text=""), "model_empty"),
        (Finished("length"), "model_cut_off"),
    ],
    ids=["refusal", "empty", "cut off"],
)
async def test_what_the_model_itself_fails_at_is_a_failure_and_kept(lab, exercise, fault, code):
    lab.endpoint.fail(fault)

    first = await write(lab, exercise, make_spec())
    again = await write(lab, exercise, make_spec())

    assert first == again == Written(None, code)
    assert len(lab.endpoint.requests) == 1


async def test_an_endpoint_in_trouble_is_no_failure_of_the_release_and_asked_again(lab, exercise):
    lab.endpoint.fail(Status(503))

    with pytest.raises(Transient):
        await write(lab, exercise, make_spec())
    written = await write(lab, exercise, make_spec())

    assert written.failure is None
    assert len(lab.endpoint.requests) == 2


async def test_a_model_that_the_endpoint_does_not_have_is_told(lab, exercise):
    lab.endpoint.fail(Status(404, code="model_not_found"))

    with pytest.raises(ModelMisconfigured):
        await write(lab, exercise, make_spec())


async def test_a_draft_that_is_gone_cannot_be_written(lab):
    with pytest.raises(NotFound):
        await lab.replay.write_draft("nothing", make_spec(), run_id=RUN)


async def test_nothing_is_changed_about_the_draft(lab, exercise):
    async with lab.database.read() as unit:
        before = (await unit.drafts.get(exercise.draft_id)).current_revision_id

    await write(lab, exercise, make_spec())

    async with lab.database.read() as unit:
        assert (await unit.drafts.get(exercise.draft_id)).current_revision_id == before
        assert len(await unit.drafts.revisions_of(exercise.draft_id)) == 1
