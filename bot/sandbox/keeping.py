"""Keeps a sandbox's workspace in a file: what people wrote, saw and reacted to survives a restart of the sandbox.

What lives for seconds only is not kept: triggers, tickets, OAuth codes, response URLs, deliveries under way.
"""

import asyncio
import base64
import json
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from bot.errors import BotError
from bot.logs import get_logger
from bot.runtime.appearing import appearing
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Grant, Group, Json, Member, Message, OpenView, StoredFile
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import App, Workspace

log = get_logger(__name__)
FORMAT: Final = 1
# What was given out after the last save of a killed process must not be given out again: it may be known elsewhere.
_LEAP: Final = 100_000
_APP_KEEPS: Final = (
    "app_id",
    "bot_id",
    "bot_user_id",
    "signing_secret",
    "bot_token",
    "app_token",
    "client_id",
    "client_secret",
    "verification_token",
)


class KeptUnreadable(BotError):
    """The file is broken, or another version wrote it."""

    code = "kept_unreadable"

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} cannot be read: it is broken, or another version of Draftloop wrote it.")


def save(sandbox: Sandbox, path: Path) -> None:
    """Write everything that a restart must find; the file is the old one or the new one, never half of it."""
    _write(path, json.dumps(snapshot(sandbox)))


def restore(path: Path, *, app: App | None = None, clock: Callable[[], float], **options: Any) -> Sandbox:
    """Return a sandbox, not started yet, with everything as it was saved.

    Args:
        path: the file that `save` wrote.
        app: names, scopes, commands and shortcuts of the app as they are now; its ids and secrets are the kept ones.
        clock: seconds since 1970.
        options: more for `Sandbox`.

    Raises:
        KeptUnreadable: the file is missing or broken, or another version wrote it.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["format"] != FORMAT:
            raise KeptUnreadable(path)
        return _rebuilt(kept, app=app or App(), clock=clock, options=options)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise KeptUnreadable(path) from None


class Keeper:
    """Saves a sandbox soon after every change, many changes at once, and a last time when it stops."""

    def __init__(self, sandbox: Sandbox, path: Path, *, pause: float = 1.0) -> None:
        self._sandbox = sandbox
        self._path = path
        self._pause = pause
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._saving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def start(self) -> None:
        """Save now, and watch for changes.

        Raises:
            OSError: the file cannot be written.
        """
        save(self._sandbox, self._path)
        self._sandbox.workspace.watchers.append(self._changed.set)
        self._saving = asyncio.create_task(self._save_changes(), name="keep the sandbox")

    async def stop(self) -> None:
        """Watch no longer, and save what stands now.

        Raises:
            OSError: the file cannot be written.
        """
        self._sandbox.workspace.watchers.remove(self._changed.set)
        async with self._writing:
            if self._saving is not None:
                self._saving.cancel()
        await self.save()

    async def save(self) -> None:
        """Save what stands now, without waiting for the pause.

        Raises:
            OSError: the file cannot be written.
        """
        async with self._writing:  # An older state that is being written must not come last.
            save(self._sandbox, self._path)

    async def _save_changes(self) -> None:
        while await self._changed.wait():
            await asyncio.sleep(self._pause)
            async with self._writing:
                self._changed.clear()
                await self._save_aside()

    async def _save_aside(self) -> None:
        text = json.dumps(snapshot(self._sandbox))
        try:
            await asyncio.to_thread(_write, self._path, text)
        except OSError as error:  # The next change tries again, and the end says it.
            log.error("sandbox_not_saved", file=str(self._path), error=error.strerror)  # noqa: TRY400


def snapshot(sandbox: Sandbox) -> Json:
    """Return everything that is kept, as JSON."""
    workspace = sandbox.workspace
    number, moment = workspace.last_given()
    return {
        "format": FORMAT,
        "team_id": workspace.team_id,
        "app": {name: getattr(workspace.app, name) for name in _APP_KEEPS},
        "number": number,
        "moment": moment,
        "members": [_member(member) for member in workspace.members.values()],
        "channels": [_channel(channel) for channel in workspace.channels.values()],
        "views": [view.payload for view in workspace.views.values()],
        "files": [_file(stored) for stored in workspace.files.values()],
        "groups": [vars(group) for group in workspace.groups.values()],
        "grants": [{**vars(grant), "scopes": sorted(grant.scopes)} for grant in workspace.grants.values()],
    }


def _member(member: Member) -> Json:
    shown = {
        "home": member.home.id if member.home else None,
        "views": [view.id for view in member.views],
        "unseen": [view.id for view in member.unseen],
    }
    return {**vars(member), **shown, "ephemerals": [vars(message) for message in member.ephemerals]}


def _channel(channel: Channel) -> Json:
    messages = [vars(message) for message in channel.messages.values()]
    return {**vars(channel), "messages": messages, "connected_teams": sorted(channel.connected_teams)}


def _file(stored: StoredFile) -> Json:
    content = None if stored.content is None else base64.b64encode(stored.content).decode()
    return {**vars(stored), "content": content}


def _rebuilt(kept: Json, *, app: App, clock: Callable[[], float], options: Json) -> Sandbox:
    app = replace(app, **kept["app"])
    sandbox = Sandbox(team_id=kept["team_id"], app=app, clock=clock, **options)
    workspace = sandbox.workspace
    workspace.views = {payload["id"]: OpenView(payload) for payload in kept["views"]}
    workspace.channels = {fields["id"]: _rebuilt_channel(fields) for fields in kept["channels"]}
    workspace.files = {fields["id"]: _rebuilt_file(fields) for fields in kept["files"]}
    workspace.groups = {fields["id"]: Group(**fields) for fields in kept["groups"]}
    _rebuild_grants(workspace, kept["grants"])
    for fields in kept["members"]:
        _rebuild_member(sandbox, fields)
    workspace.go_on_after(kept["number"] + _LEAP, moment=kept["moment"])
    return sandbox


def _rebuilt_channel(fields: Json) -> Channel:
    messages = {message["ts"]: Message(**message) for message in fields["messages"]}
    return Channel(**{**fields, "messages": messages, "connected_teams": set(fields["connected_teams"])})


def _rebuilt_file(fields: Json) -> StoredFile:
    content = fields["content"]
    return StoredFile(**{**fields, "content": None if content is None else base64.b64decode(content)})


def _rebuild_grants(workspace: Workspace, grants: list[Json]) -> None:
    """The app's own tokens may do what the app may do now; the others, what they could."""
    for fields in grants:
        own = workspace.grants.get(fields["token"])
        scopes = own.scopes if own else frozenset(fields["scopes"])
        workspace.grants[fields["token"]] = Grant(**{**fields, "scopes": scopes})


def _rebuild_member(sandbox: Sandbox, fields: Json) -> None:
    workspace, views = sandbox.workspace, sandbox.workspace.views
    shown = {
        "home": views[fields["home"]] if fields["home"] else None,
        "views": [views[view_id] for view_id in fields["views"]],
        "unseen": deque(views[view_id] for view_id in fields["unseen"]),
        "ephemerals": [Message(**message) for message in fields["ephemerals"]],
    }
    member = Member(**{**fields, **shown})
    if member.user_id == workspace.app.bot_user_id:
        workspace.bot = member
    else:
        sandbox.people[member.user_id] = Person(sandbox, member)
    workspace.members[member.user_id] = member


def _write(path: Path, text: str) -> None:
    with appearing(path) as file:
        file.write(text.encode())
