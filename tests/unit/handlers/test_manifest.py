"""Slack's published rules for manifests, and that it names what the listeners need."""

import pytest

from bot.sandbox import EVENTS as SANDBOX_EVENTS
from handlers.cli.manifest import EVENTS, SCOPES, build_manifest
from handlers.events import LISTENERS

# The scope that Slack asks for each event.
NEEDED = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_id_changed": "channels:read",
    "channel_rename": "channels:read",
    "group_archive": "groups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
}


@pytest.fixture(params=[None, "https://bot.example"])
def manifest(request):
    return build_manifest(name="Draftloop", url=request.param)


def test_texts_fit_slacks_limits(manifest):
    display = manifest["display_information"]

    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80


def test_commands_and_shortcuts_fit_slacks_limits(manifest):
    for command in manifest["features"]["slash_commands"]:
        assert command["command"].startswith("/")
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in manifest["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
        assert shortcut["type"] in {"message", "global"}


def test_every_event_that_is_listened_to_is_subscribed():
    subscribed = {event.split(".")[0] for event in EVENTS}

    assert set(LISTENERS) <= subscribed


def test_every_subscribed_event_has_its_scope_and_is_known_to_the_sandbox():
    assert {scope for event, scope in NEEDED.items() if event in EVENTS} <= set(SCOPES)
    assert set(EVENTS) <= set(SANDBOX_EVENTS)


def test_without_an_address_no_request_url_is_written():
    manifest = build_manifest(name="Draftloop")

    assert "request_url" not in str(manifest)
