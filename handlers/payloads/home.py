"""The shapes of what people do in their Home tab."""

from dataclasses import dataclass
from typing import Any, Self

from bot.home.state import OnScreen
from handlers.payloads.fields import Payload
from handlers.payloads.interactions import Press


def home_on_screen(view: Any) -> OnScreen | None:
    """Read the Home view that Slack sends along; None when there is none."""
    payload = Payload(view)
    if payload.maybe("type") != "home":
        return None
    return OnScreen.read(payload.maybe("private_metadata") or "", view_hash=payload.maybe("hash"))


@dataclass(frozen=True)
class HomePress(Press):
    """A press in the Home tab; `chosen` are the ticked options, `channel_chosen` is what a list of channels gave."""

    on_screen: OnScreen | None
    chosen: frozenset[str]
    channel_chosen: str | None

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `block_actions` body."""
        payload = Payload(body)
        options = payload.find("actions", 0, "selected_options")
        return cls(
            **vars(Press.from_body(body)),
            on_screen=home_on_screen(payload.find("view")),
            chosen=frozenset(
                value
                for option in (options if isinstance(options, list) else [])
                if (value := Payload(option).maybe("value"))
            ),
            channel_chosen=payload.maybe("actions", 0, "selected_conversation"),
        )
