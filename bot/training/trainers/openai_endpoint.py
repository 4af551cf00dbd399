"""The part of OpenAI's API that trains, through the `openai` client: files and fine-tuning jobs, at any address.

Answers of such endpoints differ: every field is looked for and checked, errors become ours, and no text of theirs goes
any further, because it may quote rows.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import openai

from bot.errors import BotError
from bot.training.trainers.base import TrainerRefused, TrainerUnreachable

TIMEOUT_SECONDS: Final = 30.0
UPLOAD_SECONDS: Final = 300.0
KEEP_SECONDS: Final = (
    30 * 24 * 3600
)  # The net below `clean`: the longest that OpenAI keeps a file that expires.
_EXPIRES: Final[Any] = {"anchor": "created_at", "seconds": KEEP_SECONDS}
_PAGE: Final = 100
_MOST_PAGES: Final = 100
_NO_KEY_NEEDED: Final = "none"  # The client refuses to start without a key; local endpoints ignore it.
_NOT_NOW: Final = frozenset({408, 409, 425, 429})
_NOT_OFFERED: Final = frozenset({403, 404, 405, 501})
_SUFFIXES: Final = ("user_provided_suffix", "suffix")
_CLOSED: Final = (
    "The endpoint does not offer fine-tuning to us (any more). Another trainer can be set up instead."
)
_NO_KEY: Final = "The fine-tuning endpoint does not accept the key (DRAFTLOOP_TRAINER_OPENAI_API_KEY)."
_NO_MODEL: Final = "The fine-tuning endpoint cannot train this model (DRAFTLOOP_TRAINER_OPENAI_MODEL)."
_NO_CREDIT: Final = "The account at the fine-tuning endpoint has nothing left to spend."
_NOT_TAKEN: Final = "The fine-tuning endpoint did not accept the job."


@dataclass(frozen=True, slots=True)
class Job:
    """A fine-tuning job as far as we read it."""

    id: str
    status: str
    created_at: int = 0
    model: str | None = None  # what was trained
    error: str | None = None  # a code
    files: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    suffix: str | None = None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that lies at the endpoint."""

    id: str
    name: str
    size: int


class FineTuningEndpoint:
    """One connection to the endpoint."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._jobs = client.fine_tuning.jobs
        self._files = client.files

    async def jobs_of(self, key: str) -> list[Job]:
        """Return the jobs of a submission key, oldest first: those whose metadata, or else suffix, name it.

        We compare ourselves, over all pages: an endpoint may not know the filter and return every job there is, or
        may have dropped our metadata, so that its filter finds nothing.
        """
        try:
            own = _of_key(await self._all_jobs(metadata={"draftloop": key}), key)
        except _OddRequest:
            own = []
        own = own or _of_key(await self._all_jobs(), key)
        return sorted(own, key=lambda job: (job.created_at, job.id))

    async def find_job(self, job_id: str) -> Job | None:
        """Return a job, None when the endpoint does not know it."""
        try:
            return _job(await _asked(self._jobs.retrieve(job_id)))
        except _NotThere:
            return None

    async def create(self, **wanted: Any) -> Job:
        """Start a job; what a strict endpoint refuses of the names that we give it is left out, as long as one stays."""
        try:
            return _job(await _asked(self._jobs.create(**wanted)))
        except _OddRequest as odd:
            refused = odd.param
        if refused not in {"metadata", "suffix"}:
            raise TrainerRefused(_NOT_TAKEN, code="not_taken")
        return _job(await _asked(self._jobs.create(**_without(wanted, refused))))

    async def cancel(self, job_id: str) -> None:
        """Stop a job; one that ended, or is not there, stays as it is."""
        try:
            await _asked(self._jobs.cancel(job_id))
        except (_NotThere, _OddRequest):
            return

    async def files_of(self, key: str) -> list[StoredFile]:
        """Return the files that were uploaded for a submission key; none where files cannot be listed."""
        try:
            page = await _asked(self._files.list(purpose="fine-tune", limit=1000, order="desc"))
        except (_NotThere, _OddRequest):
            return []
        listed = [_file(each) for each in _listed(page)]
        return [each for each in listed if each is not None and each.name.startswith(f"{key}.")]

    async def upload(self, name: str, *, content: bytes) -> str:
        """Upload a file that goes by itself after a while, where the endpoint can do that; return its id."""
        wanted: dict[str, Any] = {"file": (name, content), "purpose": "fine-tune", "timeout": UPLOAD_SECONDS}
        try:
            stored = await _asked(self._files.create(**wanted, expires_after=_EXPIRES))
        except _OddRequest:
            stored = await _asked(self._files.create(**wanted))
        return _id(stored)

    async def delete(self, file_id: str) -> None:
        """Delete a file; one that is gone is gone."""
        try:
            await _asked(self._files.delete(file_id))
        except _NotThere:
            return

    async def _all_jobs(self, **wanted: Any) -> list[Job]:
        found: dict[str, Job] = {}
        for _ in range(_MOST_PAGES):
            page = await _asked(self._jobs.list(limit=_PAGE, **wanted))
            fresh = {job.id: job for job in map(_job, _listed(page)) if job.id not in found}
            found |= fresh
            if not fresh or not getattr(page, "has_more", False):
                return list(found.values())
            wanted["after"] = next(reversed(fresh))
        raise TrainerUnreachable(
            code="endless_list"
        )  # Not having seen all, nobody may say that it is not there.


@asynccontextmanager
async def connect(base_url: str, *, api_key: str | None) -> AsyncIterator[FineTuningEndpoint]:
    """Open a connection: no retries of the client's own, so that nothing is created twice behind our back."""
    client = openai.AsyncOpenAI(
        base_url=base_url, api_key=api_key or _NO_KEY_NEEDED, timeout=TIMEOUT_SECONDS, max_retries=0
    )
    async with client:
        yield FineTuningEndpoint(client)


