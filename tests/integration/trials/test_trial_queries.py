"""What trials read, on both databases."""

from datetime import timedelta

from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger
from storage.models import TrialPair, TrialVote
from tests.factories import CHANNEL, NOW, WORKSPACE, make_channel, make_draft, make_member, make_workspace

WEEK = timedelta(days=7)


async def a_vote(unit, draft, user_id, pressed, *, at=1):
    """Somebody was asked about a pair for the draft's brief, and pressed."""
    pair = TrialPair(
        trial_id="trial", workspace_id=WORKSPACE, number=at, source_draft_id=draft.id, state="open"
    )
    await unit.trials.add_pairs([pair])
    vote = TrialVote(
        pair_id=pair.id,
        user_id=user_id,
        trial_id="trial",
        workspace_id=WORKSPACE,
        flipped=True,
        asked_at=NOW,
    )
    await unit.trials.ask(vote)
    act = Act(
        workspace_id=WORKSPACE,
        event_id=f"press-{at}",
        channel_id=CHANNEL,
        message_ts=draft.message_ts,
        user_id=user_id,
        kind="trial",
        control=f"trial:{pair.id}",
        value=pressed,
        event_us=at,
    )
    await Ledger().record(unit, act, now=NOW)
    return pair


async def test_votes_count_as_the_ledger_has_them_now(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit)
        await make_member(unit, "U0BEN")
        first, second = [await make_draft(unit) for _ in range(2)]
        pair = await a_vote(unit, first, "U0BEN", "a")
        await make_member(unit, "U0OUT", opted_out=True)
        await a_vote(unit, second, "U0OUT", "b", at=2)
    async with database.read() as unit:
        counted = await unit.trial_queries.counted_votes("trial")
        opinions = await unit.feedback.opinions_of_draft(first.id)
        standing = await unit.ledger.run(lambda tables: tables.standing(first.id))

    assert [(vote.pair_id, vote.user_id, vote.pressed, vote.flipped) for vote in counted] == [
        (pair.id, "U0BEN", "a", True)
    ]
    assert opinions == []  # It is about two other texts.
    assert standing.verdict == "open"


async def test_briefs_of_a_seat_are_its_own(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        plain, reply = [await make_draft(unit, task=task, posted_at=NOW) for task in ("plain", "reply")]

        async def of(task, seated=()):
            found = await unit.trial_queries.recent_briefs(
                WORKSPACE, task=task, seated=seated, since=NOW - WEEK, unseen_by=None, limit=10
            )
            return {draft.id for draft in found}

        everything, own, rest = await of(""), await of("reply"), await of("", seated=["reply"])

    assert (everything, own, rest) == ({plain.id, reply.id}, {reply.id}, {plain.id})


async def test_a_busy_seat_is_known_by_the_drafts_that_people_judged(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit, "U0BEN")
        judged, _ = [await make_draft(unit, posted_at=NOW) for _ in range(2)]
        act = Act(
            workspace_id=WORKSPACE,
            event_id="press",
            channel_id=CHANNEL,
            message_ts=judged.message_ts,
            user_id="U0BEN",
            kind="button",
            control="buttons",
            value="positive",
            event_us=1,
        )
        await Ledger().record(unit, act, now=NOW)
    async with database.read() as unit:
        rated = await unit.trial_queries.count_rated(WORKSPACE, task="", seated=(), since=NOW - WEEK)

    assert rated == 1
