"""Any OpenAI-compatible endpoint through the `openai` client; nothing else imports that client."""

import asyncio
import copy
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2
import openai

from bot.errors import BotError, SettingsError
from bot.llm.chat_model import (
    ChatMessage,
    Completion,
    ModelAdapterMissing,
    ModelBusy,
    ModelMisconfigured,
    ModelRefused,
    ModelTooSlow,
    ModelUnreachable,
    ModelUse,
    OnText,
)
from bot.llm.openai_answer import Answer, gather_answer, read_adapters, read_answer
from bot.settings import Settings

_OPENAI_ITSELF: Final = "api.openai.com"
_NO_KEY_NEEDED: Final = "none"  # The client refuses to start without a key; local endpoints ignore it.
_LONGEST_ASKED_PAUSE: Final = 60.0
# What some models and endpoints refuse, with what has to go along.
_OPTIONAL: Final = {
    "temperature": {"temperature"},
    "stream_options": {"stream_options"},
    "stream": {"stream", "stream_options"},
}


class OpenAIChat:
    """A `ChatModel` behind OpenAI's chat completions protocol."""

    def __init__(self, settings: Settings) -> None:
        self._house_model = self._model = settings.openai_model
        self._adapter: str | None = None
        self._deadline = settings.model_timeout_seconds
        self._is_openai = urlsplit(settings.openai_base_url).hostname == _OPENAI_ITSELF
        self._unsupported: dict[str, set[str]] = {}  # by model, of all who share these connections
        self._adapters_url = f"{settings.openai_base_url.rstrip('/').removesuffix('/v1')}/lora-adapters"
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

    def using(self, use: ModelUse) -> Self:
        """Return the same endpoint with other weights; `close` the one that was made first."""
        other = copy.copy(self)
        other.__dict__.update(_model=use.model or self._house_model, _adapter=use.adapter)
        return other

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
        on_text: OnText | None = None,
    ) -> Completion:
        """Write the next message; see `ChatModel.complete`. The deadline holds for the whole call."""
        request = self._request(messages, max_tokens=max_tokens, temperature=temperature, schema=schema)
        if on_text is not None:
            request |= {"stream": True, "stream_options": {"include_usage": True}}
        try:
            async with asyncio.timeout(self._deadline) as deadline:
                answer = await self._patiently(request, on_text or _unheard, ends_at=deadline.when() or 0)
        except TimeoutError:
            raise ModelTooSlow from None
        return answer.completion(default_model=self._model)

    async def _patiently(self, request: dict[str, Any], on_text: OnText, *, ends_at: float) -> Answer:
        """Send; when the endpoint asks for a pause that our deadline allows, pause and send once more."""
        try:
            return await self._understood(request, on_text)
        except ModelBusy as busy:
            if not 0 < busy.retry_after < ends_at - asyncio.get_running_loop().time():
                raise
            await asyncio.sleep(busy.retry_after)
        return await self._understood(request, on_text)

    async def _understood(self, request: dict[str, Any], on_text: OnText) -> Answer:
        try:
            return await self._adapted(request, on_text)
        except openai.OpenAIError as error:
            raise _meaning(error) from None  # The provider's text may quote the prompt: it goes no further.
        except httpx2.HTTPError:
            raise ModelUnreachable from None

    async def _adapted(self, request: dict[str, Any], on_text: OnText) -> Answer:
        """Send; with an adapter, under the number that it has now.

        An endpoint answers without the adapter, and does not say so, where it does not know the number. And it numbers
        anew when it starts anew: then the answer may be another adapter's, and is asked for again.
        """
        if self._adapter is None:
            return await _read(await self._send(request), on_text)
        number, answer = await self._adapter_number(), None
        while answer is None:
            lora = {"extra_body": {"lora": [{"id": number, "scale": 1.0}]}}
            said = await _read(await self._send(request | lora), on_text)
            before, number = number, await self._adapter_number()
            answer = said if before == number else None
        return answer

    async def _adapter_number(self) -> int:
        """Return the number under which the endpoint has our adapter now.

        Raises:
            ModelAdapterMissing: it has no such adapter, or not yet.
            ModelMisconfigured: it has no adapters at all.
        """
        response = await self._client.get(self._adapters_url, cast_to=httpx2.Response)
        number = read_adapters(response.content).get(self._adapter or "")
        if number is None:
            raise ModelAdapterMissing
        return number

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

    async def _send(self, request: dict[str, Any]) -> Any:
        """Send the request and return the client's raw response; what this model refuses is left out from then on."""
        unsupported = self._unsupported.setdefault(self._model, set())
        wanted = {name: value for name, value in request.items() if name not in unsupported}
        try:
            return await self._client.chat.completions.with_raw_response.create(**wanted)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            refused = _refused_options(error, wanted)
            if not refused:
                raise
        response = await self._send({name: wanted[name] for name in wanted if name not in refused})
        unsupported |= refused  # It did work without them.
        return response


def _unheard(_: str) -> None:
    """Take the text of a call that nobody watches."""


def _refused_options(error: openai.APIStatusError, wanted: Collection[str]) -> set[str]:
    """Return what may be left out to please an endpoint: what it names, or streaming where it names nothing."""
    if error.param is None and error.code is None and "stream" in wanted:
        return _OPTIONAL["stream"]
    return _OPTIONAL.get(error.param or "", set()) if error.param in wanted else set()


async def _read(response: Any, on_text: OnText) -> Answer:
    """Read an answer, piece by piece if it comes so: an endpoint may ignore that we asked for a stream."""
    http: httpx2.Response = response.http_response
    if not http.is_stream_consumed and http.headers.get("content-type", "").startswith("text/event-stream"):
        return await gather_answer(response.parse(), on_text=on_text)
    return read_answer(await http.aread())


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
