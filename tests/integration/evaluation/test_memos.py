"""What models answered goes when nobody needs it any more: it holds texts."""

from datetime import timedelta

import pytest

from bot.evaluation.memos import Answer, Memos
from bot.training.run_record import end_run
from bot.trials.closing import close_trial
from storage.models import TrainingRun, Trial
from tests.factories import NOW, WORKSPACE, make_workspace


@pytest.fixture
async def memos(database):
    async with database.begin() as unit:
        await make_workspace(unit)
    return Memos(database, clock=lambda: NOW)


async def begin_run(database, run_id="run"):
    async with database.begin() as unit:
        run = TrainingRun(
            id=run_id,
            workspace_id=WORKSPACE,
            trigger="command",
            key=run_id,
            trainer="playbook",
            submission_key=run_id,
            state="trying",
            created_at=NOW,
        )
        unit._session.add(run)


async def open_trial(database, *, run_id=None):
    async with database.begin() as unit:
        trial = Trial(
            workspace_id=WORKSPACE,
            number=1,
            task="",
            champion_id="1",
            challenger_id="2",
            run_id=run_id,
            mode="blind",
            alpha=0.05,
            max_pairs=10,
            opened_at=NOW,
            closes_at=NOW + timedelta(days=14),
        )
        return (await unit.trials.add(trial)).id


async def close(database, trial_id):
    async with database.begin() as unit:
        trial = await unit.trials.lock(trial_id)
        await close_trial(unit, trial, outcome="not_enough", reason="time", by="program", now=NOW)


async def end(database, *, state):
    async with database.begin() as unit:
        await end_run(unit, await unit.runs.lock("run"), state, now=NOW)


async def keep(memos, run_id):
    return await memos.keep(WORKSPACE, key="question", run_id=run_id, answer=Answer("a text", None))


async def count(database, run_id):
    async with database.read() as unit:
        return await unit.memos.count(run_id)


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled", "unknown", "short"])
async def test_however_a_run_ends_its_answers_go(database, memos, state):
    await begin_run(database)
    await keep(memos, "run")
    await keep(memos, "another run")

    await end(database, state=state)

    assert (await count(database, "run"), await count(database, "another run")) == (0, 1)


async def test_the_answers_of_a_trial_without_a_run_go_when_it_closes(database, memos):
    trial_id = await open_trial(database)
    await keep(memos, trial_id)

    await close(database, trial_id)

    assert await count(database, trial_id) == 0


async def test_a_run_that_goes_on_after_its_trial_keeps_its_answers_until_it_ends(database, memos):
    await begin_run(database)
    trial_id = await open_trial(database, run_id="run")
    await keep(memos, "run")

    await close(database, trial_id)
    between = await count(database, "run")
    await end(database, state="succeeded")

    assert (between, await count(database, "run")) == (1, 0)


async def test_a_trial_that_outlives_its_run_takes_the_answers_with_it(database, memos):
    await begin_run(database)
    trial_id = await open_trial(database, run_id="run")
    await end(database, state="failed")
    await keep(memos, "run")

    await close(database, trial_id)

    assert await count(database, "run") == 0


async def test_an_answer_that_comes_after_the_end_counts_and_is_not_kept(database, memos):
    await begin_run(database)
    trial_id = await open_trial(database)
    await end(database, state="cancelled")
    await close(database, trial_id)

    answers = [await keep(memos, "run"), await keep(memos, trial_id)]

    assert answers == [Answer("a text", None)] * 2
    assert [await count(database, "run"), await count(database, trial_id)] == [0, 0]
