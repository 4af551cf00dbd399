"""Which drafts saw which rules."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, literal, select, update

from storage.models import Rule, RuleSighting
from storage.repositories.base import Repository


class RuleSightings(Repository):
    """What drafts saw: how each rule's effect is known."""

    async def record(
        self,
        workspace_id: str,
        *,
        draft_id: str,
        rule_ids: Sequence[str],
        changed_by: Collection[str],
        now: datetime,
    ) -> None:
        """Note the rules that a draft's prompt held, and count each as used; a second time changes nothing.

        `changed_by` are those of them that had to put the model's text right.
        """
        if not rule_ids:
            return
        sighted = {
            RuleSighting.rule_id: Rule.id,
            RuleSighting.draft_id: literal(draft_id),
            RuleSighting.workspace_id: literal(workspace_id),
            RuleSighting.changed_text: Rule.id.in_(changed_by) if changed_by else literal(value=False),
            RuleSighting.seen_at: literal(now, RuleSighting.seen_at.type),
        }
        # An expression, which has no index: by the workspace SQLite would go through all of its rules.
        own = func.coalesce(Rule.workspace_id, "") == workspace_id
        known = select(*sighted.values()).where(Rule.id.in_(rule_ids), own)
        # Locked in the order in which everybody locks them.
        locked = known.order_by(Rule.id).with_for_update()
        insert = self._insert(RuleSighting).from_select([column.key for column in sighted], locked)
        new = list(
            await self._session.scalars(insert.on_conflict_do_nothing().returning(RuleSighting.rule_id))
        )
        counted = update(Rule).where(Rule.id.in_(new)).values(used=Rule.used + 1)
        await self._session.execute(counted, execution_options={"synchronize_session": False})

    async def of_draft(self, draft_id: str) -> list[RuleSighting]:
        """Return what one draft saw, by rule."""
        seen = select(RuleSighting).where(RuleSighting.draft_id == draft_id)
        return list(await self._session.scalars(seen.order_by(RuleSighting.rule_id)))
