"""A blind trial from its opening to its outcome."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.evaluation.replay import Written
from bot.llm.chat_model import ModelUnreachable
from bot.slack.messenger import SlackUnreachable
from bot.trials.opening import NoChampion
from storage.models import DatasetRow
from tests.factories import make_channel, make_draft, make_member

DAY = timedelta(days=1)
REFUSED = Written(None, "model_refused")


async def play(scene, trials, trial_id, choose, *, days=14):
    """Look at noon and at three until the trial is over; everybody who is asked answers."""
    for _ in range(days):
        for hours in (3, 21):
            state = await trials.advance(trial_id)
            if state != "open":
                return state
            await scene.votes_for(trials, trial_id, choose)
            scene.passes(hours=hours)
    return await trials.advance(trial_id)


# --- opening


async def test_a_run_has_one_trial_and_a_task_one_at_a_time(scene):
    trials = scene.trials()

    first = await scene.open(trials)
    again = await scene.open(trials)
    other = await scene.open(trials, run_id="other")
    await trials.stop(first, by="U0ADMIN", reason="admin")
    later = await scene.open(trials, run_id="other")

    assert first == again
    assert other is None
    assert later not in {None, first}


async def test_the_seat_knows_its_trial_until_it_is_over(scene):
    trials = scene.trials()
    trial_id = await scene.open(trials)

    async with scene.database.read() as unit:
        during = await unit.releases.seat(scene.team, task="")
        held = (during.trial_id, during.challenger_id)
    await trials.stop(trial_id, by="U0ADMIN", reason="admin")
    async with scene.database.read() as unit:
        after = await unit.releases.seat(scene.team, task="")

    assert held == (trial_id, scene.challenger.id)
    assert (after.trial_id, after.challenger_id) == (None, None)


async def test_without_a_champion_there_is_nothing_to_try_against(scene):
    trials = scene.trials()

    with pytest.raises(NoChampion):
        await trials.open("T0OTHER", task="", challenger_id="x", run_id="run")


async def test_quiet_channels_compare_blindly_and_busy_ones_by_live_drafts(scene, monkeypatch):
    monkeypatch.setattr("bot.trials.opening.BUSY", 3)
    quiet, busy = scene.trials(), scene.trials(mode="auto")

    first = await scene.open(quiet)
    await quiet.stop(first, by="program", reason="admin")
    async with scene.database.begin() as unit:
        for _ in range(3):
            draft = await make_draft(unit, workspace_id=scene.team, posted_at=scene.now)
            place = await unit.ledger.place(
                scene.team, channel_id=draft.channel_id, message_ts=draft.message_ts, user_id="U"
            )
            await unit.ledger.write_standing(place, await likes(unit, draft))
    second = await scene.open(busy, run_id="second")

    assert (await quiet.result(first)).mode == "blind"
    assert (await busy.result(second)).mode == "randomised"


async def likes(unit, draft):
    from storage.repositories import Standing  # noqa: PLC0415

    return Standing(positives=1)


# --- pairs


async def test_texts_are_written_ahead_a_few_at_a_time_and_once(scene):
    await scene.briefs(14)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)
    await trials.advance(trial_id)

    pairs = await scene.pairs(trial_id)
    assert [pair.state for pair in pairs] == ["open"] * 10
    assert len(scene.texts.asked) == len(set(scene.texts.asked)) == 20


async def test_a_model_that_is_away_is_asked_again_later_and_nothing_is_lost(scene):
    await scene.briefs(3)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    scene.texts.away = ModelUnreachable()
    with pytest.raises(ModelUnreachable):
        await trials.advance(trial_id)
    planned = [pair.state for pair in await scene.pairs(trial_id)]
    scene.texts.away = None
    await trials.advance(trial_id)

    assert planned == ["planned"] * 3
    assert [pair.state for pair in await scene.pairs(trial_id)] == ["open"] * 3


async def test_only_briefs_that_may_be_written_anew_become_pairs(scene):
    team, channel, now = scene.team, scene.channel.id, scene.now
    (good,) = await scene.briefs(1)
    same = await scene.draft(brief="brief  0")
    async with scene.database.begin() as unit:
        await make_member(unit, "U0OUT", workspace_id=team, opted_out=True)
        await make_member(unit, "U0HELD", workspace_id=team, held_from_us=1)
        await make_channel(unit, "D0DIRECT", workspace_id=team)
        trained = await make_draft(
            unit, workspace_id=team, channel_id=channel, brief="Trained", posted_at=now
        )
        unfit = [
            {"requester_id": "U0OUT"},
            {"requester_id": "U0HELD"},
            {"channel_id": "D0DIRECT"},
            {"hidden_at": now},
            {"release": "own:3"},
            {"posted_at": now - 61 * DAY},
        ]
        for at, columns in enumerate(unfit):
            given = {"channel_id": channel, "posted_at": now, "brief": f"Unfit {at}", **columns}
            await make_draft(unit, workspace_id=team, **given)
        unit._session.add(
            DatasetRow(
                workspace_id=team,
                version_id="version",
                kind="sft",
                split="train",
                position=0,
                draft_id=trained.id,
                line="{}",
            )
        )
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)

    used = {pair.source_draft_id for pair in await scene.pairs(trial_id)}
    assert len(used) == 1
    assert used < {good.id, same.id}


async def test_a_side_that_fails_loses_without_a_vote_and_what_says_nothing_is_dropped(scene):
    drafts = await scene.briefs(4)
    for (name, draft), written in {
        ("r2", drafts[0]): REFUSED,
        ("r1", drafts[1]): REFUSED,
        ("r1", drafts[2]): Written("The  same"),
        ("r2", drafts[2]): Written("the same"),
        ("r1", drafts[3]): REFUSED,
        ("r2", drafts[3]): REFUSED,
    }.items():
        scene.texts.said[name, draft.id] = written
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)

    pairs = {pair.source_draft_id: (pair.state, pair.fixed) for pair in await scene.pairs(trial_id)}
    assert [pairs[draft.id] for draft in drafts] == [
        ("closed", 0.0),
        ("closed", 1.0),
        ("dropped", None),
        ("dropped", None),
    ]
    assert await scene.votes(trial_id) == []


# --- whom


async def test_people_of_the_channel_are_asked_in_turns_once_and_within_their_budget(scene):
    await scene.briefs(12)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    for _ in range(3):
        await trials.advance(trial_id)
    first = await scene.votes(trial_id)
    await scene.votes_for(trials, trial_id, lambda vote: "tie")
    for _ in range(3):
        await trials.advance(trial_id)
        await scene.votes_for(trials, trial_id, lambda vote: "tie")
    turns = Counter(vote.user_id for vote in await scene.votes(trial_id))

    askable = {scene.people[name].user_id for name in ("Ben", "Chloe", "Dan", "Eve")}
    assert {vote.user_id for vote in first} == askable  # Not Ana: they are her own requests.
    assert len(first) == 4  # One open question each.
    assert turns == dict.fromkeys(askable, 2)  # And two requests a day.
    assert all(len(scene.messages(name)) == 2 for name in ("Ben", "Chloe", "Dan", "Eve"))


async def test_with_few_briefs_two_people_judge_each_pair(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)

    assert len(await scene.votes(trial_id)) == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"asks_stopped": True},
        {"opted_out": True},
        {"deactivated": True},
        {"is_bot": True},
        {"home_team_id": "T0OTHER"},
        {"held_from_us": 1},
    ],
)
async def test_some_people_are_never_asked(scene, columns):
    await scene.briefs(1)
    for name in ("Ben", "Chloe", "Dan", "Eve"):
        await scene.change(name, **columns)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)

    assert await scene.votes(trial_id) == []


@pytest.mark.parametrize("later", [timedelta(hours=9), 5 * DAY])
async def test_nobody_is_asked_at_night_or_on_a_weekend(scene, later):
    await scene.briefs(1)
    scene.now += later
    trials = scene.trials()
    trial_id = await scene.open(trials)

    await trials.advance(trial_id)

    assert await scene.votes(trial_id) == []


async def test_a_question_that_slack_did_not_take_is_put_again_and_shown_once(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    scene.sandbox.inject("chat.postMessage", "drop_after")  # Slack has it, and we never hear of it.

    with pytest.raises(SlackUnreachable):
        await trials.advance(trial_id)
    await trials.advance(trial_id)

    shown = [len(scene.messages(name)) for name in ("Ben", "Chloe", "Dan", "Eve")]
    assert sum(shown) == 2
    assert max(shown) == 1


# --- closing


async def test_a_vote_settles_before_its_pair_closes(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)
    await scene.votes_for(trials, trial_id, lambda vote: "challenger")

    await trials.advance(trial_id)
    at_once = (await scene.pairs(trial_id))[0].state
    scene.passes(minutes=11)
    await trials.advance(trial_id)

    assert at_once == "open"
    assert (await scene.pairs(trial_id))[0].state == "closed"


async def test_who_does_not_answer_in_two_days_gives_the_turn_to_the_next(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)
    first = {vote.user_id for vote in await scene.votes(trial_id)}

    scene.passes(days=2)
    await trials.advance(trial_id)

    states = {vote.user_id: vote.state for vote in await scene.votes(trial_id)}
    assert {states[user_id] for user_id in first} == {"expired"}
    assert [state for user_id, state in states.items() if user_id not in first] == ["asked", "asked"]


async def test_a_pair_that_nobody_judges_is_dropped_in_the_end(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    for _ in range(8):
        await trials.advance(trial_id)
        scene.passes(days=1)

    assert (await scene.pairs(trial_id))[0].state == "dropped"


async def test_a_closed_question_becomes_a_thanks_without_figures(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)
    await scene.votes_for(trials, trial_id, lambda vote: "challenger")
    scene.passes(minutes=11)

    await trials.advance(trial_id)

    shown = [message for name in scene.people for message in scene.messages(name)]
    assert {message.text for message in shown} == {"Thank you! This comparison is closed."}
    assert not any(character.isdigit() for message in shown for character in str(message.text))


# --- outcomes


async def test_a_better_challenger_is_found_better(scene):
    await scene.briefs(60)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    state = await play(scene, trials, trial_id, lambda vote: "challenger")

    result = await trials.result(trial_id)
    assert (state, result.outcome, result.reason) == ("better", "better", "proved")
    assert result.evidence >= 20
    assert result.voters >= 3
    assert result.n == result.wins >= 12
    assert result.low > 0.5
    assert [line.result for line in await trials.lines(scene.team)] == [result]


async def test_a_worse_challenger_stops_early(scene):
    await scene.briefs(60)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    state = await play(scene, trials, trial_id, lambda vote: "champion")

    assert state == "worse"
    assert (await trials.result(trial_id)).n < 40


async def test_one_fan_among_undecided_people_does_not_promote(scene):
    fan = scene.people["Ben"].user_id
    await scene.briefs(60)
    trials = scene.trials(pairs=30)
    trial_id = await scene.open(trials)

    state = await play(scene, trials, trial_id, lambda vote: "challenger" if vote.user_id == fan else "tie")

    result = await trials.result(trial_id)
    assert (state, result.reason) == ("not_enough", "all_pairs")
    assert (result.wins, result.least_without) == (pytest.approx(7, abs=2), fan)
    assert result.evidence == pytest.approx(1.0)


async def test_a_challenger_that_always_fails_is_worse_without_a_vote(scene):
    scene.texts.said["r2"] = REFUSED
    await scene.briefs(20)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    states = [await trials.advance(trial_id) for _ in range(4)]

    assert states[-1] == "worse"
    assert await scene.votes(trial_id) == []


async def test_releases_that_write_alike_have_nothing_to_compare(scene):
    scene.texts.said = {"r1": Written("Alike"), "r2": Written("Alike")}
    await scene.briefs(40)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    states = [await trials.advance(trial_id) for _ in range(6)]

    assert states[-1] == "not_enough"
    assert (await trials.result(trial_id)).reason == "alike"


async def test_a_trial_without_votes_expires_and_what_is_in_by_then_counts(scene):
    await scene.briefs(4)
    trials = scene.trials(days=1)
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)
    await scene.votes_for(trials, trial_id, lambda vote: "both_bad")

    scene.passes(days=1)
    state = await trials.advance(trial_id)

    result = await trials.result(trial_id)
    assert state == "not_enough"
    assert (result.n, result.both_bad, result.ties, result.share_preferring) == (2, 2, 0, 0.5)


async def test_all_pairs_in_without_proof_is_not_enough(scene):
    await scene.briefs(20)
    trials = scene.trials(pairs=4)
    trial_id = await scene.open(trials)

    state = await play(scene, trials, trial_id, lambda vote: "tie")

    assert (state, (await trials.result(trial_id)).reason) == ("not_enough", "all_pairs")
    assert len([pair for pair in await scene.pairs(trial_id) if pair.state == "closed"]) == 4


async def test_sides_that_are_not_as_mixed_as_drawn_stop_the_trial(scene):
    scene.sides = lambda: True
    await scene.briefs(60)
    trials = scene.trials()
    trial_id = await scene.open(trials)

    state = await play(scene, trials, trial_id, lambda vote: "tie")

    assert (state, (await trials.result(trial_id)).reason) == ("stopped", "ratio")


async def test_an_admin_stops_a_trial_once_and_it_is_in_the_audit_log(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    await trials.advance(trial_id)

    states = [await trials.stop(trial_id, by="U0ADMIN", reason="admin") for _ in range(2)]
    after = await trials.advance(trial_id)

    async with scene.database.read() as unit:
        entries = [(entry.action, entry.actor_id) for entry in await unit.audit.of_workspace(scene.team)]
    assert states == ["cancelled", "cancelled"]
    assert after == "cancelled"
    assert sorted(entries) == [("trial_closed", "U0ADMIN"), ("trial_opened", "program")]
    assert {vote.state for vote in await scene.votes(trial_id)} == {"expired"}


async def test_a_trial_against_a_release_that_writes_no_more_is_cancelled(scene):
    await scene.briefs(1)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    async with scene.database.begin() as unit:
        (await unit.releases.lock_seat(scene.team, task="")).champion_id = scene.challenger.id

    state = await trials.advance(trial_id)

    assert (state, (await trials.result(trial_id)).reason) == ("cancelled", "moved")


async def test_nothing_of_how_it_stands_leaks_before_the_end(scene):
    await scene.briefs(30)
    trials = scene.trials()
    trial_id = await scene.open(trials)
    for _ in range(4):
        await trials.advance(trial_id)
        await scene.votes_for(trials, trial_id, lambda vote: "challenger")
        scene.passes(hours=1)

    await trials.advance(trial_id)
    result = await trials.result(trial_id)

    assert result.done > 0
    assert (result.n, result.voters, result.wins, result.ties, result.both_bad) == (0,) * 5
    assert {result.share_preferring, result.low, result.high, result.evidence} == {None}
    shown = "".join(str(message.blocks) for name in scene.people for message in scene.messages(name))
    assert not any(
        word in shown.replace("r1 for", "").replace("r2 for", "")
        for word in ("champion", "challenger", "r1", "r2")
    )
