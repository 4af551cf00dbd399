"""A scripted stand-in for a model, behind a real OpenAI-compatible endpoint: for the demo and for tests.

It is no language model and says so: its name is `scripted` wherever a model's name is shown. It writes from
the brief by a template, and follows the corrections, wishes and rules that it finds in the prompt: the same
prompt always gives the same text.
"""

import asyncio
import html
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from aiohttp import web

from bot.llm.style import Style, apply, merged, style_of_pair, style_of_wish, with_addition

MODEL: Final = "scripted"
_OPENINGS: Final = {
    "reply": "Hi! 👋 Thanks so much for asking!",
    "release-notes": "A new release is here! 🚀",
    "social-post": "Big news! 🎉",
    "resume-bullet": "",
}
_OPENING: Final = "Hi everyone! 👋"
_FILLER: Final = "We are really excited to share this with all of you, and we wanted to make sure that you hear it here first! 🎉"
_CLOSING: Final = "Please do not hesitate to reach out if you have any questions at all!"
_REFUSAL: Final = {
    "message": "The scripted model needs messages.",
    "type": "invalid_request_error",
    "code": None,
}
_MOST_PIECES: Final = 200
_ADD: Final = re.compile(r"\b(?:add|mention|include)\s+(?:that\s+|the\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_BULLET: Final = re.compile(r"\s*(?:[-*+•]|\d+[.)]|#{1,6}|>)\s+")
_ABOUT_LINE: Final = re.compile(r"In the line “(?P<line>.+?)”: (?P<wish>.+)", re.DOTALL)
_ORDER: Final = re.compile(
    r"^(?:please\s+)?(?:(?:write|draft|announce|tell|say|post|reply|let)\b[^:]*?\b(?:that|about|know|to say)\b|"
    r"(?:announce|draft|write)\b)[\s:]*",
    re.IGNORECASE,
)


def scripted_answer(messages: list[dict[str, str]]) -> str:
    """Write what the prompt asks for: a draft of its brief, its draft as its wish wants it, or two phrasings of lines."""
    prompt = "\n".join(message["content"] for message in messages if message["role"] == "user")
    examples = "\n".join(_sections("examples", prompt))
    asked = re.sub(r"<examples>.*?</examples>", "", prompt, flags=re.DOTALL)
    if lines := _first("lines", asked):
        return _phrasings(lines, wish=_first("wish", asked))
    if wish := _first("wish", asked):
        return _revised(_first("draft", asked), wish=wish)
    rules = map(style_of_wish, _sections("rule", asked))
    newest_last = reversed(list(map(_lesson, _sections("example", examples))))
    learned = merged([*newest_last, *rules])
    return _draft(_first("brief", asked), task=_task(messages), learned=learned)


def _phrasings(lines: str, *, wish: str) -> str:
    """Say lines in two other ways, as JSON: calmer, and each with another beginning."""
    calm = apply(Style(exclamation=False, emoji=False) | style_of_wish(wish), _BULLET.sub("", lines)).strip()
    words = f"{calm[:1].lower()}{calm[1:]}"
    return json.dumps({"first": f"A quick note: {words}", "second": f"Just so you know, {words}"})


def _revised(text: str, *, wish: str) -> str:
    if about := _ABOUT_LINE.match(wish):
        return text.replace(about["line"], _revised(about["line"], wish=about["wish"]), 1)
    styled, addition = apply(style_of_wish(wish), text), _ADD.search(wish)
    return with_addition(styled, addition[1]) if addition else styled


def _draft(brief: str, *, task: str, learned: Style) -> str:
    news = _ORDER.sub("", brief.strip()).rstrip(".!") or brief.strip()
    sentence = f"{news[:1].upper()}{news[1:]}"
    if learned.short:
        return apply(replace(learned, short=None), f"{sentence}.")
    paragraphs = (_OPENINGS.get(task, _OPENING), f"{sentence}! {_FILLER}", _CLOSING)
    return apply(learned, "\n\n".join(part for part in paragraphs if part))


def _lesson(example: str) -> Style:
    if wish := _first("wish", example):
        return style_of_wish(wish)
    draft = _first("draft", example)
    return style_of_pair(draft, _first("better", example)) if draft else Style()


def _task(messages: list[dict[str, str]]) -> str:
    """The task stands in the system message as `Task: name`."""
    named = re.search(r"^Task: ([\w-]+)", messages[0]["content"], re.MULTILINE)
    return named[1] if named else ""


def _sections(name: str, prompt: str) -> Iterator[str]:
    pattern = rf"<{name}(?: [^>]*)?>\n?(.*?)\n?</{name}>"
    found = re.findall(pattern, prompt, flags=re.DOTALL)
    return iter(found) if name in ("examples", "example") else map(html.unescape, found)


def _first(name: str, prompt: str) -> str:
    return next(_sections(name, prompt), "")


def completion_body(text: str, *, model: str = MODEL, finish_reason: str | None = "stop") -> dict[str, Any]:
    """Return a chat completion as the endpoint sends it."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text, "refusal": None},
        "finish_reason": finish_reason,
        "logprobs": None,
    }
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
        "usage": {"prompt_tokens": 0, "completion_tokens": len(text) // 4, "total_tokens": len(text) // 4},
    }


def pieces_of(text: str) -> list[str]:
    """Return a text as it is streamed: word by word, each with the white space behind it; a long text in larger pieces."""
    words = re.findall(r"\s*\S+\s*", text)
    size = -(-len(words) // _MOST_PIECES) or 1
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


def chunk_body(delta: str, *, model: str = MODEL, finish_reason: str | None = None) -> dict[str, Any]:
    """Return one piece of a streamed completion."""
    choice = {"index": 0, "delta": {"content": delta}, "finish_reason": finish_reason, "logprobs": None}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": model,
        "choices": [choice],
    }


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Begin to answer with server-sent events."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


async def send_pieces(response: web.StreamResponse, pieces: Sequence[str], *, pause: float = 0) -> None:
    """Send pieces of the text, one after the other."""
    for piece in pieces:
        await send_event(response, chunk_body(piece))
        await asyncio.sleep(pause)


async def send_end(response: web.StreamResponse, *, finish_reason: str | None = "stop", tokens: int) -> None:
    """Send how the text ended and what it cost, as OpenAI does at the end of a stream."""
    usage = {"prompt_tokens": 0, "completion_tokens": tokens, "total_tokens": tokens}
    await send_event(response, chunk_body("", finish_reason=finish_reason))
    await send_event(response, {**chunk_body(""), "choices": [], "usage": usage})
    await response.write(b"data: [DONE]\n\n")


async def send_event(response: web.StreamResponse, body: dict[str, Any]) -> None:
    """Send one server-sent event."""
    await response.write(f"data: {json.dumps(body)}\n\n".encode())


@dataclass
class ScriptedEndpoint:
    """The scripted model on a loopback port: `await start()` returns the base URL for `OPENAI_BASE_URL`."""

    host: str = "127.0.0.1"
    port: int = 0
    pause: float = 0.0  # seconds between the words of a streamed answer
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; return the base URL."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", _models)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return f"http://{self.host}:{self.port}/v1"

    async def close(self) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked, text = await _answered(request)
        if text is None:
            return web.json_response({"error": _REFUSAL}, status=400)
        if not asked.get("stream"):
            return web.json_response(completion_body(text))
        response = await open_stream(request)
        await send_pieces(response, pieces_of(text), pause=self.pause)
        await send_end(response, tokens=len(text) // 4)
        return response


async def _answered(request: web.Request) -> tuple[dict[str, Any], str | None]:
    """Return what was asked, and the answer if it can be understood."""
    try:
        asked = await request.json()
        return asked, scripted_answer(asked["messages"])
    except (json.JSONDecodeError, KeyError, TypeError, IndexError):
        return {}, None


async def _models(_: web.Request) -> web.Response:
    return web.json_response(
        {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "draftloop"}]}
    )
