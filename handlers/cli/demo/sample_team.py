"""The demo's team: who is there, and in which channels."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.runtime.local_time import BadTime, find_zone
from bot.sandbox import Channel, Person, Sandbox

ADMINS_CHANNEL: Final = "draftloop-admins"
LAUNCH, SUPPORT, PLAYGROUND = "launch", "support", "playground"
_ZONE_FILES: Final = Path("/usr/share/zoneinfo")
_ZONE_LINK: Final = Path("/etc/localtime")


@dataclass(frozen=True)
class Team:
    """The people and channels of the demo, by name."""

    people: dict[str, Person]
    channels: dict[str, Channel]

    @classmethod
    def of(cls, sandbox: Sandbox, *, zone: str) -> "Team":
        """Put the team into a new sandbox; most of it lives in `zone`."""
        everybody = {
            "Ana": sandbox.add_person("Ana", tz=zone),
            "Ben": sandbox.add_person("Ben", tz=zone),
            "Chloe": sandbox.add_person("Chloe", admin=True, tz=zone),
            "Dara": sandbox.add_person("Dara", tz="America/New_York"),
            "Emi": sandbox.add_person("Emi", tz="Asia/Tokyo"),
            "Femi": sandbox.add_person("Femi", guest=True, tz=zone),
        }

        def members(names: Iterable[str]) -> list[Person]:
            return [everybody[name] for name in names]

        staff = [name for name, person in everybody.items() if not person.member.is_guest]
        sandbox.add_channel(LAUNCH, members=members([*staff, "Femi"]))
        sandbox.add_channel(SUPPORT, members=members(staff))
        sandbox.add_channel(PLAYGROUND, members=members([*staff, "Femi"]))
        sandbox.add_channel(ADMINS_CHANNEL, members=members(["Chloe"]))
        sandbox.add_group("writers", members=members(["Ana", "Ben", "Dara"]), name="Writers")
        return cls.find(sandbox)

    @classmethod
    def find(cls, sandbox: Sandbox) -> "Team":
        """Return the team that is in a sandbox already."""
        people = {person.member.name: person for person in sandbox.people.values()}
        channels = {each.name: each for each in sandbox.workspace.channels.values() if not each.is_im}
        return cls(people, channels)


def local_zone() -> str:
    """Return the name of this machine's time zone, so that the demo's times look familiar; UTC if it has none."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named and _ZONE_LINK.is_symlink():
        place = _ZONE_LINK.resolve()
        named = str(place.relative_to(_ZONE_FILES)) if place.is_relative_to(_ZONE_FILES) else ""
    try:
        return find_zone(named.removeprefix("Etc/")).key if named else "UTC"
    except BadTime:
        return "UTC"


def zone_of(sandbox: Sandbox) -> ZoneInfo:
    """Return the time zone that most of the team lives in."""
    return ZoneInfo(Team.find(sandbox).people["Ana"].member.tz)
