"""What people press on a pair, and what the ledger and the trial make of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.trials.voting import NotYourPair, PairClosed
from bot.trials.weighing import weigh
from storage.models import Hold


@pytest.fixture
async def asked(scene):
    """A pair that was put to Ben alone, whose A is the challenger's text."""
    scene.sides = lambda: True
    for name in ("Chloe", "Dan", "Eve"):
        await scene.change(name, asks_stopped=True)
    await scene.briefs(1)
    scene.asked_trials = trials = scene.trials()
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)
    (vote,) = await scene.votes(trial_id)
    return vote


def ben(scene, **more):
    return scene.press(scene.people["Ben"].user_id, **more)


async def close(scene, asked):
    scene.passes(days=2)
    await scene.asked_trials.advance(asked.trial_id)
    async with scene.database.read() as unit:
        return await weigh(unit, await unit.trials.get(asked.trial_id))


async def test_the_question_shows_the_request_and_both_texts_by_their_sides(scene, asked):
    (question,) = scene.messages("Ben")

    shown = str(question.blocks)
    assert "Brief 0" in shown
    assert shown.index("*A*") < shown.index("r2 for") < shown.index("*B*") < shown.index("r1 for")


async def test_a_press_is_a_signal_that_does_not_tell_whose_text_it_was(scene, asked):
    pressed = await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")

    assert "You chose *A*" in str(pressed.blocks)
    assert await scene.signals() == [(asked.user_id, "trial", "a", "counted")]
    async with scene.database.read() as unit:
        pair = await unit.trials.find_pair(asked.pair_id)
        assert await unit.feedback.opinions_of_draft(pair.source_draft_id) == []


@pytest.mark.parametrize(("choice", "share"), [("a", 1.0), ("b", 0.0), ("tie", 0.5), ("both_bad", 0.5)])
async def test_what_was_pressed_is_worth_what_it_says(scene, asked, choice, share):
    await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice=choice)

    assert (await close(scene, asked)).evidence.mean == share


async def test_the_latest_press_counts_whatever_the_order_of_arrival(scene, asked):
    voting = scene.asked_trials.voting
    await voting.vote(ben(scene, later=1), pair_id=asked.pair_id, choice="a")
    await voting.vote(ben(scene, later=3), pair_id=asked.pair_id, choice="b")
    late = await voting.vote(ben(scene, later=2), pair_id=asked.pair_id, choice="tie")

    assert "You chose *B*" in str(late.blocks)
    assert (await close(scene, asked)).evidence.mean == 0.0


async def test_a_press_that_arrives_twice_is_one_signal(scene, asked):
    press = ben(scene)

    for _ in range(2):
        await scene.asked_trials.voting.vote(press, pair_id=asked.pair_id, choice="a")

    assert len(await scene.signals()) == 1


async def test_a_reason_goes_with_the_choice_and_a_later_press_still_counts(scene, asked):
    voting = scene.asked_trials.voting
    await voting.vote(ben(scene, later=1), pair_id=asked.pair_id, choice="a")
    await voting.give_reason(ben(scene, later=500), pair_id=asked.pair_id, text="  It names\nthe date. ")
    reasoned = (await scene.votes(asked.trial_id))[0].reason
    shown = str(scene.messages("Ben")[0].blocks)
    await voting.vote(ben(scene, later=2), pair_id=asked.pair_id, choice="b")

    assert reasoned == "It names the date."
    assert "Change why" in shown
    assert (await close(scene, asked)).evidence.mean == 0.0


async def test_a_reason_needs_a_choice(scene, asked):
    with pytest.raises(NotYourPair):
        await scene.asked_trials.voting.give_reason(ben(scene), pair_id=asked.pair_id, text="Because")


async def test_not_now_asks_no_more_about_it_but_does_not_undo_a_vote(scene, asked):
    voting = scene.asked_trials.voting
    await voting.not_now(ben(scene), pair_id=asked.pair_id)
    let_off = (await scene.votes(asked.trial_id))[0].state
    await voting.vote(ben(scene, later=1), pair_id=asked.pair_id, choice="a")
    await voting.not_now(ben(scene, later=2), pair_id=asked.pair_id)

    assert let_off == "not_now"
    assert (await scene.votes(asked.trial_id))[0].state == "voted"


