"""A challenger that writes worse never reaches people: it is stopped on corrections that it was not trained on.

The corrections come through Slack, the real pipeline takes it from there, and drafts are written anew over HTTP. What a
trainer would have left behind is put there: another model's name.
"""

from bot.evaluation.gate import decide_gate
from bot.evaluation.regressions import replayed
from bot.runtime.durable import TRAINING
from bot.training.run_record import keep_artefact
from bot.training.runs import WORKFLOW
from bot.training.trainers.base import Artefact
from storage.models import DatasetRow, DatasetVersion, TrainingRun
from tests.fakes.model_endpoint import house_model

MANIFEST = {"rows": {"sft": 0, "preference": 8, "kto": 0}, "split": {"held_out": 8}, "excluded": {}}
PLACES = ("gym", "library", "canteen", "garage", "studio", "kitchen", "lobby", "terrace")
EMPTY_WORDS = "There is some news for everybody today. Please look forward to more of it very soon."


def by_model(asked):
    """The scripted model; under the name `worse` it writes well-mannered words that say nothing."""
    return EMPTY_WORDS if asked["model"] == "worse" else house_model(asked)


async def test_a_worse_challenger_is_stopped_and_an_untrained_copy_goes_on_to_the_trial(house):
    house.endpoint.answer = by_model
    version_id = await corrected_drafts(house)

    worse = await trained(house, "worse", version_id)
    await house.eventually(lambda: where(house, worse), ("succeeded", "stopped"))
    copy = await trained(house, "scripted", version_id)
    await house.eventually(lambda: where(house, copy), ("trying", None))

    stopped, passed = await verdict(house, worse), await verdict(house, copy)
    assert (stopped.state, stopped.reason, stopped.n) == ("stopped", "worse", len(PLACES))
    assert stopped.high < 0
    assert len(stopped.regressions) == len(PLACES)
    assert (passed.state, passed.difference, passed.regressions) == ("passed", 0, ())
    assert await state_of_release(house, worse) == ("rejected", "gate")
    assert await state_of_release(house, copy) == ("candidate", "")
    assert len(house.drafts()) == len(PLACES)  # Nothing was posted meanwhile.
    (told,) = await house.until(lambda: house.sandbox.messages(house.admins))
    assert "worse" in told.text
    assert f"n = {len(PLACES)}" in told.text


async def corrected_drafts(house):
    """Eight drafts that Ben rewrote in their threads, each way that the team writes, held out in a frozen version."""
    for place in PLACES:
        draft = await house.ask(house.ana, f"Announce that the {place} is open again on Friday")
        await house.ben.say(house.channel, f"Better: The {place} is open again on Friday.", thread=draft)
    await house.settled()
    team = house.sandbox.team_id
    async with house.services.database.begin() as unit:
        version = await unit.datasets.add_version(
            DatasetVersion(
                workspace_id=team, number=1, content_hash="1", manifest=MANIFEST, created_at=house.clock()
            )
        )
        drafts = await unit.drafts.recent(team, channel_id=house.channel.id, limit=50)
        await unit.datasets.add_rows([_row(version, draft, at) for at, draft in enumerate(drafts)])
    return version.id


def _row(version, draft, position):
    return DatasetRow(
        workspace_id=version.workspace_id,
        version_id=version.id,
        kind="preference",
        split="held_out",
        position=position,
        draft_id=draft.id,
        task=draft.task,
        line="{}",
    )


async def trained(house, model, version_id):
    """A run whose trainer left a model of this name; its pipeline goes on from there."""
    async with house.services.database.begin() as unit:
        run = await unit.runs.add(
            TrainingRun(
                workspace_id=house.sandbox.team_id,
                key=f"command:{model}",
                trigger="command",
                requested_by=house.chloe.user_id,
                trainer="openai",
                state="trained",
                submission_key=model,
                dataset_version_id=version_id,
                artefact=keep_artefact(Artefact("model", model)),
                created_at=house.clock(),
            )
        )
        await house.services.durable.enqueue(
            unit, WORKFLOW, run.id, workflow_id=f"{WORKFLOW}:{run.id}", queue=TRAINING
        )
    return run.id


async def where(house, run_id):
    async with house.services.database.read() as unit:
        run = await unit.runs.get(run_id)
        return run.state, run.outcome


async def state_of_release(house, run_id):
    async with house.services.database.read() as unit:
        release = await unit.releases.get((await unit.runs.get(run_id)).release_id)
        return release.state, release.reason


async def verdict(house, run_id):
    async with house.services.database.read() as unit:
        run = await unit.runs.get(run_id)
        results = await unit.gate_results.of_release(run.release_id)
    return decide_gate([replayed(result) for result in results])
