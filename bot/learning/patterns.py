"""Deterministic edit patterns: what corrections plainly ask for, as rules, and finished texts put right by them.

No model judges here. A wish that states something ("no emoji") counts at once; something seen in a rewrite counts
unless a newer correction shows the opposite; what was stated outranks what was only seen. The words of a sign-off or
of a replacement come from people: they are short, plain words or they are no rule.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

from bot.learning.lessons import Lesson
from bot.llm.style import Style, conform, merged, style_of_pair, style_of_wish
from bot.llm.style_marks import ends_with, last_sentence

MOST_RULES: Final = 12
_LONGEST_SIGN_OFF: Final = 60  # characters
_LONGEST_WORDS: Final = 40
_MOST_WORDS: Final = 8
_SEEN_OFTEN: Final = 2  # drafts: what one rewrite changed may be a fact, not a habit
_STILL_THE_SAME: Final = 0.3
_WORD: Final = re.compile(r"\w[\w'-]*")
_TERM: Final = re.compile(r"(?!(?:that|this|with|from|will|have|your|their|they|there|then)$)[^\W\d_]{4,}")
_PLAIN: Final = re.compile(r"[\w\s.,:;!?'\N{RIGHT SINGLE QUOTATION MARK}&()+/\N{EN DASH}\N{EM DASH}-]+")
_NOT_PLAIN: Final = re.compile(
    r"//|\bwww\.|\w\.\w{2,}\b|\b(?:ignore|disregard|forget|override|system|prompt|instructions?|password|token|secret)\b"
    r"|\b(?:xox[a-z]|xapp|sk|ghp|gho|AKIA)[-_]?\w{6,}|\b(?=\w*\d)(?=\w*[a-z])[\w-]{12,}\b|\d{5,}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Rule:
    """One line of house style, and whose correction it is from. Nothing is stored: it goes with its correction."""

    kind: str  # exclamation, emoji, greeting, length, sign_off, `words:OLD`
    text: str
    style: Style
    stated: bool  # said in words; else seen in a rewrite
    draft_id: str
    correction_id: str
    user_id: str


@dataclass(frozen=True)
class Conformed:
    """A text that follows the rules, and the rules that had to change it."""

    text: str
    changed_by: tuple[Rule, ...] = ()


def find_rules(lessons: Sequence[Lesson], *, brief: str = "") -> tuple[Rule, ...]:
    """Return the rules that corrections (newest first) amount to: stated ones first, at most `MOST_RULES`.

    For each kind one rule counts, so that two never contradict each other. What the brief itself states
    ("… with emoji") comes before any rule.
    """
    often = _seen_often(lessons)
    stated: dict[str, Rule | None] = dict.fromkeys(_by_kind(style_of_wish(brief)))
    seen: dict[str, Rule | None] = {}
    for lesson in lessons:
        is_wish = lesson.kind == "instruction"
        found = _stated(lesson) if is_wish else _seen(lesson, often)
        for kind, style in _by_kind(found).items():
            (stated if is_wish else seen).setdefault(kind, _rule(kind, style, lesson))
    counting = {**seen, **stated}
    rules = sorted((rule for rule in counting.values() if rule is not None), key=lambda rule: not rule.stated)
    return tuple(_without_clashes(rules))[:MOST_RULES]


def conformed(text: str, rules: Iterable[Rule]) -> Conformed:
    """Return the text with everything put right that needs no judgement; code in it stays as it is."""
    rules = tuple(rules)
    changed_by = tuple(rule for rule in rules if conform(rule.style, text) != text)
    return Conformed(conform(merged(rule.style for rule in changed_by), text), changed_by)


def says_only_what_is_known(wish: str) -> bool:
    """Tell whether a wish says something that patterns can do, and nothing that they only allow or must not do."""
    styles = _by_kind(style_of_wish(wish)).values()
    return bool(styles) and all(_told(style) is not None for style in styles)


def _by_kind(style: Style) -> dict[str, Style]:
    """Take a style apart: one entry per kind that it says something about."""
    parts = {
        "exclamation": Style(exclamation=style.exclamation),
        "emoji": Style(emoji=style.emoji),
        "greeting": Style(greeting=style.greeting),
        "length": Style(short=style.short),
        "sign_off": Style(sign_off=style.sign_off),
        **{f"words:{old.casefold()}": Style(swaps=((old, new),)) for old, new in style.swaps},
    }
    return {kind: part for kind, part in parts.items() if part != Style()}


def _rule(kind: str, style: Style, lesson: Lesson) -> Rule | None:
    """Return the rule that a style is; None when it only allows something, or its words are not plain."""
    text = _told(style)
    if text is None:
        return None
    return Rule(
        kind=kind,
        text=text,
        style=style,
        stated=lesson.kind == "instruction",
        draft_id=lesson.draft_id,
        correction_id=lesson.correction_id,
        user_id=lesson.user_id,
    )


def _told(style: Style) -> str | None:
    """Say a style of one kind in words that `style_of_wish` reads as the same style."""
    if style.swaps:
        ((old, new),) = style.swaps
        return f"Say “{new}” instead of “{old}”." if _is_plain(old) and _is_plain(new) else None
    if style.sign_off:
        return f"End with “{style.sign_off}”." if _is_plain(style.sign_off, _LONGEST_SIGN_OFF) else None
    told = {
        Style(exclamation=False): "No exclamation marks.",
        Style(emoji=False): "No emoji.",
        Style(greeting=False): "No greeting.",
        Style(short=True): "Keep it short.",
        Style(sign_off=""): "No sign-off.",
    }
    return told.get(style)


def _is_plain(words: str, longest: int = _LONGEST_WORDS) -> bool:
    """Tell whether words may stand in a rule: no address, no mention, nothing like a secret or an order to us."""
    is_short = len(words) <= longest and len(words.split()) <= _MOST_WORDS
    return is_short and _PLAIN.fullmatch(words) is not None and _NOT_PLAIN.search(words) is None


def _stated(lesson: Lesson) -> Style:
    """Read what a wish says about whole texts: one about a line quotes that line, and means no other."""
    return Style() if lesson.of_lines else style_of_wish(lesson.text)


def _seen(lesson: Lesson, often: Mapping[str, Style]) -> Style:
    """Read what a rewrite shows by itself, and what it shows together with others."""
    together = [style for mark, style in often.items() if mark in _marks(lesson)]
    return merged([style_of_pair(lesson.draft, lesson.text), *together])


def _seen_often(lessons: Iterable[Lesson]) -> dict[str, Style]:
    """Return what the rewrites of several drafts have in common: the same last words, the same word for another."""
    drafts: defaultdict[str, set[str]] = defaultdict(set)
    styles: dict[str, Style] = {}
    for lesson in lessons:
        if lesson.kind == "rewrite":
            for mark, style in _marks(lesson).items():
                drafts[mark].add(lesson.draft_id)
                styles.setdefault(mark, style)
    return {mark: styles[mark] for mark, seen_in in drafts.items() if len(seen_in) >= _SEEN_OFTEN}


def _marks(lesson: Lesson) -> dict[str, Style]:
    """Return what a rewrite put in that may be habit or fact: its last words, and single words for other ones."""
    last = last_sentence(lesson.text)
    is_new = last != lesson.text.strip() and not ends_with(lesson.draft, last)
    endings = {f"end:{last.casefold()}": Style(sign_off=last)} if is_new and last else {}
    swaps = _swaps(_WORD.findall(lesson.draft.casefold()), _WORD.findall(lesson.text.casefold()))
    return {
        **endings,
        **{f"say:{old}:{new}": Style(swaps=((old, new),)) for old, new in swaps},
    }


def _swaps(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Return the single words that other ones took the place of, where most of the text stayed as it was."""
    if Levenshtein.normalized_distance(before, after) > _STILL_THE_SAME:
        return
    for change in Levenshtein.opcodes(before, after):
        old, new = before[change.src_start : change.src_end], after[change.dest_start : change.dest_end]
        if len(old) == len(new) == 1 and _TERM.fullmatch(old[0]) and _TERM.fullmatch(new[0]) and old != new:
            yield old[0], new[0]


def _without_clashes(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Leave out a swap whose opposite came before it."""
    swaps: set[tuple[str, str]] = set()
    for rule in rules:
        turned = {(new.casefold(), old.casefold()) for old, new in rule.style.swaps}
        if not turned & swaps:
            swaps |= {(old.casefold(), new.casefold()) for old, new in rule.style.swaps}
            yield rule
