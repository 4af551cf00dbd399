"""The model that writes in the demo: the embedded one, the scripted one, or the one at the endpoint of the environment."""

import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from bot.errors import SettingsError
from bot.llm import embedded, scripted
from bot.llm.embedded import EmbeddedMissing, EmbeddedModel
from bot.llm.scripted import ScriptedEndpoint
from bot.settings import load_settings
from handlers.cli.demo.folder import DemoRefused

Kind = Literal["embedded", "scripted", "endpoint"]
KINDS: Final[tuple[Kind, ...]] = ("embedded", "scripted", "endpoint")
_EMBEDDED_TOKENS: Final = 300
_PAUSE: Final = 0.02  # seconds between the scripted model's words: one sees it write
_NOTES: Final[dict[Kind, str]] = {
    "embedded": (
        "A tiny language model that runs on this machine. It follows the corrections it is shown, and little else: "
        "it rambles and makes things up. OPENAI_BASE_URL points the bot at a better one (Ollama, vLLM, OpenAI)."
    ),
    "scripted": (
        "Scripted, not a real model: a small program behind a real OpenAI-compatible endpoint, which follows the "
        "corrections it is shown."
    ),
    "endpoint": "The model at the endpoint in your environment (OPENAI_BASE_URL).",
}


@dataclass(frozen=True)
class DemoModel:
    """A model that answers."""

    kind: Kind
    name: str
    base_url: str
    api_key: str = field(default="demo", repr=False)

    @property
    def note(self) -> str:
        """What one should know about it."""
        return _NOTES[self.kind]

    @property
    def settings(self) -> dict[str, object]:
        """What the bot has to know to use it; a small model is asked in turns, with few examples and short texts."""
        reach = {
            "openai_base_url": self.base_url,
            "openai_api_key": self.api_key,
            "openai_model": self.name,
        }
        if self.kind == "endpoint":
            return dict(reach)
        if self.kind != "embedded":
            return {**reach, "read_replies": "rules", "distil": "patterns"}  # A script reads nothing.
        small = {
            "read_replies": "rules",
            "distil": "patterns",
            "prompt_layout": "turns",
            "prompt_examples": 2,
            "model_max_tokens": _EMBEDDED_TOKENS,
        }
        return {**reach, **small}


def checked_kind(wanted: str | None) -> Kind | None:
    """Return the kind of model that was asked for; None leaves it to what is installed.

    Raises:
        DemoRefused: there is no such kind, or the endpoint is not set.
    """
    if wanted is None:
        return None
    kind = next((kind for kind in KINDS if kind == wanted), None)
    if kind is None:
        raise DemoRefused(f'There is no model "{wanted}": choose one of {", ".join(KINDS)}.')
    if kind == "endpoint" and not (os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_KEY")):
        raise DemoRefused("Set OPENAI_BASE_URL, OPENAI_MODEL and OPENAI_API_KEY for `--model endpoint`.")
    return kind


@contextlib.asynccontextmanager
async def open_model(
    kind: Kind | None, *, tell: Callable[[str], None], adapters: Path | None = None
) -> AsyncIterator[DemoModel]:
    """Start the model, and stop it at the end.

    Args:
        kind: of model; None for the embedded one where it is installed.
        tell: hears how it goes.
        adapters: the folder of trained adapters that the embedded model offers beside itself.

    Raises:
        BotError: it cannot be had; one sentence.
    """
    async with contextlib.AsyncExitStack() as stack:
        if kind == "endpoint":
            yield _endpoint()
        elif kind == "scripted":
            yield await _scripted(stack)
        else:
            yield await _embedded(stack, tell=tell, required=kind == "embedded", adapters=adapters)


def _endpoint() -> DemoModel:
    try:
        settings = load_settings(_env_file=None)
    except SettingsError as error:
        raise DemoRefused(error.sentence) from None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return DemoModel("endpoint", settings.openai_model, settings.openai_base_url, key)


async def _scripted(stack: contextlib.AsyncExitStack) -> DemoModel:
    endpoint = ScriptedEndpoint(pause=_PAUSE)
    base_url = await endpoint.start()
    stack.push_async_callback(endpoint.close)
    return DemoModel("scripted", scripted.MODEL, base_url)


async def _embedded(
    stack: contextlib.AsyncExitStack,
    *,
    tell: Callable[[str], None],
    required: bool,
    adapters: Path | None,
) -> DemoModel:
    model = EmbeddedModel(tell, adapters=adapters)
    try:
        base_url = await model.start()
    except EmbeddedMissing:
        if required:
            raise
        tell("The embedded model is not installed here, so the scripted one writes.")
        return await _scripted(stack)
    stack.push_async_callback(model.close)
    return DemoModel("embedded", embedded.MODEL, base_url)
