"""Channels, who is in them and what was said there."""

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.events import announce_membership
from bot.sandbox.records import Channel, Json, Message

_PAGE = "cursor limit"
_WINDOW = "oldest latest inclusive include_all_metadata"
_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im"}


@method("conversations.info", needs="channel", takes="include_locale include_num_members")
def info(call: Call) -> Json:
    """One channel."""
    return {"channel": call.channel(scope="read").payload(call.workspace.app.bot_user_id)}


@method("conversations.list", tier=2, takes=f"{_PAGE} exclude_archived types team_id")
def list_channels(call: Call) -> Json:
    """The channels the bot may know of."""
    return _listing(call, list(call.workspace.visible_channels()))


@method("users.conversations", takes=f"{_PAGE} exclude_archived types team_id user")
def of_user(call: Call) -> Json:
    """The channels somebody is in; without a user, the bot's."""
    user = call.text("user") or call.workspace.app.bot_user_id
    return _listing(
        call, [channel for channel in call.workspace.visible_channels() if user in channel.members]
    )


@method("conversations.members", tier=4, needs="channel", takes=_PAGE)
def members(call: Call) -> Json:
    """Who is in a channel."""
    page, cursor = call.page(call.channel(scope="read").members)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


@method("conversations.history", needs="channel", takes=f"{_PAGE} {_WINDOW}")
def history(call: Call) -> Json:
    """What was said in a channel, newest first, replies only where they were broadcast."""
    channel = call.joined_channel(scope="history")
    shown = [m for m in channel.messages.values() if _is_top_level(m) and _within(call, m)]
    return _messages(call, channel, sorted(shown, key=lambda message: message.ts, reverse=True))


@method("conversations.replies", needs="channel ts", takes=f"{_PAGE} {_WINDOW}")
def replies(call: Call) -> Json:
    """A thread, its first message first."""
    channel = call.joined_channel(scope="history")
    if call.text("ts") not in channel.messages:
        raise SlackError("thread_not_found")
    first = channel.messages[call.text("ts")]
    if first.thread_ts and first.thread_ts in channel.messages:
        first = channel.messages[first.thread_ts]
    later = [message for message in channel.replies(first.ts) if _within(call, message)]
    return _messages(call, channel, [first, *later])


@method("conversations.join", scopes="channels:join", needs="channel")
def join(call: Call) -> Json:
    """Let the bot join a public channel."""
    channel, bot = call.channel(), call.workspace.bot
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if bot.user_id not in channel.members:
        channel.members.append(bot.user_id)
        announce_membership(call.workspace, kind="member_joined_channel", channel=channel, member=bot)
    return {"channel": channel.payload(bot.user_id)}


@method("conversations.open", scopes="im:write", takes="channel users return_im prevent_creation")
def open_direct(call: Call) -> Json:
    """Open a direct message with one member."""
    users = [user for user in call.text("users").split(",") if user]
    if len(users) != 1 and not call.text("channel"):
        raise SlackError("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    channel = call.channel() if call.text("channel") else _direct(call, users[0])
    body = channel.payload(call.workspace.app.bot_user_id)
    return {"channel": body if call.flag("return_im") else {"id": channel.id}}


def _direct(call: Call, user_id: str) -> Channel:
    member = call.workspace.member(user_id)
    if member.deleted:
        raise SlackError("user_disabled")
    if member.is_bot:
        raise SlackError("cannot_dm_bot")
    return call.workspace.direct_channel(user_id)


def _listing(call: Call, channels: list[Channel]) -> Json:
    wanted = {_TYPES.get(name.strip(), "") for name in (call.text("types") or "public_channel").split(",")}
    for kind in sorted(wanted - {""}):
        call.require(f"{kind}:read")
    chosen = [channel for channel in channels if channel.kind in wanted]
    if call.flag("exclude_archived"):
        chosen = [channel for channel in chosen if not channel.is_archived]
    page, cursor = call.page(chosen)
    shown = [channel.payload(call.workspace.app.bot_user_id) for channel in page]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def _is_top_level(message: Message) -> bool:
    return message.thread_ts in (None, message.ts) or message.subtype == "thread_broadcast"


def _within(call: Call, message: Message) -> bool:
    oldest, latest = _bound(call, "oldest", default=0.0), _bound(call, "latest", default=9_999_999_999.0)
    if call.flag("inclusive"):
        return oldest <= float(message.ts) <= latest
    return oldest < float(message.ts) < latest


def _bound(call: Call, name: str, *, default: float) -> float:
    given = call.text(name)
    if given and not given.replace(".", "", 1).isdecimal():
        raise SlackError(f"invalid_ts_{name}")
    return float(given) if given else default


def _messages(call: Call, channel: Channel, messages: list[Message]) -> Json:
    page, cursor = call.page(messages)
    shown = [_with_thread(call, channel, message) for message in page]
    return {"messages": shown, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _with_thread(call: Call, channel: Channel, message: Message) -> Json:
    body = message.payload(metadata=call.flag("include_all_metadata"))
    thread = channel.replies(message.ts)
    if not thread:
        return body
    people = list(dict.fromkeys(reply.user for reply in thread))
    count = {"reply_count": len(thread), "reply_users": people, "reply_users_count": len(people)}
    return body | count | {"thread_ts": message.ts, "latest_reply": thread[-1].ts}
