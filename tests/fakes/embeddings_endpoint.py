"""A real loopback endpoint that speaks OpenAI's embeddings and misbehaves on request."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Self

from aiohttp import web

# Words that mean one thing stand for one direction: a small model of meaning that no index of words has.
MEANINGS = (("zorp", "blick"), ("quux", "frob"), ("lunch", "noon"), ("lift", "stairs"))


def vector_of(text: str) -> list[float]:
    words = text.lower().split()
    said = [float(any(word in words for word in meaning)) for meaning in MEANINGS]
    return [0.1, *said]


class EmbeddingsEndpoint:
    """`faults` are bodies, or statuses, that the next answers are."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.faults: deque[int | dict[str, Any]] = deque()
        self.hold: asyncio.Event | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/embeddings", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.hold is not None:
            self.hold.set()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        self.asked.append(texts)
        if self.hold is not None:
            await self.hold.wait()
        if self.faults:
            fault = self.faults.popleft()
            return web.Response(status=fault) if isinstance(fault, int) else web.json_response(fault)
        rows = [
            {"object": "embedding", "index": at, "embedding": vector_of(text)}
            for at, text in enumerate(texts)
        ]
        return web.json_response(
            {
                "object": "list",
                "model": "fake",
                "data": rows,
                "usage": {"prompt_tokens": 1, "total_tokens": 1},
            }
        )
