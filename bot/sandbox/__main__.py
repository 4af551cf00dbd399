"""``python -m bot.sandbox``: a sandbox as a process of its own, so that it outlives the bot under test."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from bot.sandbox.records import Json
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import EVENTS, SCOPES, App

_APP = ("name", "app_id", "bot_token", "app_token", "signing_secret", "client_id", "client_secret")
_SANDBOX = ("team_id", "strict", "rate_limits", "ack_seconds")


def build(config: Json) -> Sandbox:
    """A sandbox from a configuration; keys it does not name keep their defaults.

    Args:
        config: ``team_id``, the app's tokens and secrets, ``scopes``, ``events``, ``rate_limits``, ``ack_seconds``,
            ``retry_delays``, ``people`` (arguments of ``add_person``), ``channels`` (of ``add_channel``, with names
            as members) and ``deliver_to`` (a URL, for HTTP mode).
    """
    scopes, events = frozenset(config.get("scopes", SCOPES)), frozenset(config.get("events", EVENTS))
    app = App(scopes=scopes, events=events, **{name: config[name] for name in _APP if name in config})
    options: dict[str, Any] = {name: config[name] for name in _SANDBOX if name in config}
    if "retry_delays" in config:
        options["retry_delays"] = tuple(config["retry_delays"])
    sandbox = Sandbox(app=app, **options)
    if "deliver_to" in config:
        sandbox.deliver_to(config["deliver_to"])
    return sandbox


def furnish(sandbox: Sandbox, config: Json) -> Json:
    """Add the people and channels of a configuration; their ids by name."""
    people = {entry["name"]: sandbox.add_person(**entry) for entry in config.get("people", [])}
    channels = {}
    for entry in config.get("channels", []):
        members = [people[name] for name in entry.get("members", [])]
        channels[entry["name"]] = sandbox.add_channel(**{**entry, "members": members}).id
    return {"people": {name: person.user_id for name, person in people.items()}, "channels": channels}


async def run(config: Json, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; print one line of JSON when ready."""
    sandbox, stopped = build(config), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await sandbox.start(host, port=port)
    urls = {
        "base_url": sandbox.base_url,
        "api_url": sandbox.api_url,
        "control_url": f"{sandbox.base_url}/control/do",
    }
    app = {name: getattr(sandbox.app, name) for name in (*_APP, "bot_id", "bot_user_id")}
    ready = {**urls, **app, "team_id": sandbox.team_id, **furnish(sandbox, config)}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    await sandbox.stop()


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--config", type=Path, help="a JSON file, see bot.sandbox.__main__.build")
    given = parser.parse_args()
    config = json.loads(given.config.read_text()) if given.config else {}
    asyncio.run(run(config, host=given.host, port=given.port))


if __name__ == "__main__":
    main()
