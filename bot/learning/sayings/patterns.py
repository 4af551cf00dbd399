"""Finished texts put right by the rules that hold for them, as far as that needs no judgement and no model.

The words of a sign-off or of a replacement come from people: they are short, plain words or they are no rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.learning.house_rule import HouseRule
from bot.learning.sayings.guard import are_plain
from bot.learning.sayings.topics import LONGEST_SIGN_OFF, LONGEST_WORDS, saying, topics_of
from bot.llm.style import Style, conform, merged, style_of_wish

# What only a model can do, or leave: no text can be put right by it.
_NOT_DONE: Final = frozenset(
    [
        Style(exclamation=True),
        Style(emoji=True),
        Style(greeting=True),
        Style(short=False),
        Style(bullets=True),
        Style(bullets=False),
        Style(bold=True),
    ]
)


@dataclass(frozen=True)
class Conformed:
    """A text that follows the rules, and the rules that had to change it."""

    text: str
    changed_by: tuple[HouseRule, ...] = ()


def conformed(text: str, rules: Iterable[HouseRule]) -> Conformed:
    """Return the text with everything put right that needs no judgement; code in it stays as it is.

    Where rules differ about one thing, the earlier one counts: they come narrowest first.
    """
    rules = tuple(rules)
    changed_by = tuple(rule for rule in rules if conform(_style_told(rule.topic, rule.text), text) != text)
    styles = [_style_told(rule.topic, rule.text) for rule in reversed(changed_by)]
    return Conformed(conform(merged(styles), text), changed_by)


def says_only_what_is_known(wish: str) -> bool:
    """Tell whether a wish says something that patterns can do, and nothing that they only allow or must not do."""
    styles = topics_of(style_of_wish(wish)).values()
    return bool(styles) and all(map(_can_be_done, styles))


def has_plain_words(style: Style) -> bool:
    """Tell whether the words in a style, which are people's own, may stand in a rule."""
    if style.sign_off and not are_plain(style.sign_off, longest=LONGEST_SIGN_OFF):
        return False
    return all(are_plain(word, longest=LONGEST_WORDS) for swap in style.swaps for word in swap)


def _can_be_done(style: Style) -> bool:
    return style not in _NOT_DONE and has_plain_words(style) and saying(style, source="stated") is not None


@lru_cache(maxsize=4096)
def _style_told(topic: str, text: str) -> Style:
    """Read a stored rule: only what it says about its own topic is put right by it."""
    return topics_of(style_of_wish(text)).get(topic, Style())
