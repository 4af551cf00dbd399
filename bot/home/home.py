"""The Home tab of a person: always from what is stored now, so any event in any order shows the truth."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.digests.stats import Stats
from bot.home.admin import AdminReader, ParkedEvents
from bot.home.checklist import Checklist
from bot.home.member import MemberPart, MemberReader
from bot.home.screens import Screens
from bot.home.state import HomeState, OnScreen, Turn, stay
from bot.logs import get_logger
from bot.releases.browsing import ReleaseBrowser, Viewer
from bot.slack.access import AdminNotKnown, Admins
from bot.slack.blocks.home import HomeCard, build_home
from bot.slack.messenger import Messenger, SlackRefused
from bot.slack.permalinks import Permalinks
from storage.engine import Database
from storage.inbox_store import InboxStore

log = get_logger(__name__)
ADMIN_SECONDS = 1.0  # A tab that is late looks broken.
ADMIN_NOT_KNOWN = (
    "Slack did not tell me in time whether you are an admin, so this is what everybody sees. "
    "Open the Home tab again in a moment."
)

Standing = Literal["member", "admin", "unknown"]


@dataclass(frozen=True)
class HomeReaders:
    """What reads the parts of the tab."""

    member: MemberReader
    admin: AdminReader
    checklist: Checklist
    releases: ReleaseBrowser


class Home:
    """Shows people their Home tab. Whether somebody is an admin is asked anew for each drawing."""

    def __init__(
        self, readers: HomeReaders, *, screens: Screens, admins: Admins, parked: ParkedEvents
    ) -> None:
        self._readers = readers
        self._screens = screens
        self._admins = admins
        self.checklist = readers.checklist
        self.parked = parked

    async def show(
        self,
        workspace_id: str,
        *,
        user_id: str,
        on_screen: OnScreen | None = None,
        turn: Turn = stay,
        notice: str = "",
    ) -> bool:
        """Show a person their Home tab; return False when Slack has none for them (some guests, strangers).

        Args:
            workspace_id: Slack's team id.
            user_id: who looks.
            on_screen: what they have in front of them, as Slack sent it along.
            turn: turns a page, from where they are.
            notice: what was just done for them, as mrkdwn.

        Raises:
            SlackUnreachable: try again later.
        """

        async def draw(state: HomeState) -> tuple[HomeState, dict[str, Any]]:
            card = await self.card(workspace_id, user_id=user_id, state=state, notice=notice)
            return _state_of(card, state), build_home(card)

        try:
            await self._screens.show(workspace_id, user_id=user_id, on_screen=on_screen, turn=turn, draw=draw)
        except SlackRefused as refused:
            log.info("home_not_shown", workspace=workspace_id, code=refused.code)
            return False
        return True

    async def card(
        self, workspace_id: str, *, user_id: str, state: HomeState | None = None, notice: str = ""
    ) -> HomeCard:
        """Read what the Home tab of a person says."""
        state = state or HomeState()
        member, standing = await asyncio.gather(
            self._readers.member.read(workspace_id, user_id=user_id, page=state.drafts),
            self._standing(workspace_id, user_id),
        )
        viewer = Viewer(user_id, is_admin=standing == "admin")
        releases = await self._readers.releases.part(workspace_id, viewer=viewer)
        if standing == "admin":
            return replace(await self._admins_card(workspace_id, member, state, notice), releases=releases)
        told = notice or (ADMIN_NOT_KNOWN if standing == "unknown" else "")
        return _card(member, notice=told, releases=releases)

    async def _admins_card(
        self, workspace_id: str, member: MemberPart, state: HomeState, notice: str
    ) -> HomeCard:
        admin = await self._readers.admin.read(workspace_id, state=state)
        steps = await self.checklist.steps(workspace_id)
        return _card(member, notice=notice, admin=admin, steps=steps)

    async def _standing(self, workspace_id: str, user_id: str) -> Standing:
        try:
            is_admin = await self._admins.knows(workspace_id, user_id=user_id, deadline_seconds=ADMIN_SECONDS)
        except AdminNotKnown:
            return "unknown"
        return "admin" if is_admin else "member"


def build_home_service(
    database: Database,
    *,
    stats: Stats,
    messenger: Messenger,
    admins: Admins,
    inbox: InboxStore,
    releases: ReleaseBrowser,
    clock: Callable[[], datetime],
) -> Home:
    """Wire the Home tab."""
    readers = HomeReaders(
        MemberReader(database, stats=stats, permalinks=Permalinks(messenger), clock=clock),
        AdminReader(database, inbox=inbox, clock=clock),
        Checklist(database, clock=clock),
        releases,
    )
    parked = ParkedEvents(database, inbox=inbox, clock=clock)
    return Home(readers, screens=Screens(messenger), admins=admins, parked=parked)


def _card(member: MemberPart, **more: Any) -> HomeCard:
    return HomeCard(
        feedback=member.feedback,
        drafts=member.drafts,
        digest=member.digest,
        own=member.own,
        requests=member.requests,
        rules=member.rules,
        **more,
    )


def _state_of(card: HomeCard, asked: HomeState) -> HomeState:
    """Return where the person is now: pages that were asked for and are not there have become others."""
    if card.admin is None:
        return HomeState(card.drafts.page, asked.channels, asked.channel_id)
    return HomeState(card.drafts.page, card.admin.channels.page, asked.channel_id)
