"""A trial on live drafts: arms noted when they are written, outcomes read a while after they were posted."""

from datetime import timedelta

import pytest

from storage.models import Hold, TrialOutcome

PEOPLE = ("Ben", "Chloe", "Dan", "Eve")


@pytest.fixture
async def trial(scene):
    scene.the_trials = scene.trials(mode="randomised")
    return await scene.open(scene.the_trials)


async def live(scene, trial_id, arm, *, thumbs=()):
    """A draft that an arm wrote, with the thumbs of some people."""
    draft = await scene.draft()
    async with scene.database.begin() as unit:
        await unit.trials.assign(
            TrialOutcome(
                trial_id=trial_id,
                draft_id=draft.id,
                workspace_id=scene.team,
                arm=arm,
                assigned_at=scene.now,
            )
        )
    for name, value in thumbs:
        await scene.says(scene.people[name].user_id, draft, value)
    return draft


async def outcomes(scene, trial_id):
    async with scene.database.read() as unit:
        return await unit.trials.outcomes_of(trial_id)


async def test_a_draft_is_measured_once_two_days_after_it_was_posted(scene, trial):
    await live(scene, trial, "challenger", thumbs=[("Ben", "positive"), ("Dan", "negative")])

    scene.passes(hours=47)
    await scene.the_trials.advance(trial)
    early = (await outcomes(scene, trial))[0].measured_at
    scene.passes(hours=1)
    await scene.the_trials.advance(trial)
    (measured,) = await outcomes(scene, trial)
    await scene.says(scene.people["Eve"].user_id, await draft_of(scene, measured), "negative")
    await scene.the_trials.advance(trial)
    (after,) = await outcomes(scene, trial)

    assert early is None
    assert measured.loss == after.loss == 0.5
    assert set(measured.losses.values()) == {0.0, 1.0}


async def draft_of(scene, outcome):
    async with scene.database.read() as unit:
        return await unit.drafts.get(outcome.draft_id)


async def test_a_draft_that_nobody_judged_is_left_out(scene, trial):
    await live(scene, trial, "champion")
    scene.passes(days=2)

    await scene.the_trials.advance(trial)

    (silent,) = await outcomes(scene, trial)
    assert silent.measured_at is not None
    assert (silent.position, silent.loss) == (None, None)


async def test_arms_that_people_tell_apart_decide_the_trial(scene, trial):
    for at in range(60):
        arm, value = ("challenger", "positive") if at % 2 else ("champion", "negative")
        await live(scene, trial, arm, thumbs=[(PEOPLE[at % 4], value), (PEOPLE[(at + 1) % 4], value)])
    scene.passes(days=2)

    state = await scene.the_trials.advance(trial)

    result = await scene.the_trials.result(trial)
    assert (state, result.mode, result.n) == ("better", "randomised", 60)
    assert 0 < result.low < result.share_preferring <= 1
    assert scene.texts.asked == []  # Nothing is written for it.


@pytest.mark.parametrize("columns", [{"opted_out": True}, {"held_from_us": 0}])
async def test_who_opted_out_or_is_held_since_is_not_weighed(scene, trial, columns):
    for at in range(40):
        arm, value = ("challenger", "positive") if at % 2 else ("champion", "negative")
        await live(scene, trial, arm, thumbs=[("Ben", value)])
    scene.passes(days=2)
    await scene.change("Ben", **columns)

    state = await scene.the_trials.advance(trial)
    await scene.the_trials.stop(trial, by="U0ADMIN", reason="admin")

    assert state == "open"
    assert (await scene.the_trials.result(trial)).n == 0


async def test_answers_that_come_for_one_arm_only_stop_the_trial(scene, trial):
    for at in range(50):
        thumbs = [("Ben", "positive")] if at % 2 else []
        await live(scene, trial, "challenger" if at % 2 else "champion", thumbs=thumbs)
    scene.passes(days=2)

    state = await scene.the_trials.advance(trial)

    assert (state, (await scene.the_trials.result(trial)).reason) == ("stopped", "ratio")


