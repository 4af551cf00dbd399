"""A real loopback endpoint that speaks OpenAI's chat completions and misbehaves on request.

In a test: `async with ModelEndpoint() as endpoint: Settings(openai_base_url=endpoint.url)`; queue faults with
`endpoint.fail(Busy(retry_after=1), …)`, answer by a function of the request with `ModelEndpoint(answer=…)`.
As a process of its own (crash tests): `python -m tests.fakes.model_endpoint --port 0 [--delay 0.2]` prints its URL.
"""

import argparse
import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from bot.llm.scripted import completion_body, scripted_answer

Answer = Callable[[dict[str, Any]], "str | Fault"]


class Fault:
    """One way to answer badly."""

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        raise NotImplementedError


@dataclass(frozen=True)
class Finished(Fault):
    """A well-formed completion that ends with `reason`; `text` None keeps the answer."""

    reason: str | None
    text: str | None = None

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        return web.json_response(
            completion_body(text if self.text is None else self.text, finish_reason=self.reason)
        )


class Refusal(Fault):
    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        body = completion_body("")
        body["choices"][0]["message"] = {
            "role": "assistant",
            "content": None,
            "refusal": "I cannot. SECRET-BRIEF",
        }
        return web.json_response(body)


@dataclass(frozen=True)
class Body(Fault):
    """Any bytes with any content type: broken JSON, a web page, JSON of another shape."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        return web.Response(body=self.body, content_type=self.content_type, status=self.status)


@dataclass(frozen=True)
class Status(Fault):
    """An error answer as OpenAI words it."""

    status: int
    code: str | None = None
    param: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        error = {"message": "SECRET-BRIEF", "type": "error", "code": self.code, "param": self.param}
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


def busy(retry_after: int) -> Status:
    return Status(429, code="rate_limit_exceeded", headers={"Retry-After": str(retry_after)})


class HalfABody(Fault):
    """The connection drops in the middle of the answer."""

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        payload = json.dumps(completion_body(text)).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(payload)
        await response.prepare(request)
        await response.write(payload[: len(payload) // 2])
        _drop(request)
        return response


class DroppedConnection(Fault):
    """The connection drops without an answer."""

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        _drop(request)
        return web.Response()


class Dripping(Fault):
    """The answer comes byte by byte, for ever: no single read times out."""

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)


@dataclass(frozen=True)
class Slow(Fault):
    """The right answer, late."""

    seconds: float

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        await asyncio.sleep(self.seconds)
        return web.json_response(completion_body(text))


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def house_model(request: dict[str, Any]) -> str:
    """The scripted model that the demo uses too."""
    return scripted_answer(request["messages"])


class ModelEndpoint:
    """Listens on a free loopback port, answers by function, records what it was asked."""

    def __init__(self, *, answer: Answer = house_model, port: int = 0, delay: float = 0) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self._faults: deque[Fault] = deque()
        self._port = port
        self._delay = delay
        self._runner: web.AppRunner | None = None

    def fail(self, *faults: Fault) -> None:
        """The next answers, in this order; after them everything is well again."""
        self._faults.extend(faults)

    @property
    def prompts(self) -> list[str]:
        """The user messages it was sent, one text per request."""
        return [
            "\n".join(m["content"] for m in asked["messages"] if m["role"] == "user")
            for asked in self.requests
        ]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        await asyncio.sleep(self._delay)
        answer = self._faults.popleft() if self._faults else self.answer(asked)
        if isinstance(answer, Fault):
            return await answer.respond(request, house_model(asked))
        return web.json_response(completion_body(answer))


async def _serve(port: int, delay: float) -> None:
    async with ModelEndpoint(port=port, delay=delay) as endpoint:
        print(endpoint.url, flush=True)  # noqa: T201 - how the test that started the process finds it.
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.delay))
