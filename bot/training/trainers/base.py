"""What every trainer can do: take a job once, say how it stands, stop it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.errors import BotError, Transient


class RunState(StrEnum):
    """How a job stands. A state that nobody knows is `unknown`, never success."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen; an unknown job may still be running."""
        return self in {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A frozen dataset on its way to a trainer; the same `submission_key` is the same job."""

    submission_key: str
    manifest: Mapping[str, Any]
    files: Mapping[str, Sequence[str]]  # file name → JSON lines without line ends


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands; `detail` is a short code such as `exit_1`, never a text of the trainer.

    `final` says of an unknown job that nothing more will ever be known.
    """

    state: RunState
    result: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None
    final: bool = False

    @property
    def ended(self) -> bool:
        """Whether looking again is of no use."""
        return self.state.ended or self.final


class TrainerRefused(BotError):
    """The trainer will not take the job; trying again does not help."""

    code = "trainer_refused"
    sentence = "The trainer did not take the job."


class TrainerUnreachable(Transient):
    """The trainer did not answer, or not now; the job may or may not have arrived."""

    code = "trainer_unreachable"
    sentence = "The trainer is not answering. I will keep trying."


class Trainer(Protocol):
    """A place where models are trained.

    Every call may be repeated: after a crash the caller does not know whether the first one arrived.
    """

    name: str

    async def submit(self, job: TrainingJob) -> str:
        """Start the job unless it was started already; return the id that `poll` and `cancel` take.

        Raises:
            TrainerRefused: it was not taken, for good.
            TrainerUnreachable: nobody knows; submit again.
        """
        ...

    async def poll(self, external_id: str) -> Progress:
        """Say how a job stands.

        Raises:
            TrainerUnreachable: ask again later.
        """
        ...

    async def cancel(self, external_id: str) -> None:
        """Stop a job; harmless when it ended or was never there."""
        ...


def read_result(value: object, *, limit: int) -> dict[str, Any] | None:
    """Return a trainer's result if it is an object of plain, short values; None if it is anything else.

    Nested values are dropped: a result is shown to admins and kept in a column, so it holds figures and names.
    """
    if not isinstance(value, dict):
        return None
    plain = {key: item for key, item in value.items() if isinstance(key, str) and _is_plain(item)}
    return dict(list(plain.items())[:limit])


def _is_plain(item: object) -> bool:
    if isinstance(item, str):
        return len(item) <= 500
    if isinstance(item, float):
        return item == item and abs(item) != float("inf")  # noqa: PLR0124 - NaN is not JSON
    return item is None or isinstance(item, (bool, int))
