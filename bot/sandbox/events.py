"""The events Slack sends: their shapes, who hears of them, and the envelope around them."""

from typing import Any

from bot.sandbox.records import Channel, Json, Member, Message
from bot.sandbox.workspace import Workspace

# The scope without which Slack does not send an event.
_NEEDED_SCOPES = {
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "channel_rename": "channels:read",
    "channel_archive": "channels:read",
    "group_archive": "groups:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def announce_message(workspace: Workspace, *, channel: Channel, message: Message) -> None:
    """Tell the app about a new message, and about being mentioned in it."""
    place = {"channel": channel.id, "channel_type": channel.event_kind, "event_ts": message.ts}
    body = message.payload() | place | _authorship(workspace, message)
    if message.subtype == "thread_broadcast" and message.thread_ts in channel.messages:
        body["root"] = channel.messages[message.thread_ts].payload()
    workspace.publish(body)
    mentioned = f"<@{workspace.app.bot_user_id}" in message.text and message.bot_id != workspace.app.bot_id
    if mentioned and not channel.is_im and workspace.app.bot_user_id in channel.members:
        workspace.publish({**body, "type": "app_mention"})


def announce_change(workspace: Workspace, *, channel: Channel, message: Json, before: Json) -> None:
    """Tell the app that a message looks different now: an edit, an unfurl, a tombstone."""
    stamp = workspace.event_ts()
    change = {"type": "message", "subtype": "message_changed", "hidden": True, "message": message}
    place = {"channel": channel.id, "channel_type": channel.event_kind, "ts": stamp, "event_ts": stamp}
    workspace.publish(change | place | {"previous_message": before})


def announce_deletion(workspace: Workspace, *, channel: Channel, message: Message) -> None:
    """Tell the app that a message is gone."""
    stamp = workspace.event_ts()
    change = {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": message.ts}
    place = {"channel": channel.id, "channel_type": channel.event_kind, "ts": stamp, "event_ts": stamp}
    workspace.publish(change | place | {"previous_message": message.payload()})


def announce_reaction(
    workspace: Workspace,
    *,
    kind: str,
    user_id: str,
    channel: Channel,
    ts: str,
    name: str,
    item_user: str | None,
) -> None:
    """Tell the app that a reaction came or went; ``item_user`` is missing at times."""
    item = {"type": "message", "channel": channel.id, "ts": ts}
    author = {"item_user": item_user} if item_user else {}
    event = {"type": kind, "user": user_id, "reaction": name, "item": item, "event_ts": workspace.event_ts()}
    workspace.publish(event | author)


def announce_membership(workspace: Workspace, *, kind: str, channel: Channel, member: Member) -> None:
    """Tell the app that somebody came or went."""
    letter = "G" if channel.is_private else "C"
    place = {"channel": channel.id, "channel_type": letter, "team": member.team_id}
    workspace.publish({"type": kind, "user": member.user_id, **place, "event_ts": workspace.event_ts()})


def is_wanted(workspace: Workspace, event: Json) -> bool:
    """Whether the app subscribed to this event, may receive it and is in the channel it comes from."""
    app, kind = workspace.app, event["type"]
    channel = workspace.channels.get(_channel_of(event))
    if kind == "message" and channel is not None:
        kind = f"message.{channel.kind}"
    scope = _NEEDED_SCOPES.get(kind)
    if kind not in app.events or (scope and scope not in app.scopes):
        return False
    if channel is None or app.bot_user_id in channel.members:
        return True
    public_reaction = kind.startswith("reaction_") and not channel.is_private
    return public_reaction or (kind.startswith("member_") and event.get("user") == app.bot_user_id)


def envelope(workspace: Workspace, event: Json) -> Json:
    """The Events API's envelope around an event."""
    app, channel = workspace.app, workspace.channels.get(_channel_of(event))
    authorization = {"enterprise_id": None, "team_id": workspace.team_id, "user_id": app.bot_user_id}
    return {
        "token": app.verification_token,
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": None,
        "api_app_id": app.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": workspace.now(),
        "authorizations": [authorization | {"is_bot": True, "is_enterprise_install": False}],
        "is_ext_shared_channel": bool(channel and channel.connected_teams),
        "event_context": f"4-{event['type']}-{workspace.team_id}",
    }


def _channel_of(event: Json) -> str:
    place: Any = event.get("channel") or event.get("item", {}).get("channel", "")
    return str(place["id"]) if isinstance(place, dict) else str(place)


def _authorship(workspace: Workspace, message: Message) -> Json:
    if message.bot_id == workspace.app.bot_id:
        app = workspace.app
        return {
            "bot_profile": {
                "id": app.bot_id,
                "app_id": app.app_id,
                "name": app.name,
                "team_id": workspace.team_id,
            }
        }
    if message.team != workspace.team_id:
        return {"user_team": message.team, "source_team": message.team}
    return {}
