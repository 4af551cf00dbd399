"""Stats from tallies, a recount of rows and a plain count of raw opinions say the same, whatever people did."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.digests.stats import build_figures
from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger, find_place
from bot.feedback.tallying import posted_deltas
from storage.engine import Database
from storage.models import Draft, DraftStanding, Opinion
from storage.queries.quality import Scope
from tests.factories import NOW, make_draft, make_workspace

PEOPLE = ("U0ANN", "U0BEN", "U0CAT", "U0DAN")
CHANNELS = ("C0ONE", "C0TWO")
TASKS = ("reply", "announcement")
FIRST, LAST = date(2026, 11, 18), date(2026, 11, 22)
CONTROLS = (
    ("reaction", "emoji:+1", "positive"),
    ("reaction", "emoji:-1", "negative"),
    ("button", "buttons", "negative"),
    ("rating", "stars", "2"),
    ("rating", "stars", "5"),
    ("approval", "use", "true"),
    ("flag", "flag", "biased"),
    ("flag", "flag", "unsafe"),
    ("correction", "reply:1.000001", ""),
    ("edit", "edit:V1", ""),
)
drafts = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(CHANNELS), st.sampled_from(TASKS), st.integers(0, 160)
    ),
    min_size=1,
    max_size=5,
)
acts = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(PEOPLE),
        st.sampled_from(CONTROLS),
        st.sampled_from(["set", "set", "set", "withdraw"]),
        st.integers(0, 160),
        st.integers(0, 1000),
    ),
    max_size=60,
)
FLAG, LIKE = ("flag", "flag", "biased"), ("reaction", "emoji:+1", "positive")
ONE_DRAFT = [("U0ANN", "C0ONE", "reply", 30)]
EVERYTHING = (None, None, None)
TWO_FLAGS = [(0, "U0BEN", FLAG, "set", 29, 0), (0, "U0CAT", FLAG, "set", 28, 0)]
ONE_FLAG_TAKEN_BACK = [*TWO_FLAGS, (0, "U0CAT", FLAG, "withdraw", 27, 0)]
LIKED_ON_ANOTHER_DAY = [(0, "U0BEN", LIKE, "set", 10, 0)]
scopes = st.tuples(
    st.sampled_from([None, *CHANNELS]), st.sampled_from([None, *TASKS]), st.sampled_from([None, *PEOPLE])
)


def test_stats_recount_and_raw_opinions_agree(database_url, keyring):
    with asyncio.Runner() as runner:
        database = Database.connect(database_url, keyring=keyring)

        @settings(
            max_examples=40,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        )
        @given(drafts, acts, scopes)
        @example(ONE_DRAFT, TWO_FLAGS, EVERYTHING)
        @example(ONE_DRAFT, ONE_FLAG_TAKEN_BACK, EVERYTHING)
        @example(ONE_DRAFT, LIKED_ON_ANOTHER_DAY, EVERYTHING)
        def agree(posted, done, chosen):
            runner.run(_agree(database, posted, done, chosen))

        agree()
        runner.run(database.close())


async def _agree(database, posted, done, chosen):
    workspace_id = f"T{uuid4().hex[:12]}"
    await _play(database, workspace_id, posted, done)
    channel_id, task, user_id = chosen
    scope = Scope(workspace_id=workspace_id, channel_id=channel_id, task=task, user_id=user_id)
    since = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)

    async with database.read() as unit:
        totals = await unit.quality.totals(scope, first_day=FIRST, last_day=LAST)
        recount = await unit.quality.recount(scope, since=since, until=since + timedelta(days=5))
        plain = await _plain_count(unit, scope)

    assert totals == recount
    assert build_figures(totals) == build_figures(recount)
    assert {name: getattr(totals, name) for name in plain} == plain


async def _play(database, workspace_id, posted, done):
    stamps = [f"1764000000.{number:06d}" for number in range(len(posted))]
    numbers = count()
    async with database.begin() as unit:
        await make_workspace(unit, workspace_id)
        for (requester, channel_id, task, hours), stamp in zip(posted, stamps, strict=True):
            draft = await make_draft(
                unit,
                workspace_id=workspace_id,
                channel_id=channel_id,
                ts=stamp,
                task=task,
                requester_id=requester,
                posted_at=NOW - timedelta(hours=hours),
            )
            place = await find_place(unit, _act(draft, stamp, "probe"))
            await unit.tallies.add(posted_deltas(place))
        for index, user_id, control, kind, hours, weight in done:
            number = index % len(posted)
            act = Act(
                workspace_id=workspace_id,
                event_id=f"Ev{next(numbers)}",
                channel_id=posted[number][1],
                message_ts=stamps[number],
                user_id=user_id,
                kind=control[0],
                control=control[1],
                value=control[2],
                act=kind,
                event_us=int((NOW - timedelta(hours=hours)).timestamp()) * 1_000_000,
                weight=weight if control[0] == "edit" else 0,
            )
            await Ledger().record(unit, act, now=NOW)


def _act(draft, stamp, event_id):
    return Act(draft.workspace_id, event_id, draft.channel_id, stamp, "U0ANN", "reaction", "", "", 0)


async def _plain_count(unit, scope):
    """Count one by one, in Python, sharing nothing with the product's queries but the rows."""
    session = unit.quality._session
    all_drafts = {draft.id: draft for draft in await session.scalars(select(Draft))}
    standings = {standing.draft_id: standing for standing in await session.scalars(select(DraftStanding))}
    wanted = {
        draft.id
        for draft in all_drafts.values()
        if draft.workspace_id == scope.workspace_id
        and scope.channel_id in {None, draft.channel_id}
        and scope.task in {None, draft.task}
    }
    said = [
        opinion
        for opinion in await session.scalars(select(Opinion))
        if opinion.draft_id in wanted
        and scope.user_id in {None, opinion.user_id}
        and FIRST <= datetime.fromtimestamp(opinion.event_us / 1e6, UTC).date() <= LAST
    ]
    mine = [
        standings.get(draft_id)
        for draft_id in wanted
        if scope.user_id in {None, all_drafts[draft_id].requester_id}
        and FIRST <= all_drafts[draft_id].posted_at.date() <= LAST
    ]
    kinds = Counter(opinion.kind for opinion in said)
    values = Counter(opinion.value for opinion in said if opinion.dimension in {"vote", "flag", "rating"})
    return {
        "drafts": len(mine),
        "judged": sum(standing is not None and standing.verdict != "open" for standing in mine),
        "accepted": sum(standing is not None and standing.verdict == "accepted" for standing in mine),
        "flagged": sum(standing is not None and standing.flags > 0 for standing in mine),
        "positives": values["positive"],
        "negatives": values["negative"],
        "stars": tuple(values[str(star)] for star in range(1, 6)),
        "approvals": kinds["approval"],
        "flags": kinds["flag"],
        "flag_categories": {name: values[name] for name in ("biased", "unsafe") if values[name]},
        "corrections": kinds["correction"],
        "edits": kinds["edit"],
        "edit_thousandths": sum(int(opinion.value) for opinion in said if opinion.kind == "edit"),
        "contributors": len({opinion.user_id for opinion in said}),
    }
