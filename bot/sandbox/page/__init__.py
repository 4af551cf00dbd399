"""The sandbox's browser page: the Slack people know, on loopback, with what Slack saw beside it.

Use it like this::

    page = Page(sandbox, about=About(model="SmolLM2-135M", note="Tiny.", kind="embedded"), time=None)
    url = await page.start(port=8765)
    …
    await page.stop()
"""

from bot.errors import BotError
from bot.runtime.web_server import WebServer
from bot.sandbox.page.about import About, Completion, TimeControl, TimeStop
from bot.sandbox.page.actor import Pressed
from bot.sandbox.page.changes import Changes
from bot.sandbox.page.doing import Doing
from bot.sandbox.page.inspector import Inspector
from bot.sandbox.page.reading import Reading
from bot.sandbox.page.screen import Screens
from bot.sandbox.page.site import Site
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.server import LOOPBACK

__all__ = ["About", "Completion", "Page", "PortTaken", "TimeControl", "TimeStop"]

DEFAULT_PORT = 8765


class PortTaken(BotError):
    """The page cannot listen where it was told to."""

    code = "port_taken"


class Page:
    """The page of one sandbox.

    Args:
        sandbox: whose people, channels and messages it shows.
        about: what it says about itself; it may be replaced while it runs.
        time: the clock it may move; without it the page shows none.
    """

    def __init__(self, sandbox: Sandbox, *, about: About, time: TimeControl | None = None) -> None:
        self.about = about
        self._workspace = sandbox.workspace
        self._changes = Changes()
        self._server: WebServer | None = None
        began = f"{sandbox.workspace.clock():.6f}"
        pressed = Pressed()
        workspace, people = sandbox.workspace, sandbox.people
        self._screens = Screens(
            workspace,
            people,
            sandbox.deliveries,
            Inspector(workspace, calls=sandbox.calls, deliveries=sandbox.deliveries),
            Reading(workspace, since=lambda: max(began, self.about.sample_until or "")),
            pressed,
            about=lambda: self.about,
            time=time,
        )
        self._doing = Doing(workspace, people, time, pressed)

    async def start(self, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> str:
        """Listen, and return the address to open; port 0 takes any free one.

        Raises:
            ValueError: the host is not loopback.
            PortTaken: one sentence that names the port.
        """
        if host not in LOOPBACK:
            raise ValueError("The page listens on loopback only.")
        site = Site(self._workspace, self._screens, self._doing, self._changes, lambda: self.about)
        self._server = WebServer(site.build(), host=host, port=port, drain_seconds=1)
        try:
            await self._server.start()
        except OSError as error:
            raise PortTaken(
                f"Cannot listen on port {port} of {host} ({error.strerror}). Choose another one with --port."
            ) from None
        self._workspace.watchers.append(self._changes.note)
        return self._server.url

    async def stop(self) -> None:
        """End every open stream and close."""
        if self._changes.note in self._workspace.watchers:
            self._workspace.watchers.remove(self._changes.note)
        self._changes.close()
        if self._server is not None:
            await self._server.stop()
