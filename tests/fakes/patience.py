"""Waiting for what another process or task does: by looking, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.training.trainers.base import Progress, Trainer

Found = TypeVar("Found")


async def until(look: Callable[[], Found], *, within: float = 15.0) -> Found:
    """Return what `look` finds, once it finds something."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, "It did not happen in time."
        await asyncio.sleep(0.02)
    return found


async def until_ended(trainer: Trainer, external_id: str) -> Progress:
    """Follow a job to its end."""

    async def look() -> Progress | None:
        progress = await trainer.poll(external_id)
        return progress if progress.ended else None

    return await until_found(look)


async def until_found(look: Callable[[], Awaitable[Found | None]], *, within: float = 20.0) -> Found:
    """Return what an asynchronous `look` finds, once it finds something."""
    deadline = time.monotonic() + within
    while (found := await look()) is None:
        assert time.monotonic() < deadline, "It did not happen in time."
        await asyncio.sleep(0.05)
    return found
