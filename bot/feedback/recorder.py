"""Records an act and what always goes with one: a first thanks, or the one question after a 👎."""

from dataclasses import dataclass
from datetime import datetime

from bot.feedback.acts import Act, Outcome, Recorded
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.feedback.quorum import follow_sights
from bot.feedback.signals import NEGATIVE, VOTE, dimension_of
from bot.runtime.durable import NOTES, Durable
from storage.repositories import DraftPlace, LedgerTables
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Taken:
    """What the ledger made of an act, and whether the person is asked for more (that is in their budget already)."""

    act: Act
    outcome: Outcome
    asks: bool


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
        taken = await unit.ledger.run(lambda tables: self.take(tables, act, now=now, place=place))
        await self.follow(unit, taken, now=now)
        return taken.outcome

    def take(
        self, tables: LedgerTables, act: Act, *, now: datetime, place: DraftPlace | None = None
    ) -> Taken:
        """Do the part of `record` that needs nothing but the ledger's tables, next to the database."""
        outcome = self.ledger.take(tables, act, now=now, place=place)
        return Taken(act, outcome, asks=self._may_ask(tables, act, outcome, now=now))

    async def follow(self, unit: UnitOfWork, taken: Taken, *, now: datetime) -> None:
        """Do the rest: what goes with an act that is recorded."""
        act, outcome = taken.act, taken.outcome
        await follow_sights(unit, durable=self._durable)
        if not isinstance(outcome, Recorded) or act.act != "set":
            return
        if taken.asks:
            await self._ask(unit, act, place=outcome.place)
        else:
            await self._thank(unit, act, place=outcome.place, now=now)

    async def note(self, unit: UnitOfWork, act: Act, *, place: DraftPlace, code: str, key: str) -> None:
        """Show the person a note (see `acknowledge.NOTES`) once this transaction is committed."""
        thread = place.thread_for(act.message_ts) or ""
        arguments = (act.workspace_id, act.channel_id, act.user_id, thread, code)
        await self._durable.enqueue(unit, "note", *arguments, workflow_id=f"note:{code}:{key}", queue=NOTES)

    def _may_ask(self, tables: LedgerTables, act: Act, outcome: Outcome, *, now: datetime) -> bool:
        """Tell whether this is a new dislike, and the person's budget has one more question."""
        if not isinstance(outcome, Recorded) or act.act != "set" or not _is_new_dislike(act, outcome):
            return False
        return self._budget.take(tables, place=outcome.place, user_id=act.user_id, now=now)

    async def _ask(self, unit: UnitOfWork, act: Act, *, place: DraftPlace) -> None:
        thread = place.thread_for(act.message_ts) or ""
        arguments = (act.workspace_id, act.channel_id, act.user_id, thread, place.draft_id)
        await self._durable.enqueue(
            unit,
            "offer_reason",
            *arguments,
            workflow_id=f"offer_reason:{place.draft_id}:{act.user_id}",
            queue=NOTES,
        )

    async def _thank(self, unit: UnitOfWork, act: Act, *, place: DraftPlace, now: datetime) -> None:
        """Thank for a first contribution; an emoji stays unanswered, and a reply has an answer of its own."""
        if place.thanked_at is not None or act.control.startswith(("emoji:", "reply:")):
            return
        member = await unit.members.ensure(act.workspace_id, user_id=act.user_id)
        member.thanked_at = now
        await self.note(unit, act, place=place, code="thanks", key=f"{act.workspace_id}:{act.user_id}")


def _is_new_dislike(act: Act, outcome: Recorded) -> bool:
    opinion = outcome.opinion
    return (
        outcome.changed
        and opinion is not None
        and dimension_of(act.kind) == VOTE
        and opinion.value == NEGATIVE == act.value
    )
