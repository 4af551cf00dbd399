"""Who takes part: people opt out and in, and what somebody said is judged anew when we learn who they are."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.feedback.ledger import Ledger
from bot.feedback.quorum import SHOWN_AGAIN, follow_sights, requorum
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from storage.engine import Database
from storage.repositories import LedgerTables
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
REJUDGE: Final = "rejudge"
RECOUNT_FLAGS: Final = "recount_flags"
EVERYBODY: Final = ""  # as the person of that workflow: everybody of other organisations
_SEATS: Final = 100  # judged in one transaction: nobody waits long behind somebody's long history
_DRAFTS: Final = 100


class Participation:
    """Takes all of a person's signals out of the count, or back into it; every method may run twice."""

    def __init__(
        self, database: Database, *, ledger: Ledger, durable: Durable, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._durable = durable
        self._clock = clock

    async def opt_out(self, workspace_id: str, *, user_id: str, opted_out: bool) -> None:
        """Let a person take all of their feedback out of the count, or bring it back.

        What they wrote while it did not count was never kept, and does not come back. The first places are judged at
        once, a long history (and what is left if this process dies half-way) by the work that is enqueued.
        """
        async with self._database.begin() as unit:
            await unit.ledger.let_writers_finish()
            await unit.members.opt_out(workspace_id, user_id=user_id, opted_out=opted_out)
            await ask_to_rejudge(unit, workspace_id, user_id, durable=self._durable)
        await self._rejudge_some(workspace_id, user_id)

    async def reconsider(self, workspace_id: str, user_id: str) -> int:
        """Judge anew what a person (or everybody of other organisations) said; return in how many places."""
        people = [user_id] if user_id != EVERYBODY else await self._from_elsewhere(workspace_id)
        judged = sum([await self._rejudge(workspace_id, person) for person in people])
        if judged:
            log.info("signals_judged_anew", workspace=workspace_id, people=len(people), seats=judged)
        return judged

    async def recount_flags(self, workspace_id: str) -> None:
        """Hide and show drafts as the workspace's quorum of flags says now."""
        async with self._database.read() as unit:
            drafts = await unit.ledger.flagged(workspace_id)
        for start in range(0, len(drafts), _DRAFTS):
            async with self._database.begin() as unit:
                await self._recount(unit, workspace_id, drafts[start : start + _DRAFTS])

    async def _recount(
        self, unit: UnitOfWork, workspace_id: str, drafts: Sequence[tuple[str, str, str]]
    ) -> None:
        ids = [draft_id for draft_id, *_ in drafts]
        shown = await unit.audit.subjects(workspace_id, action=SHOWN_AGAIN, among=ids)
        now = self._clock()

        def settle_all(tables: LedgerTables) -> None:
            for draft_id, channel_id, ts in drafts:
                place = tables.place(workspace_id, channel_id=channel_id, message_ts=ts, user_id="")
                if place is not None:
                    requorum(tables, place, may_hide=draft_id not in shown, now=now)

        await unit.ledger.run(settle_all)
        await follow_sights(unit, durable=self._durable)

    async def _from_elsewhere(self, workspace_id: str) -> list[str]:
        async with self._database.read() as unit:
            return await unit.ledger.from_elsewhere(workspace_id)

    async def _rejudge(self, workspace_id: str, user_id: str) -> int:
        total = 0
        while judged := await self._rejudge_some(workspace_id, user_id):
            total += judged
        return total

    async def _rejudge_some(self, workspace_id: str, user_id: str) -> int:
        async with self._database.begin() as unit:
            judged = await self._ledger.reconsider(
                unit, workspace_id=workspace_id, user_id=user_id, limit=_SEATS
            )
            await follow_sights(unit, durable=self._durable)
        return judged


async def ask_to_rejudge(unit: UnitOfWork, workspace_id: str, user_id: str, *, durable: Durable) -> None:
    """Ask for what somebody (`EVERYBODY`: all of other organisations) said to be judged anew, once this commits."""
    await durable.enqueue(
        unit,
        REJUDGE,
        workspace_id,
        user_id,
        workflow_id=f"{REJUDGE}:{workspace_id}:{user_id}:{new_id()}",
        queue=BACKGROUND,
    )


async def ask_to_recount_flags(unit: UnitOfWork, workspace_id: str, *, durable: Durable) -> None:
    """Ask for the quorum of flags to be applied to what was flagged so far, once this commits."""
    work = f"{RECOUNT_FLAGS}:{workspace_id}:{new_id()}"
    await durable.enqueue(unit, RECOUNT_FLAGS, workspace_id, workflow_id=work, queue=BACKGROUND)
