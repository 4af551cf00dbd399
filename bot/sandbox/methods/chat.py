"""Posting, changing and deleting messages."""

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.posting import bot_message, change, content_of, is_empty, post, remove
from bot.sandbox.records import Channel, Json, Message

_LOOK = "as_user icon_emoji icon_url link_names mrkdwn parse unfurl_links unfurl_media username"
_CONTENT = "text markdown_text blocks attachments"


@method(
    "chat.postMessage",
    scopes="chat:write",
    tier=0,
    needs="channel",
    takes=f"{_CONTENT} {_LOOK} metadata thread_ts reply_broadcast",
)
def post_message(call: Call) -> Json:
    """A message of the app."""
    channel = _writable_channel(call)
    content = content_of(call)
    if is_empty(content):
        raise SlackError("no_text")
    message = bot_message(call.workspace, channel=channel, **content, **_placing(call, channel))
    post(call.workspace, channel=channel, message=message)
    return {"channel": channel.id, "ts": message.ts, "message": message.payload(metadata=True)}


@method(
    "chat.update",
    scopes="chat:write",
    needs="channel ts",
    takes=f"{_CONTENT} metadata as_user link_names parse reply_broadcast file_ids",
)
def update(call: Call) -> Json:
    """Replace what a message of the app says."""
    channel = call.channel()
    message = _own_message(call, channel, refusal="cant_update_message")
    if message.streaming:
        raise SlackError("streaming_state_conflict")
    content = content_of(call)
    if not content:
        raise SlackError("no_text")
    # As Slack documents it: text alone takes the blocks away and marks the message as edited; blocks do neither.
    editor = None if "blocks" in content else call.workspace.app.bot_user_id
    if "text" in content:
        content.setdefault("blocks", [])
    change(call.workspace, channel=channel, message=message, editor=editor, **content)
    answer = {"channel": channel.id, "ts": message.ts, "text": message.text}
    return {**answer, "message": message.payload(metadata=True)}


@method("chat.delete", scopes="chat:write", needs="channel ts", takes="as_user")
def delete(call: Call) -> Json:
    """Delete a message of the app."""
    channel = call.channel()
    message = _own_message(call, channel, refusal="cant_delete_message")
    remove(call.workspace, channel=channel, message=message)
    return {"channel": channel.id, "ts": message.ts}


@method(
    "chat.postEphemeral",
    scopes="chat:write",
    tier=4,
    needs="channel user",
    takes=f"{_CONTENT} {_LOOK} thread_ts",
)
def post_ephemeral(call: Call) -> Json:
    """A message that one member sees."""
    channel = _writable_channel(call)
    if call.text("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(call)
    if is_empty(content):
        raise SlackError("no_text")
    reader = call.workspace.member(call.text("user"))
    placing = {"thread_ts": call.text("thread_ts") or None, "ephemeral_to": reader.user_id}
    message = bot_message(call.workspace, channel=channel, **content, **placing)
    reader.ephemerals.append(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink", tier=9, needs="channel message_ts")
def get_permalink(call: Call) -> Json:
    """A link to a message."""
    channel = call.channel()
    message = call.message(channel, name="message_ts")
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    link = f"{call.workspace.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": link}


def _writable_channel(call: Call) -> Channel:
    channel = call.channel()
    member = call.workspace.app.bot_user_id in channel.members
    if not member and "chat:write.public" not in call.grant.scopes:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _own_message(call: Call, channel: Channel, *, refusal: str) -> Message:
    message = call.message(channel)
    if message.bot_id != call.workspace.app.bot_id:
        raise SlackError(refusal)
    return message


def _placing(call: Call, channel: Channel) -> Json:
    thread = call.text("thread_ts")
    if thread and thread not in channel.messages:
        raise SlackError("thread_not_found")
    broadcast = thread and call.flag("reply_broadcast")
    named = "bot_message" if call.text("username") else None
    subtype = "thread_broadcast" if broadcast else named
    return {"thread_ts": thread or None, "username": call.text("username") or None, "subtype": subtype}
