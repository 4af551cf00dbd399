"""Slack events, one file per listener, in Slack's own words."""

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.events import (
    access_revoked,
    app_home_opened,
    app_mention,
    channel_archive,
    channel_id_changed,
    channel_rename,
    member_joined_channel,
    member_left_channel,
    message,
    reactions,
    user_change,
)

LISTENERS = {
    "app_home_opened": app_home_opened.on_app_home_opened,
    "app_mention": app_mention.on_app_mention,
    "app_uninstalled": access_revoked.on_access_revoked,
    "channel_archive": channel_archive.on_channel_archive,
    "channel_id_changed": channel_id_changed.on_channel_id_changed,
    "channel_rename": channel_rename.on_channel_rename,
    "group_archive": channel_archive.on_channel_archive,
    "member_joined_channel": member_joined_channel.on_member_joined_channel,
    "member_left_channel": member_left_channel.on_member_left_channel,
    "message": message.on_message,
    "reaction_added": reactions.on_reaction,
    "reaction_removed": reactions.on_reaction,
    "tokens_revoked": access_revoked.on_access_revoked,
    "user_change": user_change.on_user_change,
}


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every event listener on the app."""
    for event, listener in LISTENERS.items():
        app.event(event)(partial(listener, services=services))
