"""Rules: lines of house style, and in which state they are."""

from typing import Final

from sqlalchemy import and_, func, or_, select

from storage.models import Rule
from storage.repositories.base import Repository, found

LIVE: Final = ("active", "proposed")
ENDED_BY_EVIDENCE: Final = (
    "faded",
    "outweighed",
    "unsupported",
    "budget",
    "merged",
)  # reasons: no person said so


class Rules(Repository):
    """A workspace's rules; topics and texts are sealed, scopes and states are not."""

    async def add(self, rule: Rule) -> Rule:
        """Keep a new rule with the workspace's next number; the caller holds the workspace's lock."""
        last = select(func.max(Rule.number)).where(Rule.workspace_id == rule.workspace_id)
        rule.number = (await self._session.scalar(last) or 0) + 1
        self._session.add(rule)
        await self._session.flush()
        return rule

    async def find(self, workspace_id: str, *, rule_id: str) -> Rule | None:
        """Return the workspace's rule of that id, whatever its state."""
        rule = await self._session.get(Rule, rule_id)
        return rule if rule is not None and rule.workspace_id == workspace_id else None

    async def get(self, workspace_id: str, *, rule_id: str) -> Rule:
        """Return the workspace's rule of that id.

        Raises:
            NotFound: this workspace has none of that id.
        """
        return found(await self.find(workspace_id, rule_id=rule_id), "rule", rule_id)

    async def find_by_number(self, workspace_id: str, *, number: int) -> Rule | None:
        """Return the rule that people call by this number."""
        called = select(Rule).where(Rule.workspace_id == workspace_id, Rule.number == number)
        return await self._session.scalar(called)

    async def live(self, workspace_id: str) -> list[Rule]:
        """Return the active and proposed rules, by number."""
        living = select(Rule).where(Rule.workspace_id == workspace_id, Rule.state.in_(LIVE))
        return list(await self._session.scalars(living.order_by(Rule.number)))

    async def active_for(
        self, workspace_id: str, *, channel_id: str, task: str, requester_id: str | None
    ) -> list[Rule]:
        """Return the active rules whose scope covers a draft that stands there."""
        # Each place spelt out: so an index leads to the rules of that place, past those of all other channels.
        active = (Rule.workspace_id == workspace_id, Rule.state == "active")
        holding = select(Rule).where(
            or_(and_(*active, Rule.channel_id.is_(None)), and_(*active, Rule.channel_id == channel_id)),
            or_(Rule.task.is_(None), Rule.task == task),
            or_(Rule.requester_id.is_(None), Rule.requester_id == requester_id),
        )
        # Sorted here: asked for an order, SQLite goes through all rules of the workspace by their numbers.
        return sorted(await self._session.scalars(holding), key=lambda rule: rule.number)

    async def closed(self, workspace_id: str, *, limit: int) -> list[Rule]:
        """Return retired and expired rules, the latest change first."""
        ended = select(Rule).where(Rule.workspace_id == workspace_id, Rule.state.not_in(LIVE))
        return list(await self._session.scalars(ended.order_by(Rule.changed_at.desc()).limit(limit)))

    async def all(self, workspace_id: str) -> list[Rule]:
        """Return every rule by number."""
        kept = select(Rule).where(Rule.workspace_id == workspace_id)
        return list(await self._session.scalars(kept.order_by(Rule.number)))
