"""The scenes of the sample data: who asked for which draft on which day, and what people thought of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from bot.runtime.local_time import instant
from handlers.cli.demo.sample_team import LAUNCH, SUPPORT

_SATURDAY: Final = 5

Kind = Literal["react", "stars", "vote", "better", "use", "flag"]


@dataclass(frozen=True)
class Deed:
    """What somebody does about a draft: an emoji, a number of stars, a vote, a better text, approval, a flag."""

    who: str
    kind: Kind
    what: str = ""


@dataclass(frozen=True)
class Scene:
    """Somebody asks for a draft, some working days ago or a little before now, and people say what they think.

    The drafts are what the model really writes, so nobody knows them before: where one misses its `subject`, people
    do what is in `amiss` instead of the `deeds`.
    """

    when: tuple[int, time] | timedelta
    who: str
    channel: str
    brief: str
    deeds: Sequence[Deed]
    subject: str = ""
    amiss: Sequence[Deed] = ()

    def deeds_on(self, draft: str) -> Sequence[Deed]:
        """Return what people do about a draft's text."""
        return self.deeds if self.subject.lower() in draft.lower() else self.amiss


# Corrections follow a house style per channel: in the launch channel the news in one plain sentence, then whom to
# ask; for customers plain sentences, signed.
SCENES: Final = (
    Scene(
        (8, time(9, 40)),
        "Ana",
        LAUNCH,
        "Tell the team that the beta opens on Tuesday",
        (
            Deed("Ben", "react", "-1"),
            Deed("Chloe", "stars", "2"),
            Deed("Ben", "better", "The beta opens on Tuesday. Questions: ask Ana."),
        ),
    ),
    Scene(
        (8, time(14, 10)),
        "Dara",
        SUPPORT,
        "Tell our customers that an export takes less than a minute now",
        (
            Deed("Emi", "stars", "2"),
            Deed("Dara", "better", "An export takes less than a minute now.\n\nYour support team"),
        ),
    ),
    Scene(
        (7, time(10, 5)),
        "Ben",
        LAUNCH,
        "Announce that the status page moves to a new address on Wednesday",
        (
            Deed("Emi", "vote", "negative"),
            Deed("Ana", "better", "The status page moves to a new address on Wednesday. Questions: ask Ben."),
            Deed("Chloe", "react", "eyes"),
        ),
    ),
    Scene(
        (6, time(11, 30)),
        "Emi",
        LAUNCH,
        "Announce that the design review moved to next Tuesday",
        (Deed("Ana", "react", "+1"), Deed("Ben", "stars", "4"), Deed("Chloe", "use")),
        "design review",
        (
            Deed("Chloe", "react", "-1"),
            Deed("Ana", "better", "The design review moved to next Tuesday. Questions: ask Emi."),
        ),
    ),
    Scene(
        (5, time(15, 20)),
        "Dara",
        SUPPORT,
        "Tell our customers that invoices show the new address from today",
        (Deed("Emi", "flag", "inaccurate"), Deed("Ben", "react", "-1")),
    ),
    Scene(
        (3, time(9, 15)),
        "Ana",
        LAUNCH,
        "Tell the team that the pricing page goes live on Monday",
        (Deed("Ben", "react", "raised_hands"), Deed("Dara", "stars", "5"), Deed("Emi", "vote", "positive")),
        "pricing page",
        (
            Deed("Ben", "vote", "negative"),
            Deed("Dara", "better", "The pricing page goes live on Monday. Questions: ask Ana."),
        ),
    ),
    Scene(
        (2, time(13, 45)),
        "Emi",
        SUPPORT,
        "Tell our customers that the mail for a new password comes within a minute",
        (
            Deed("Chloe", "stars", "4"),
            Deed("Dara", "use"),
        ),
        "password",
        (Deed("Dara", "better", "The mail for a new password comes within a minute.\n\nYour support team"),),
    ),
    Scene(
        timedelta(minutes=25),
        "Ben",
        LAUNCH,
        "Announce that the API keys are renewed on Thursday night",
        (Deed("Ana", "react", "+1"), Deed("Chloe", "stars", "5"), Deed("Ana", "use")),
        "API keys",
        (
            Deed("Ana", "react", "-1"),
            Deed("Chloe", "better", "The API keys are renewed on Thursday night. Questions: ask Ben."),
        ),
    ),
)


def beginning(now: datetime, *, zone: ZoneInfo) -> datetime:
    """Return when the sample data begins: a little before its first scene."""
    return min(moment_of(scene, now=now, zone=zone) for scene in SCENES) - timedelta(minutes=10)


def moment_of(scene: Scene, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Return when a scene happens: a little before now, or on a working day before today, by the team's clock."""
    if isinstance(scene.when, timedelta):
        return now - scene.when
    left, clock = scene.when
    day = now.astimezone(zone).date()
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return instant(datetime.combine(day, clock), zone=zone)
