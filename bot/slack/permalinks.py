"""The web addresses of messages, for links: asked of Slack once each, and left out when it takes too long."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from bot.errors import BotError
from bot.logs import get_logger
from bot.slack.messenger import Messenger

log = get_logger(__name__)
ANSWER_SECONDS: Final = 0.5  # A Home tab without links is better than one that comes late.
REMEMBERED: Final = 5_000

Place = tuple[str, str]  # channel and ts


class Permalinks:
    """Finds the addresses of messages; they never change."""

    def __init__(self, messenger: Messenger, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._messenger = messenger
        self._answer_seconds = answer_seconds
        self._known: OrderedDict[tuple[str, Place], str] = OrderedDict()

    async def of(self, workspace_id: str, *, places: Iterable[Place]) -> dict[Place, str]:
        """Return the addresses of those messages that Slack told in time."""
        wanted = set(places)
        missing = [place for place in wanted if (workspace_id, place) not in self._known]
        try:
            async with asyncio.timeout(self._answer_seconds):
                await asyncio.gather(*(self._learn(workspace_id, place) for place in missing))
        except TimeoutError:
            log.info("permalinks_late", workspace=workspace_id, wanted=len(missing))
        found = {place: self._known.get((workspace_id, place)) for place in wanted}
        return {place: address for place, address in found.items() if address}

    async def _learn(self, workspace_id: str, place: Place) -> None:
        try:
            address = await self._messenger.permalink(workspace_id, channel_id=place[0], ts=place[1])
        except BotError as error:
            log.info("permalink_not_told", workspace=workspace_id, code=error.code)
            return
        self._known[workspace_id, place] = address
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
