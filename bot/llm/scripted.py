"""A scripted stand-in for a model, behind a real OpenAI-compatible endpoint: for the demo and for tests.

It is no language model and says so: its name is `scripted` wherever a model's name is shown. It writes from
the brief by a template, and follows the corrections, wishes and rules that it finds in the prompt: the same
prompt always gives the same text.
"""

import html
import json
import re
import time
from collections.abc import Iterator
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
_ADD: Final = re.compile(r"\b(?:add|mention|include)\s+(?:that\s+|the\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_ORDER: Final = re.compile(
    r"^(?:please\s+)?(?:(?:write|draft|announce|tell|say|post|reply|let)\b[^:]*?\b(?:that|about|know|to say)\b|"
    r"(?:announce|draft|write)\b)[\s:]*",
    re.IGNORECASE,
)


def scripted_answer(messages: list[dict[str, str]]) -> str:
    """Write what the prompt asks for: a draft of its brief, or its draft as its wish wants it."""
    prompt = "\n".join(message["content"] for message in messages if message["role"] == "user")
    examples = "\n".join(_sections("examples", prompt))
    asked = re.sub(r"<examples>.*?</examples>", "", prompt, flags=re.DOTALL)
    if wish := _first("wish", asked):
        return _revised(_first("draft", asked), wish=wish)
    rules = map(style_of_wish, _sections("rule", asked))
    newest_last = reversed(list(map(_lesson, _sections("example", examples))))
    learned = merged([*newest_last, *rules])
    return _draft(_first("brief", asked), task=_task(messages), learned=learned)


def _revised(text: str, *, wish: str) -> str:
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


@dataclass
class ScriptedEndpoint:
    """The scripted model on a loopback port: `await start()` returns the base URL for `OPENAI_BASE_URL`."""

    host: str = "127.0.0.1"
    port: int = 0
    _runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listen; return the base URL."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", _complete)
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


async def _complete(request: web.Request) -> web.Response:
    try:
        asked = await request.json()
        text = scripted_answer(asked["messages"])
    except (json.JSONDecodeError, KeyError, TypeError, IndexError):
        refusal = {
            "message": "The scripted model needs messages.",
            "type": "invalid_request_error",
            "code": None,
        }
        return web.json_response({"error": refusal}, status=400)
    return web.json_response(completion_body(text))


async def _models(_: web.Request) -> web.Response:
    return web.json_response(
        {"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "draftloop"}]}
    )
