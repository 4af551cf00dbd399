"""Whether a text honours what people said about style, where patterns can tell; corrections are tests."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.evaluation.exercises import Exercise
from bot.learning.house_rule import Saying
from bot.learning.sayings.topics import topics_of
from bot.llm.style import Style, conform, style_of_wish
from bot.llm.style_layout import bold_in, bullets_of
from bot.llm.style_marks import greeting_of, has_emoji, has_exclamation

# What no text can be brought in line with by itself, and how to see that it is so.
_SEEN: Final[Mapping[Style, Callable[[str], bool]]] = {
    Style(exclamation=True): has_exclamation,
    Style(emoji=True): has_emoji,
    Style(greeting=True): lambda text: bool(greeting_of(text)),
    Style(bullets=True): lambda text: bool(bullets_of(text)),
    Style(bullets=False): lambda text: not bullets_of(text),
    Style(bold=True): lambda text: bool(bold_in(text)),
}


def checked(exercise: Exercise, text: str) -> dict[str, bool]:
    """Return for each wish that can be checked, by its topic, whether a text honours it.

    Which wishes those are depends on the exercise alone, so that two texts are held against the same. A topic that
    only a model understands is left to the other scorers.
    """
    found = {wish.topic: _honours(exercise, wish, text) for wish in exercise.wishes}
    return {topic: honoured for topic, honoured in found.items() if honoured is not None}


def honoured(exercise: Exercise, text: str) -> bool | None:
    """Tell whether a text honours every wish that can be checked; None when there is none."""
    found = checked(exercise, text)
    return all(found.values()) if found else None


def _honours(exercise: Exercise, wish: Saying, text: str) -> bool | None:
    style = topics_of(style_of_wish(wish.text)).get(wish.topic)
    if style is None:
        return None
    if style.short is not None:
        return _has_length(exercise, text, is_short=style.short)
    seen = _SEEN.get(style)
    return seen(text) if seen else conform(style, text).split() == text.split()


def _has_length(exercise: Exercise, text: str, *, is_short: bool) -> bool | None:
    """Tell whether a text is nearer in length to the text people wanted than to the one they found too long or short.

    None where what they wanted is no shorter (or longer) itself.
    """
    before, wanted = len(exercise.original.split()), len(exercise.target.split())
    if before == wanted or (wanted < before) != is_short:
        return None
    middle = (before + wanted) / 2
    return len(text.split()) <= middle if is_short else len(text.split()) >= middle
