"""How fast the ledger becomes a file. Run by `make bench`; the suite never asserts times."""

import asyncio
from datetime import timedelta

import pytest

from bot.training.exports import FeedbackExport
from storage.engine import Database
from storage.models import Signal
from storage.types import new_id
from tests.factories import NOW, WORKSPACE, make_draft, make_workspace

ROWS = 300_000
BATCH = 10_000


def build_rows(draft_id: str, first: int) -> list[dict[str, object]]:
    return [
        {
            "id": new_id(),
            "workspace_id": WORKSPACE,
            "event_id": f"Ev{number:09}",
            "draft_id": draft_id,
            "channel_id": f"C{number % 20:09}",
            "message_ts": f"1731{number % 5_000:06}.000100",
            "user_id": f"U{number % 300:09}",
            "kind": "reaction",
            "act": "set",
            "control": "emoji:+1",
            "slot": "vote",
            "value": "positive" if number % 3 else "negative",
            "event_us": 1_731_000_000_000_000 + number,
            "received_at": NOW + timedelta(milliseconds=number),
            "status": "counted",
        }
        for number in range(first, first + BATCH)
    ]


async def fill(database) -> None:
    async with database.begin() as unit:
        await make_workspace(unit)
        draft = await make_draft(unit)
    for first in range(0, ROWS, BATCH):
        rows = build_rows(draft.id, first)
        async with database.begin() as unit:
            await unit.run_sync(
                lambda connection, rows=rows: connection.execute(Signal.__table__.insert(), rows)
            )


@pytest.mark.parametrize("output", ["jsonl", "csv"])
def test_export_of_300_000_signals(benchmark, database_url, keyring, tmp_path, output):
    database = Database.connect(database_url, keyring=keyring)
    path = tmp_path / f"feedback.{output}"

    async def export() -> int:
        written = 0
        with path.open("wb") as file:
            async for chunk, rows in FeedbackExport(database).lines(output):
                file.write(chunk.encode())
                written += rows
        return written

    with asyncio.Runner() as runner:
        runner.run(fill(database))
        written = benchmark.pedantic(lambda: runner.run(export()), rounds=3, warmup_rounds=1)
        runner.run(database.close())

    benchmark.extra_info["rows_per_second"] = round(ROWS / benchmark.stats.stats.min)
    assert written == ROWS
