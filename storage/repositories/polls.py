"""Polls about contradicting rules, and what people vote in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, exists, or_, select

from storage.models import Draft, Rule, RulePoll, RulePollVote, Signal
from storage.repositories.base import Repository

OPEN: Final = "open"
CLOSED: Final = "closed"
ASKED_ABOUT: Final = "proposed"  # the state of both rules while a channel is asked


class Polls(Repository):
    """Questions to channels: which of two rules holds there."""

    async def add(self, poll: RulePoll) -> None:
        """Keep a new poll."""
        self._session.add(poll)
        await self._session.flush()

    async def find(self, poll_id: str, *, workspace_id: str | None = None) -> RulePoll | None:
        """Return the poll, if there is one; with `workspace_id`, only if it is that workspace's."""
        poll = await self._session.get(RulePoll, poll_id)
        return None if poll is None or workspace_id not in {None, poll.workspace_id} else poll

    async def lock(self, poll_id: str) -> RulePoll | None:
        """Return the poll as it is now; nobody else changes it until this transaction ends."""
        locked = select(RulePoll).where(RulePoll.id == poll_id).with_for_update()
        found: RulePoll | None = await self._session.scalar(locked.execution_options(populate_existing=True))
        return found

    async def of_channel(
        self, workspace_id: str, *, channel_id: str, opened_since: datetime
    ) -> Sequence[RulePoll]:
        """Return a channel's open polls and those opened since then, newest first."""
        asked = select(RulePoll).where(
            RulePoll.workspace_id == workspace_id,
            RulePoll.channel_id == channel_id,
            or_(RulePoll.state == OPEN, RulePoll.opened_at >= opened_since),
        )
        return list(await self._session.scalars(asked.order_by(RulePoll.opened_at.desc(), RulePoll.id)))

    async def due(self, now: datetime, *, limit: int = 100) -> Sequence[RulePoll]:
        """Return open polls whose time is over or whose question is none any more, the longest waiting first."""
        answered = exists().where(
            Rule.id.in_((RulePoll.first_rule_id, RulePoll.second_rule_id)), Rule.state != ASKED_ABOUT
        )
        over = select(RulePoll).where(RulePoll.state == OPEN, or_(RulePoll.closes_at <= now, answered))
        return list(await self._session.scalars(over.order_by(RulePoll.closes_at, RulePoll.id).limit(limit)))

    async def vote(self, vote: RulePollVote) -> None:
        """Keep what somebody says in a poll; it replaces what they said before."""
        insert = self._insert(RulePollVote)
        values = {
            name: getattr(vote, name) for name in ("poll_id", "user_id", "workspace_id", "choice", "voted_at")
        }
        changed = {"choice": insert.excluded.choice, "voted_at": insert.excluded.voted_at}
        await self._session.execute(
            insert.values(values).on_conflict_do_update(index_elements=["poll_id", "user_id"], set_=changed)
        )

    async def votes_of(self, poll_id: str) -> Sequence[RulePollVote]:
        """Return the votes of a poll, the first ones first."""
        given = select(RulePollVote).where(RulePollVote.poll_id == poll_id)
        rows = await self._session.scalars(
            given.order_by(RulePollVote.voted_at, RulePollVote.user_id).execution_options(
                populate_existing=True
            )
        )
        return list(rows)

    async def that_decided(self, rule_id: str) -> RulePoll | None:
        """Return the last poll that a rule won."""
        won = or_(
            and_(RulePoll.first_rule_id == rule_id, RulePoll.outcome == "first"),
            and_(RulePoll.second_rule_id == rule_id, RulePoll.outcome == "second"),
        )
        last = (
            select(RulePoll).where(RulePoll.state == CLOSED, won).order_by(RulePoll.closed_at.desc()).limit(1)
        )
        found: RulePoll | None = await self._session.scalar(last)
        return found

    async def regulars(self, workspace_id: str, *, channel_id: str, since: datetime) -> set[str]:
        """Return who gave feedback that counts on a channel's drafts since then."""
        gave = (
            select(Signal.user_id)
            .join(Draft, Draft.id == Signal.draft_id)
            .where(
                Draft.workspace_id == workspace_id,
                Draft.channel_id == channel_id,
                Draft.created_at >= since,
                Signal.status == "counted",
            )
        )
        return set(await self._session.scalars(gave.distinct()))

    async def has_said_anything(self, workspace_id: str, *, user_id: str) -> bool:
        """Tell whether somebody ever gave feedback of any kind in the workspace."""
        said = select(Signal.id).where(Signal.workspace_id == workspace_id, Signal.user_id == user_id)
        return await self._session.scalar(said.limit(1)) is not None
