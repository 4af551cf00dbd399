"""A real loopback endpoint that speaks OpenAI's chat completions and misbehaves on request.

In a test: `async with ModelEndpoint() as endpoint: Settings(openai_base_url=endpoint.url)`; queue faults with
`endpoint.fail(Busy(retry_after=1), …)`, answer by a function of the request with `ModelEndpoint(answer=…)`.
As a process of its own (crash tests): `python -m tests.fakes.model_endpoint --port 0 [--delay 0.2] [--pause 0.1]` prints its URL.
"""

import argparse
import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from bot.llm.scripted import (
    completion_body,
    open_stream,
    pieces_of,
    scripted_answer,
    send_end,
    send_event,
    send_pieces,
)

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
        written = text if self.text is None else self.text
        if (await request.json()).get("stream"):
            return await streamed(request, written, finish_reason=self.reason)
        return web.json_response(completion_body(written, finish_reason=self.reason))


class Refusal(Fault):
    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        refusal = {"role": "assistant", "content": None, "refusal": "I cannot. SECRET-BRIEF"}
        if (await request.json()).get("stream"):
            response = await open_stream(request)
            await send_event(response, {"choices": [{"index": 0, "delta": refusal, "finish_reason": "stop"}]})
            return response
        body = completion_body("")
        body["choices"][0]["message"] = refusal
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


@dataclass(frozen=True)
class BrokenStream(Fault):
    """A stream of some words that ends otherwise than it should: `data` is sent raw, `drop` cuts the connection."""

    words: int = 3
    data: bytes = b""
    drop: bool = False

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        response = await open_stream(request)
        await send_pieces(response, pieces_of(text)[: self.words])
        await response.write(self.data)
        if self.drop:
            _drop(request)
        return response


@dataclass(frozen=True)
class Held(Fault):
    """A stream that stands still after some words, until the test lets it go on: to its end, or to a drop."""

    words: int = 8
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    drop: bool = False

    async def respond(self, request: web.Request, text: str) -> web.StreamResponse:
        response = await open_stream(request)
        pieces = pieces_of(text)
        await send_pieces(response, pieces[: self.words])
        await self.go_on.wait()
        if self.drop:
            _drop(request)
            return response
        await send_pieces(response, pieces[self.words :])
        await send_end(response, tokens=len(pieces))
        return response


async def streamed(
    request: web.Request, text: str, *, finish_reason: str | None = "stop", pause: float = 0
) -> web.StreamResponse:
    """Answer with server-sent events, word by word."""
    response = await open_stream(request)
    pieces = pieces_of(text)
    await send_pieces(response, pieces, pause=pause)
    await send_end(response, finish_reason=finish_reason, tokens=len(pieces))
    return response


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def house_model(request: dict[str, Any]) -> str:
    """The scripted model that the demo uses too."""
    return scripted_answer(request["messages"])


class ModelEndpoint:
    """Listens on a free loopback port, answers by function, records what it was asked."""

    def __init__(
        self, *, answer: Answer = house_model, port: int = 0, delay: float = 0, pause: float = 0
    ) -> None:
        self.answer = answer
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self._faults: deque[Fault] = deque()
        self._port = port
        self._delay = delay
        self._pause = pause
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
            return await answer.respond(request, self._text_of(asked))
        if asked.get("stream"):
            return await streamed(request, answer, pause=self._pause)
        return web.json_response(completion_body(answer))

    def _text_of(self, asked: dict[str, Any]) -> str:
        """What would have been answered, were there no fault."""
        answer = self.answer(asked)
        return house_model(asked) if isinstance(answer, Fault) else answer


async def _serve(port: int, delay: float, pause: float) -> None:
    async with ModelEndpoint(port=port, delay=delay, pause=pause) as endpoint:
        print(endpoint.url, flush=True)  # noqa: T201 - how the test that started the process finds it.
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--pause", type=float, default=0, help="seconds between the words of a stream")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.delay, options.pause))
