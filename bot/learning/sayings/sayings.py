"""What a correction says about the house style, found without a model: in its wish, or in what was rewritten.

A rewrite says what it changed; what it kept may never have been looked at. One replaced word may be a fact, so it is
said, and whoever decides on rules waits for a second one. An unusual last sentence is a sign-off only when other
corrections end with it too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import Saying, Source
from bot.learning.sayings.glossary import is_name, replaced_terms, tells_a_fact
from bot.learning.sayings.patterns import has_plain_words
from bot.learning.sayings.topics import saying, topics_of
from bot.llm.style import Style, conform, style_of_pair, style_of_wish
from bot.llm.style_layout import bullets_of, without_bold
from bot.llm.style_marks import (
    ends_with,
    greeting_of,
    has_emoji,
    has_exclamation,
    last_sentence,
    sign_off_of,
    without_emoji,
    without_greeting,
    without_sign_off,
)
from bot.llm.style_pair import seen_short

# What is wished for one text only, or for a part of it.
_THIS_ONCE: Final = re.compile(
    r"\b(?:here|this time|just (?:this )?once|this once|for now|in this (?:case|one|draft|text|post|message)|for this"
    r" (?:one|draft|text|post|message)|(?:in|from|of|at|to|for) (?:the|this|that) (?:(?:very|first|second|third|last|opening"
    r"|closing|next|other|same) )*(?:line|sentence|paragraph|section|bullet|point|intro|introduction|headline|title|subject"
    r"|heading|part|ending?|beginning|middle|quote|list|table)s?|the (?:first|second|third|last|next|other) (?:one|line"
    r"|sentence|paragraph|section|bullet|point|part)s?)\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[\"“„][^\"“”„\n]*[\"”“]")
_SENTENCE: Final = re.compile(r"(?:[\"“„][^\"“”„\n]*[\"”“]|[^.;\n])+[.;\n]*")
_FEW_WORDS: Final = 5  # more or less are no change of length


def sayings_in(lesson: Lesson, *, others: Sequence[Lesson] = ()) -> tuple[Saying, ...]:
    """Return what one correction says about each topic of style that patterns know, at most once per topic.

    `others` are other corrections of the same place. A wish about some lines says nothing: it quotes those lines,
    and means no other.
    """
    if lesson.kind == "instruction":
        return () if lesson.of_lines else tuple(_lasting(style_stated(lesson.text), source="stated"))
    return tuple(_lasting(style_seen(lesson, others=others), source="seen"))


def wished_in(lesson: Lesson) -> tuple[Saying, ...]:
    """Return what a wish says about the very text that it answers, for which facts and "this once" hold too."""
    return () if lesson.of_lines else tuple(_said(style_of_wish(lesson.text), source="stated"))


def style_stated(wish: str) -> Style:
    """Return what a wish states about texts in general: not what it wants of this one alone, or of a part of it."""
    lasting = (
        said[0] for said in _SENTENCE.finditer(wish) if not _THIS_ONCE.search(_QUOTED.sub("", said[0]))
    )
    return style_of_wish("".join(lasting))


def style_seen(lesson: Lesson, *, others: Iterable[Lesson] = ()) -> Style:
    """Return what a rewrite changed in style, each change by itself.

    An exclamation mark that went with the greeting says nothing about exclamation marks, nor about length.
    """
    whole = style_of_pair(lesson.draft, lesson.text)
    ending = _ending(lesson, whole, others)
    draft, text = _cores(lesson.draft, without_sign_off(lesson.text, ending or ""))
    core = _seen_twice(draft, text)
    style = replace(
        core,
        greeting=_changed(whole.greeting, had=bool(greeting_of(lesson.draft))),
        exclamation=_changed(core.exclamation, had=has_exclamation(draft)),
        emoji=_changed(core.emoji, had=has_emoji(draft)),
        sign_off=ending,
        short=seen_short(_content(draft), _content(text), fewest=_FEW_WORDS),
    )
    return replace(style, swaps=replaced_terms(_content(conform(style, draft)), _content(text)))


def _seen_twice(draft: str, text: str) -> Style:
    """Read the change again once its first finds are put right: bold dates written another way are bold no more."""
    first = style_of_pair(draft, text)
    return style_of_pair(conform(replace(first, sign_off=None), draft), text) | first


def _lasting(style: Style, *, source: Source) -> Iterator[Saying]:
    parts = [part for part in topics_of(style).values() if not is_fact(part)]
    return (said for part in parts for said in _said(part, source=source))


def _said(style: Style, *, source: Source) -> Iterator[Saying]:
    for part in topics_of(style).values():
        said = saying(part, source=source) if has_plain_words(part) else None
        if said is not None:
            yield said


def is_fact(part: Style) -> bool:
    """Tell whether the words in a style are facts of one text: when something is, how many there are, or who."""
    if part.sign_off:
        return tells_a_fact(part.sign_off)
    return any(all(map(tells_a_fact, swap)) or all(map(is_name, swap)) for swap in part.swaps)


def _changed(seen: bool | None, *, had: bool) -> bool | None:  # noqa: FBT001 - A small table of truth.
    """Leave out what was there and is still there."""
    return None if seen and had else seen


def _cores(draft: str, text: str) -> tuple[str, str]:
    """Return both texts without the greeting and the sign-off that only one of them has."""
    if bool(greeting_of(draft)) != bool(greeting_of(text)):
        draft, text = without_greeting(draft), without_greeting(text)
    had, has = sign_off_of(draft), sign_off_of(text)
    return (draft, text) if had == has else (without_sign_off(draft, had), without_sign_off(text, has))


def _content(text: str) -> str:
    """Return a text without its marks of style, for the words that are left."""
    bare = without_emoji(without_bold(without_greeting(text)))
    bare = without_sign_off(bare, sign_off_of(bare))
    points = bullets_of(bare)
    return "\n".join(line.lstrip("-*+\N{BULLET} \t") for line in bare.split("\n")) if points else bare


def _ending(lesson: Lesson, whole: Style, others: Iterable[Lesson]) -> str | None:
    """Return the sign-off that a rewrite gave a text: a formula, or new last words that others end with too."""
    last = last_sentence(lesson.text)
    is_new = bool(last) and last != lesson.text.strip() and last.casefold() not in lesson.draft.casefold()
    if whole.sign_off or not is_new or not has_plain_words(Style(sign_off=last)):
        return whole.sign_off
    rewrites = (one.text for one in others if one.kind == "rewrite" and one.draft_id != lesson.draft_id)
    return last if any(ends_with(text, last) for text in rewrites) else whole.sign_off
