"""What every trainer can do: take a job once, say how it stands, stop it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

from bot.errors import BotError, Transient

MODEL_LENGTH = 255  # What the column of a release holds.


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


class RowSource(Protocol):
    """The rows of a frozen dataset version, file by file, as often as they are asked for."""

    @property
    def names(self) -> tuple[str, ...]:
        """The files there are: `sft.train.jsonl`, `sft.held_out.jsonl` and so on."""
        ...

    def open(self, name: str) -> AsyncIterator[str]:
        """Return a file's JSON lines without line ends, in OpenAI's shape."""
        ...


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A frozen dataset on its way to a trainer; the same `submission_key` is the same job.

    Args:
        submission_key: what the trainer knows the job by.
        manifest: how the dataset came about.
        rows: the dataset.
        workspace_id, task: whose drafts it is about; a task of "" is every task.
        run_id: of the training run.
        version_id: of the frozen dataset version.
    """

    submission_key: str
    manifest: Mapping[str, Any]
    rows: RowSource
    workspace_id: str = ""
    task: str = ""
    run_id: str = ""
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class Artefact:
    """What a job left behind that can write drafts.

    Args:
        kind: `model` (a name that the endpoint knows), `adapter` (the SHA-256 of a file in the data folder),
            `overlay` (changes to rules, as `bot.drafts.release_spec.overlay_json` writes them).
        reference: the name, the hash or the JSON.
        examples: the most examples in a prompt, where the trainer has something to say about it.
        tuned: whether weights were trained on the rows; then they are asked as the rows ask (see `turn_layout`).
    """

    kind: Literal["model", "adapter", "overlay"]
    reference: str
    examples: int | None = None
    tuned: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job stands; `detail` is a short code such as `exit_1`, never a text of the trainer.

    `final` says of an unknown job that nothing more will ever be known; `done` is the share done, from 0 to 1.
    """

    state: RunState
    result: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None
    final: bool = False
    done: float | None = None
    artefact: Artefact | None = None

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

    async def clean(self, external_id: str) -> None:
        """Delete what lies at the trainer's once a job ended: files of rows, not what was trained. May be repeated.

        Raises:
            TrainerUnreachable: ask again later.
        """
        ...


def read_result(value: object, *, limit: int) -> dict[str, Any] | None:
    """Return a trainer's result if it is an object of plain, short values; None if it is anything else.

    Nested values are dropped: a result is shown to admins and kept in a column, so it holds figures and names.
    """
    if not isinstance(value, dict):
        return None
    plain = {key: item for key, item in value.items() if isinstance(key, str) and _is_plain(item)}
    return dict(list(plain.items())[:limit])


def read_model(result: Mapping[str, Any]) -> Artefact | None:
    """Return the model that a result names: the field `model`, as the chat endpoint knows it."""
    name = result.get("model")
    usable = isinstance(name, str) and name.isprintable() and 0 < len(name.strip()) <= MODEL_LENGTH
    return Artefact("model", str(name).strip(), tuned=is_tuned(result)) if usable else None


def is_tuned(result: Mapping[str, Any]) -> bool:
    """Tell whether weights were trained on our rows; a result may say `"tuned": false`."""
    return result.get("tuned") is not False


def read_share(told: object) -> float | None:
    """Return a share from 0 to 1 that a trainer told, None if it is anything else."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not 0 <= told <= 1:
        return None
    return float(told)


def _is_plain(item: object) -> bool:
    if isinstance(item, str):
        return len(item) <= 500
    if isinstance(item, float):
        return item == item and abs(item) != float("inf")  # noqa: PLR0124 - NaN is not JSON
    return item is None or isinstance(item, (bool, int))
