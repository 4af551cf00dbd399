"""Kill -9 in the middle of putting: every event that was told `stored` is there."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.inbox_store import InboxStore
from storage.keyring import Keyring
from tests.conftest import TEST_KEY

ROOT = Path(__file__).parents[3]
PUTTER = """
import asyncio, os, sys
from datetime import UTC, datetime
from storage.inbox_store import InboxStore, NewEvent
from storage.keyring import Keyring

async def putter(inbox, name):
    for number in range(100_000):
        event_id = f"{name}-{number}"
        await inbox.put(NewEvent(event_id, "T1", "message", "{}", datetime.now(UTC)))
        os.write(1, f"{event_id}\\n".encode())

async def main():
    inbox = InboxStore.connect(sys.argv[1], keyring=Keyring([sys.argv[2]]))
    await asyncio.gather(*(putter(inbox, name) for name in range(16)))

asyncio.run(main())
"""


def put_and_die(url: str, *, after: int) -> list[str]:
    """Put until `after` events are acknowledged, kill the process, and return all that it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", PUTTER, url, TEST_KEY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout as output:
        acknowledged = [output.readline().strip() for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [line.strip() for line in output if line.endswith("\n")]
    process.wait(timeout=30)
    return acknowledged


@pytest.mark.crash
@pytest.mark.parametrize("after", [1, 700])
async def test_no_acknowledged_event_is_lost_by_a_kill(database_url: str, keyring: Keyring, after: int):
    acknowledged = await asyncio.to_thread(put_and_die, database_url, after=after)

    inbox = InboxStore.connect(database_url, keyring=keyring)
    stored = {event.event_id for event in await inbox.list(state="new", limit=100_000)}
    await inbox.close()
    assert len(acknowledged) >= after
    assert set(acknowledged) - stored == set()
