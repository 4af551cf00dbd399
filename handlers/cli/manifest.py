"""`draftloop manifest`: the Slack app manifest, generated from the registries of listeners."""

import json
from typing import Any, Final

import typer

from handlers.cli.boundary import fail
from handlers.commands import COMMANDS
from handlers.shortcuts import SHORTCUTS

LONGEST_NAME: Final = 35

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_id_changed",
    "channel_rename",
    "group_archive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
    "user_change",
)


def manifest(
    url: str | None = typer.Option(
        None, help="Public https address of the bot: HTTP mode instead of Socket Mode."
    ),
    name: str = typer.Option("Draftloop", help="The bot's name in Slack (at most 35 characters)."),
) -> None:
    """Print the Slack app manifest as JSON."""
    if url is not None and not url.startswith("https://"):
        raise fail("Slack sends requests to https addresses only, like --url https://bot.example.com.")
    if len(name) > LONGEST_NAME:
        raise fail(f"Slack takes names of at most {LONGEST_NAME} characters.")
    typer.echo(json.dumps(build_manifest(name=name, url=url), indent=2, ensure_ascii=False))


def build_manifest(*, name: str, url: str | None = None) -> dict[str, Any]:
    """Return the manifest; with `url` Slack sends HTTP requests there, without it Socket Mode is on."""
    request = {} if url is None else {"request_url": f"{url.rstrip('/')}/slack/events"}
    command_url = {} if url is None else {"url": request["request_url"]}
    return {
        "display_information": {
            "name": name,
            "description": "Drafts that learn from your reactions and corrections",
            "background_color": "#1f4d3a",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "shortcuts": [_shortcut(shortcut) for shortcut in SHORTCUTS],
            "slash_commands": [_command(command, command_url) for command in COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(shortcut: Any) -> dict[str, str]:
    return {
        "name": shortcut.name,
        "callback_id": shortcut.callback_id,
        "description": shortcut.description,
        "type": shortcut.kind,
    }


def _command(command: Any, address: dict[str, str]) -> dict[str, Any]:
    return {
        "command": command.name,
        "description": command.description,
        "usage_hint": command.usage,
        "should_escape": True,
        **address,
    }
