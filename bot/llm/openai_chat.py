"""Any OpenAI-compatible endpoint through the `openai` client; nothing else imports that client."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import openai
from pydantic import BaseModel, ValidationError

from bot.errors import BotError, SettingsError
from bot.llm.chat_model import (
    ChatMessage,
    Completion,
    ModelBusy,
    ModelCutOff,
    ModelEmpty,
    ModelGarbled,
    ModelMisconfigured,
    ModelRefused,
    ModelTooSlow,
    ModelUnreachable,
)
from bot.settings import Settings

_OPENAI_ITSELF: Final = "api.openai.com"
_NO_KEY_NEEDED: Final = "none"  # The client refuses to start without a key; local endpoints ignore it.
_LONGEST_ASKED_PAUSE: Final = 60.0
_LONGEST_NAME: Final = 128


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    """The part of a completion that we rely on; the client itself validates nothing."""

    choices: list[_Choice]
    model: str | None = None
    usage: _Usage | None = None


class OpenAIChat:
    """A `ChatModel` behind OpenAI's chat completions protocol."""

    def __init__(self, settings: Settings) -> None:
        self._model = settings.openai_model
        self._deadline = settings.model_timeout_seconds
        self._is_openai = urlsplit(settings.openai_base_url).hostname == _OPENAI_ITSELF
        self._unsupported: set[str] = set()
        self._client = openai.AsyncOpenAI(
            base_url=settings.openai_base_url,
            api_key=_key(settings) or _NO_KEY_NEEDED,
            timeout=settings.model_timeout_seconds,
            max_retries=0,
        )

        self._has_key = bool(_key(settings))

    def require_key(self) -> None:
        """Check that whoever answers can know us: what needs no model works without a key.

        Raises:
            SettingsError: OpenAI itself is asked, and there is no key.
        """
        if self._is_openai and not self._has_key:
            raise SettingsError(
                "OPENAI_API_KEY is missing: set it, or point OPENAI_BASE_URL at an endpoint that needs no key."
            )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        schema: Mapping[str, Any] | None = None,
    ) -> Completion:
        """Write the next message; see `ChatModel.complete`. The deadline holds for the whole call."""
        request = self._request(messages, max_tokens=max_tokens, temperature=temperature, schema=schema)
        try:
            async with asyncio.timeout(self._deadline) as deadline:
                body = await self._patiently(request, ends_at=deadline.when() or 0)
        except TimeoutError:
            raise ModelTooSlow from None
        return _completion(body, default_model=self._model)

    async def _patiently(self, request: dict[str, Any], *, ends_at: float) -> bytes:
        """Send; when the endpoint asks for a pause that our deadline allows, pause and send once more."""
        try:
            return await self._understood(request)
        except ModelBusy as busy:
            if not 0 < busy.retry_after < ends_at - asyncio.get_running_loop().time():
                raise
            await asyncio.sleep(busy.retry_after)
        return await self._understood(request)

    async def _understood(self, request: dict[str, Any]) -> bytes:
        try:
            return await self._send(request)
        except openai.OpenAIError as error:
            raise _meaning(error) from None  # The provider's text may quote the prompt: it goes no further.

    def _request(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        schema: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        limit = (
            "max_completion_tokens" if self._is_openai else "max_tokens"
        )  # Only OpenAI knows the new name.
        request: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "temperature": temperature,
            limit: max_tokens,
        }
        if schema is not None:
            wanted = {"name": "answer", "schema": dict(schema), "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": wanted}
        return request

    async def _send(self, request: dict[str, Any]) -> bytes:
        """Send the request; a parameter that this model refuses is left out from then on."""
        wanted = {name: value for name, value in request.items() if name not in self._unsupported}
        try:
            response = await self._client.chat.completions.with_raw_response.create(**wanted)
        except openai.BadRequestError as error:
            if error.param != "temperature" or "temperature" not in wanted:
                raise
            self._unsupported.add("temperature")
            return await self._send(request)
        return bytes(response.http_response.content)


def _key(settings: Settings) -> str:
    return settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""


def _meaning(error: openai.OpenAIError) -> BotError:
    if isinstance(error, openai.APITimeoutError):
        return ModelTooSlow()
    if isinstance(error, openai.RateLimitError):
        return _busy(error)
    if isinstance(error, openai.InternalServerError | openai.ConflictError):
        return ModelUnreachable()
    if isinstance(error, openai.APIStatusError):
        return _refused(error)
    return ModelUnreachable()


def _busy(error: openai.RateLimitError) -> BotError:
    if error.code == "insufficient_quota":  # Waiting does not fill an empty account.
        return ModelMisconfigured()
    return ModelBusy(retry_after=_pause(error.response.headers.get("retry-after")))


def _pause(header: str | None) -> float:
    """Read `Retry-After` in seconds; a date, or nonsense, counts as no wish."""
    if header is None or not header.strip().isdecimal():
        return 0.0
    return min(float(header), _LONGEST_ASKED_PAUSE)


def _refused(error: openai.APIStatusError) -> BotError:
    if error.status_code == 408:
        return ModelTooSlow()
    if error.code in ("content_filter", "content_policy_violation"):
        return ModelRefused()
    return ModelMisconfigured(code=f"model_http_{error.status_code}")


def _completion(body: bytes, *, default_model: str) -> Completion:
    try:
        answer = _Answer.model_validate_json(body)
    except ValidationError:
        raise ModelGarbled from None
    if not answer.choices:
        raise ModelGarbled
    usage = answer.usage or _Usage()
    return Completion(
        text=_text(answer.choices[0]),
        model=(answer.model or default_model)[:_LONGEST_NAME],
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
    )


def _text(choice: _Choice) -> str:
    """Return the text of a choice that ended the way a draft ends."""
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelRefused
    text = (choice.message.content or "").strip()
    if choice.finish_reason != "stop":  # `length`, None and anything unknown: the text is not whole.
        raise ModelCutOff
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise ModelEmpty  # Also when there are only invisible characters.
    return text
