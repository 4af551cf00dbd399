"""The entries of the page's lists, and what was drawn of them before."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

Built = TypeVar("Built")


@dataclass(frozen=True)
class Item:
    """One entry of a list on the page."""

    key: str
    html: Markup


class Kept(Generic[Built]):
    """What was built before, as long as it would be the same now: one new reaction need not draw a channel again.

    Args:
        most: how much is kept; what was built longest ago goes first.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, tuple[object, Built]] = {}

    def get(self, key: Hashable, state: object, build: Callable[[], Built]) -> Built:
        """What was built for something in this state, or what is built now."""
        known = self._known.get(key)
        if known is not None and known[0] == state:
            return known[1]
        built = build()
        self._known.pop(key, None)
        self._known[key] = (state, built)
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
        return built
