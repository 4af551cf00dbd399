"""What is wanted of a text, as far as patterns know it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Numbers = Literal["digits", "words"]
Dates = Literal["iso", "day_first", "month_first"]
Clock = Literal["24", "12"]
Thousands = Literal["comma", "plain"]


@dataclass(frozen=True)
class Style:
    """What is wanted of a text; None and () leave it as it is.

    `exclamation`, `emoji`, `greeting`, `bullets`, `bold`, `contractions`: whether they may be there. `short`: whether
    it should be short. `sign_off`: the last words; "" for none. `swaps`: words and what to say instead. The others:
    how numbers ("3" or "three"), dates, times and large numbers ("10,000" or "10000") are written.
    """

    exclamation: bool | None = None
    emoji: bool | None = None
    greeting: bool | None = None
    short: bool | None = None
    sign_off: str | None = None
    swaps: tuple[tuple[str, str], ...] = ()
    bullets: bool | None = None
    bold: bool | None = None
    contractions: bool | None = None
    numbers: Numbers | None = None
    dates: Dates | None = None
    clock: Clock | None = None
    thousands: Thousands | None = None

    def __or__(self, later: "Style") -> "Style":
        """Both styles; where they differ the later one counts."""
        said = {name: value for name, value in vars(later).items() if value is not None}
        return replace(self, **said | {"swaps": self.swaps + later.swaps})


def merged(styles: Iterable[Style]) -> Style:
    """Return all styles in one; the later ones count."""
    result = Style()
    for style in styles:
        result |= style
    return result
