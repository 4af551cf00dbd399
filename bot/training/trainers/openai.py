"""The `openai` trainer: supervised and preference jobs on any endpoint that speaks OpenAI's fine-tuning API.

Prompt-completion rows come first, preferences second, on top of the model that the first job made; rows of lone thumbs
have no method there and stay out. A job carries its submission key in metadata (and as suffix) and is looked up before
anything is created, so it exists once even where the answer to its creation was lost. Uploaded files are deleted when
the job ended, however it ended.
"""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.logs import get_logger
from bot.training.trainers.base import (
    MODEL_LENGTH,
    Artefact,
    Progress,
    RunState,
    TrainerRefused,
    TrainerUnreachable,
    TrainingJob,
)
from bot.training.trainers.openai_endpoint import FineTuningEndpoint, Job, connect
from bot.training.trainers.openai_rows import FILES, KTO_FILE, Step, Upload, build_upload, count_rows

log = get_logger(__name__)
_STATES: Final = {
    "validating_files": RunState.QUEUED,
    "queued": RunState.QUEUED,
    "running": RunState.RUNNING,
    "succeeded": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "cancelled": RunState.CANCELLED,
}
_METHODS: Final[dict[Step, dict[str, Any]]] = {
    # The rows come as often as they count, so the endpoint goes through them once.
    "sft": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}},
    "dpo": {"type": "dpo", "dpo": {"hyperparameters": {"n_epochs": 1}}},
}
_EXTERNAL_ID: Final = re.compile(r"(?P<key>[A-Za-z0-9_.-]{1,64}):(?P<job>[A-Za-z0-9_.:-]{1,180})")
_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
_TOO_FEW: Final = "There are fewer than ten rows that the fine-tuning endpoint could learn from."


class OpenAITrainer:
    """Trains where OpenAI's API is spoken; the model that comes out is named to the chat endpoint."""

    name = "openai"

    def __init__(self, base_url: str, *, api_key: str | None, model: str) -> None:
        self._base_url = _checked(base_url)
        self._api_key = api_key
        self._model = model

    async def submit(self, job: TrainingJob) -> str:
        """Upload the rows and create the job, unless it is there."""
        key = job.submission_key
        async with connect(self._base_url, api_key=self._api_key) as endpoint:
            known = await endpoint.jobs_of(key)
            first = known[0] if known else await self._create_first(endpoint, job)
        return _external_id(key, first)

    async def poll(self, external_id: str) -> Progress:
        """Say how the job stands; when the first of two succeeded, start the second."""
        key, job_id = _parts(external_id)
        async with connect(self._base_url, api_key=self._api_key) as endpoint:
            job = await endpoint.find_job(job_id)
            if job is None:
                return await _missing(endpoint, key)
            progress = _progress(job)
            if progress.state != RunState.SUCCEEDED or "then" not in job.metadata:
                return progress
            return await self._second(endpoint, key, first=job)

    async def cancel(self, external_id: str) -> None:
        """Stop what runs under this key, and delete its files."""
        key, job_id = _parts(external_id)
        async with connect(self._base_url, api_key=self._api_key) as endpoint:
            first = await endpoint.find_job(job_id)
            jobs = {job.id: job for job in (*await endpoint.jobs_of(key), *([first] if first else []))}
            for job in jobs.values():
                if not _progress(job).ended:
                    await endpoint.cancel(job.id)
            await _delete_files(endpoint, key, jobs.values())

    async def clean(self, external_id: str) -> None:
        """Delete the files of the key's jobs."""
        key, job_id = _parts(external_id)
        async with connect(self._base_url, api_key=self._api_key) as endpoint:
            job = await endpoint.find_job(job_id)
            await _delete_files(endpoint, key, [job] if job else [])

    async def _create_first(self, endpoint: FineTuningEndpoint, job: TrainingJob) -> Job:
        key = job.submission_key
        uploads = await _uploads(job)
        try:
            files = {step: await _stored(endpoint, key, step, uploads[step]) for step in uploads}
            step, then = next(iter(files)), files.get("dpo")
            told = {**await _counts(job, uploads), **({"then": then} if step == "sft" and then else {})}
            made = await self._create(endpoint, key, step, file=files[step], model=self._model, told=told)
        except TrainerRefused:
            await _delete_files(endpoint, key, [])
            raise
        return await _settled(endpoint, key, made)

    async def _create(
        self,
        endpoint: FineTuningEndpoint,
        key: str,
        step: Step,
        *,
        file: str,
        model: str,
        told: dict[str, str],
    ) -> Job:
        return await endpoint.create(
            model=model,
            training_file=file,
            method=_METHODS[step],
            seed=0,
            suffix=key,
            metadata={"draftloop": key, "step": step, **told},
        )

    async def _second(self, endpoint: FineTuningEndpoint, key: str, *, first: Job) -> Progress:
        """Follow the job on top of the first one's model; what only the first could do is better than nothing."""
        ended = _progress(first)
        known = [job for job in await endpoint.jobs_of(key) if job.metadata.get("step") == "dpo"]
        try:
            job = known[0] if known else await self._create_second(endpoint, key, first)
        except TrainerRefused as refused:
            return _told(ended, preferences=refused.code)
        progress = _progress(job)
        if progress.state == RunState.SUCCEEDED:
            return _told(progress, **ended.result, preferences="learned")
        if progress.state == RunState.FAILED:
            return _told(ended, preferences=progress.detail)
        return progress

    async def _create_second(self, endpoint: FineTuningEndpoint, key: str, first: Job) -> Job:
        file, model = first.metadata["then"], first.model or self._model
        return await self._create(endpoint, key, "dpo", file=file, model=model, told={})


