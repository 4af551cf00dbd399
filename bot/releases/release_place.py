"""Where somebody is among releases: kept in the view itself, so that any replica knows it."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from bot.errors import BotError


class NoSuchRelease(BotError):
    """There is no release of that name here."""

    code = "no_such_release"
    sentence = "I know no such release. `/draftloop releases` lists them all."


@dataclass(frozen=True, slots=True)
class ReleasePlace:
    """What a release's page is about, and the list below it: kept in the view itself.

    `compared` is the number of the release that it is compared with; None: the live one.
    """

    release_id: str = ""
    compared: int | None = None
    list_id: str | None = None

    @classmethod
    def from_json(cls, kept: str) -> Self:
        """Read what a view carries; what is odd is an empty place."""
        try:
            values = json.loads(kept or "{}")
            return cls(**values)
        except (ValueError, TypeError):
            return cls()

    def to_json(self) -> str:
        """Return what a view carries."""
        return json.dumps(asdict(self))
