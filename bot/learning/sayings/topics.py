"""The topics of style that patterns know, the stances on each, and each stance as a rule in plain words.

One correction says at most one thing about a topic; different stances on a topic oppose each other. Two words that
replace each other are one topic (`words:clients|users`), whichever of them is wanted, so that opposites meet.
"""

from typing import Final

from bot.learning.house_rule import Saying, Source
from bot.llm.style import Style, style_of_wish

WORDS: Final = "words:"
SIGN_OFF: Final = "sign_off"
LONGEST_SIGN_OFF: Final = 60  # characters
LONGEST_WORDS: Final = 40
# Topic, stance, how a rule says it, and what `style_of_wish` reads in that. The first two of a topic are opposites.
_TOLD: Final = (
    ("exclamation", "none", "No exclamation marks.", Style(exclamation=False)),
    ("exclamation", "some", "Use exclamation marks.", Style(exclamation=True)),
    ("emoji", "none", "No emoji.", Style(emoji=False)),
    ("emoji", "some", "Use emoji.", Style(emoji=True)),
    ("greeting", "none", "No greeting.", Style(greeting=False)),
    ("greeting", "some", "Begin with a greeting.", Style(greeting=True)),
    ("length", "short", "Keep it short.", Style(short=True)),
    ("length", "long", "Give more detail.", Style(short=False)),
    (SIGN_OFF, "none", "No sign-off.", Style(sign_off="")),
    ("bullets", "none", "No bullet points.", Style(bullets=False)),
    ("bullets", "some", "Use bullet points.", Style(bullets=True)),
    ("bold", "none", "No bold.", Style(bold=False)),
    ("bold", "some", "Use bold.", Style(bold=True)),
    ("contractions", "none", "No contractions.", Style(contractions=False)),
    ("contractions", "some", "Use contractions.", Style(contractions=True)),
    ("numbers", "digits", "Write numbers as digits.", Style(numbers="digits")),
    ("numbers", "words", "Write numbers as words.", Style(numbers="words")),
    ("dates", "iso", "Write dates like 2026-11-23.", Style(dates="iso")),
    ("dates", "day_first", "Write dates like 23 November 2026.", Style(dates="day_first")),
    ("dates", "month_first", "Write dates like November 23, 2026.", Style(dates="month_first")),
    ("clock", "24", "Write times like 15:30.", Style(clock="24")),
    ("clock", "12", "Write times like 3:30 pm.", Style(clock="12")),
    ("thousands", "comma", "Write large numbers like 10,000.", Style(thousands="comma")),
    ("thousands", "plain", "Write large numbers like 10000.", Style(thousands="plain")),
)
_BY_STYLE: Final = {style: (topic, stance, text) for topic, stance, text, style in _TOLD}
_STANCES: Final = {
    topic: [stance for told, stance, *_ in _TOLD if told == topic] for topic, *_ in _TOLD if topic != SIGN_OFF
}
FIXED_TEXTS: Final = tuple(text for _, _, text, _ in _TOLD)
TOPICS: Final = frozenset(topic for topic, *_ in _TOLD)


def is_known(topic: str) -> bool:
    """Tell whether patterns know a topic."""
    return topic in TOPICS or topic.startswith(WORDS)


def topics_of(style: Style) -> dict[str, Style]:
    """Take a style apart: one entry per topic that it says something about."""
    fields = {name: value for name, value in vars(style).items() if name != "swaps" and value is not None}
    parts = [_part(name, value) for name, value in fields.items()]
    parts += [Style(swaps=((old.strip(), new.strip()),)) for old, new in style.swaps]
    return {_topic(part): part for part in parts}


def saying(part: Style, *, source: Source) -> Saying | None:
    """Say a style of one topic as a rule that `style_of_wish` reads as the same style; None when it cannot be said."""
    told = _BY_STYLE.get(part) or _in_own_words(part)
    if told is None or topics_of(style_of_wish(told[2])) != {told[0]: part}:
        return None
    return Saying(*told, source=source)


def opposite(topic: str, stance: str) -> Saying | None:
    """Return what the other side of a topic with two sides says; None where there are more."""
    others = [other for other in _STANCES.get(topic, ()) if other != stance]
    if len(others) != 1:
        return None
    return next(Saying(*told[:3], source="stated") for told in _TOLD if told[:2] == (topic, others[0]))


def _part(name: str, value: object) -> Style:
    words = " ".join(value.split()) if isinstance(value, str) else value
    return Style(**{name: words})  # type: ignore[arg-type]


def _topic(part: Style) -> str:
    if part.swaps:
        return WORDS + "|".join(sorted(word.casefold() for word in part.swaps[0]))
    return SIGN_OFF if part.sign_off is not None else _BY_STYLE[part][0]


def _in_own_words(part: Style) -> tuple[str, str, str] | None:
    if part.sign_off:
        stance = part.sign_off.casefold().rstrip(".!? ")
        return (SIGN_OFF, stance, f"End with “{part.sign_off}”.") if stance else None
    ((old, new),) = part.swaps
    is_case = old.casefold() == new.casefold()
    return _topic(part), new if is_case else new.casefold(), f"Say “{new}” instead of “{old}”."