def _checked(base_url: str) -> str:
    if urlsplit(base_url).scheme not in {"http", "https"}:
        raise SettingsError("DRAFTLOOP_TRAINER_OPENAI_BASE_URL must be an http or https address.")
    return base_url


async def _uploads(job: TrainingJob) -> dict[Step, Upload]:
    """Return the files that are worth a job, the first step's first.

    Raises:
        TrainerRefused: there is none.
    """
    made = {step: await build_upload(job.rows, step=step) for step in FILES}
    enough = {step: upload for step, upload in made.items() if upload.is_enough}
    if not enough:
        raise TrainerRefused(_TOO_FEW, code="too_few_rows")
    return enough


async def _counts(job: TrainingJob, uploads: dict[Step, Upload]) -> dict[str, str]:
    """Return what the job's metadata tell about its rows, so that the result can say it later."""
    counts = {f"rows_{step}": upload.rows for step, upload in uploads.items()}
    left_out = {
        "left_out_kto": await count_rows(job.rows, name=KTO_FILE),
        "left_out_unreadable": sum(upload.bad for upload in uploads.values()),
    }
    return {name: str(count) for name, count in {**counts, **left_out}.items() if count}


async def _stored(endpoint: FineTuningEndpoint, key: str, step: Step, upload: Upload) -> str:
    """Return the id of the step's file, which a submission that was killed may have uploaded already."""
    name = f"{key}.{FILES[step]}"
    known = [file for file in await endpoint.files_of(key) if file.name == name]
    whole = next((file.id for file in known if file.size == len(upload.content)), None)
    return whole or await endpoint.upload(name, content=upload.content)


async def _settled(endpoint: FineTuningEndpoint, key: str, made: Job) -> Job:
    """Look once more: where somebody else created the same job meanwhile, the older one stays."""
    try:
        twins = await endpoint.jobs_of(key)
    except TrainerUnreachable as error:
        log.warning("fine_tuning_not_listed", code=error.code)
        return made
    oldest = twins[0] if twins else made
    for twin in twins[1:]:
        await endpoint.cancel(twin.id)
    return oldest


async def _missing(endpoint: FineTuningEndpoint, key: str) -> Progress:
    """Say what a job is that cannot be retrieved: gone for good only if it is not in the list either."""
    is_listed = bool(await endpoint.jobs_of(key))
    return Progress(RunState.UNKNOWN, detail="no_such_job", final=not is_listed)


async def _delete_files(endpoint: FineTuningEndpoint, key: str, jobs: Any) -> None:
    named = {file.id for file in await endpoint.files_of(key)}
    for file_id in sorted(named | {file for job in jobs for file in _files(job)}):
        await endpoint.delete(file_id)


def _files(job: Job) -> tuple[str, ...]:
    return (*job.files, *([job.metadata["then"]] if "then" in job.metadata else []))


def _external_id(key: str, job: Job) -> str:
    external_id = f"{key}:{job.id}"
    if not _EXTERNAL_ID.fullmatch(external_id):
        raise TrainerRefused(
            "The fine-tuning endpoint named the job in a way I cannot use.", code="odd_job_id"
        )
    return external_id


def _parts(external_id: str) -> tuple[str, str]:
    found = _EXTERNAL_ID.fullmatch(external_id)
    if found is None:
        raise TrainerRefused("This is not a job of the fine-tuning trainer.", code="no_such_job")
    return found["key"], found["job"]


def _progress(job: Job) -> Progress:
    state = _STATES.get(job.status)
    if state is None:
        return Progress(RunState.UNKNOWN, detail="paused" if job.status == "paused" else "unknown_state")
    if state == RunState.FAILED:
        return Progress(state, detail=job.error if job.error and _CODE.fullmatch(job.error) else "failed")
    return _succeeded(job) if state == RunState.SUCCEEDED else Progress(state)


def _succeeded(job: Job) -> Progress:
    if job.model is None or len(job.model) > MODEL_LENGTH:
        return Progress(RunState.UNKNOWN, detail="no_model", final=True)
    counts = {name: int(count) for name, count in job.metadata.items() if _is_count(name, count)}
    result = {"model": job.model, **counts}
    return Progress(RunState.SUCCEEDED, result, done=1.0, artefact=Artefact("model", job.model))


def _is_count(name: str, count: object) -> bool:
    return name.startswith(("rows_", "left_out_")) and isinstance(count, str) and count.isdecimal()


def _told(progress: Progress, **more: Any) -> Progress:
    """Return how it ended with more to tell; what the job itself says goes first."""
    result = {**more, **progress.result}
    return Progress(progress.state, result, done=progress.done, artefact=progress.artefact)
