"""What a shortcut is called and where it stands: one spec feeds Bolt and the manifest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app; Slack shows at most 24 characters of `name`."""

    callback_id: str
    name: str
    description: str
    kind: Literal["global", "message"]
    listener: Callable[..., Awaitable[Any]]
