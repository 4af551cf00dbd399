"""The sandbox's objects as JSON, for the control interface and its client."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from bot.sandbox.deliveries import Attempt, Delivery
from bot.sandbox.records import Channel, Group, Json, Message, OpenView, StoredFile
from bot.sandbox.submissions import Submission
from bot.sandbox.web_calls import WebCall

Lookup = Callable[[Json], Any]
_KINDS = {
    kind.__name__: kind
    for kind in (Attempt, Delivery, Group, Message, OpenView, StoredFile, Submission, WebCall)
}
_CHANNEL = ("id", "name", "is_private", "is_im", "is_archived", "created", "members")


def encode(value: Any) -> Any:
    """A value as JSON; the sandbox's own objects carry their kind under ``$``."""
    if isinstance(value, bytes):
        return {"$": "bytes", "base64": b64encode(value).decode()}
    if isinstance(value, Channel):
        return {"$": "Channel", **{name: getattr(value, name) for name in _CHANNEL}}
    if isinstance(value, Mapping):
        return {key: encode(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [encode(entry) for entry in value]
    return _object(value)


def decode(value: Any, *, lookups: Mapping[str, Lookup]) -> Any:
    """The value of some JSON; ``lookups`` say how to find what is not simply built, such as people."""
    if isinstance(value, list):
        return [decode(entry, lookups=lookups) for entry in value]
    if not isinstance(value, dict):
        return value
    inner = {key: decode(entry, lookups=lookups) for key, entry in value.items()}
    kind = inner.pop("$", None)
    if kind is None:
        return inner
    if kind in lookups:
        return lookups[kind](inner)
    return b64decode(inner["base64"]) if kind == "bytes" else _KINDS[kind](**inner)


def _object(value: Any) -> Any:
    if hasattr(value, "user_id") and not isinstance(value, dict):
        return {"$": "Person", "user_id": value.user_id}
    if is_dataclass(value) and not isinstance(value, type):
        body = {entry.name: encode(getattr(value, entry.name)) for entry in fields(value)}
        return {"$": type(value).__name__, **body}
    return value
