"""Learns from Slack what its events leave out: the names of channels, and who the people are.

Events carry ids only. A vote is recorded at once with what is known; a moment later the person is looked up, and if
they turn out to be a bot or to belong elsewhere, what they said is taken out of the count again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.errors import BotError, Transient
from bot.logs import get_logger
from bot.slack.address_book import AddressBook
from bot.slack.messenger import Messenger
from storage.engine import Database

log = get_logger(__name__)
PER_TICK = 4  # Slack allows 50 looks at channels and 100 at people a minute; a tick comes every few seconds.

Reconsider = Callable[[str, str], Awaitable[object]]


class Introductions:
    """A job of the schedule: looks up a few strangers per tick."""

    def __init__(
        self, database: Database, *, messenger: Messenger, address_book: AddressBook, reconsider: Reconsider
    ) -> None:
        """`reconsider(workspace_id, user_id)` is called once somebody is known better."""
        self._database = database
        self._messenger = messenger
        self._address_book = address_book
        self._reconsider = reconsider

    async def run(self, now: datetime) -> None:  # noqa: ARG002 - the shape of a job
        """Look up channels and people nobody told us about yet."""
        async with self._database.read() as unit:
            channels = await unit.channels.unintroduced(limit=PER_TICK)
            people = await unit.members.unintroduced(limit=PER_TICK)
        for channel in channels:
            await self._look(self._name, channel.workspace_id, {"channel_id": channel.id})
        for person in people:
            await self._look(self._meet, person.workspace_id, {"user_id": person.id})

    async def _look(
        self, look: Callable[..., Awaitable[None]], workspace_id: str, whom: dict[str, str]
    ) -> None:
        """Look one up; trouble that passes is tried at a later tick, a no is noted."""
        try:
            await look(workspace_id, **whom)
        except Transient as error:
            log.info("introduction_postponed", workspace=workspace_id, code=error.code, **whom)
        except BotError as error:
            log.info("introduction_refused", workspace=workspace_id, code=error.code, **whom)
            await self._address_book.asked_slack_about(workspace_id, **whom)

    async def _name(self, workspace_id: str, channel_id: str) -> None:
        channel = await self._messenger.channel(workspace_id, channel_id=channel_id)
        await self._address_book.channel_learned(workspace_id, channel=channel)

    async def _meet(self, workspace_id: str, user_id: str) -> None:
        user = await self._messenger.user(workspace_id, user_id=user_id)
        await self._address_book.person_changed(workspace_id, user=user)
        await self._reconsider(workspace_id, user_id)
        # Last, so that whatever breaks before is done again at a later tick.
        await self._address_book.asked_slack_about(workspace_id, user_id=user_id)
