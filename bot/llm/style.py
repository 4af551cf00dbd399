"""Marks of style in short texts, found and changed without a model.

A `Style` is what a wish ("no emoji, sign off with …") or a pair of texts (a draft and what somebody made of it) says
about greeting, sign-off, emoji, exclamation marks, length, words, bullet points, bold print, contractions, numbers and
dates. The scripted model writes by it; what the bot learns from corrections (`bot.learning.sayings.patterns`) is made of it.
What is not sure is left open (None).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.llm.style_dates import with_dates
from bot.llm.style_layout import without_bold, without_bullets
from bot.llm.style_marks import (
    ends_with,
    opening_half,
    outside_code,
    sign_off_of,
    signed,
    without_emoji,
    without_exclamation,
    without_greeting,
    without_sign_off,
)
from bot.llm.style_numbers import with_clock, with_numbers, with_thousands
from bot.llm.style_pair import style_of_pair
from bot.llm.style_value import Style, merged
from bot.llm.style_wish import style_of_wish
from bot.llm.style_words import swapped, with_contractions, without_contractions

__all__ = ["Style", "apply", "conform", "merged", "style_of_pair", "style_of_wish", "with_addition"]

_Change = Callable[[str, Style], str]


def apply(style: Style, text: str) -> str:
    """Return the text in this style; code and addresses in it stay as they are.

    Making a text shorter keeps the opening half of its sentences: use it where a person sees what fell out.
    """
    if style.short:
        text = opening_half(text)
    return conform(replace(style, short=None), text)


def conform(style: Style, text: str) -> str:
    """Return the text with everything put right that needs no judgement.

    That leaves its length, and what has to be added: emoji, exclamation marks, a greeting, bullet points, bold print.
    """
    for change in _CHANGES:
        text = change(text, style)
    return text


def with_addition(text: str, words: str) -> str:
    """Return the text with these words as a sentence behind it, before its sign-off."""
    sign_off, words = sign_off_of(text), words.strip().rstrip(".!")
    body = without_sign_off(text, sign_off).rstrip()
    joint = "\n\n" if "\n" in body else " "
    longer = f"{body}{joint}{words[:1].upper()}{words[1:]}."
    return signed(longer, sign_off) if sign_off else longer


def _greeted(text: str, style: Style) -> str:
    return without_greeting(text) if style.greeting is False else text


def _worded(text: str, style: Style) -> str:
    return outside_code(text, lambda prose: swapped(prose, style.swaps)) if style.swaps else text


def _laid_out(text: str, style: Style) -> str:
    text = without_bold(text) if style.bold is False else text
    return without_bullets(text) if style.bullets is False else text


def _spoken(text: str, style: Style) -> str:
    if style.contractions is None:
        return text
    return outside_code(text, with_contractions if style.contractions else without_contractions)


def _counted(text: str, style: Style) -> str:
    if style.numbers:
        text = outside_code(text, lambda prose: with_numbers(prose, style.numbers or "digits"))
    if style.thousands:
        text = outside_code(text, lambda prose: with_thousands(prose, style.thousands or "comma"))
    return text


def _timed(text: str, style: Style) -> str:
    if style.dates:
        text = outside_code(text, lambda prose: with_dates(prose, style.dates or "iso"))
    if style.clock:
        text = outside_code(text, lambda prose: with_clock(prose, style.clock or "24"))
    return text


def _marked(text: str, style: Style) -> str:
    text = without_emoji(text) if style.emoji is False else text
    return outside_code(text, without_exclamation) if style.exclamation is False else text


def _closed(text: str, style: Style) -> str:
    """End a text with the sign-off in the place of another one it may have."""
    if style.sign_off is None or (style.sign_off and ends_with(text, style.sign_off)):
        return text
    bare = without_sign_off(text, sign_off_of(text))
    return signed(bare, style.sign_off) if style.sign_off else bare


_CHANGES: Final[tuple[_Change, ...]] = (
    _greeted,
    _worded,
    _timed,  # before numbers, which leave dates and times alone
    _counted,
    _spoken,
    _laid_out,
    _marked,
    _closed,
)
