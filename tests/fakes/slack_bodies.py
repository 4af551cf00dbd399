"""Requests as Slack sends them."""

import json
import time
from itertools import count
from typing import Any
from urllib.parse import urlencode

from handlers.http.guard import sign

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
WORKSPACE, BOT, ALICE, CHANNEL = "T0TEAM", "U0BOT", "U0ALICE", "C0GENERAL"

_numbers = count(1)


def event_body(event: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    """An event in its envelope; every one has an id of its own."""
    return {
        "type": "event_callback",
        "team_id": WORKSPACE,
        "api_app_id": "A0APP",
        "event_id": f"Ev{next(_numbers):08d}",
        "event_time": 1_731_000_000,
        "authorizations": [
            {"team_id": WORKSPACE, "user_id": BOT, "is_bot": True, "is_enterprise_install": False}
        ],
        "event": {"event_ts": "1731000000.000100", **event},
        **envelope,
    }


def reaction_body(emoji: str = "+1", *, kind: str = "reaction_added", **envelope: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": CHANNEL, "ts": "1731000000.000001"}
    return event_body({"type": kind, "user": ALICE, "reaction": emoji, "item": item}, **envelope)


def message_body(text: str = "hello", **event: Any) -> dict[str, Any]:
    place = {"channel": CHANNEL, "channel_type": "channel", "ts": "1731000000.000200"}
    return event_body({"type": "message", "user": ALICE, "text": text, **place, **event})


def press_body(action_id: str, value: str = "positive", **body: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": action_id, "block_id": "b1", "value": value}
    return {
        "type": "block_actions",
        "user": {"id": ALICE, "team_id": WORKSPACE},
        "team": {"id": WORKSPACE, "domain": "test"},
        "channel": {"id": CHANNEL, "name": "general"},
        "container": {"type": "message", "message_ts": "1731000000.000001", "channel_id": CHANNEL},
        "message": {"ts": "1731000000.000001", "thread_ts": "1730999999.000001"},
        "trigger_id": "1.2.abc",
        "actions": [{**action, "action_ts": "1731000001.000300"}],
        **body,
    }


def view_body(callback_id: str, text: str = "typed", **body: Any) -> dict[str, Any]:
    view = {
        "type": "modal",
        "id": "V1",
        "hash": "h1",
        "callback_id": callback_id,
        "private_metadata": "draft-1",
        "blocks": [{"type": "section", "block_id": "s"}, {"type": "input", "block_id": "reason_block"}],
        "state": {"values": {"reason_block": {"reason": {"type": "plain_text_input", "value": text}}}},
    }
    person = {"user": {"id": ALICE, "team_id": WORKSPACE}, "team": {"id": WORKSPACE}}
    return {"type": "view_submission", **person, "view": view, **body}


def command_body(command: str = "/draft", text: str = "a brief") -> dict[str, str]:
    return {
        "command": command,
        "text": text,
        "team_id": WORKSPACE,
        "user_id": ALICE,
        "channel_id": CHANNEL,
        "trigger_id": "3.4.def",
        "response_url": "http://127.0.0.1:9/response",
    }


def signed(raw: bytes, *, content_type: str, at: float | None = None) -> dict[str, str]:
    """The headers that prove that `raw` comes from Slack."""
    timestamp = str(int(time.time() if at is None else at))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(raw, secret=SECRET, timestamp=timestamp),
    }


def as_json(body: Any) -> tuple[bytes, dict[str, str]]:
    raw = json.dumps(body).encode()
    return raw, signed(raw, content_type="application/json")


def as_form(fields: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    raw = urlencode(fields).encode()
    return raw, signed(raw, content_type="application/x-www-form-urlencoded")


def as_interaction(body: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    return as_form({"payload": json.dumps(body)})
