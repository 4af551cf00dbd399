"""One replica in a process of its own: `replica_process.py <database url> <replica id> <folder>`.

Its workflow has three steps that note in the folder what they did. The second one waits there for a file
named `go`, so that a test can kill or stop the process inside it.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.runtime.durable import Durable, step
from bot.runtime.replicas import Replicas
from bot.runtime.schedule import Schedule
from storage.engine import Database
from storage.inbox_store import InboxStore
from storage.keyring import Keyring

KEY = "dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktdGVzdC0"
DEAD_AFTER = timedelta(seconds=4)  # far above what a busy machine lets a heartbeat wait


def _now() -> datetime:
    return datetime.now(UTC)


def _note(folder: Path, line: str) -> None:
    with (folder / "told").open("a") as told:
        told.write(f"{line}\n")


def _story(folder: Path, replica_id: str):
    async def tell(number: str) -> str:
        _note(folder, f"{number} by {replica_id}")
        return number

    async def tell_once_it_may_go_on(number: str) -> str:
        _note(folder, f"{number} begun by {replica_id}")
        while not (folder / "go").exists():  # noqa: ASYNC110 - the other side is another process.
            await asyncio.sleep(0.02)
        return await tell(number)

    async def story(_: str) -> None:
        await step("first", tell, "first")
        await step("second", tell_once_it_may_go_on, "second")
        await step("third", tell, "third")

    return story


async def main(url: str, replica_id: str, folder: Path) -> None:
    database = Database.connect(url, keyring=Keyring([KEY]))
    durable = Durable(database, executor_id=replica_id)
    durable.workflow("story", _story(folder, replica_id))
    inbox = InboxStore.connect(url, keyring=Keyring([KEY]))
    replicas = Replicas(
        database, durable, inbox=inbox, replica_id=replica_id, version="test", dead_after=DEAD_AFTER
    )
    await replicas.beat(_now())
    await durable.launch()
    schedule = Schedule(tick_seconds=0.2, clock=_now)
    schedule.add("heartbeat", replicas.beat, every=timedelta(seconds=1))
    schedule.add("takeover", replicas.take_over)
    schedule.start()
    _note(folder, f"ready {replica_id}")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the test closes it
    await schedule.close()
    await durable.close(grace=0.1)
    await replicas.stop()
    await inbox.close()
    await database.close()


asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
