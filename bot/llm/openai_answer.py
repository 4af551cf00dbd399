"""What an OpenAI-compatible endpoint answers, whole or in pieces; the client itself validates nothing of it."""

from collections.abc import AsyncIterable, Mapping
from pathlib import PurePath
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from bot.llm.chat_model import Completion, ModelCutOff, ModelEmpty, ModelGarbled, ModelRefused, OnText

_LONGEST_NAME: Final = 128


class _Part(BaseModel):
    """The part of an answer that we rely on."""

    model_config = ConfigDict(from_attributes=True)


class _Usage(_Part):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Message(_Part):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Part):
    message: _Message
    finish_reason: str | None = None


class _Piece(_Part):
    """What a chunk adds to a choice."""

    delta: _Message | None = None
    finish_reason: str | None = None


class _Chunk(_Part):
    choices: list[_Piece] | None = None
    model: str | None = None
    usage: _Usage | None = None


class Answer(_Part):
    """A whole answer."""

    choices: list[_Choice]
    model: str | None = None
    usage: _Usage | None = None

    def completion(self, *, default_model: str) -> Completion:
        """Return the finished text.

        Raises:
            ModelGarbled, ModelRefused, ModelCutOff, ModelEmpty: there is none.
        """
        if not self.choices:
            raise ModelGarbled
        usage = self.usage or _Usage()
        return Completion(
            text=_text(self.choices[0]),
            model=(self.model or default_model)[:_LONGEST_NAME],
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )


class _Adapter(_Part):
    """An adapter as llama.cpp lists it."""

    id: int
    path: str


_ADAPTERS: Final = TypeAdapter(list[_Adapter])


def read_adapters(body: bytes) -> Mapping[str, int]:
    """Return the numbers of an endpoint's adapters by the name of their files, which is the files' SHA-256.

    Raises:
        ModelGarbled: this is no such list.
    """
    try:
        return {PurePath(one.path).stem: one.id for one in _ADAPTERS.validate_json(body)}
    except ValidationError:
        raise ModelGarbled from None


def read_answer(body: bytes) -> Answer:
    """Read an answer that came in one piece.

    Raises:
        ModelGarbled: it is none.
    """
    try:
        return Answer.model_validate_json(body)
    except ValidationError:
        raise ModelGarbled from None


async def gather_answer(chunks: AsyncIterable[object], *, on_text: OnText) -> Answer:
    """Put an answer together as its pieces come, and tell the text so far.

    A stream that breaks off leaves a choice without a reason for its end: `Answer.completion` refuses that.

    Raises:
        ModelGarbled: a piece cannot be read.
    """
    gathered = _Gathered(on_text)
    try:
        async for chunk in chunks:
            gathered.add(_Chunk.model_validate(chunk))
    except ValueError:  # Broken JSON, or JSON of another shape.
        raise ModelGarbled from None
    return gathered.answer()


class _Gathered:
    """The pieces of an answer so far."""

    def __init__(self, on_text: OnText) -> None:
        self._on_text = on_text
        self._text = ""
        self._refusal = ""
        self._finish_reason: str | None = None
        self._model: str | None = None
        self._usage: _Usage | None = None
        self._is_begun = False

    def add(self, chunk: _Chunk) -> None:
        self._model, self._usage = chunk.model or self._model, chunk.usage or self._usage
        for piece in (chunk.choices or ())[
            :1
        ]:  # Some send chunks without one, for the usage or their filters.
            self._is_begun = True
            self._finish_reason = piece.finish_reason or self._finish_reason
            self._write(piece.delta or _Message())

    def _write(self, delta: _Message) -> None:
        self._refusal += delta.refusal or ""
        if delta.content:
            self._text += delta.content
            self._on_text(self._text)

    def answer(self) -> Answer:
        message = _Message(content=self._text, refusal=self._refusal or None)
        choices = [_Choice(message=message, finish_reason=self._finish_reason)] if self._is_begun else []
        return Answer(choices=choices, model=self._model, usage=self._usage)


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
