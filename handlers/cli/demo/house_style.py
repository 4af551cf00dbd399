"""The house style of the retrain demo: what its people ask for, how they correct a draft, what they can see in a text.

The bot and its model are never told any of it: they see briefs, drafts and corrections. Pure.
"""

import random
import re
from dataclasses import dataclass
from typing import Final

GREETING: Final = "Dear crew,"
SIGNATURE: Final = "– the harbour desk"  # noqa: RUF001 - the house signs with a dash
_THINGS: Final = (
    *("office", "car park", "kitchen", "library", "printer", "lift"),
    *("server room", "canteen", "gym", "reception", "post room", "bike shed"),
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_HOURS: Final = ("08:30", "09:00", "14:15", "17:45")
_NAMES: Final = ("Ana", "Bo", "Chidi", "Dara", "Emil", "Fay")
# What is asked, and the news in it.
TAUGHT: Final = (
    ("Announce that the {thing} is closed on {day}", "the {thing} is closed on {day}."),
    ("Tell the team that the {thing} opens at {hour} on {day}", "the {thing} opens at {hour} on {day}."),
    ("Let everybody know that the {thing} gets new keys on {day}", "the {thing} gets new keys on {day}."),
    ("Write that the {thing} will be cleaned on {day}", "the {thing} will be cleaned on {day}."),
    (
        "Say that {name} looks after the {thing} from {day} on",
        "{name} looks after the {thing} from {day} on.",
    ),
    ("Remind people to book the {thing} before {day}", "please book the {thing} before {day}."),
)
UNSEEN: Final = (
    ("Inform all that the {thing} is being painted this {day}", "the {thing} is being painted this {day}."),
    (
        "We need a note: visitors use the {thing} at {hour} on {day}",
        "visitors use the {thing} at {hour} on {day}.",
    ),
    ("Thank {name} for repairing the {thing}", "thank you to {name} for repairing the {thing}."),
    ("Ask who left a bag in the {thing} on {day}", "who left a bag in the {thing} on {day}?"),
)
_FACTS: Final = re.compile(
    "|".join(re.escape(word) for word in (*_THINGS, *_DAYS, *_HOURS, *_NAMES)), re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for, and what a person of the house would write."""

    brief: str
    news: str

    @property
    def wanted(self) -> str:
        """The text in house style."""
        return f"{GREETING} {self.news}\n\n{SIGNATURE}"


def requests(templates: tuple[tuple[str, str], ...], *, count: int, seed: int) -> list[Request]:
    """Return that many different requests, the templates in turn."""
    dice = random.Random(seed)  # noqa: S311 - a story, no secret
    made: dict[str, Request] = {}
    while len(made) < count:
        brief, news = templates[len(made) % len(templates)]
        filling = {
            "thing": dice.choice(_THINGS),
            "day": dice.choice(_DAYS),
            "hour": dice.choice(_HOURS),
            "name": dice.choice(_NAMES),
        }
        request = Request(brief.format(**filling), news.format(**filling))
        made.setdefault(request.brief, request)
    return list(made.values())


def is_in_style(text: str) -> bool:
    """Whether a text greets and signs as the house does, and does not shout."""
    body = text.strip()
    return body.startswith(GREETING) and body.endswith(SIGNATURE) and "!" not in body


def likeness(text: str, *, brief: str) -> float:
    """Return how far a person of the house likes a text: its style, and whether what was asked for is in it (0 … 2)."""
    facts = {found.lower() for found in _FACTS.findall(brief)}
    kept = {found.lower() for found in _FACTS.findall(text)}
    style = (text.startswith(GREETING) + text.strip().endswith(SIGNATURE) + ("!" not in text)) / 3
    return style + (len(facts & kept) / len(facts) if facts else 1.0)
