"""What a model that writes looks like to us, and every way it can fail to write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.errors import BotError, Transient

# Is told the whole text so far, again and again while it grows, and returns at once: the model does not wait. After
# an inner retry the text begins anew.
OnText = Callable[[str], None]


@dataclass(frozen=True)
class ChatMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class Completion:
    """A finished text: never empty, never cut off, never a refusal."""

    text: str
    model: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which weights answer: a model as its endpoint knows it (None: the configured one), and a local adapter on top.

    `adapter` is the SHA-256 of the adapter's file; an endpoint that does not have it must not answer.
    """

    model: str | None = None
    adapter: str | None = None


class ChatModel(Protocol):
    """A model that completes a chat."""

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        schema: Mapping[str, Any] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        """Write the next message.

        Args:
            messages: the prompt.
            max_tokens: the longest answer in the model's tokens; a longer one is `ModelCutOff`.
            temperature: 0 … 2; left out where the model refuses it.
            schema: a JSON schema that the answer must follow; None for free text.
            on_text: whoever wants to see the text while it grows; an endpoint that cannot stream tells nothing.

        Raises:
            ModelRefused, ModelEmpty, ModelCutOff, ModelTooSlow, ModelMisconfigured: a person decides what is next.
            ModelBusy, ModelUnreachable: it may work in a moment.
        """
        ...


class ChatModels(Protocol):
    """All models of an endpoint."""

    def using(self, use: ModelUse) -> ChatModel:
        """Return the model with these weights; whether the endpoint has them shows when it is asked."""
        ...


class ModelRefused(BotError):
    """The model, or its content filter, declined."""

    code = "model_refused"
    sentence = "The model declined to write this one. Saying it another way usually helps."


class ModelEmpty(BotError):
    """The model answered without a text."""

    code = "model_empty"
    sentence = "The model came back with an empty page. Trying again usually helps."


class ModelCutOff(BotError):
    """The text ended at the token limit or for no reason: half a text is not a draft."""

    code = "model_cut_off"
    sentence = "The text broke off before its end, so I did not post half of it. A shorter brief helps."


class ModelMisconfigured(BotError):
    """The endpoint does not accept our key, our model's name or our request."""

    code = "model_misconfigured"
    sentence = "The model does not accept our requests. An admin can find out why with `draftloop doctor`."


class ModelBusy(Transient):
    """Too many requests; `retry_after` is the pause the endpoint asked for, in seconds."""

    code = "model_busy"
    sentence = "The model is very busy right now. Trying again in a minute usually helps."

    def __init__(
        self, sentence: str | None = None, *, code: str | None = None, retry_after: float = 0
    ) -> None:
        super().__init__(sentence, code=code)
        self.retry_after = retry_after


class ModelUnreachable(Transient):
    """No answer, a server error, or an answer that cannot be read."""

    code = "model_unreachable"
    sentence = "I could not reach the model. Trying again in a minute usually helps."


class ModelAdapterMissing(Transient):
    """The endpoint serves adapters, but not (yet) ours: a new one takes it a moment, or somebody has to load it."""

    code = "model_adapter_missing"
    sentence = (
        "The model's server does not offer the trained adapter yet. Trying again in a minute usually helps."
    )


class ModelTooSlow(BotError):
    """No whole answer within our own deadline; whoever waited that long decides whether to wait again."""

    code = "model_too_slow"
    sentence = "The model took too long to answer. Trying again usually helps."


class ModelGarbled(ModelUnreachable):
    """Something answered, but not in the protocol: half a body, a web page, broken JSON."""

    code = "model_garbled"
    sentence = "The model's answer could not be read. Trying again usually helps."
