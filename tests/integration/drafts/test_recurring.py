"""Recurring briefs: set up and changed by whom they concern, asked for exactly once whatever clocks and replicas do."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.digests.timetable import Timetable
from bot.drafts.recurrence import RecurrenceUnclear
from bot.drafts.recurring import (
    MOST_PER_CHANNEL,
    RecurringBriefs,
    RecurringFull,
    RecurringNotYours,
    RecurringNowhere,
    RecurringOrder,
    RecurringUnknown,
)
from bot.drafts.recurring_due import RecurringSchedule
from bot.drafts.request import Drafts
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.groups import UserGroups
from bot.slack.messenger import Messenger
from bot.team.asking import Asking, NotAsked
from storage.models import Draft, RecurringBrief
from tests.factories import make_channel, make_member, make_workspace

TEAM, CHANNEL = "T0SANDBOX", "C0GENERAL"
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 15:00 in Berlin
DAY, WEEK = timedelta(days=1), timedelta(days=7)
# What follows hangs on no database.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Clock:
    """A clock that stands until it is moved."""

    now = THURSDAY

    def __call__(self):
        return self.now


class Scene:
    """A channel, its people and the services of recurring briefs; `replica` is one more process on the same database."""

    def __init__(self, database, durable, messenger, groups):
        self.database, self.durable, self.messenger, self.clock = database, durable, messenger, Clock()
        admins = Admins(messenger)
        asking = Asking(database, admins=admins, groups=groups)
        self.briefs = RecurringBriefs(database, asking=asking, admins=admins, clock=self.clock)
        self.schedule = self.replica(durable)

    def replica(self, durable):
        drafts = Drafts(self.database, durable=durable, clock=self.clock)
        return RecurringSchedule(self.database, drafts=drafts, durable=durable, messenger=self.messenger)

    async def begin(self, ana, **channel):
        self.ana = ana
        async with self.database.begin() as unit:
            await make_workspace(unit, TEAM, timezone="Europe/Berlin")
            await make_channel(unit, CHANNEL, workspace_id=TEAM, **channel)

    async def add(self, words="friday 15:00 the week in three lines", *, key="command:1", by=None):
        return await self.briefs.add(RecurringOrder(TEAM, CHANNEL, by or self.ana, words, key))

    async def tick(self, now):
        self.clock.now = now
        return await self.schedule.run_due(now)

    async def row(self, line):
        async with self.database.read() as unit:
            return await unit.recurring.get(line.id)

    async def drafts(self):
        """The drafts that were asked for, by their key's date."""
        async with self.database.read() as unit:
            rows = await unit._session.scalars(select(Draft).order_by(Draft.created_at, Draft.request_key))
            return {row.request_key.rpartition(":")[2]: row for row in rows}

    async def set(self, table, **columns):
        async with self.database.begin() as unit:
            if table == "channel":
                await make_channel(unit, CHANNEL, workspace_id=TEAM, **columns)
            else:
                await make_member(unit, self.ana, workspace_id=TEAM, **columns)


@pytest.fixture
async def sandbox():
    async with Sandbox() as opened:
        yield opened


@pytest.fixture
async def scene(database, sandbox):
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    clients, durable = Clients(settings, database), Durable(database, executor_id="test")
    await durable.ensure_tables()
    messenger = Messenger(clients, database=database, posts_per_second=1_000)
    made = Scene(database, durable, messenger, UserGroups(clients))
    await made.begin(sandbox.add_person("Ana").user_id)
    yield made
    await durable.close()
    await messenger.close()


async def test_an_order_is_kept_once_and_planned_in_the_workspaces_zone(scene):
    first = await scene.add()
    again = await scene.add()
    other = await scene.add("every weekday 9:00 standup questions", key="command:2")

    assert (first.number, again.number, other.number) == (1, 1, 2)
    assert (first.rhythm, first.next_at, first.timezone) == ("Friday at 15:00", FRIDAY, "Europe/Berlin")
    page = await scene.briefs.page(TEAM, channel_id=CHANNEL, reader_id=scene.ana)
    assert [line.brief for line in page.lines] == ["the week in three lines", "standup questions"]


@on_sqlite
async def test_an_order_that_cannot_be_kept_is_said_kindly(scene):
    with pytest.raises(RecurrenceUnclear, match="not yet what to write"):
        await scene.add("friday 15:00")
    await scene.set("channel", refreshed_at=THURSDAY, bot_is_member=False)
    with pytest.raises(RecurringNowhere):
        await scene.add()
    await scene.set("channel", who_may_ask="admins", bot_is_member=True)
    with pytest.raises(NotAsked):
        await scene.add()

    assert (await scene.briefs.page(TEAM, channel_id=CHANNEL, reader_id=scene.ana)).total == 0


