"""The `webhook` trainer: posts a signed job to the team's own pipeline and asks it how the job stands.

`POST url` carries `{"submission_key", "manifest", "files": {"sft.train.jsonl": "…"}}` (OpenAI's shapes), signed as
`signing.py` says, with the submission key as `Idempotency-Key`. Answer 2xx, or 409 for a job you know, with
`{"job_id": "…"}` and perhaps a `status_url` of the same origin (else it is `url/job_id`). `GET status_url` answers
`{"state": "queued|running|succeeded|failed|cancelled", "progress": 0.4, "result": {…}}`, where `model` in the result
names what was trained as the chat endpoint knows it; `DELETE status_url` stops the job.
"""

import ipaddress
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urljoin

import aiohttp
from yarl import URL

from bot.errors import SettingsError
from bot.training.trainers.base import (
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
    read_model,
    read_result,
    read_share,
)
from bot.training.trainers.signing import build_headers

JOB_BYTES = 20 * 1024 * 1024
ANSWER_BYTES = 256 * 1024
ID_LENGTH = 255  # What the column of a run holds.
Body = TypeVar("Body", bytes, bytearray)
_LATER = frozenset({408, 425, 429})
_TOO_LARGE = "The dataset is larger than the webhook trainer takes (20 MiB). Use the command trainer, which gets files."


class WebhookTrainer:
    """Hands jobs to an HTTP endpoint of the operator's."""

    name = "webhook"

    def __init__(
        self,
        url: str,
        *,
        secret: str,
        timeout_seconds: float = 30.0,
        unix_time: Callable[[], float] = time.time,
    ) -> None:
        self._url = _checked(url)
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._unix_time = unix_time

    async def submit(self, job: TrainingJob) -> str:
        """Post the job; a receiver that knows its submission key answers with the job there is."""
        body = await _body(job)
        status, answer = await self._call("POST", self._url, body, submission_key=job.submission_key)
        if not (200 <= status < 300 or status == 409):
            raise TrainerRefused(f"The trainer refused the job (HTTP {status}).", code=f"http_{status}")
        return self._status_url(answer)

    async def poll(self, external_id: str) -> Progress:
        """Ask how the job stands."""
        status, answer = await self._call("GET", self._own(external_id), b"")
        if status != 200:
            return Progress(RunState.UNKNOWN, detail=f"http_{status}")
        return _progress(_parse(answer))

    async def cancel(self, external_id: str) -> None:
        """Ask the receiver to stop the job; it may not know how."""
        await self._call("DELETE", self._own(external_id), b"")

    async def clean(self, external_id: str) -> None:
        """Nothing of ours lies anywhere: the rows went in the request, and what became of them is the team's own matter."""
        self._own(external_id)

    async def _call(
        self, method: str, url: URL, body: bytes, *, submission_key: str | None = None
    ) -> tuple[int, bytes]:
        headers = build_headers(
            body, secret=self._secret, timestamp=int(self._unix_time()), submission_key=submission_key
        )
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout, trust_env=False) as session,
                session.request(
                    method, url, data=body or None, headers=headers, allow_redirects=False
                ) as response,
            ):
                return _check(response.status), await _read(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TrainerUnreachable(code=type(error).__name__) from error

    def _status_url(self, answer: bytes) -> str:
        """Return where the job can be asked for.

        Raises:
            TrainerRefused: the answer names no job, or one at another origin.
        """
        known = _parse(answer)
        job_id = known.get("job_id")
        if not isinstance(job_id, (str, int)) or not str(job_id):
            raise TrainerRefused("The trainer answered without a job id.", code="no_job_id")
        given = known.get("status_url")
        own = f"{str(self._url).rstrip('/')}/{quote(str(job_id), safe='')}"
        url = urljoin(str(self._url), given) if isinstance(given, str) else own
        if len(url) > ID_LENGTH:
            raise TrainerRefused("The trainer's job id is too long.", code="long_job_id")
        return str(self._own(url))

    def _own(self, url: str) -> URL:
        """Return the address if it is of our trainer's origin: signed requests go nowhere else."""
        parsed = _url(url)
        if parsed is None or parsed.origin() != self._url.origin():
            raise TrainerRefused("The trainer named a status address of another origin.", code="other_origin")
        return parsed


def _checked(url: str) -> URL:
    parsed = _url(url)
    if parsed is None or parsed.user or not (parsed.scheme == "https" or _is_loopback(parsed.host or "")):
        raise SettingsError(
            "DRAFTLOOP_TRAINER_WEBHOOK_URL must be an https address (http only on this machine)."
        )
    return parsed


def _url(text: str) -> URL | None:
    try:
        parsed = URL(text, encoded=True)
    except ValueError:
        return None
    return parsed if parsed.absolute and parsed.scheme in {"http", "https"} and parsed.host else None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _body(job: TrainingJob) -> bytes:
    order = {"submission_key": job.submission_key, "manifest": job.manifest, "files": await _files(job)}
    return _bounded(json.dumps(order, ensure_ascii=False).encode())


async def _files(job: TrainingJob) -> dict[str, str]:
    """Return the rows, file by file; reading stops where the job would be too large anyway."""
    files = {}
    for name in job.rows.names:
        whole = bytearray()
        async for line in job.rows.open(name):
            whole += f"{line}\n".encode()
            _bounded(whole)
        files[name] = whole.decode()
    return files


def _bounded(body: Body) -> Body:
    if len(body) > JOB_BYTES:
        raise TrainerRefused(_TOO_LARGE, code="dataset_too_large")
    return body


def _check(status: int) -> int:
    """Return a status worth reading on; 5xx and "not now" are for later, a redirect is not followed."""
    if status >= 500 or status in _LATER:
        raise TrainerUnreachable(code=f"http_{status}")
    if 300 <= status < 400:
        raise TrainerRefused("The trainer answered with a redirect, which I do not follow.", code="redirect")
    return status


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """Return the answer, read up to the cap.

    Raises:
        TrainerRefused: it is larger.
    """
    answer = bytearray()
    async for chunk in response.content.iter_chunked(16_384):
        answer += chunk
        if len(answer) > ANSWER_BYTES:
            raise TrainerRefused("The trainer's answer is far too long.", code="answer_too_large")
    return bytes(answer)


def _parse(answer: bytes) -> dict[str, Any]:
    """Return the answer as an object; anything else is as good as empty."""
    try:
        parsed = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _progress(answer: dict[str, Any]) -> Progress:
    state = answer.get("state")
    if not isinstance(state, str) or state not in set(RunState):
        return Progress(RunState.UNKNOWN, detail="unknown_state")
    result = read_result(answer.get("result", {}), limit=50)
    if result is None and state == RunState.SUCCEEDED:
        return Progress(RunState.UNKNOWN, detail="bad_result", final=True)
    succeeded = state == RunState.SUCCEEDED
    return Progress(
        RunState(state),
        result or {},
        done=1.0 if succeeded else read_share(answer.get("progress")),
        artefact=read_model(result or {}) if succeeded else None,
    )
