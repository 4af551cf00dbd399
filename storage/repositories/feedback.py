"""The ledger's tables: signals, opinions and where each draft stands."""

from sqlalchemy import delete, select

from storage.models import DraftStanding, Opinion, Signal
from storage.repositories.base import Repository


class Feedback(Repository):
    """What people did (signals), what it amounts to (opinions), and what a draft has got (standings)."""

    async def add_signal(self, signal: Signal) -> bool:
        """Append a signal; return False if its event is stored already."""
        return await self._add_if_new(signal)

    async def signals_of_slot(self, draft_id: str, *, user_id: str, slot: str) -> list[Signal]:
        """Return a person's signals on one slot of a draft, in the order they happened."""
        of_slot = select(Signal).where(
            Signal.draft_id == draft_id, Signal.user_id == user_id, Signal.slot == slot
        )
        return list(await self._session.scalars(of_slot.order_by(Signal.event_us, Signal.event_id)))

    async def find_set(self, workspace_id: str, *, user_id: str, kind: str, control: str) -> Signal | None:
        """Return what a person set with a control of some kind on any draft."""
        made = select(Signal).where(
            Signal.workspace_id == workspace_id,
            Signal.user_id == user_id,
            Signal.kind == kind,
            Signal.control == control,
            Signal.act == "set",
        )
        return await self._session.scalar(made.limit(1))

    async def signals_of_draft(self, draft_id: str) -> list[Signal]:
        """Return every signal on a draft, in the order they happened."""
        of_draft = select(Signal).where(Signal.draft_id == draft_id)
        return list(await self._session.scalars(of_draft.order_by(Signal.event_us, Signal.event_id)))

    async def find_opinion(self, draft_id: str, *, user_id: str, slot: str) -> Opinion | None:
        """Return the person's current opinion in a slot, if they hold one."""
        return await self._session.get(Opinion, (draft_id, user_id, slot))

    async def opinions_of_draft(self, draft_id: str) -> list[Opinion]:
        """Return every current opinion on a draft."""
        held = select(Opinion).where(Opinion.draft_id == draft_id)
        return list(await self._session.scalars(held.order_by(Opinion.user_id, Opinion.slot)))

    async def find_standing(self, draft_id: str) -> DraftStanding | None:
        """Return what the draft has got, if it has got anything."""
        return await self._session.get(DraftStanding, draft_id)

    async def standing(self, draft_id: str, *, workspace_id: str) -> DraftStanding:
        """Return what the draft has got; made (all zero, open) if it has got nothing yet. Lock the draft first."""
        standing = await self.find_standing(draft_id)
        if standing is None:
            standing = DraftStanding(draft_id=draft_id, workspace_id=workspace_id)
            self._session.add(standing)
        return standing

    async def clear_standings(self, workspace_id: str) -> None:
        """Forget where the workspace's drafts stand: a rebuild writes it anew."""
        await self._session.execute(
            delete(DraftStanding).where(DraftStanding.workspace_id == workspace_id),
            execution_options={"synchronize_session": "fetch"},
        )
