"""How long `/draftloop stats` takes as a workspace's feedback grows. Run by `make bench`; nothing is asserted about time.

Stats read the tallies only, so those are made straight away: what the ledger writes for that many signals. In
`history` the same team works ever longer (330 signals a day: 10,000 are a month, 1,000,000 are eight years); in
`crowd` ever more people and channels fill the same 90 days. The timed call is one channel's stats; `median_ms` in the
extra information has every scope. Compare one scope across sizes.
"""

import asyncio
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import text

from bot.digests.stats import Stats
from storage.engine import Database
from storage.models import Tally
from storage.queries.quality import Scope
from storage.repositories.tallies import TallyDelta, merged
from tests.factories import WORKSPACE, make_workspace

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PER_DAY = 330
CROWD_DAYS = 90
BATCH = 20_000
ROUNDS = 15
MEASURES = ("positive", "positive", "negative", "approval", "correction", "rating:5", "flag", "draft")
TASKS = ("reply", "announcement", "release-notes", "plain")
SCOPES = {
    "workspace": {},
    "channel": {"channel_id": "C000003"},
    "task": {"task": "reply"},
    "me": {"user_id": "U000007"},
}


def build_tallies(signals: int, growth: str) -> Counter[tuple[date, str, str, str, str]]:
    """Count that many signals by day, channel, task, person and measure."""
    chance = random.Random(signals)
    days = signals // PER_DAY + 1 if growth == "history" else CROWD_DAYS
    people = 60 if growth == "history" else max(60, signals // 1_000)
    channels = 12 if growth == "history" else max(12, signals // 5_000)

    def one_signal():
        person = chance.randrange(people)
        channel = (person + chance.randrange(3)) % channels  # people vote in a few channels each
        day = NOW.date() - timedelta(days=chance.randrange(days))
        return day, f"C{channel:06}", TASKS[channel % 4], f"U{person:06}", chance.choice(MEASURES)

    return Counter(one_signal() for _ in range(signals))


async def fill(database, signals: int, growth: str) -> int:
    rows = merged(
        TallyDelta(WORKSPACE, day, channel, task, "base", person, measure, n)
        for (day, channel, task, person, measure), n in build_tallies(signals, growth).items()
    )
    async with database.begin() as unit:
        await make_workspace(unit)
        for first in range(0, len(rows), BATCH):
            chunk = rows[first : first + BATCH]
            await unit.run_sync(
                lambda connection, chunk=chunk: connection.execute(Tally.__table__.insert(), chunk)
            )
        await unit.run_sync(lambda connection: connection.execute(text("ANALYZE")))  # as autovacuum would
    return len(rows)


async def median_milliseconds(stats: Stats, scope: Scope) -> float:
    async def one_answer() -> float:
        begun = perf_counter()
        report = await stats.report(scope, days=30)
        assert not report.totals.empty
        return perf_counter() - begun

    return round(1_000 * median([await one_answer() for _ in range(ROUNDS)]), 2)


@pytest.mark.parametrize("signals", [10_000, 100_000, 1_000_000])
@pytest.mark.parametrize("growth", ["history", "crowd"])
def test_stats_of_30_days(benchmark, database_url, keyring, growth, signals):
    database = Database.connect(database_url, keyring=keyring)
    stats = Stats(database, clock=lambda: NOW)
    scopes = {name: Scope(workspace_id=WORKSPACE, **more) for name, more in SCOPES.items()}

    with asyncio.Runner() as runner:
        rows = runner.run(fill(database, signals, growth))
        benchmark.pedantic(
            lambda: runner.run(stats.report(scopes["channel"], days=30)), rounds=ROUNDS, warmup_rounds=2
        )
        medians = {name: runner.run(median_milliseconds(stats, scope)) for name, scope in scopes.items()}
        runner.run(database.close())

    benchmark.extra_info |= {"signals": signals, "tally_rows": rows, "median_ms": medians}