async def test_stop_asking_holds_for_everything(scene, asked):
    await scene.asked_trials.voting.stop(ben(scene), pair_id=asked.pair_id)

    async with scene.database.read() as unit:
        member = await unit.members.find(scene.team, user_id=asked.user_id)
    assert member.asks_stopped


async def test_after_the_pair_is_closed_nothing_counts_any_more(scene, asked):
    await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")
    before = await close(scene, asked)

    with pytest.raises(PairClosed):
        await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="b")

    async with scene.database.read() as unit:
        after = await weigh(unit, await unit.trials.get(asked.trial_id))
    assert before == after


async def test_somebody_who_was_not_asked_and_another_workspace_are_refused(scene, asked):
    voting = scene.asked_trials.voting
    stranger = scene.press(scene.people["Dan"].user_id)
    elsewhere = type(stranger)("T0OTHER", "e", 1, "D0", "1.0", asked.user_id)

    for touch, pair_id in ((stranger, asked.pair_id), (elsewhere, asked.pair_id), (ben(scene), "f" * 32)):
        with pytest.raises(NotYourPair):
            await voting.vote(touch, pair_id=pair_id, choice="a")
    for forged in ("challenger", "c", ""):
        with pytest.raises(NotYourPair):
            await voting.vote(ben(scene), pair_id=asked.pair_id, choice=forged)

    assert await scene.signals() == []


async def test_who_left_a_private_channel_since_is_refused(scene, asked):
    scene.channel.is_private = True
    scene.channel.members.remove(asked.user_id)

    with pytest.raises(NotYourPair):
        await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")


async def test_a_brief_that_is_hidden_or_whose_requester_opted_out_is_not_judged(scene, asked):
    await scene.change("Ana", opted_out=True)

    with pytest.raises(NotYourPair):
        await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")
    await scene.asked_trials.advance(asked.trial_id)

    assert [pair.state for pair in await scene.pairs(asked.trial_id)] == ["dropped"]


async def test_the_vote_of_who_opted_out_does_not_count_and_is_told_so(scene, asked):
    await scene.change("Ben", opted_out=True)

    pressed = await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")

    assert "opted out" in str(pressed.blocks)
    assert (await scene.signals())[0][3] == "ignored"
    assert (await close(scene, asked)).evidence.n == 0


@pytest.mark.parametrize("columns", [{"opted_out": True}, {"is_bot": True}])
async def test_evidence_is_weighed_anew_without_who_does_not_count_any_more(scene, asked, columns):
    await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")
    before = await close(scene, asked)
    await scene.change("Ben", **columns)
    await scene.participation.reconsider(scene.team, asked.user_id)
    async with scene.database.read() as unit:
        after = await weigh(unit, await unit.trials.get(asked.trial_id))

    assert (before.evidence.n, after.evidence.n) == (1, 0)
    assert before.evidence.pooled > after.evidence.pooled == 1.0


async def test_a_held_vote_waits_and_counts_again_once_it_is_released(scene, asked):
    await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")
    await close(scene, asked)
    async with scene.database.begin() as unit:
        await unit.holds.add([hold_of(scene, asked.user_id)])

    counted = []
    for state in ("held", "released"):
        async with scene.database.begin() as unit:
            (hold,) = await unit._session.scalars(select(Hold))
            hold.state = state
            await unit.flush()
            await scene.ledger.reconsider(unit, workspace_id=scene.team, user_id=asked.user_id)
            counted.append((await weigh(unit, await unit.trials.get(asked.trial_id))).evidence.n)

    assert counted == [0, 1]


def hold_of(scene, user_id):
    return Hold(workspace_id=scene.team, user_id=user_id, kind="burst", from_us=0, created_at=scene.now)


async def test_a_blind_vote_does_not_touch_the_draft_whose_brief_it_is_about(scene, asked):
    await scene.asked_trials.voting.vote(ben(scene), pair_id=asked.pair_id, choice="a")

    async with scene.database.read() as unit:
        pair = await unit.trials.find_pair(asked.pair_id)
        span = {"since": scene.now - timedelta(days=1), "until": scene.now}
        alone = await unit.drafts.left_alone(scene.team, **span, limit=50)

    assert [kind for _, kind, *_ in await scene.signals()] == ["trial"]
    assert pair.source_draft_id in {one.draft_id for one in alone}
