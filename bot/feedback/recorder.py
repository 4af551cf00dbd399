"""Records an act and what always goes with one: a first thanks, or the one question after a 👎."""

from datetime import datetime

from bot.feedback.acts import Act, Outcome, Recorded
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.feedback.signals import NEGATIVE, VOTE, dimension_of
from bot.runtime.durable import Durable
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork


class Recorder:
    """The ledger with its follow-ups, all in the caller's transaction."""

    def __init__(self, ledger: Ledger, *, durable: Durable, budget: Budget) -> None:
        self.ledger = ledger
        self._durable = durable
        self._budget = budget

    async def record(
        self, unit: UnitOfWork, act: Act, *, now: datetime, place: DraftPlace | None = None
    ) -> Outcome:
        """Take one act into the ledger; the vote is stored first, then somebody may be thanked or asked."""
        outcome = await self.ledger.record(unit, act, now=now, place=place)
        await self.follow(unit, act, outcome=outcome, now=now)
        return outcome

    async def follow(self, unit: UnitOfWork, act: Act, *, outcome: Outcome, now: datetime) -> None:
        """Do what goes with an act that is recorded."""
        if isinstance(outcome, Recorded) and act.act == "set":
            asked = await self._ask(unit, act, outcome=outcome, now=now)
            if not asked:
                await self._thank(unit, act, place=outcome.place, now=now)

    async def note(self, unit: UnitOfWork, act: Act, *, place: DraftPlace, code: str, key: str) -> None:
        """Show the person a note (see `acknowledge.NOTES`) once this transaction is committed."""
        thread = place.thread_for(act.message_ts) or ""
        arguments = (act.workspace_id, act.channel_id, act.user_id, thread, code)
        await self._durable.enqueue(unit, "note", *arguments, workflow_id=f"note:{code}:{key}")

    async def _ask(self, unit: UnitOfWork, act: Act, *, outcome: Recorded, now: datetime) -> bool:
        opinion, place = outcome.opinion, outcome.place
        is_new_dislike = (
            outcome.changed
            and opinion is not None
            and dimension_of(act.kind) == VOTE
            and opinion.value == NEGATIVE == act.value
        )
        if not is_new_dislike or not await self._budget.take(unit, place=place, user_id=act.user_id, now=now):
            return False
        thread = place.thread_for(act.message_ts) or ""
        arguments = (act.workspace_id, act.channel_id, act.user_id, thread, place.draft_id)
        await self._durable.enqueue(
            unit, "offer_reason", *arguments, workflow_id=f"offer_reason:{place.draft_id}:{act.user_id}"
        )
        return True

    async def _thank(self, unit: UnitOfWork, act: Act, *, place: DraftPlace, now: datetime) -> None:
        """Thank for a first contribution; a bare emoji stays unanswered, that is what makes it easy."""
        if place.thanked_at is not None or act.control.startswith("emoji:"):
            return
        member = await unit.members.ensure(act.workspace_id, user_id=act.user_id)
        member.thanked_at = now
        await self.note(unit, act, place=place, code="thanks", key=f"{act.workspace_id}:{act.user_id}")
