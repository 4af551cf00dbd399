"""How open pages hear that something changed: a counter, and a stream that wakes with it."""

import asyncio
import json
from collections.abc import AsyncIterator

HEARTBEAT_SECONDS = 20.0
# One press causes a handful of changes within milliseconds; the page needs to hear of the last one only.
TOGETHER_SECONDS = 0.05


class Changes:
    """A version that grows with every change; nobody polls it."""

    def __init__(self) -> None:
        self.version = 1
        self._changed = asyncio.Event()
        self._closed = False

    def note(self) -> None:
        """Something may look different now."""
        self.version += 1
        self._wake()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    async def stream(self) -> AsyncIterator[str]:
        """The server-sent events of one open page: the version now, and after each change, until closed."""
        told = 0
        while not self._closed:
            if told == self.version:
                yield ": still here\n\n"
            else:
                told = self.version
                yield f"data: {json.dumps({'version': told})}\n\n"
            await self._wait_beyond(told)

    async def _wait_beyond(self, version: int) -> None:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                while version == self.version and not self._closed:
                    await self._changed.wait()
        except TimeoutError:
            return
        if not self._closed:
            await asyncio.sleep(TOGETHER_SECONDS)

    def _wake(self) -> None:
        # Whoever waits now holds this event; the next ones wait for the next change.
        self._changed.set()
        self._changed = asyncio.Event()
