"""Where somebody is in their Home tab: kept in the view itself, so that any replica, and any restart, knows it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self

_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{2,63}")
_MOST_PAGES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class HomeState:
    """Which pages are shown, counted from 0; with `channel_id` the channel table shows only that one."""

    drafts: int = 0
    channels: int = 0
    channel_id: str | None = None


Turn = Callable[[HomeState], HomeState]


def stay(state: HomeState) -> HomeState:
    """Turn no page."""
    return state


@dataclass(frozen=True, slots=True)
class OnScreen:
    """What a person has in front of them.

    Args:
        state: where they are.
        fingerprint: of the view as we built it; empty: not known.
        hash: Slack's own word for the view, which says whether it is still there when we replace it.
    """

    state: HomeState = field(default_factory=HomeState)
    fingerprint: str = ""
    hash: str | None = None

    @classmethod
    def read(cls, private_metadata: str, *, view_hash: str | None) -> Self:
        """Read a view as Slack sent it back; what is missing or odd is as in a first view."""
        kept = _loaded(private_metadata)
        state = HomeState(
            _page(kept.get("drafts")), _page(kept.get("channels")), _channel(kept.get("channel"))
        )
        fingerprint = kept.get("shown")
        return cls(state, fingerprint if isinstance(fingerprint, str) else "", view_hash)

    def write(self) -> str:
        """Return what the view carries."""
        state = self.state
        kept = {"drafts": state.drafts, "channels": state.channels, "channel": state.channel_id}
        return json.dumps({**kept, "shown": self.fingerprint})


def read_page(value: str) -> int:
    """Read a page number from a button; an odd one is the first page."""
    return _page(int(value)) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def read_channel(value: str | None) -> str | None:
    """Read a chosen channel; None: all of them."""
    return _channel(value)


def _loaded(text: str) -> dict[str, Any]:
    try:
        kept = json.loads(text)
    except ValueError:
        return {}
    return kept if isinstance(kept, dict) else {}


def _page(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < _MOST_PAGES else 0


def _channel(value: object) -> str | None:
    return value if isinstance(value, str) and _CHANNEL.fullmatch(value) else None
