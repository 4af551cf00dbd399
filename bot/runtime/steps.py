"""What a workflow is made of: steps that are remembered, and pauses that survive a restart."""

import asyncio
import secrets
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from dbos import DBOS

from bot.errors import BotError, Transient
from bot.logs import get_logger
from storage.patience import passes_by_itself

log = get_logger(__name__)
Result = TypeVar("Result")
_LONGEST_ID = 255


class StepFailed(BotError):
    """A step broke in a way nobody foresaw; the log has the details under the reference."""

    code = "step_failed"


class DatabaseAway(Transient):
    """The database was away, busy or full in the middle of a step."""

    code = "database_away"


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried when it meets a `Transient` error, and how long it pauses between (seconds)."""

    tries: int = 6
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def pause(self, failures: int) -> float:
        """Return the pause after this many failures: doubling, never above the longest."""
        return float(min(self.first_pause * 2.0 ** min(failures - 1, 64), self.longest_pause))


DEFAULT_RETRY = Retry()


async def step(
    name: str,
    function: Callable[..., Awaitable[Result]],
    *args: str | float | None,
    retry: Retry = DEFAULT_RETRY,
) -> Result:
    """Run a step of a workflow, once: after a crash its stored result is returned instead.

    A step that was under way when the process died runs again, so it looks before it posts or submits.
    Arguments and results are ids and numbers, because DBOS keeps results in clear.

    Raises:
        BotError: the step's own error, kept and raised again on a replay; the last `Transient` after all tries.
        StepFailed: anything else; its text stays out of the database.
        TypeError: the step returned something that is not an id or a number.
    """

    async def attempts() -> Result:
        return _only_ids(name, await _tried(name, function, args, retry))

    return await DBOS.run_step_async({"name": name}, attempts)


async def sleep(seconds: float) -> None:
    """Pause a workflow; a restart does not begin the pause anew."""
    await DBOS.sleep_async(seconds)


def new_reference() -> str:
    """Return a short reference that joins what a person was told with a line in the log."""
    return secrets.token_hex(4)


def where(error: BaseException) -> list[str]:
    """Return the places an error came through. Its message stays out: it may quote somebody's text."""
    return [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-6:]
    ]


async def _tried(
    name: str,
    function: Callable[..., Awaitable[Result]],
    args: tuple[str | float | None, ...],
    retry: Retry,
) -> Result:
    for failures in range(1, retry.tries):
        try:
            return await _told(name, function, args)
        except Transient as error:
            log.warning("step_retried", step=name, code=error.code, failures=failures)
        await asyncio.sleep(retry.pause(failures))
    return await _told(name, function, args)


async def _told(
    name: str, function: Callable[..., Awaitable[Result]], args: tuple[str | float | None, ...]
) -> Result:
    """Run once and make an unforeseen error one that is safe to store."""
    try:
        return await function(*args)
    except BotError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of a step: nothing else may be stored.
        if passes_by_itself(error):
            raise DatabaseAway from None
        reference = new_reference()
        log.error(  # noqa: TRY400 - a traceback would print the error's message.
            "step_failed", step=name, reference=reference, error=type(error).__name__, where=where(error)
        )
        raise StepFailed(f"Something went wrong on our side (reference {reference}).") from None


def _only_ids(name: str, result: Result) -> Result:
    items = result if isinstance(result, (list, tuple)) else (result,)
    if not all(_is_id(item) for item in items):
        raise TypeError(f"The step {name} must return ids or numbers, which are stored in clear.")
    return result


def _is_id(item: object) -> bool:
    return (
        item is None
        or isinstance(item, (bool, int, float))
        or (isinstance(item, str) and len(item) <= _LONGEST_ID)
    )
