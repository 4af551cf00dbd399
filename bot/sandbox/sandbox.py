"""The sandbox as a whole: a workspace, its server, its people."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any, Self

from bot.sandbox import methods
from bot.sandbox.deliveries import Courier, Delivery
from bot.sandbox.faults import Fault, FaultKind, Faults, RateLimits
from bot.sandbox.happenings import Happenings
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Group, Member, Message, StoredFile
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.server import LOOPBACK, Server
from bot.sandbox.signed_http import Endpoints, SignedHttp
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.waiting import until
from bot.sandbox.web_calls import WebCall
from bot.sandbox.workspace import App, Workspace

__all__ = ["Sandbox", "methods"]


class Sandbox(Happenings):
    """A Slack on localhost, with one workspace and one app.

    Args:
        team_id: the workspace's id.
        app: ids, secrets, scopes and event subscriptions of the app under test; made up when not given.
        strict: refuse arguments that a method does not know.
        rate_limits: answer 429 beyond Slack's tiers.
        ack_seconds: how long the app may take to acknowledge.
        retry_delays: seconds before each repetition of an event that was not acknowledged.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        *,
        team_id: str = "T0SANDBOX",
        app: App | None = None,
        strict: bool = True,
        rate_limits: bool = False,
        ack_seconds: float = 3.0,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app = app or App()
        self.workspace = Workspace(self.app, team_id=team_id, clock=clock)
        self.workspace.publish = self.publish
        self.courier = Courier(clock=clock, retry_delays=retry_delays, note_change=self.workspace.note_change)
        self.socket_mode = SocketMode(self.workspace, ack_seconds=ack_seconds, clock=clock)
        self.courier.transport = self.socket_mode
        self.response_urls = ResponseUrls(self.workspace)
        self.faults = Faults()
        limits = RateLimits(clock) if rate_limits else None
        self._server = Server(self, strict=strict, limits=limits)
        self._http: SignedHttp | None = None
        self._ack_seconds = ack_seconds
        self.people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", *, port: int = 0) -> None:
        """Listen on loopback.

        Raises:
            ValueError: the host is not loopback.
        """
        if host not in LOOPBACK:
            raise ValueError("The sandbox listens on loopback only.")
        self.workspace.base_url = await self._server.start(host, port=port)

    async def stop(self) -> None:
        """Close every connection and stop every delivery."""
        await self.courier.close()
        await self.socket_mode.close()
        if self._http is not None:
            await self._http.close()
        await self._server.stop()

    def deliver_to(self, url_events: str, *, url_interactions: str = "", url_commands: str = "") -> None:
        """Deliver by signed HTTP instead of Socket Mode; one URL for everything unless told otherwise."""
        endpoints = Endpoints(url_events, url_interactions or url_events, url_commands or url_events)
        self._http = SignedHttp(
            endpoints,
            secret=self.app.signing_secret,
            ack_seconds=self._ack_seconds,
            clock=self.workspace.clock,
        )
        self.courier.transport = self._http

    @property
    def base_url(self) -> str:
        """Where the server listens."""
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        """The value of ``SLACK_API_URL``."""
        return f"{self.base_url}/api/"

    @property
    def team_id(self) -> str:
        """The workspace's id."""
        return self.workspace.team_id

    @property
    def bot_token(self) -> str:
        """The value of ``SLACK_BOT_TOKEN``."""
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        """The value of ``SLACK_APP_TOKEN``."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """The value of ``SLACK_SIGNING_SECRET``."""
        return self.app.signing_secret

    @property
    def client_id(self) -> str:
        """The value of ``SLACK_CLIENT_ID``."""
        return self.app.client_id

    @property
    def client_secret(self) -> str:
        """The value of ``SLACK_CLIENT_SECRET``."""
        return self.app.client_secret

    @property
    def mention(self) -> str:
        """How to mention the app in a text."""
        return f"<@{self.app.bot_user_id}>"

    @property
    def calls(self) -> list[WebCall]:
        """Every call of the Web API, oldest first."""
        return self._server.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything sent to the app, oldest first."""
        return self.courier.deliveries

    @property
    def files(self) -> list[StoredFile]:
        """Every uploaded file."""
        return list(self.workspace.files.values())

    def add_person(
        self,
        name: str,
        *,
        admin: bool = False,
        guest: bool = False,
        bot: bool = False,
        tz: str = "UTC",
        team: str | None = None,
    ) -> Person:
        """Somebody new; ``team`` is another organisation's id for a stranger in shared channels."""
        member = Member(
            self.workspace.new_id("U"), name, team or self.team_id, is_admin=admin, is_guest=guest, tz=tz
        )
        member.is_bot, member.is_stranger = bot, member.team_id != self.team_id
        self.workspace.members[member.user_id] = member
        self.people[member.user_id] = Person(self, member)
        return self.people[member.user_id]

    def add_channel(
        self, name: str, *, members: Iterable[Person] = (), private: bool = False, bot: bool = True
    ) -> Channel:
        """A channel with these members and, unless told otherwise, the bot."""
        people = list(members)
        channel = Channel(self.workspace.new_id("C"), name, is_private=private, created=self.workspace.now())
        channel.members = [person.user_id for person in people] + ([self.app.bot_user_id] if bot else [])
        channel.connected_teams = {person.member.team_id for person in people} - {self.team_id}
        self.workspace.channels[channel.id] = channel
        return channel

    def add_group(self, handle: str, *, members: Iterable[Person], name: str = "") -> Group:
        """A user group."""
        group = Group(self.workspace.new_id("S"), handle, [person.user_id for person in members], name)
        self.workspace.groups[group.id] = group
        return group

    def messages(self, channel: Channel, *, thread: Message | None = None) -> list[Message]:
        """What stands in a channel, or the replies of a thread, oldest first."""
        if thread is not None:
            return channel.replies(thread.thread_ts or thread.ts)
        return [message for message in channel.messages.values() if message.thread_ts in (None, message.ts)]

    def message(self, channel: Channel, *, ts: str) -> Message:
        """One message as it is now.

        Raises:
            SlackError: ``message_not_found``.
        """
        return self.workspace.message(channel, ts=ts)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Send the same envelope again, as Slack does when an acknowledgement got lost."""
        return await self.courier.repeat(delivery)

    def hold(self) -> None:
        """Keep events back until ``release``."""
        self.courier.hold()

    def release(self, order: Callable[[list[Delivery]], Iterable[Delivery]] = list) -> None:
        """Send what was kept back, in the order given: ``reversed``, a shuffle, as they came."""
        self.courier.release(order)

    async def wait_for(self, condition: Callable[[], Any], *, timeout: float = 10) -> Any:  # noqa: ASYNC109
        """Wait until a condition is truthy and return its value.

        Raises:
            TimeoutError: it was not in time.
        """
        return await until(condition, timeout=timeout)

    async def settle(self, *, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until everything sent so far is acknowledged or given up."""
        waiting = self.courier.deliveries
        await until(
            lambda: all(d.outcome != "waiting" for d in waiting), timeout=timeout, what="acknowledgements"
        )

    async def verify_url(self) -> bool:
        """Whether the app's event URL answers Slack's challenge."""
        challenge = secrets.token_hex(8)
        body = {"type": "url_verification", "token": self.app.verification_token, "challenge": challenge}
        delivery = await self.courier.ask(Delivery("events_api", body))
        return challenge in (delivery.text, delivery.answer.get("challenge"))

    def inject(
        self,
        method: str,
        kind: FaultKind,
        *,
        times: int = 1,
        retry_after: int = 1,
        seconds: float = 0,
        code: str = "",
    ) -> None:
        """Let the next calls of a method (``*``: of any) go wrong; see ``Fault`` for the kinds."""
        fault = Fault(kind, retry_after=retry_after, seconds=seconds, code=code or "fatal_error")
        self.faults.add(method, fault=fault, times=times)

    def drop_connections(self) -> None:
        """Cut every Socket Mode connection without a word."""
        self.socket_mode.drop()

    def refuse_handshakes(self, times: int) -> None:
        """Turn the next Socket Mode connections away, their tickets spent."""
        self.socket_mode.refuse_handshakes(times)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end of the open Socket Mode connections."""
        await self.socket_mode.disconnect(reason)

    async def wait_connected(self, *, connections: int = 1, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until the app holds this many Socket Mode connections."""
        await until(
            lambda: self.socket_mode.connections >= connections,
            timeout=timeout,
            what="a Socket Mode connection",
        )
        await asyncio.sleep(0)
