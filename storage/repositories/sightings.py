"""Which drafts saw which rules."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update

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
        known = await self._known(workspace_id, rule_ids)
        if not known:
            return
        rows = [
            {
                "rule_id": rule_id,
                "draft_id": draft_id,
                "workspace_id": workspace_id,
                "changed_text": rule_id in changed_by,
                "seen_at": now,
            }
            for rule_id in known
        ]
        insert = self._insert(RuleSighting).on_conflict_do_nothing().returning(RuleSighting.rule_id)
        new = list(await self._session.scalars(insert, rows))
        counted = update(Rule).where(Rule.id.in_(new)).values(used=Rule.used + 1)
        await self._session.execute(counted, execution_options={"synchronize_session": False})

    async def _known(self, workspace_id: str, rule_ids: Sequence[str]) -> list[str]:
        """Return those of the rules that there are, locked in the order in which everybody locks them."""
        # By id alone: with the workspace among the conditions SQLite goes through all of its rules.
        rules = select(Rule.id, Rule.workspace_id).where(Rule.id.in_(rule_ids))
        rows = await self._session.execute(rules.order_by(Rule.id).with_for_update())
        return [rule_id for rule_id, owner_id in rows if owner_id == workspace_id]

    async def of_draft(self, draft_id: str) -> list[RuleSighting]:
        """Return what one draft saw, by rule."""
        seen = select(RuleSighting).where(RuleSighting.draft_id == draft_id)
        return list(await self._session.scalars(seen.order_by(RuleSighting.rule_id)))
