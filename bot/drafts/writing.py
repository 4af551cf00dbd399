"""Asks the model for the text of a prompt, in the way its layout needs."""

from typing import Final

from bot.drafts.house_settings import TEMPERATURE
from bot.drafts.prompt_parts import Prompt
from bot.learning.examples.similarity import mentioned
from bot.llm.chat_model import ChatModel, Completion, ModelCutOff, OnText

_TRIES: Final = 3
_ON_TOPIC: Final = 0.5  # of the brief's telling words
_SMALL_ANSWER: Final = 300  # tokens: a small model that has not ended by then repeats itself


async def write(
    model: ChatModel,
    prompt: Prompt,
    *,
    max_tokens: int,
    temperature: float = TEMPERATURE,
    about: str = "",
    on_text: OnText | None = None,
) -> Completion:
    """Return what the model writes; `on_text` is told the text so far where there is one text only (`sections`).

    A small model (`turns`) loses its thread now and then: it never comes to an end, or writes about an example. It
    is stopped early and asked again, as the next try goes another way; what says most of `about` (the brief) counts.

    Raises:
        BotError: the model did not write; see `bot.llm.chat_model`.
    """
    if prompt.layout == "sections":
        return await model.complete(
            prompt.messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text
        )
    few, written = min(max_tokens, _SMALL_ANSWER), list[tuple[float, Completion]]()
    for try_left in reversed(range(_TRIES)):
        try:
            completion = await model.complete(prompt.messages, max_tokens=few, temperature=temperature)
        except ModelCutOff:
            if not try_left and not written:
                raise
            continue
        written.append((_worth(completion.text, prompt, about=about), completion))
        if written[-1][0] >= _ON_TOPIC:
            break
    return max(written, key=lambda each: each[0])[1]


def _worth(text: str, prompt: Prompt, *, about: str) -> float:
    return 0.0 if _is_an_example(text, prompt) else mentioned(about, text)


def _is_an_example(text: str, prompt: Prompt) -> bool:
    """Tell whether a text is that of an example for another brief, word for word."""
    brief = prompt.messages[-1].content
    return any(
        answer.role == "assistant" and answer.content.split() == text.split() and asked.content != brief
        for asked, answer in zip(prompt.messages, prompt.messages[1:], strict=False)
    )
