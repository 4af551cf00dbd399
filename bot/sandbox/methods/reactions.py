"""Emoji on messages."""

import re

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.reacting import add_reaction, remove_reaction
from bot.sandbox.records import Channel, Json, Message

_NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add", scopes="reactions:write", needs="channel timestamp name")
def add(call: Call) -> Json:
    """The bot reacts."""
    channel, message = _target(call)
    add_reaction(call.workspace, channel=channel, message=message, user_id=_bot(call), name=_name(call))
    return {}


@method(
    "reactions.remove",
    scopes="reactions:write",
    tier=2,
    needs="name",
    takes="channel timestamp file file_comment",
)
def remove(call: Call) -> Json:
    """The bot takes its reaction back."""
    channel, message = _target(call)
    remove_reaction(call.workspace, channel=channel, message=message, user_id=_bot(call), name=_name(call))
    return {}


@method("reactions.get", scopes="reactions:read", takes="channel timestamp file file_comment full")
def get(call: Call) -> Json:
    """A message with its reactions."""
    channel, message = _target(call)
    return {"type": "message", "channel": channel.id, "message": message.payload()}


def _target(call: Call) -> tuple[Channel, Message]:
    if not call.text("channel") or not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.joined_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel, call.message(channel, name="timestamp")


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _bot(call: Call) -> str:
    return call.workspace.app.bot_user_id
