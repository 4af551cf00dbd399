"""A workspace's own map of emoji: read from the lines that an admin writes, and shown back before it counts."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.feedback.signals import (
    APPROVAL,
    EMOJI,
    FLAG,
    FLAG_CATEGORIES,
    NEGATIVE,
    POSITIVE,
    STARS,
    Meaning,
    fold_emoji,
    meaning_of,
)

NONE: Final = "none"
MOST_LINES: Final = 100
LONGEST_TEXT: Final = 3_000
WORDS: Final = (
    POSITIVE,
    NEGATIVE,
    APPROVAL,
    *STARS,
    FLAG,
    *(f"{FLAG}:{category}" for category in FLAG_CATEGORIES),
    NONE,
)
_LINE: Final = re.compile(r"(?P<emoji>[^=]*?)\s*=\s*(?P<word>.*)")
_EMOJI: Final = re.compile(r":(?P<name>[\w+'-]{1,100})(?:::skin-tone-[2-6])?:")
_LONGEST_QUOTE: Final = 40
_KNOWN: Final = (
    "`positive`, `negative`, `approval`, `1` to `5`, `flag`, `flag:inaccurate` and the like, or `none`"
)


@dataclass(frozen=True, slots=True)
class Line:
    """How one line was understood: the emoji's folded name and its word, or what is wrong with the line."""

    number: int
    written: str
    name: str = ""
    word: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Understood:
    """How all lines were understood."""

    lines: tuple[Line, ...]

    @property
    def emoji(self) -> dict[str, str]:
        """The map, by folded name."""
        return {line.name: line.word for line in self.lines if not line.problem}

    @property
    def problems(self) -> tuple[Line, ...]:
        """The lines that cannot be taken."""
        return tuple(line for line in self.lines if line.problem)


def understand(text: str) -> Understood:
    """Read lines like `:eyes: = positive`; empty ones are passed over."""
    lines: list[Line] = []
    first: dict[str, int] = {}
    written = [
        (number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    for count, (number, line) in enumerate(written, start=1):
        read = _read(number, line)
        if count > MOST_LINES:
            lines.append(
                Line(number, line, problem=f"That is more than {MOST_LINES} lines; the rest is not read.")
            )
            break
        if not read.problem and read.name in first:
            earlier = first[read.name]
            read = Line(number, line, problem=f"`:{read.name}:` stands in line {earlier} already.")
        first.setdefault(read.name, number)
        lines.append(read)
    return Understood(tuple(lines))


def as_lines(own: Mapping[str, str]) -> str:
    """Return a map as the lines that it is written in."""
    return "\n".join(f":{fold_emoji(name)}: = {word}" for name, word in own.items())


def grouped(own: Mapping[str, str]) -> list[tuple[Meaning, list[str]]]:
    """Return which emoji count as what with this map on top of ours; those of a group by name, ours first."""
    groups: dict[Meaning, list[str]] = defaultdict(list)
    for name in dict.fromkeys([*EMOJI, *map(fold_emoji, own)]):
        if (meaning := meaning_of(name, own_map=own)) is not None:
            groups[meaning].append(name)
    return sorted(groups.items(), key=lambda group: _place(group[0]))


def silenced(own: Mapping[str, str]) -> list[str]:
    """Return the emoji of ours that say nothing any more with this map."""
    return [name for name in EMOJI if meaning_of(name, own_map=own) is None]


def words_for(meaning: Meaning | None) -> str:
    """Return what people read for a meaning."""
    if meaning is None:
        return "Says nothing"
    if meaning.kind == "rating":
        return f"★ {meaning.value} of 5"
    if meaning.kind == FLAG:
        return f"Flag: {FLAG_CATEGORIES.get(meaning.value, meaning.value)}"
    return "Approval, like *Use this*" if meaning.kind == APPROVAL else _VOTES[meaning.value]


_VOTES: Final = {POSITIVE: "Like", NEGATIVE: "Dislike"}
_ORDER: Final = ("reaction", "approval", "rating", "flag")


def _place(meaning: Meaning) -> tuple[int, str]:
    value = {POSITIVE: "0", NEGATIVE: "1"}.get(meaning.value, meaning.value)
    return (_ORDER.index(meaning.kind), value)


def _read(number: int, line: str) -> Line:
    match = _LINE.fullmatch(line)
    if match is None:
        return Line(number, line, problem=f"`{_quote(line)}` has no `=`. Write it like `:eyes: = positive`.")
    emoji, word = _EMOJI.fullmatch(match["emoji"].lower()), _word(match["word"])
    if emoji is None:
        what = f"`{_quote(match['emoji'])}` is no single emoji" if match["emoji"] else "The emoji is missing"
        return Line(number, line, problem=f"{what}. Write it like `:eyes:`.")
    if word is None:
        what = f"I do not know `{_quote(match['word'])}`" if match["word"] else "The meaning is missing"
        return Line(number, line, problem=f"{what}. Write {_KNOWN}.")
    return Line(number, line, fold_emoji(emoji["name"]), word)


def _word(written: str) -> str | None:
    word = re.sub(r"\s*:\s*", ":", written.strip().lower()).replace("-", "_").replace(" ", "_")
    return word if word in WORDS else None


def _quote(text: str) -> str:
    """Return somebody's words short enough to quote, and unable to end the quotation."""
    words = " ".join(text.replace("`", "'").split())
    return words if len(words) <= _LONGEST_QUOTE else f"{words[:_LONGEST_QUOTE]}…"


def told_problems(problems: Iterable[Line]) -> str:
    """Return what is wrong as plain text, for the place below the field."""
    return " ".join(f"Line {line.number}: {line.problem.replace('`', '')}" for line in problems)
