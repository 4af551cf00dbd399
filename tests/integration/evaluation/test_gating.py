"""The gate on a run: slices, repetition, what is compared, and the verdict."""

import pytest

from bot.errors import Transient
from bot.evaluation.gating import NothingToGate
from storage.models import ReleaseSeat
from tests.factories import NOW, WORKSPACE
from tests.fakes.model_endpoint import Status


async def a_run(lab, *, drafts=6, model="scripted", parent=True, **run):
    draft_ids = [await lab.correct(number) for number in range(drafts)]
    version_id = await lab.freeze(*draft_ids)
    champion = await lab.release(1)
    challenger = await lab.release(
        2, model=model, parent_id=champion.id if parent else None, origin="command"
    )
    return await lab.run(version_id=version_id, release_id=challenger.id, **run), champion, challenger


async def results_of(lab, release):
    async with lab.database.read() as unit:
        return await unit.gate_results.of_release(release.id)


async def test_slices_hold_five_drafts_each(lab):
    run_id, _, challenger = await a_run(lab, drafts=7)

    planned = await lab.gate.plan(run_id)
    measured = [await lab.gate.measure(run_id, part) for part in range(planned)]

    assert (planned, measured) == (2, [5, 2])
    assert len(await results_of(lab, challenger)) == 7


async def test_an_untrained_copy_writes_the_same_and_passes(lab):
    run_id, _, _ = await a_run(lab)

    await lab.measured(run_id)
    verdict = await lab.gate.verdict(run_id)

    assert (verdict.state, verdict.n, verdict.difference) == ("passed", 6, 0)
    assert verdict.regressions == ()
    assert len(lab.endpoint.requests) == 6


async def test_a_worse_challenger_is_stopped_and_its_regressions_are_listed(lab):
    run_id, _, challenger = await a_run(lab, model="worse")

    await lab.measured(run_id)
    verdict = await lab.gate.verdict(run_id)
    regressions = await lab.gate.regressions(run_id)

    assert (verdict.state, verdict.reason) == ("stopped", "worse")
    assert verdict.high < 0
    assert {one.draft_id for one in regressions} == {
        one.draft_id for one in await results_of(lab, challenger)
    }
    assert all(one.challenger < one.champion for one in regressions)
    assert {one.lost[0] for one in regressions} == {"content"}


async def test_a_challenger_that_refuses_is_stopped_and_scores_nothing(lab):
    run_id, _, challenger = await a_run(lab, model="mute")
    spoken = lab.endpoint.answer
    lab.endpoint.answer = lambda asked: "" if asked["model"] == "mute" else spoken(asked)

    await lab.measured(run_id)

    assert (await lab.gate.verdict(run_id)).state == "stopped"
    assert {(one.challenger_score, one.broke) for one in await results_of(lab, challenger)} == {(0.0, True)}


async def test_a_break_that_does_not_repeat_is_chance(lab):
    run_id, _, challenger = await a_run(lab, model="moody")
    spoken, asked_moody = lab.endpoint.answer, []

    def moody(asked):
        if asked["model"] == "moody":
            asked_moody.append(1)
            return f"{spoken(asked)} {'And so on.' * 20}" if len(asked_moody) == 1 else spoken(asked)
        return spoken(asked)

    lab.endpoint.answer = moody
    await lab.measured(run_id)

    assert [one.broke for one in await results_of(lab, challenger)] == [False] * 6
    assert len(asked_moody) == 8
    assert (await lab.gate.verdict(run_id)).state == "passed"


async def test_a_break_that_repeats_is_one(lab):
    run_id, _, challenger = await a_run(lab, model="wordy")
    spoken = lab.endpoint.answer
    wordy = " And so on, and so on, and so on." * 5
    lab.endpoint.answer = lambda asked: spoken(asked) + wordy * (asked["model"] == "wordy")

    await lab.measured(run_id)

    assert {one.broke for one in await results_of(lab, challenger)} == {True}
    assert (await lab.gate.verdict(run_id)).breaks == 6


async def test_few_drafts_are_no_verdict(lab):
    run_id, _, _ = await a_run(lab, drafts=2, model="worse")

    await lab.measured(run_id)

    assert (await lab.gate.verdict(run_id)).state == "too_few"


async def test_without_any_held_out_draft_there_is_nothing_to_measure(lab):
    run_id, _, _ = await a_run(lab, drafts=0)

    assert await lab.gate.plan(run_id) == 0
    assert (await lab.gate.verdict(run_id)).state == "too_few"


async def test_measuring_again_asks_nothing_and_changes_nothing(lab):
    run_id, _, challenger = await a_run(lab, model="worse")
    await lab.measured(run_id)
    before = {one.draft_id: one.checks for one in await results_of(lab, challenger)}
    asked = len(lab.endpoint.requests)

    measured = await lab.measured(run_id)

    assert measured == 6
    assert len(lab.endpoint.requests) == asked
    assert {one.draft_id: one.checks for one in await results_of(lab, challenger)} == before


async def test_a_gate_that_broke_off_goes_on_where_it_was(lab):
    run_id, _, challenger = await a_run(lab, drafts=5, model="other")
    calls = iter(range(100))
    spoken = lab.endpoint.answer
    lab.endpoint.answer = lambda asked: Status(503) if next(calls) == 5 else spoken(asked)

    with pytest.raises(Transient):
        await lab.gate.measure(run_id, 0)
    kept = len(await results_of(lab, challenger))
    await lab.gate.measure(run_id, 0)

    assert kept == 2
    assert len(await results_of(lab, challenger)) == 5
    assert len(lab.endpoint.requests) == 11


async def test_a_draft_hidden_since_the_freeze_is_left_out(lab):
    run_id, _, challenger = await a_run(lab)
    async with lab.database.begin() as unit:
        version_id = (await unit.runs.get(run_id)).dataset_version_id
        (hidden, *_) = await unit.gate_results.drafts_of_version(version_id, split="held_out")
        (await unit.drafts.get(hidden)).hidden_at = NOW

    await lab.measured(run_id)

    assert hidden not in {one.draft_id for one in await results_of(lab, challenger)}
    assert (await lab.gate.verdict(run_id)).n == 5


async def test_a_challenger_without_a_parent_is_held_against_the_champion_of_its_seat(lab):
    run_id, champion, challenger = await a_run(lab, model="worse", parent=False)
    with pytest.raises(NothingToGate):
        await lab.gate.plan(run_id)
    async with lab.database.begin() as unit:
        await unit.releases.take_seat(
            ReleaseSeat(
                workspace_id=WORKSPACE,
                task="",
                champion_id=champion.id,
                changed_by="U0ADMIN",
                changed_at=NOW,
            )
        )

    await lab.measured(run_id)

    assert len(await results_of(lab, challenger)) == 6


async def test_a_run_without_a_challenger_has_nothing_to_gate(lab):
    run_id = await lab.run(version_id="v1", release_id=None)

    with pytest.raises(NothingToGate):
        await lab.gate.plan(run_id)


async def test_a_run_about_a_task_measures_its_drafts_alone(lab):
    run_id, _, _ = await a_run(lab, task="reply")

    assert await lab.gate.plan(run_id) == 0