async def test_a_channel_keeps_fifty_and_orders_of_one_moment_get_numbers_of_their_own(scene):
    numbers = {line.number for line in await asyncio.gather(*(scene.add(key=f"{n}") for n in range(4)))}
    async with scene.database.begin() as unit:
        for number in range(5, MOST_PER_CHANNEL + 1):
            unit._session.add(_row(scene.ana, number))

    with pytest.raises(RecurringFull):
        await scene.add(key="command:last")

    assert numbers == {1, 2, 3, 4}
    last = await scene.briefs.page(TEAM, channel_id=CHANNEL, reader_id=scene.ana, page=99)
    assert (last.page, last.pages, len(last.lines)) == (6, 7, 2)


@on_sqlite
async def test_its_creator_or_an_admin_changes_it_and_nobody_else(scene, sandbox):
    line = await scene.add()
    ben, chloe = sandbox.add_person("Ben").user_id, sandbox.add_person("Chloe", admin=True).user_id

    with pytest.raises(RecurringNotYours):
        await scene.briefs.change(TEAM, brief_id=line.id, deed="delete", user_id=ben)
    with pytest.raises(RecurringUnknown):
        await scene.briefs.change("T0OTHER", brief_id=line.id, deed="delete", user_id=scene.ana)
    paused = await scene.briefs.change(TEAM, brief_id=line.id, deed="pause", user_id=chloe)
    resumed = await scene.briefs.change(TEAM, brief_id=line.id, deed="resume", user_id=scene.ana)
    await scene.briefs.change(TEAM, brief_id=line.id, deed="resume", user_id=scene.ana)
    await scene.briefs.change(TEAM, brief_id=line.id, deed="delete", user_id=chloe)

    assert (paused.next_at, resumed.next_at) == (None, FRIDAY)
    row = await scene.row(line)
    assert (row.state, row.next_at, row.brief_sealed) == ("deleted", None, None)
    with pytest.raises(RecurringUnknown):
        await scene.briefs.id_of(TEAM, number="1")
    async with scene.database.read() as unit:
        entries = await unit.audit.of_workspace(TEAM)
    assert sorted(entry.action for entry in entries) == [
        f"recurring.{deed}" for deed in ("add", "delete", "pause", "resume")
    ]


@on_sqlite
async def test_admins_see_that_others_have_briefs_but_not_their_words(scene, sandbox):
    chloe = sandbox.add_person("Chloe", admin=True).user_id
    await scene.add()
    await scene.add("day 9:00 mine", key="command:2", by=chloe)

    page = await scene.briefs.page_of_everybody(TEAM, reader_id=chloe)

    assert [line.brief for line in page.lines] == [None, "mine"]
    assert (await scene.briefs.page(TEAM, reader_id=scene.ana)).total == 1


async def test_a_due_brief_is_asked_for_once_and_the_next_one_planned(scene):
    line = await scene.add()

    counts = [await scene.tick(FRIDAY + timedelta(seconds=seconds)) for seconds in (-1, 0, 5)]

    assert counts == [0, 1, 0]
    (draft,) = (await scene.drafts()).values()
    assert (draft.source, draft.requester_id, draft.channel_id) == ("recurring", scene.ana, CHANNEL)
    assert (draft.brief, draft.request_key) == ("the week in three lines", f"recurring:{line.id}:2026-11-20")
    assert (await scene.row(line)).next_at == FRIDAY + WEEK


async def test_many_replicas_at_once_ask_once(scene):
    line = await scene.add()
    scene.clock.now = FRIDAY
    other = Durable(scene.database, executor_id="replica-2")
    replicas = [scene.replica(durable) for durable in (scene.durable, other)]

    counts = await asyncio.gather(*(replica.run_due(FRIDAY) for replica in replicas * 3))
    await other.close()

    assert sum(counts) == 1
    assert list(await scene.drafts()) == ["2026-11-20"]
    assert (await scene.row(line)).next_at == FRIDAY + WEEK


@on_sqlite
async def test_of_missed_rounds_the_latest_is_asked_for_unless_it_is_a_day_old(scene):
    daily = await scene.add("day 15:00 x")
    await scene.add("friday 15:00 y", key="command:2")

    await scene.tick(FRIDAY + 5 * DAY + timedelta(hours=2))

    assert list(await scene.drafts()) == ["2026-11-25"]
    assert (await scene.row(daily)).next_at == FRIDAY + 6 * DAY


@on_sqlite
async def test_clock_changes_leave_one_draft_per_local_date(scene):
    start, autumn = datetime(2027, 3, 20, tzinfo=UTC), datetime(2027, 10, 30, 22, tzinfo=UTC)
    scene.clock.now = start
    await scene.add("sun,wed 02:30 x")  # 02:30 is skipped on one Sunday and comes twice on another.

    for hours in range(0, 24 * 14, 8):
        await scene.tick(start + timedelta(hours=hours))
    for minutes in range(0, 60 * 6, 20):
        await scene.tick(autumn + timedelta(minutes=minutes))

    drafts = await scene.drafts()
    assert list(drafts) == ["2027-03-21", "2027-03-24", "2027-03-28", "2027-03-31", "2027-10-31"]
    assert drafts["2027-10-31"].created_at == datetime(2027, 10, 31, 0, 40, tzinfo=UTC)


