"""The demo in the browser: a Slack to play with on a page of its own, kept from one start to the next."""

import asyncio
import contextlib
import errno
import os
import socket
import sys
import webbrowser
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.sandbox import Sandbox
from bot.sandbox.keeping import Keeper, KeptUnreadable, restore
from bot.sandbox.page import Page
from bot.sandbox.page.about import About, Completion
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder, DemoRefused, Marker, broken
from handlers.cli.demo.greeting import Greeting
from handlers.cli.demo.model import DemoModel, Kind, open_model
from handlers.cli.demo.sample_scenes import SCENES, beginning
from handlers.cli.demo.sample_team import LAUNCH, PLAYGROUND, Team, local_zone, zone_of
from handlers.cli.demo.sample_week import NothingWritten, SampleWeek
from handlers.cli.demo.stage import Stage, build_app, open_stage
from handlers.cli.demo.story import BETTER_TEXT, FIRST_BRIEF, SECOND_BRIEF
from handlers.cli.demo.time_control import DemoTime
from handlers.commands.draftloop import COMMAND, SUBCOMMANDS
from handlers.serving import keep_start_out_of_collections
from storage.types import utc_now

HOST: Final = "127.0.0.1"
STORY: Final = (
    f"In #{PLAYGROUND}, ask for a draft: /draft {FIRST_BRIEF}",
    f"Reply in its thread with a better text, such as: Better: {BETTER_TEXT}",
    f"Ask for the next one, which should follow your correction: /draft {SECOND_BRIEF}",
    "React with 👍 or 👎, give stars, edit, press Use this; be somebody else (Chloe is an admin)",
    f"Let the clock jump to Friday 15:00 and read the week's digest, here and in #{LAUNCH}",
    "See the figures: /draftloop stats 7d",
)


class PageDemo:
    """Shows the page until it is stopped.

    Args:
        console: where the start is told.
        kind: the model; None takes what is installed.
        port: of the page.
        with_samples: whether a new demo begins with sample data.
        browse: whether to open a browser.
    """

    def __init__(
        self, console: Console, *, kind: Kind | None, port: int, with_samples: bool, browse: bool
    ) -> None:
        self._greeting = Greeting(console)
        self._kind: Kind | None = kind
        self._port = port
        self._with_samples = with_samples
        self._browse = browse

    async def show(self, folder: DemoFolder) -> None:
        """Go on with the folder's demo, or begin one; runs until it is cancelled.

        Raises:
            BotError: it cannot start; one sentence.
        """
        marker = folder.find_demo()
        sandbox, clock = _gone_on(folder, marker) if marker else self._begun()
        if marker is not None:
            self._greeting.note(f"The demo in {folder.path} goes on where it stopped; --reset starts over.")
        async with contextlib.AsyncExitStack() as stack:
            writer = open_model(self._kind, tell=self._greeting.note, adapters=folder.adapters)
            model = await stack.enter_async_context(writer)
            await stack.enter_async_context(sandbox)
            if marker is None:
                folder.note(Marker())  # From here on something half-made is in the folder, until it is whole.
            keeper = await stack.enter_async_context(Keeper(sandbox, folder.workspace_file))
            stage = await stack.enter_async_context(open_stage(sandbox, model, folder=folder, clock=clock))
            if marker is None:
                marker = await self._make(stage)
                await keeper.save()
                folder.note(marker)
            await self._serve(stage, folder, marker, stack)

    def say_goodbye(self, folder: DemoFolder) -> None:
        """Say what is kept, after the end."""
        self._greeting.stopped(folder)

    def _begun(self) -> tuple[Sandbox, StoryClock]:
        """A new Slack with the team in it, its clock where the sample data begins."""
        zone = local_zone()
        clock = (
            StoryClock.begun_at(beginning(utc_now(), zone=ZoneInfo(zone)))
            if self._with_samples
            else StoryClock()
        )
        sandbox = Sandbox(app=build_app(), clock=clock.timestamp)
        Team.of(sandbox, zone=zone)
        return sandbox, clock

    async def _make(self, stage: Stage) -> Marker:
        """Set the workspace up and play the sample data; return the marker of a whole demo."""
        zone, admin = zone_of(stage.sandbox), Team.find(stage.sandbox).people["Chloe"]
        await stage.services.timetable.set_timezone(
            stage.sandbox.team_id, name=zone.key, user_id=admin.user_id
        )
        if not self._with_samples:
            return Marker("made")
        week = SampleWeek(stage, zone=zone)
        try:
            with self._greeting.playing(of=len(SCENES)) as tell:
                until = await week.play(tell)
        except TimeoutError:
            raise NothingWritten from None
        return Marker("made", stage.clock.ahead.total_seconds(), until)

    async def _serve(
        self, stage: Stage, folder: DemoFolder, marker: Marker, stack: contextlib.AsyncExitStack
    ) -> None:
        def keep() -> None:
            folder.note(replace(marker, ahead_seconds=stage.clock.ahead.total_seconds()))
            stage.sandbox.workspace.note_change()

        time = DemoTime(stage.services, workspace_id=stage.sandbox.team_id, clock=stage.clock, on_jump=keep)
        stack.push_async_callback(time.close)
        await time.look(stage.clock())
        stage.services.schedule.add("demo_time", time.look)
        page = Page(stage.sandbox, about=_about(stage.model, marker), time=time)
        url = await _start(page, self._port)
        stack.push_async_callback(page.stop)
        keep_start_out_of_collections()
        self._greeting.ready(url, stage, folder=folder, story=STORY)
        if self._browse and _has_display(os.environ):
            await asyncio.to_thread(webbrowser.open, url)
        await asyncio.Event().wait()  # Until somebody stops the demo.


def refuse_busy_port(port: int) -> None:
    """Look whether the page's port is free, before anything takes time.

    Raises:
        DemoRefused: it is not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise _port_refused(port, error) from None


async def _start(page: Page, port: int) -> str:
    try:
        return await page.start(HOST, port)
    except OSError as error:
        raise _port_refused(port, error) from None


def _port_refused(port: int, error: OSError) -> DemoRefused:
    reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
    return DemoRefused(f"Port {port} {reason}: choose another with --port, or --port 0 for any.")


def _gone_on(folder: DemoFolder, marker: Marker) -> tuple[Sandbox, StoryClock]:
    """The Slack that was kept, and its clock, which never stands before what happened already."""
    clock = StoryClock(ahead=marker.ahead)
    try:
        sandbox = restore(folder.workspace_file, app=build_app(), clock=clock.timestamp)
    except KeptUnreadable:
        raise broken(folder.path) from None
    clock.jump_to(datetime.fromtimestamp(sandbox.workspace.last_moment, tz=UTC))
    return sandbox, clock


def _about(model: DemoModel, marker: Marker) -> About:
    words = tuple(Completion(each.name, each.usage, each.description) for each in SUBCOMMANDS)
    return About(
        model=model.name,
        note=model.note,
        kind=model.kind,
        sample_until=marker.sample_until,
        story=STORY,
        completions={COMMAND.name: words},
    )


def _has_display(environment: Mapping[str, str]) -> bool:
    """Whether a browser has somewhere to open; on a server one would take the terminal over."""
    return sys.platform in {"darwin", "win32"} or bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    )