async def test_without_proof_it_ends_after_its_days(scene, trial):
    await live(scene, trial, "challenger", thumbs=[("Ben", "positive")])
    scene.now += timedelta(days=14)

    assert await scene.the_trials.advance(trial) == "not_enough"


async def failed(scene, trial_id, arm):
    """A draft that an arm could not write."""
    draft = await live(scene, trial_id, arm)
    await change(
        scene, draft, state="failed", posted_at=None, current_revision_id=None, failure="model_refused"
    )
    return draft


async def change(scene, draft, **columns):
    async with scene.database.begin() as unit:
        kept = await unit.drafts.get(draft.id)
        for name, value in columns.items():
            setattr(kept, name, value)


async def test_a_draft_that_could_not_be_written_is_a_loss_of_its_arm(scene, trial):
    await failed(scene, trial, "challenger")

    scene.passes(hours=47)
    await scene.the_trials.advance(trial)
    early = (await outcomes(scene, trial))[0].measured_at
    scene.passes(hours=1)
    await scene.the_trials.advance(trial)

    (lost,) = await outcomes(scene, trial)
    assert early is None
    assert (lost.loss, lost.position) == (1.0, 1)


async def test_what_a_retry_wrote_is_judged_by_people(scene, trial):
    draft = await failed(scene, trial, "challenger")
    await change(scene, draft, state="posted", posted_at=scene.now, current_revision_id="written")
    await scene.says(scene.people["Ben"].user_id, draft)
    scene.passes(hours=48)

    await scene.the_trials.advance(trial)

    assert [one.loss for one in await outcomes(scene, trial)] == [0.0]


async def test_a_text_that_slack_did_not_take_is_nobodys_loss(scene, trial):
    draft = await failed(scene, trial, "challenger")
    await change(scene, draft, current_revision_id="written")
    scene.passes(hours=48)

    await scene.the_trials.advance(trial)

    assert [one.measured_at for one in await outcomes(scene, trial)] == [None]


async def test_a_challenger_that_often_fails_is_worse_and_not_a_broken_mix(scene, trial):
    for at in range(40):
        if at % 2:
            await failed(scene, trial, "challenger")
        else:
            await live(scene, trial, "champion", thumbs=[(PEOPLE[at % 4], "positive")])
    scene.passes(hours=48)

    state = await scene.the_trials.advance(trial)

    result = await scene.the_trials.result(trial)
    assert (state, result.reason, result.n) == ("worse", "proved", 40)
    assert result.high < 0


async def test_arms_that_fail_alike_decide_nothing(scene, trial):
    for at in range(40):
        await failed(scene, trial, "challenger" if at % 2 else "champion")
    scene.passes(hours=48)

    assert await scene.the_trials.advance(trial) == "open"


async def test_a_failure_counts_although_everybody_who_spoke_opted_out(scene, trial):
    await failed(scene, trial, "challenger")
    await live(scene, trial, "champion", thumbs=[("Ben", "positive")])
    scene.passes(hours=48)
    await scene.the_trials.advance(trial)
    await scene.change("Ben", opted_out=True)

    await scene.the_trials.stop(trial, by="U0ADMIN", reason="admin")

    assert (await scene.the_trials.result(trial)).n == 1


@pytest.mark.parametrize(("state", "n"), [("held", 0), ("confirmed", 0), ("released", 1)])
async def test_who_was_held_back_counts_only_once_an_admin_says_so(scene, trial, state, n):
    await live(scene, trial, "challenger", thumbs=[("Ben", "positive")])
    scene.passes(hours=48)
    await scene.the_trials.advance(trial)
    hold = Hold(
        workspace_id=scene.team,
        user_id=scene.people["Ben"].user_id,
        kind="spam",
        from_us=0,
        state=state,
        created_at=scene.now,
    )
    async with scene.database.begin() as unit:
        await unit.holds.add([hold])

    await scene.the_trials.stop(trial, by="U0ADMIN", reason="admin")

    assert (await scene.the_trials.result(trial)).n == n
