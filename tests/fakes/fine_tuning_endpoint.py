"""OpenAI's files and fine-tuning API on localhost: strict about rows, and it can misbehave on demand."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "fine-tuning-test-key"
ROW_KEYS = {
    "supervised": {"messages"},
    "dpo": {"input", "preferred_output", "non_preferred_output"},
}


@dataclass
class FineTuningEndpoint:
    """What was uploaded and started, and how the endpoint behaves.

    Args:
        state: that new jobs have; any word.
        faults: by call (`list`, `create`, `retrieve`, `cancel`, `upload`, `delete`, `files`), what goes wrong with the
            next calls: a status, `cut` (it breaks off before), `lost` (it is done, and the answer breaks off),
            `garbage`; the last one stays for ever when it is followed by `...`.
        refused: parameters that are answered with 400 (`metadata`, `suffix`, `expires_after`), or filters (`filter`).
        forgets: fields that its jobs never show again.
        methods: that it knows.
    """

    state: str = "queued"
    faults: dict[str, list[Any]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    forgets: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=lambda: {"supervised", "dpo"})
    ignores_filter: bool = False
    page: int = 100
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def end(self, state: str = "succeeded", **fields: Any) -> None:
        """Let every job that has not ended end so."""
        for job in self.jobs.values():
            if job["status"] not in {"succeeded", "failed", "cancelled"}:
                job.update(status=state, **fields)
                if state == "succeeded":
                    job["fine_tuned_model"] = f"ft:{job['model']}:{job['id']}"

    def rows_of(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.files[job["training_file"]]["content"].splitlines()]

    def add_job(self, **fields: Any) -> dict[str, Any]:
        number = len(self.jobs) + 1
        job = {
            "id": f"ftjob-{number}",
            "object": "fine_tuning.job",
            "created_at": 1_700_000_000 + number,
            "model": "base",
            "organization_id": "org",
            "result_files": [],
            "seed": 0,
            "status": self.state,
            "training_file": "file-0",
            "validation_file": None,
            "hyperparameters": {},
            "trained_tokens": None,
            "fine_tuned_model": None,
            "finished_at": None,
            "error": None,
            **fields,
        }
        self.jobs[job["id"]] = job
        if self.state == "succeeded":
            self.jobs[job["id"]]["fine_tuned_model"] = f"ft:{job['model']}:{job['id']}"
        return job

    async def on_list(self, request: web.Request) -> web.StreamResponse:
        wanted = {key[9:-1]: value for key, value in request.query.items() if key.startswith("metadata[")}
        if wanted and "filter" in self.refused:
            return _refusal("metadata")
        found = [job for job in reversed(self.jobs.values()) if self.ignores_filter or _has(job, wanted)]
        ids = [job["id"] for job in found]
        start = ids.index(request.query["after"]) + 1 if "after" in request.query else 0
        data = [self._shown(job) for job in found[start : start + self.page]]
        return web.json_response({"object": "list", "data": data, "has_more": len(found) > start + self.page})

    async def on_create(self, request: web.Request) -> web.StreamResponse:
        order = await request.json()
        odd = next((name for name in ("metadata", "suffix") if name in self.refused & order.keys()), None)
        if odd:
            return _refusal(odd)
        method = order["method"]["type"]
        if method not in self.methods:
            return _refusal("method")
        rows = self.files[order["training_file"]]["content"].splitlines()
        job = self.add_job(**{key: order[key] for key in order if key != "hyperparameters"})
        if len(rows) < 10 or not all(_is_row(row, method) for row in rows):
            job.update(
                status="failed",
                error={"code": "invalid_training_file", "message": f"bad: {rows[:1]}", "param": None},
            )
        return web.json_response(self._shown(job))

    async def on_retrieve(self, request: web.Request) -> web.StreamResponse:
        job = self.jobs.get(request.match_info["job"])
        return _not_found() if job is None else web.json_response(self._shown(job))

    async def on_cancel(self, request: web.Request) -> web.StreamResponse:
        job = self.jobs.get(request.match_info["job"])
        if job is None:
            return _not_found()
        if job["status"] in {"succeeded", "failed", "cancelled"}:
            return _refusal("status")
        job["status"] = "cancelled"
        return web.json_response(self._shown(job))

    async def on_upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if "expires_after" in self.refused and any(name.startswith("expires_after") for name in form):
            return _refusal("expires_after")
        part = form["file"]
        assert isinstance(part, web.FileField)
        content = part.file.read().decode()
        file_id = f"file-{len(self.files) + 1}"
        expires = next((form[name] for name in form if name == "expires_after[seconds]"), None)
        self.files[file_id] = {"name": part.filename, "content": content, "expires": expires}
        return web.json_response(self._file(file_id))

    async def on_files(self, request: web.Request) -> web.StreamResponse:
        data = [self._file(file_id) for file_id in self.files if file_id not in self.deleted]
        return web.json_response({"object": "list", "data": data, "has_more": False})

    async def on_delete(self, request: web.Request) -> web.StreamResponse:
        file_id = request.match_info["file"]
        if file_id not in self.files or file_id in self.deleted:
            return _not_found()
        self.deleted.append(file_id)
        return web.json_response({"id": file_id, "object": "file", "deleted": True})

    @property
    def kept_files(self) -> list[str]:
        """The names of the files that still lie here."""
        return [file["name"] for file_id, file in self.files.items() if file_id not in self.deleted]

    def _file(self, file_id: str) -> dict[str, Any]:
        stored = self.files[file_id]
        return {
            "id": file_id,
            "object": "file",
            "bytes": len(stored["content"].encode()),
            "created_at": 1,
            "filename": stored["name"],
            "purpose": "fine-tune",
            "status": "processed",
        }

    def _shown(self, job: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in job.items() if name not in self.forgets}

    @web.middleware
    async def misbehave(self, request: web.Request, handler: Any) -> web.StreamResponse:
        call = CALLS[handler.__name__]
        self.calls.append(call)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "no", "code": "invalid_api_key"}}, status=401)
        fault = self._next_fault(call)
        if fault not in (None, "lost"):
            return _faulty(request, fault)
        answer = await handler(request)
        return _cut(request) if fault == "lost" else answer

    def _next_fault(self, call: str) -> Any:
        waiting = self.faults.get(call, [])
        if not waiting:
            return None
        return waiting[0] if waiting[1:] == ["..."] else waiting.pop(0)


CALLS = {
    "on_list": "list",
    "on_create": "create",
    "on_retrieve": "retrieve",
    "on_cancel": "cancel",
    "on_upload": "upload",
    "on_files": "files",
    "on_delete": "delete",
}


def _faulty(request: web.Request, fault: Any) -> web.StreamResponse:
    if fault == "cut":
        return _cut(request)
    if fault == "garbage":
        return web.Response(body=b'{"id": "ftj', content_type="application/json")
    if fault == "page":
        return web.Response(text="<html>Welcome</html>", content_type="text/html")
    status, code = fault if isinstance(fault, tuple) else (fault, None)
    return web.json_response({"error": {"message": "row 3: secret text", "code": code}}, status=status)


def _has(job: dict[str, Any], wanted: dict[str, str]) -> bool:
    return wanted.items() <= (job.get("metadata") or {}).items()


def _is_row(line: str, method: str) -> bool:
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and row.keys() == ROW_KEYS[method]


def _refusal(param: str) -> web.Response:
    return web.json_response({"error": {"message": f"Unknown: {param}", "param": param}}, status=400)


def _not_found() -> web.Response:
    return web.json_response({"error": {"message": "not found"}}, status=404)


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def running_fine_tuning(**options: Any) -> AsyncIterator[FineTuningEndpoint]:
    """Serve an endpoint on a free port of this machine."""
    endpoint = FineTuningEndpoint(**options)
    app = web.Application(client_max_size=256 * 1024 * 1024, middlewares=[endpoint.misbehave])
    app.router.add_get("/v1/fine_tuning/jobs", endpoint.on_list)
    app.router.add_post("/v1/fine_tuning/jobs", endpoint.on_create)
    app.router.add_get("/v1/fine_tuning/jobs/{job}", endpoint.on_retrieve)
    app.router.add_post("/v1/fine_tuning/jobs/{job}/cancel", endpoint.on_cancel)
    app.router.add_post("/v1/files", endpoint.on_upload)
    app.router.add_get("/v1/files", endpoint.on_files)
    app.router.add_delete("/v1/files/{file}", endpoint.on_delete)
    async with TestServer(app) as server:
        endpoint.url = str(server.make_url("/v1"))
        yield endpoint
