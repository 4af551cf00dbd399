"""One person is asked for more at most twice a day, over all channels and replicas, and never twice for one draft."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.feedback.acts import Touch
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.feedback.reactions import Reactions
from bot.feedback.recorder import Recorder
from bot.runtime.durable import Durable
from storage.engine import Database
from storage.models import Ask
from tests.factories import USER, WORKSPACE, make_draft, make_member, make_workspace

DRAFTS, REPLICAS = 8, 4
# 23:30 in New York on the night when clocks fall back there: 25 hours later it is still the next day.
EVENING = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@contextlib.asynccontextmanager
async def replicas(url, keyring, clock):
    """Replicas with engines of their own; what they would ask is enqueued, and left there."""
    async with contextlib.AsyncExitStack() as stack:
        made = []
        for number in range(REPLICAS):
            database = Database.connect(url, keyring=keyring)
            stack.push_async_callback(database.close)
            durable = Durable(database, executor_id=f"replica-{number}")
            stack.push_async_callback(durable.close)
            await durable.ensure_tables()
            recorder = Recorder(Ledger(), durable=durable, budget=Budget(asks_per_day=2))
            made.append(Reactions(database, recorder=recorder, clock=clock))
        yield made


@pytest.fixture
async def drafts(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit, timezone="America/New_York")
        return [
            await make_draft(unit, channel_id=f"C{number}", ts=f"17640000{number:02d}.000100")
            for number in range(DRAFTS)
        ]


async def dislike_all(reactions, drafts, *, at, added=True):
    """Dislike every draft at once; each reaction reaches two replicas."""

    def put(number, draft):
        event_us = int(at.timestamp() * 1_000_000) + number
        touch = Touch(WORKSPACE, f"Ev{event_us}", event_us, draft.channel_id, draft.message_ts, USER)
        return [
            reactions[(number + shift) % REPLICAS].record(touch, emoji="-1", added=added) for shift in (0, 1)
        ]

    await asyncio.gather(*(one for number, draft in enumerate(drafts) for one in put(number, draft)))


async def asks(database):
    async with database.read() as unit:
        found = (await unit._session.scalars(select(Ask).order_by(Ask.day, Ask.place))).all()
        return [(one.day.isoformat(), one.place, one.kind) for one in found], {one.draft_id for one in found}


async def test_the_budget_holds_over_channels_replicas_repeats_and_the_night_clocks_change(
    database, database_url, keyring, drafts
):
    clock = Clock(EVENING)
    async with replicas(database_url, keyring, clock) as reactions:
        await dislike_all(reactions, drafts, at=clock.now)
        first, asked = await asks(database)
        assert first == [("2026-10-31", 1, "reason"), ("2026-10-31", 2, "reason")]

        # Taking back and disliking again asks nobody again.
        await dislike_all(reactions, drafts, at=clock.now + timedelta(seconds=10), added=False)
        await dislike_all(reactions, drafts, at=clock.now + timedelta(seconds=20))
        assert await asks(database) == (first, asked)

        # After midnight there are two more, for other drafts, and 24 hours later none: it is the same long day.
        for hours in (1, 25):
            clock.now = EVENING + timedelta(hours=hours)
            await dislike_all(reactions, drafts, at=clock.now, added=False)
            await dislike_all(reactions, drafts, at=clock.now + timedelta(seconds=10))
        second, asked = await asks(database)

    assert second == [*first, ("2026-11-01", 1, "reason"), ("2026-11-01", 2, "reason")]
    assert len(asked) == 4


async def test_what_was_not_answered_is_open(database, database_url, keyring, drafts):
    clock = Clock(EVENING)
    async with replicas(database_url, keyring, clock) as reactions:
        await dislike_all(reactions, drafts, at=clock.now)
    async with database.begin() as unit:
        [one, other] = await unit.asks.open_of(WORKSPACE, user_id=USER, since=EVENING)
        await unit.asks.answer(WORKSPACE, user_id=USER, draft_id=one.draft_id, answer="not_now")

    async with database.read() as unit:
        left = await unit.asks.open_of(WORKSPACE, user_id=USER, since=EVENING)
        later = await unit.asks.open_of(WORKSPACE, user_id=USER, since=EVENING + timedelta(seconds=1))
    assert [each.draft_id for each in left] == [other.draft_id]
    assert later == []
