"""What a message may contain and how it enters, changes and leaves a channel."""

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.blocks import message_problems, slack_files, with_ids
from bot.sandbox.dispatch import Call
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.events import announce_change, announce_deletion, announce_message
from bot.sandbox.records import Channel, Json, Message
from bot.sandbox.workspace import Workspace

LONGEST_TEXT = 40_000
LONGEST_MARKDOWN = 12_000
_UNSHOWN = "This content can't be displayed."
_SLACK_SYNTAX = re.compile(r"(<(?:[@#!]|https?:|mailto:)[^<>]*>)")


def escape(typed: str) -> str:
    """Text as Slack stores what a person typed; mentions and links in Slack's syntax stay."""
    parts = _SLACK_SYNTAX.split(typed)
    return "".join(
        part if index % 2 else part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for index, part in enumerate(parts)
    )


def content_of(call: Call) -> Json:
    """The checked content of a post or an update: only what was given.

    Raises:
        SlackError: ``invalid_blocks``, ``msg_too_long``, ``markdown_text_conflict`` and their like.
    """
    return checked_content(
        call.workspace, {name: _part(call, name) for name in _PARTS if name in call.arguments}
    )


_PARTS = ("text", "markdown_text", "blocks", "attachments", "metadata")


def _part(call: Call, name: str) -> Any:
    return call.text(name) if name in ("text", "markdown_text") else call.structure(name)


def checked_content(workspace: Workspace, given: Json) -> Json:
    """As ``content_of``, for content that came another way, such as a ``response_url``."""
    content = _markdown(given) if given.get("markdown_text") else {}
    checks: dict[str, Callable[[Any], Any]] = {
        "text": _text,
        "blocks": lambda blocks: checked_blocks(workspace, blocks or []),
        "attachments": _attachments,
        "metadata": _metadata,
    }
    content |= {name: check(given[name]) for name, check in checks.items() if name in given}
    if content.get("blocks") and not content.get("text"):
        content["text"] = _UNSHOWN
    return content


def checked_blocks(workspace: Workspace, blocks: Any) -> list[Json]:
    """Blocks with Slack's ids in them.

    Raises:
        SlackError: ``invalid_blocks`` with every problem.
    """
    problems = message_problems(blocks)
    if problems:
        raise invalid_arguments(*problems, code="invalid_blocks")
    unknown = [
        part["id"]
        for part in slack_files(blocks)
        if part.get("id", "") not in workspace.files and "id" in part
    ]
    if unknown:
        raise invalid_arguments("invalid slack file [json-pointer:/blocks]", code="invalid_blocks")
    return with_ids(blocks)


def is_empty(content: Json) -> bool:
    """Whether there is nothing to show."""
    return not (content.get("text", "").strip() or content.get("blocks") or content.get("attachments"))


def post(workspace: Workspace, *, channel: Channel, message: Message) -> Message:
    """Put a message into a channel, in its thread if it has one, and tell the app."""
    parent = channel.messages.get(message.thread_ts or "")
    if parent is not None:
        message.parent_user_id = parent.user
    channel.messages[message.ts] = message
    announce_message(workspace, channel=channel, message=message)
    return message


def bot_message(workspace: Workspace, *, channel: Channel, **content: Any) -> Message:
    """A message of the app, not yet posted."""
    app = workspace.app
    author = {"user": app.bot_user_id, "team": workspace.team_id, "bot_id": app.bot_id, "app_id": app.app_id}
    return Message(channel.id, workspace.message_ts(channel), **{"text": "", **author, **content})


def change(
    workspace: Workspace, *, channel: Channel, message: Message, editor: str | None, **content: Any
) -> None:
    """Change a message and tell the app; without an editor it is no edit, as with an unfurl."""
    before = message.payload()
    for name, value in content.items():
        setattr(message, name, value)
    if editor is not None:
        message.edited = {"user": editor, "ts": workspace.event_ts()}
    announce_change(workspace, channel=channel, message=message.payload(), before=before)


def remove(workspace: Workspace, *, channel: Channel, message: Message) -> None:
    """Delete a message; the first one of a thread leaves a tombstone, as in Slack."""
    if not channel.replies(message.ts):
        del channel.messages[message.ts]
        announce_deletion(workspace, channel=channel, message=message)
        return
    gone = {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    empty: Json = {
        "blocks": [],
        "attachments": [],
        "files": [],
        "reactions": {},
        "metadata": None,
        "bot_id": None,
    }
    change(workspace, channel=channel, message=message, editor=None, **gone, **empty)


def _markdown(given: Json) -> Json:
    text = given["markdown_text"]
    if given.get("text") or given.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(text) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return {"text": text, "blocks": with_ids([{"type": "markdown", "text": text}])}


def _text(given: Any) -> str:
    text = str(given or "")
    if len(text) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    return text


def _attachments(attachments: Any) -> list[Json]:
    attachments = attachments or []
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    return attachments


def _metadata(metadata: Any) -> Json | None:
    if not metadata:
        return None
    shaped = isinstance(metadata, dict) and metadata.keys() == {"event_type", "event_payload"}
    if not shaped or not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format")
    return dict(metadata)