@on_sqlite
async def test_a_clock_that_jumps_there_and_back_repeats_nothing_and_recovers(scene):
    line = await scene.add()

    await scene.tick(FRIDAY + 3 * WEEK)
    await scene.tick(FRIDAY - timedelta(hours=1))
    replanned = (await scene.row(line)).next_at
    await scene.tick(FRIDAY)
    await scene.tick(FRIDAY)

    assert replanned == FRIDAY
    assert list(await scene.drafts()) == ["2026-11-20", "2026-12-11"]


async def test_a_new_time_zone_moves_what_is_planned_and_repeats_no_date(scene):
    line = await scene.add()
    timetable = Timetable(scene.database, clock=scene.clock)

    await scene.tick(FRIDAY)
    await timetable.set_timezone(TEAM, name="America/New_York", user_id=scene.ana)
    moved = (await scene.row(line)).next_at
    await scene.tick(moved)

    assert moved == FRIDAY + timedelta(hours=6)
    assert list(await scene.drafts()) == ["2026-11-20"]
    assert (await scene.row(line)).next_at == moved + WEEK


@on_sqlite
@pytest.mark.parametrize(
    ("table", "columns", "told"),
    [
        ("channel", {"refreshed_at": THURSDAY, "bot_is_member": False}, "I am no longer in"),
        ("channel", {"archived": True}, "is archived"),
    ],
)
async def test_without_its_channel_a_brief_pauses_and_its_creator_is_told_once(
    scene, sandbox, table, columns, told
):
    line = await scene.add()
    await scene.set(table, **columns)

    await scene.tick(FRIDAY)
    await scene.tick(FRIDAY + WEEK)
    reason = "archived" if "archived" in columns else "left"
    for _ in range(2):
        await scene.schedule.tell_paused(line.id, reason, "2026-11-20")

    assert ((await scene.row(line)).state, await scene.drafts()) == ("paused", {})
    (notice,) = sandbox.messages(sandbox.workspace.direct_channel(scene.ana))
    assert told in notice.text


@on_sqlite
async def test_a_brief_whose_creator_is_gone_pauses_and_an_admin_takes_it_over(scene, sandbox):
    chloe = sandbox.add_person("Chloe", admin=True).user_id
    line = await scene.add()
    await scene.set("member", deactivated=True)

    await scene.tick(FRIDAY)
    paused = (await scene.row(line)).state
    resumed = await scene.briefs.change(TEAM, brief_id=line.id, deed="resume", user_id=chloe)
    await scene.tick(FRIDAY + WEEK)

    assert (paused, resumed.creator_id) == ("paused", chloe)
    assert [draft.requester_id for draft in (await scene.drafts()).values()] == [chloe]


@on_sqlite
@pytest.mark.parametrize(
    ("late", "told"), [(timedelta(minutes=10), []), (timedelta(hours=3), ["due on Friday at 15:00"])]
)
async def test_a_draft_that_comes_late_says_so_in_its_thread_once(scene, sandbox, late, told):
    channel = sandbox.add_channel("launch")
    await scene.add()
    await scene.tick(FRIDAY + late)
    (draft,) = (await scene.drafts()).values()
    placeholder = await scene.messenger.post(TEAM, channel_id=channel.id, text="The draft.", key="draft")
    async with scene.database.begin() as unit:
        row = await unit.drafts.get(draft.id)
        row.message_ts, row.channel_id = placeholder, channel.id

    for _ in range(2):
        await scene.schedule.tell_late(draft.id)

    thread = sandbox.messages(channel, thread=sandbox.message(channel, ts=placeholder))
    assert [words in note.text for note, words in zip(thread, told, strict=True)] == [True] * len(told)


async def test_what_is_not_committed_is_not_asked_for(scene, monkeypatch):
    line = await scene.add()

    async def dies(*_args, **_options):
        raise ConnectionError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(scene.durable, "enqueue", dies)
        with pytest.raises(ConnectionError):
            await scene.tick(FRIDAY)
    unmoved = (await scene.row(line)).next_at
    await scene.tick(FRIDAY + timedelta(seconds=5))

    assert unmoved == FRIDAY
    assert list(await scene.drafts()) == ["2026-11-20"]


def _row(creator_id, number):
    return RecurringBrief(
        workspace_id=TEAM,
        number=number,
        channel_id=CHANNEL,
        creator_id=creator_id,
        request_key=f"row:{number}",
        brief="x",
        weekdays="fri",
        local_time="15:00",
        next_at=FRIDAY,
        created_at=THURSDAY,
    )
