"""Fills a ledger and freezes or exports its dataset in this process, then prints what that took, as JSON.

`python -m tests.benchmarks.dataset_load freeze 100000 sqlite:////tmp/x.db`; a process of its own, because the memory that
is measured is a process's peak.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from bot.training.consent import Consent
from bot.training.datasets import Dataset, Datasets
from bot.training.exports import training_lines
from bot.training.parquet import parquet_chunks
from storage.engine import Database
from storage.keyring import Keyring
from storage.models import Correction, Draft, Revision, Signal
from storage.repositories.base import column_values
from tests.conftest import TEST_KEY
from tests.factories import CHANNEL, NOW, USER, WORKSPACE, make_workspace

BATCH = 2_000
PEOPLE = 400
WORDS = [f"word{number}" for number in range(3_000)]


def text_of(words: int, draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=words))


def taught(number: int) -> Iterator[Any]:
    """One draft that somebody rewrote: it becomes a completion and a pair."""
    draw = random.Random(number)
    draft_id, person = f"{draw.getrandbits(128):032x}", f"U{draw.randrange(PEOPLE):09}"
    original, control = text_of(60, draw), f"reply:{number}"
    own = {"workspace_id": WORKSPACE, "draft_id": draft_id}
    yield Draft(
        id=draft_id, workspace_id=WORKSPACE, channel_id=CHANNEL, requester_id=USER, task="plain", source="command",
        request_key=f"request:{number}", brief=text_of(12, draw), state="posted", current_revision_id=draft_id,
        created_at=NOW,
    )  # fmt: skip
    yield Revision(id=draft_id, number=1, kind="generated", text=original, created_at=NOW, **own)
    yield Correction(
        user_id=person, control=control, source="thread", interpretation="rewrite", interpreted_by="program",
        text=text_of(60, draw), original=original, revision_id=draft_id, state="standing", created_at=NOW,
        changed_at=NOW, **own,
    )  # fmt: skip
    yield Signal(
        event_id=f"Ev{number}", channel_id=CHANNEL, message_ts=f"1.{number}", user_id=person, kind="correction",
        control=control, slot=control, value="", event_us=number, received_at=NOW, status="counted", **own,
    )  # fmt: skip


async def fill(database: Database, rows: int) -> None:
    """Teach half as many drafts as there are to be rows."""
    async with database.begin() as unit:
        await make_workspace(unit)
    await Consent(database).attest(WORKSPACE, user_id=USER, now=NOW)
    for first in range(0, rows // 2, BATCH):
        await write(database, range(first, min(first + BATCH, rows // 2)))


async def write(database: Database, numbers: range) -> None:
    tables: dict[Any, list[dict[str, Any]]] = {}
    for number in numbers:
        for row in taught(number):
            tables.setdefault(type(row).__table__, []).append(column_values(row, keyring=database.keyring))
    async with database.begin() as unit:
        for table, values in tables.items():
            await unit.run_sync(
                lambda connection, table=table, values=values: connection.execute(table.insert(), values)
            )


async def freeze(database: Database) -> Dataset:
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    async with database.begin() as unit:
        version = await datasets.freeze(unit, dataset, workspace_id=WORKSPACE, now=NOW)
    assert version.content_hash == dataset.content_hash
    return dataset


async def export(database: Database) -> Dataset:
    return await _export(database, training_lines, output="jsonl")


async def parquet(database: Database) -> Dataset:
    return await _export(database, parquet_chunks)


async def _export(database: Database, chunks: Any, **how: str) -> Dataset:
    datasets = Datasets(database)
    dataset = await datasets.build(WORKSPACE)
    rows = datasets.rows(dataset, kind="preference")
    written = sum([count async for _, count in chunks(rows, kind="preference", **how)])
    assert written == dataset.manifest["rows"]["preference"]
    return dataset


async def main(work: str, rows: int, url: str) -> None:
    database = Database.connect(url, keyring=Keyring([TEST_KEY]))
    if work == "fill":
        await fill(database, rows)
    started = time.perf_counter()
    dataset = (
        None
        if work == "fill"
        else await {"freeze": freeze, "export": export, "parquet": parquet}[work](database)
    )
    figures = {
        "work": work,
        "rows": sum(dataset.manifest["rows"].values()) if dataset else rows,
        "excluded": dataset.manifest["excluded"] if dataset else {},
        "seconds": round(time.perf_counter() - started, 1),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    await database.close()
    print(json.dumps(figures))  # noqa: T201 - The figures are what this is for.


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
