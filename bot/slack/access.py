"""Who may do and see what, asked of Slack at the moment it matters; when Slack cannot say, no."""

import asyncio
from collections.abc import Collection

from bot.errors import BotError
from bot.logs import get_logger
from bot.slack.calls import Caller
from bot.slack.clients import Clients
from bot.slack.directory import SlackChannel
from bot.slack.messenger import Messenger, SlackRefused

log = get_logger(__name__)
ANSWER_SECONDS = 2.0  # A slash command has three; what is not known by then is not told.
_PAGE = 200
_MOST_PAGES = 25  # A private channel of more than 5,000 people is treated as one we cannot see into.


class NotAnAdmin(BotError):
    """Only admins may do this."""

    code = "not_an_admin"
    sentence = "Only admins of this workspace can do that. Ask one of them, or ask whoever runs me to add you to DRAFTLOOP_ADMINS."


class AdminNotKnown(BotError):
    """Slack did not say in time whether somebody is an admin, and a command cannot wait longer."""

    code = "admin_not_known"
    sentence = "Slack did not tell me in time whether you are an admin. Nothing was changed; please try again in a moment."


class Admins:
    """The workspace's own admins and owners, and the people named in DRAFTLOOP_ADMINS."""

    def __init__(
        self,
        messenger: Messenger,
        *,
        named: Collection[str] = (),
        deadline_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._messenger = messenger
        self._named = frozenset(named)
        self._deadline_seconds = deadline_seconds

    async def require(self, workspace_id: str, *, user_id: str) -> None:
        """Let an admin pass.

        Raises:
            NotAnAdmin: it is somebody else, or Slack cannot be asked.
            AdminNotKnown: Slack is slow.
        """
        try:
            async with asyncio.timeout(self._deadline_seconds):
                is_admin = await self.includes(workspace_id, user_id=user_id)
        except TimeoutError:
            raise AdminNotKnown from None
        if not is_admin:
            raise NotAnAdmin

    async def knows(self, workspace_id: str, *, user_id: str, deadline_seconds: float | None = None) -> bool:
        """Return whether somebody is an admin, for those who can wait no longer than that.

        Raises:
            AdminNotKnown: Slack is slow, or cannot be asked.
        """
        try:
            async with asyncio.timeout(deadline_seconds or self._deadline_seconds):
                return user_id in self._named or await self._asked(workspace_id, user_id)
        except SlackRefused:
            return False
        except (BotError, TimeoutError):
            raise AdminNotKnown from None

    async def includes(self, workspace_id: str, *, user_id: str) -> bool:
        """Return whether somebody is an admin now; a bot, a stranger or a deactivated member never is."""
        if user_id in self._named:
            return True
        try:
            return await self._asked(workspace_id, user_id)
        except BotError as error:
            log.warning("admin_not_checked", workspace=workspace_id, code=error.code)
            return False

    async def _asked(self, workspace_id: str, user_id: str) -> bool:
        user = await self._messenger.user(workspace_id, user_id=user_id)
        return user.is_admin and not (user.is_bot or user.deactivated) and user.team_id in ("", workspace_id)


class Membership:
    """Who may know about a channel: the workspace's own people about a public one, else only its members."""

    def __init__(
        self, clients: Clients, *, messenger: Messenger, deadline_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._caller = Caller(clients)
        self._messenger = messenger
        self._deadline_seconds = deadline_seconds

    async def may_see(self, workspace_id: str, *, channel_id: str, user_id: str) -> bool:
        """Return whether a person may know about a channel; when in doubt, no."""
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._is_open_to(workspace_id, channel_id, user_id) or await self._is_member(
                    workspace_id, channel_id, user_id
                )
        except (BotError, TimeoutError) as error:
            code = error.code if isinstance(error, BotError) else "timeout"
            log.info("membership_not_checked", workspace=workspace_id, code=code)
            return False

    async def _is_open_to(self, workspace_id: str, channel_id: str, user_id: str) -> bool:
        """A public channel is open to everybody of the workspace, but not to its guests and to strangers."""
        channel: SlackChannel = await self._messenger.channel(workspace_id, channel_id=channel_id)
        if channel.is_private or channel.is_direct:
            return False
        user = await self._messenger.user(workspace_id, user_id=user_id)
        return not user.is_guest and user.team_id in ("", workspace_id)

    async def _is_member(self, workspace_id: str, channel_id: str, user_id: str) -> bool:
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self._caller.freely(
                workspace_id,
                lambda client, cursor=cursor: client.conversations_members(  # type: ignore[misc]
                    channel=channel_id, limit=_PAGE, cursor=cursor
                ),
            )
            if user_id in answer["members"]:
                return True
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return False
        return False
