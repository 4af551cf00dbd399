"""Briefs, and texts for them in any style: rendering, reading the style back, and the distance between two texts."""

import random
import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from tests.benchmarks.teamsim.features import NAMES, PLAIN, SIGN_OFF, WORDS, Style

GREETING = "Hi everyone,"
BACKGROUND = (
    "There is some more background in the handbook, and the page there keeps all of the older news as well."
)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")
_SUBJECTS = (
    "export page", "billing dashboard", "search index", "mobile app", "audit log", "team calendar", "status board",
    "invoice archive", "login screen", "report builder", "file viewer", "sync service", "query editor", "map widget",
    "photo library", "chat archive", "travel planner", "backup store", "price table", "voice menu",
)  # fmt: skip
_DETAILS = {
    "mail": "{we_will} mail all {n} {user} about the {release}",
    "open": "{it_is} open to {n} {user} in each {workspace}",
    "trouble": "log any {issue} in your {workspace} if it {does_not} load",
    "credits": "each {workspace} gets {n} credits with the {release}",
    "pause": "the {release} waits until {date}, so {do_not} rush",
    "watch": "{we_will} watch every {issue} of the {release} for {n} minutes",
    "move": "all {user} move over by {date}, so {do_not} log that {issue}",
    "ask": "ask in your {workspace} about any {issue} until {date}",
}
_FULL = {"we_will": "we will", "it_is": "it is", "does_not": "does not", "do_not": "do not"}
_SHORT = {"we_will": "we'll", "it_is": "it's", "does_not": "doesn't", "do_not": "don't"}
_FULL_FORMS = re.compile(r"\b(?:we will|it is|does not|do not)\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"\b(?:we'll|it's|doesn't|don't)\b", re.IGNORECASE)
_TOKEN = re.compile(r"\*\*|\d[\d,-]*\d|[\w']+|[^\w\s]")
_BRIEF = re.compile(
    r"Announce the (?P<subject>[\w ]+?): live on (?P<date>\d+ \w+ \d+) for (?P<n>\d+); (?P<rest>.+)"
)
_DETAIL = re.compile(r"(?P<key>[a-z]+)(?: (?P<n>\d{4,}))?(?: until (?P<date>\d+ \w+ \d+))?")


@dataclass(frozen=True)
class Detail:
    """One thing that a text mentions."""

    key: str
    n: int
    date: str


@dataclass(frozen=True)
class Content:
    """What a text is about, without any style: all of it stands in the brief."""

    subject: str
    date: str
    n: int
    details: tuple[Detail, ...]

    @property
    def brief(self) -> str:
        """The brief that asks for it."""
        told = ", ".join(f"{each.key} {each.n} until {each.date}" for each in self.details)
        return f"Announce the {self.subject}: live on {self.date} for {self.n}; {told}"

    @classmethod
    def read(cls, brief: str) -> "Content | None":
        """Read a brief, as the scripted model does; None for any other text."""
        found = _BRIEF.search(brief)
        if found is None:
            return None
        details = tuple(
            Detail(each["key"], int(each["n"]), each["date"])
            for each in _DETAIL.finditer(found["rest"])
            if each["n"]
        )
        return cls(found["subject"], found["date"], int(found["n"]), details)


def some_content(dice: random.Random) -> Content:
    """Think of something to write about."""
    details = tuple(
        Detail(key, dice.randrange(1_100, 98_000), _some_date(dice))
        for key in dice.sample(sorted(_DETAILS), 2)
    )
    return Content(dice.choice(_SUBJECTS), _some_date(dice), dice.randrange(1_100, 98_000), details)


def _some_date(dice: random.Random) -> str:
    return f"{dice.randrange(1, 29)} {dice.choice(_MONTHS)} 2027"


def render(content: Content, style: Style) -> str:
    """Write the content in a style."""
    mark = "." if style["exclamation"] else "!"
    picture = "" if style["emoji"] else " \N{PARTY POPPER}"
    ends = "" if style["emoji"] else " \N{ROCKET}"
    date = _dated(content.date, style)
    users = _worded("user", style)
    when = date if style["bold"] else f"**{date}**"
    head = f"The {content.subject} is live on {when} for {_numbered(content.n, style)} {users}{mark}{picture}"
    sentences = [_sentence(each, style) for each in content.details]
    sentences[-1] = f"{sentences[-1].removesuffix('.')}{mark}{ends}"
    bullet = "\n".join(f"- {sentence}" for sentence in sentences)
    body = bullet if style["bullets"] else " ".join(sentences)
    opening = "" if style["greeting"] else GREETING
    parts = (
        opening,
        head,
        body,
        "" if style["length"] else BACKGROUND,
        SIGN_OFF if style["sign_off"] else "",
    )
    return "\n\n".join(part for part in parts if part)


def _sentence(detail: Detail, style: Style) -> str:
    told = _DETAILS[detail.key].format(
        n=_numbered(detail.n, style),
        date=_dated(detail.date, style),
        **(_SHORT if style["contractions"] else _FULL),
        **{name: _worded(name, style) for name in WORDS},
    )
    return f"{told[0].upper()}{told[1:]}."


def _worded(name: str, style: Style) -> str:
    word = WORDS[name]
    return word.new if style[name] else word.old


def _numbered(number: int, style: Style) -> str:
    return f"{number:,}" if style["numbers"] else str(number)


def _dated(date: str, style: Style) -> str:
    if not style["dates"]:
        return date
    day, month, year = date.split()
    return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}"


def style_in(text: str) -> Style:
    """Read the style off a text: only what can be told from it."""
    bare = text.strip()
    told: dict[str, bool | None] = {
        "greeting": not bare.startswith(GREETING[:2]),
        "sign_off": SIGN_OFF.casefold() in bare.casefold(),
        "emoji": not re.search("[\U0001f300-\U0001faff]", bare),
        "exclamation": "!" not in bare,
        "bullets": re.search(r"^[-*•] ", bare, re.MULTILINE) is not None,
        "bold": "**" not in bare,
        "contractions": _either(_CONTRACTED.search(bare), _FULL_FORMS.search(bare)),
        "numbers": _either(
            re.search(r"\d,\d{3}\b", bare), re.search(r"(?<![\d-])\d{4,}\b(?!-)(?! *$)", _undated(bare))
        ),
        "dates": _either(re.search(r"\d{4}-\d\d-\d\d", bare), re.search(r"\d{1,2} [A-Z][a-z]+ \d{4}", bare)),
        "length": BACKGROUND[:20] not in bare,
    }
    for name, word in WORDS.items():
        told[name] = _either(
            re.search(rf"\b{word.new}\b", bare, re.IGNORECASE),
            re.search(rf"\b{word.old}\b", bare, re.IGNORECASE),
        )
    return {name: value for name in NAMES if (value := told[name]) is not None}


def _undated(text: str) -> str:
    return re.sub(r"\d{1,2} [A-Z][a-z]+ \d{4}", "", text)


def _either(so: object, not_so: object) -> bool | None:
    return True if so else False if not_so else None


def whole_style(text: str) -> Style:
    """Return the style of a text; what cannot be told from it is as the model writes by itself."""
    return PLAIN | style_in(text)


def cost(text: str, target: str) -> int:
    """Return how many words and marks somebody has to change to get the text they want."""
    return Levenshtein.distance(_TOKEN.findall(text), _TOKEN.findall(target))