class _NotThere(TrainerRefused):
    """404 or the like."""


class _OddRequest(TrainerRefused):
    """400 or 422: something in the request is not known there; `param` is its name, where it is told."""

    def __init__(self, *, status: int, param: str | None) -> None:
        super().__init__(_NOT_TAKEN, code=f"http_{status}")
        self.param = param


async def _asked(call: Awaitable[Any]) -> Any:
    try:
        return await call
    except openai.APIStatusError as error:
        raise _meaning(error) from None  # Its text may quote rows.
    except (openai.OpenAIError, ValueError, AttributeError, TypeError) as error:
        # The client stumbles over a web page where it expects a list.
        raise TrainerUnreachable(code=type(error).__name__) from None


def _meaning(error: openai.APIStatusError) -> BotError:
    status, code = error.status_code, error.code
    if code == "insufficient_quota":
        return TrainerRefused(_NO_CREDIT, code="no_credit")
    if code == "model_not_found" or (status in {400, 422} and error.param == "model"):
        return TrainerRefused(_NO_MODEL, code="no_model")
    if (status >= 500 and status not in _NOT_OFFERED) or status in _NOT_NOW:
        return TrainerUnreachable(code=f"http_{status}")
    if status == 401:
        return TrainerRefused(_NO_KEY, code="no_key")
    if status in _NOT_OFFERED:
        return _NotThere(_CLOSED, code="no_fine_tuning")
    return _OddRequest(status=status, param=error.param)


def _of_key(jobs: list[Job], key: str) -> list[Job]:
    return [job for job in jobs if job.metadata.get("draftloop", job.suffix) == key]


def _without(wanted: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in wanted.items() if key != name}


def _listed(page: Any) -> list[Any]:
    data = getattr(page, "data", None)
    if not isinstance(data, list):
        raise TrainerUnreachable(code="garbled")
    return data


def _id(answer: Any) -> str:
    given = getattr(answer, "id", None)
    if not isinstance(given, str) or not given:
        raise TrainerUnreachable(code="garbled")
    return given


def _job(answer: Any) -> Job:
    metadata = getattr(answer, "metadata", None)
    files = (getattr(answer, name, None) for name in ("training_file", "validation_file"))
    created = getattr(answer, "created_at", 0)
    return Job(
        id=_id(answer),
        status=str(getattr(answer, "status", "")),
        created_at=created if isinstance(created, int) else 0,
        model=_text(getattr(answer, "fine_tuned_model", None)),
        error=_text(getattr(getattr(answer, "error", None), "code", None)),
        files=tuple(each for each in files if isinstance(each, str)),
        metadata=metadata if isinstance(metadata, dict) else {},
        suffix=next((text for name in _SUFFIXES if (text := _text(getattr(answer, name, None)))), None),
    )


def _file(answer: Any) -> StoredFile | None:
    name, size = getattr(answer, "filename", None), getattr(answer, "bytes", None)
    if not isinstance(name, str):
        return None
    return StoredFile(_id(answer), name=name, size=size if isinstance(size, int) else -1)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
