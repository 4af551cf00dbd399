"""Looks again at what somebody said once we know who they are."""

from bot.feedback.ledger import Ledger
from bot.logs import get_logger
from storage.engine import Database

log = get_logger(__name__)


class Strangers:
    """Takes the signals of bots and of other organisations' people out of the count, when they turn out to be that."""

    def __init__(self, database: Database, *, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    async def reconsider(self, workspace_id: str, user_id: str) -> int:
        """Judge anew what a person said so far; return in how many places it no longer counts."""
        async with self._database.begin() as unit:
            vacated = await self._ledger.reconsider(unit, workspace_id=workspace_id, user_id=user_id)
        if vacated:
            log.info("signals_no_longer_count", workspace=workspace_id, user=user_id, seats=vacated)
        return vacated
