"""Messages that appear word by word."""

from typing import Any

from bot.sandbox.blocks import message_problems, with_ids
from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.events import announce_change
from bot.sandbox.posting import LONGEST_MARKDOWN, bot_message, checked_content, post
from bot.sandbox.records import Channel, Json, Message

STREAM_SECONDS = 300
_OTHER_CHUNKS = ("task_update", "plan_update", "blocks")


@method(
    "chat.startStream",
    scopes="chat:write",
    tier=2,
    needs="channel thread_ts",
    takes="markdown_text chunks recipient_team_id recipient_user_id task_display_mode icon_emoji icon_url username",
)
def start(call: Call) -> Json:
    """Begin a message in a thread."""
    channel = call.joined_channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if not channel.is_im:
        _check_recipient(call)
    if call.text("thread_ts") not in channel.messages:
        raise SlackError("thread_not_found")
    message = bot_message(
        call.workspace,
        channel=channel,
        text=_new_text(call),
        blocks=_with_cards(call, []),
        thread_ts=call.text("thread_ts"),
        streaming=True,
    )
    post(call.workspace, channel=channel, message=message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream", scopes="chat:write", tier=4, needs="channel ts", takes="markdown_text chunks")
def append(call: Call) -> Json:
    """Add to a message that is still open."""
    channel, message = _open_stream(call)
    added = _new_text(call)
    if not added and not call.structure("chunks"):
        raise SlackError("no_text")
    message.text += added
    message.blocks = _with_cards(call, message.blocks)
    return {"channel": channel.id, "ts": message.ts}


@method(
    "chat.stopStream",
    scopes="chat:write",
    tier=2,
    needs="channel ts",
    takes="markdown_text chunks blocks metadata session_status",
)
def stop(call: Call) -> Json:
    """Finish a message, with blocks below its text."""
    channel, message = _open_stream(call)
    added = _new_text(call)
    given = {name: call.structure(name) for name in ("blocks", "metadata") if call.structure(name)}
    content = checked_content(call.workspace, given)
    before = message.payload()
    message.text += added
    message.streaming = False
    message.metadata = content.get("metadata")
    message.blocks = [
        *_with_cards(call, message.blocks),
        *_text_blocks(message.text),
        *content.get("blocks", []),
    ]
    announce_change(call.workspace, channel=channel, message=message.payload(), before=before)
    return {"channel": channel.id, "ts": message.ts, "message": message.payload(metadata=True)}


def _check_recipient(call: Call) -> None:
    for name in ("recipient_team_id", "recipient_user_id"):
        if not call.text(name):
            raise SlackError(f"missing_{name}")


def _open_stream(call: Call) -> tuple[Channel, Message]:
    channel = call.joined_channel()
    message = call.message(channel)
    if message.bot_id != call.workspace.app.bot_id:
        raise SlackError("message_not_owned_by_app")
    if call.workspace.clock() - float(message.ts) > STREAM_SECONDS:
        message.streaming = False
    if not message.streaming:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _new_text(call: Call) -> str:
    chunks = call.structure("chunks") or []
    if not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    if call.text("markdown_text") and chunks:
        raise invalid_arguments("markdown_text and chunks cannot be given together")
    text = call.text("markdown_text") + "".join(_chunk_text(chunk) for chunk in chunks)
    if len(text) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return text


def _chunk_text(chunk: Any) -> str:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    if kind == "markdown_text":
        return str(chunk.get("text", ""))
    if kind in _OTHER_CHUNKS:
        return ""
    raise SlackError("invalid_chunks")


def _with_cards(call: Call, blocks: list[Json]) -> list[Json]:
    """The task cards of a message, with those that this call adds or changes by their id."""
    cards = {str(card["task_id"]): card for card in blocks}
    for chunk in call.structure("chunks") or []:
        if chunk["type"] == "task_update":
            card = {"type": "task_card", "task_id": chunk.get("id")}
            shown = {name: chunk[name] for name in ("title", "status") if name in chunk}
            cards[str(chunk.get("id"))] = {**cards.get(str(chunk.get("id")), {}), **card, **shown}
    found = list(cards.values())
    if problems := message_problems(found):
        raise invalid_arguments(*problems, code="invalid_chunks")
    return with_ids(found)


def _text_blocks(text: str) -> list[Json]:
    # A stream may grow past what one markdown block takes; Slack renders it all the same.
    return with_ids([{"type": "markdown", "text": text}]) if text else []
