"""The feed skips nothing, whatever is written at the same time."""

import asyncio
import json
import random
from datetime import timedelta

import pytest

from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger
from bot.integrations.feed import CursorUnknown, FeedReader, read_cursor, write_cursor
from bot.training.exports import FeedbackExport
from storage.queries.feed import FeedFilter
from tests.factories import NOW, WORKSPACE, make_channel, make_draft, make_member, make_signal, make_workspace


@pytest.fixture
async def feed(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit)
    return FeedReader(database)


async def all_of(feed, *, limit=3, cursor=None, **only):
    rows = []
    while True:
        page = await feed.page(WORKSPACE, cursor=cursor, limit=limit, **only)
        rows += page.rows
        cursor = page.cursor
        if not page.more:
            return rows, cursor


async def test_the_feed_has_the_rows_of_the_export(feed, database):
    async with database.begin() as unit:
        draft = await make_draft(unit, external_id="job-1")
        await make_signal(unit, draft)
        await make_signal(unit, draft, kind="rating", control="stars", slot="rating", value="4")
        await make_signal(unit, draft, kind="approval", control="use", slot="approval", value="true")
        await make_signal(
            unit, draft, kind="correction", control="reply:1", slot="reply:1", value="", text="Bétter."
        )
        await make_signal(unit, draft, act="withdraw")
    lines = [line async for line, _ in FeedbackExport(database).lines("jsonl")]

    rows, _ = await all_of(feed)

    exported = sorted(
        (json.loads(line) for line in "".join(lines).splitlines()), key=lambda row: row["event_id"]
    )
    ours = {"draft": draft.id, "external_id": "job-1"}
    assert sorted(rows, key=lambda row: row["event_id"]) == [{**row, **ours} for row in exported]
    assert {row["kind"]: row["value"] for row in rows}.items() >= {"rating": 4, "approval": True}.items()


async def test_pages_follow_one_another_without_gaps_and_the_last_one_can_be_continued(feed, database):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        for number in range(8):
            await make_signal(unit, draft, event_id=f"Ev-a{number}")
    first, cursor = await all_of(feed)
    nothing, same = await all_of(feed, cursor=cursor)
    async with database.begin() as unit:
        await make_signal(unit, draft, event_id="Ev-b")

    later, _ = await all_of(feed, cursor=cursor)

    assert [row["event_id"] for row in first] == [f"Ev-a{number}" for number in range(8)]
    assert (nothing, same) == ([], cursor)
    assert [row["event_id"] for row in later] == ["Ev-b"]


async def test_filters_narrow_and_still_reach_the_end(feed, database):
    async with database.begin() as unit:
        draft, other = await make_draft(unit), await make_draft(unit, channel_id="C0OTHER")
        await make_signal(unit, draft)
        await make_signal(unit, other, kind="flag", control="flag", slot="flag", value="unsafe")
        for _ in range(5):
            await make_signal(unit, draft)

    flags, cursor = await all_of(feed, only=FeedFilter(kind="flag"))
    of_channel, _ = await all_of(feed, only=FeedFilter(channel_id="C0OTHER"))
    of_draft, _ = await all_of(feed, only=FeedFilter(draft_id=draft.id))

    assert [row["value"] for row in flags] == ["unsafe"]
    assert of_channel == flags
    assert len(of_draft) == 6
    assert (await all_of(feed, cursor=cursor))[0] == []


async def test_a_signal_that_is_stored_late_comes_late_and_is_not_skipped(feed, database):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        await make_signal(unit, draft, event_id="Ev-now")
    _, cursor = await all_of(feed)
    async with database.begin() as unit:
        await make_signal(unit, draft, event_id="Ev-old", received_at=NOW - timedelta(days=2))

    rows, _ = await all_of(feed, cursor=cursor)

    assert [row["event_id"] for row in rows] == ["Ev-old"]


async def test_a_status_that_changes_is_told_again(feed, database):
    ledger = Ledger()
    async with database.begin() as unit:
        draft = await make_draft(unit)
    for number, act in enumerate(("set", "withdraw")):
        async with database.begin() as unit:
            await ledger.record(unit, _reaction(draft, f"Ev{number}", us=number, act=act), now=NOW)
        if act == "set":
            first, cursor = await all_of(feed)

    again, _ = await all_of(feed, cursor=cursor)

    assert [(row["event_id"], row["status"]) for row in [*first, *again]] == [
        ("Ev0", "counted"),
        ("Ev0", "withdrawn"),
    ]


