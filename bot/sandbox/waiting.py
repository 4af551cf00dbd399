"""Waiting for something to become true, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")
_PAUSE = 0.01


async def until(condition: Callable[[], Result], *, timeout: float, what: str = "the condition") -> Result:  # noqa: ASYNC109
    """Ask again and again until the answer is truthy, and return it.

    Raises:
        TimeoutError: it was still not truthy after ``timeout`` seconds.
    """

    async def ask() -> Result:
        return condition()

    return await until_awaited(ask, timeout=timeout, what=what)


async def until_awaited(
    condition: Callable[[], Awaitable[Result]],
    *,
    timeout: float,  # noqa: ASYNC109
    what: str = "the condition",
) -> Result:
    """As ``until``, for a condition that has to be awaited.

    Raises:
        TimeoutError: it was still not truthy after ``timeout`` seconds.
    """
    deadline = asyncio.get_running_loop().time() + timeout
    while not (result := await condition()):
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"Waited {timeout} seconds for {what}.")
        await asyncio.sleep(_PAUSE)
    return result
