"""In a randomised trial a draft has one arm, from before its first word to its last revision."""

from collections import Counter

import pytest

from bot.drafts.casting import arm_of
from bot.drafts.generate import Generator
from bot.llm.chat_model import ModelMisconfigured, ModelUse
from tests.factories import make_correction
from tests.fakes.model_endpoint import Finished, Refusal, Status
from tests.integration.drafts.test_casting import made, seat, try_out, written


@pytest.fixture
async def trial(office):
    """A trial against a challenger with a model of its own."""
    await written(office)
    return await try_out(office, await made(office, use=ModelUse("other")))


async def of_arm(office, trial, arm):
    """An ask whose draft that arm writes."""
    while True:
        draft_id = await office.ask()
        if arm_of(trial, draft_id) == arm:
            return draft_id


async def noted(office, trial, draft_id):
    async with office.database.read() as unit:
        return [one.arm for one in await unit.trials.outcomes_of(trial.id) if one.draft_id == draft_id]


def asked_models(office):
    return [request["model"] for request in office.endpoint.requests]


async def test_the_arm_is_noted_before_the_model_is_asked(office, trial):
    draft_id = await of_arm(office, trial, "challenger")
    office.endpoint.answer = lambda _: Status(404, code="model_not_found")

    error = await office.write(draft_id)

    assert (type(error), asked_models(office)[-1]) == (ModelMisconfigured, "other")
    assert await noted(office, trial, draft_id) == ["challenger"]
    assert (await office.draft(draft_id)).state == "failed"


@pytest.mark.parametrize("fault", [Refusal(), Finished("stop", ""), Finished("length")])
@pytest.mark.parametrize("arm", ["champion", "challenger"])
async def test_a_retry_keeps_the_arm_and_notes_it_once(office, trial, arm, fault):
    draft_id = await of_arm(office, trial, arm)
    office.endpoint.fail(fault)
    first = await office.write(draft_id)
    await office.drafts.retry(draft_id, attempt=1, workspace_id=office.sandbox.team_id)

    second = await office.write(draft_id, attempt=2)

    model = {"champion": "gpt-4o-mini", "challenger": "other"}[arm]
    assert (first is None, second) == (False, None)
    assert asked_models(office)[-2:] == [model, model]
    assert await noted(office, trial, draft_id) == [arm]


async def test_a_process_that_dies_while_it_writes_does_not_draw_again(office, trial, monkeypatch):
    draft_id = await of_arm(office, trial, "challenger")

    async def dies(*_args):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(Generator, "_keep", dies)
        with pytest.raises(RuntimeError):
            await office.generator.generate(draft_id)

    revisions = [await office.generator.generate(draft_id) for _ in range(2)]

    assert len(set(revisions)) == 1
    assert (await office.draft(draft_id)).release == "r2"
    assert Counter(asked_models(office))["other"] == 2  # The one that died, and the one that counts.
    assert await noted(office, trial, draft_id) == ["challenger"]


@pytest.mark.parametrize(("arm", "model"), [("champion", "gpt-4o-mini"), ("challenger", "other")])
async def test_a_revision_keeps_the_arm(office, trial, arm, model):
    draft_id = await of_arm(office, trial, arm)
    await office.write(draft_id)
    draft = await office.draft(draft_id)

    await revise(office, draft)

    assert asked_models(office)[-1] == model
    assert await noted(office, trial, draft_id) == [arm]


async def test_a_draft_from_before_the_trial_is_revised_by_who_is_live(office):
    before = await written(office)
    await try_out(office, await made(office, use=ModelUse("other")), share=1.0)

    await revise(office, before)

    assert asked_models(office)[-1] == "gpt-4o-mini"


async def test_after_the_trial_a_revision_is_written_by_who_is_live(office, trial):
    draft_id = await of_arm(office, trial, "challenger")
    await office.write(draft_id)
    async with office.database.read() as unit:
        champion = await unit.releases.get(trial.champion_id)
    await seat(office, champion)  # It takes the trial off the seat.

    await revise(office, await office.draft(draft_id))

    assert asked_models(office)[-1] == "gpt-4o-mini"


async def revise(office, draft):
    async with office.database.begin() as unit:
        original = (await unit.drafts.revision(draft.current_revision_id)).text
        wish = {"text": "Mention that there is cake, please.", "interpretation": "instruction"}
        given = {"original": original, "user_id": office.ana.user_id, **wish}
        correction = await make_correction(unit, draft, **given)
    assert await office.reviser.rewrite(correction.id, 1) is not None