async def test_who_opted_out_is_left_out(feed, database):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        await make_signal(unit, draft)
        await make_signal(unit, draft, user_id="U0BEN", event_id="Ev-ben")
        await make_member(unit, opted_out=True)

    rows, cursor = await all_of(feed)

    assert [row["event_id"] for row in rows] == ["Ev-ben"]
    assert read_cursor(cursor) == 3  # The draft and both signals have their places.


async def test_another_workspace_has_a_feed_of_its_own(feed, database):
    async with database.begin() as unit:
        await make_workspace(unit, "T0OTHER")
        await make_signal(unit, await make_draft(unit, workspace_id="T0OTHER"), event_id="Ev-theirs")
        await make_signal(unit, await make_draft(unit), event_id="Ev-ours")

    rows, _ = await all_of(feed)

    assert [row["event_id"] for row in rows] == ["Ev-ours"]


async def test_readers_beside_many_writers_see_everything_in_one_order(feed, database):
    """Writers hold their transactions open for different times, so that they commit in another order than they began."""
    dice = random.Random(4)
    async with database.begin() as unit:
        drafts = [await make_draft(unit) for _ in range(6)]
    writing = asyncio.Event()
    seen = [[], []]

    async def write(number):
        async with database.begin() as unit:
            draft = drafts[number % 6]
            await make_signal(unit, draft, event_id=f"Ev-{number}", user_id=f"U{number}")
            await asyncio.sleep(dice.random() / 50)

    async def read(rows):
        cursor = None
        while True:
            last_round = writing.is_set()
            page = await feed.page(WORKSPACE, cursor=cursor, limit=dice.randint(1, 9))
            rows += [row["event_id"] for row in page.rows]
            cursor = page.cursor
            if last_round and not page.more:
                return
            await asyncio.sleep(0)

    async def write_all():
        await asyncio.gather(*(write(number) for number in range(60)))
        writing.set()

    await asyncio.gather(write_all(), *(read(rows) for rows in seen))

    assert sorted(seen[0]) == sorted(f"Ev-{number}" for number in range(60))
    assert seen[0] == seen[1] == [row["event_id"] for row in (await all_of(feed, limit=500))[0]]


async def test_changes_of_mind_beside_readers_end_with_the_right_status(feed, database):
    """The ledger rewrites signals while the feed gives them places: nobody waits in a ring, the last word is right."""
    ledger = Ledger()
    async with database.begin() as unit:
        drafts = [await make_draft(unit) for _ in range(3)]
    told = {}

    async def change_minds(person):
        for number in range(6):
            for draft in drafts:
                async with database.begin() as unit:
                    act = _reaction(
                        draft,
                        f"Ev-{person}-{draft.id}-{number}",
                        us=number,
                        user_id=person,
                        up=number % 2 == 0,
                    )
                    await ledger.record(unit, act, now=NOW)

    async def read(until):
        cursor, ended = None, False
        while not ended:
            ended = until.done()
            rows, cursor = await all_of(feed, cursor=cursor, limit=5)
            told.update({row["event_id"]: row["status"] for row in rows})

    writers = asyncio.gather(*(change_minds(person) for person in ("U1", "U2", "U3", "U4")))
    await asyncio.gather(writers, read(writers))

    lines = [line async for line, _ in FeedbackExport(database).lines("jsonl")]
    kept = {row["event_id"]: row["status"] for row in map(json.loads, "".join(lines).splitlines())}
    assert told == kept
    assert len(kept) == 72


@pytest.mark.parametrize(
    "cursor", ["", "x", "djE6", "djE6LTE", "ä", "djE6" + "OQ" * 40, write_cursor(5) + "=="]
)
def test_a_cursor_that_is_none_is_refused(cursor):
    if cursor.startswith(write_cursor(5)):
        assert read_cursor(cursor) == 5
        return
    with pytest.raises(CursorUnknown):
        read_cursor(cursor)


def _reaction(draft, event_id, *, us, act="set", user_id="U0ALICE", up=True):
    return Act(
        workspace_id=draft.workspace_id,
        event_id=event_id,
        channel_id=draft.channel_id,
        message_ts=draft.message_ts,
        user_id=user_id,
        kind="reaction",
        control="emoji:+1" if up else "emoji:-1",
        value="positive" if up else "negative",
        event_us=int(NOW.timestamp() * 1_000_000) + us,
        act=act,
    )
