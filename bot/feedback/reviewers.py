"""Asks some of a channel's reviewers by name what they think of a draft, in turns and within their budget.

Whoever was asked least in this channel lately comes first; among equals the draft decides, so that everybody's turn
comes and nobody can tell whose is next. An answer is any opinion on the draft: it is read, not noted.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.feedback.budget import Budget
from bot.feedback.review_rounds import (
    FIRST,
    NotAReviewer,
    first_asked,
    in_turn,
    may_be_asked,
    own_ask,
    post_key,
    request_of,
    still_asked,
)
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.address_book import AddressBook
from bot.slack.blocks.reviewers import Blocks
from bot.slack.groups import UserGroups
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import Draft, Member
from storage.repositories import LedgerTables
from storage.unit_of_work import UnitOfWork

__all__ = ["FIRST", "NotAReviewer", "Reviewers", "in_turn"]

log = get_logger(__name__)
MEMORY: Final = timedelta(days=30)  # How far back turns are counted.
NOT_NOW, PASSED_ON, STOPPED = "not_now", "passed_on", "stopped"


class Reviewers:
    """Asks for reviews; every method may run twice and asks once."""

    def __init__(
        self,
        database: Database,
        *,
        groups: UserGroups,
        budget: Budget,
        address_book: AddressBook,
        durable: Durable,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._groups = groups
        self._budget = budget
        self._address_book = address_book
        self._durable = durable
        self._messenger = messenger
        self._clock = clock

    async def call(self, draft_id: str) -> None:
        """Have reviewers asked about a draft that was just posted, where its channel has any."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            channel = await unit.channels.find(draft.workspace_id, channel_id=draft.channel_id)
        if draft.state != "posted" or channel is None or not channel.reviewer_group:
            return
        async with self._database.begin() as unit:
            work = f"ask_reviewers:{draft_id}"
            await self._durable.enqueue(unit, "ask_reviewers", draft_id, workflow_id=work, queue=BACKGROUND)

    async def choose(self, draft_id: str) -> int:
        """Choose who is asked about a draft and take it from their budgets; return how many are asked."""
        draft, candidates = await self._candidates(draft_id)
        if not candidates:
            return 0
        async with self._database.begin() as unit:
            channel = await unit.channels.lock(draft.workspace_id, channel_id=draft.channel_id)
            asked = await unit.asks.reviews_of(draft_id)
            if asked:  # This step ran before.
                return len(asked)
            chosen = await self._take(unit, draft, candidates, wanted=channel.reviewers_per_draft)
        return len(chosen)

    async def pass_on(self, draft_id: str, user_id: str) -> None:
        """Ask the next in turn instead of somebody who said *not now*, once."""
        draft, candidates = await self._candidates(draft_id)
        async with self._database.begin() as unit:
            await unit.channels.lock(draft.workspace_id, channel_id=draft.channel_id)
            ask = await unit.asks.find(draft.workspace_id, user_id=user_id, draft_id=draft_id)
            if ask is None or ask.answer != NOT_NOW:
                return
            ask.answer = PASSED_ON
            for chosen in await self._take(unit, draft, candidates, wanted=1):
                await self._durable.enqueue(
                    unit,
                    "ask_reviewer",
                    draft_id,
                    chosen,
                    workflow_id=f"ask_reviewer:{draft_id}:{chosen}",
                    queue=BACKGROUND,
                )

    async def post(self, draft_id: str, round_of: str) -> None:
        """Ask those who were chosen, in the draft's thread: the first ones together, somebody's substitute alone."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            people = await still_asked(unit, draft_id, round_of)
        if not people or draft.message_ts is None:
            return
        text, blocks = request_of(draft_id, people, round_of)
        try:
            await self._messenger.post(
                draft.workspace_id,
                channel_id=draft.channel_id,
                text=text,
                blocks=blocks,
                thread_ts=draft.thread_ts or draft.message_ts,
                key=post_key(draft_id, round_of),
            )
        except SlackRefused as error:  # The draft stands without a review.
            log.info("review_not_asked", draft=draft_id, code=error.code)

    async def not_now(
        self, workspace_id: str, *, user_id: str, draft_id: str, round_of: str
    ) -> tuple[str, Blocks]:
        """Let somebody off this time; the first ones' turn passes to the next. Return the request as it is now.

        Raises:
            NotAReviewer: they were not asked.
        """
        async with self._database.begin() as unit:
            ask = await own_ask(unit, workspace_id, user_id=user_id, draft_id=draft_id)
            if ask.answer is None:
                ask.answer = NOT_NOW
                if user_id in await first_asked(unit, draft_id):
                    await self._durable.enqueue(
                        unit,
                        "pass_review",
                        draft_id,
                        user_id,
                        workflow_id=f"pass_review:{draft_id}:{user_id}",
                        queue=BACKGROUND,
                    )
            return request_of(draft_id, await still_asked(unit, draft_id, round_of), round_of)

    async def stop(
        self, workspace_id: str, *, user_id: str, draft_id: str, round_of: str
    ) -> tuple[str, Blocks]:
        """Never ask somebody again; return the request as it is now.

        Raises:
            NotAReviewer: they were not asked.
        """
        async with self._database.begin() as unit:
            ask = await own_ask(unit, workspace_id, user_id=user_id, draft_id=draft_id)
            ask.answer = STOPPED
            await unit.members.stop_asking(workspace_id, user_id=user_id)
            return request_of(draft_id, await still_asked(unit, draft_id, round_of), round_of)

    async def show(self, draft_id: str, round_of: str) -> None:
        """Show a request as it is now: without those who declined or have said what they think."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            post = await unit.posts.find(draft.workspace_id, key=post_key(draft_id, round_of))
            text, blocks = request_of(draft_id, await still_asked(unit, draft_id, round_of), round_of)
        if post is None or post.ts is None:
            return
        try:
            await self._messenger.update(
                draft.workspace_id, channel_id=draft.channel_id, ts=post.ts, text=text, blocks=blocks
            )
        except SlackRefused as error:  # Somebody deleted it.
            log.info("review_not_shown", draft=draft_id, code=error.code)

    async def _candidates(self, draft_id: str) -> tuple[Draft, list[str]]:
        """Return the draft and the reviewers of its channel who are there and may be asked at all."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            channel = await unit.channels.find(draft.workspace_id, channel_id=draft.channel_id)
        if channel is None or not channel.reviewer_group or draft.message_ts is None:
            return draft, []
        present = await self._groups.present(
            draft.workspace_id, group_id=channel.reviewer_group, channel_id=channel.id
        )
        known = await self._known(draft.workspace_id, present)
        may = {user_id for user_id, member in known.items() if may_be_asked(member)}
        return draft, [user_id for user_id in present if user_id in may - {draft.requester_id}]

    async def _known(self, workspace_id: str, people: Sequence[str]) -> dict[str, Member]:
        """Return people as we know them, once those whom nobody told us about are looked up."""
        known = await self._members(workspace_id, people)
        strangers = [one for one in people if one not in known or known[one].refreshed_at is None]
        for user_id in strangers:
            await self._meet(workspace_id, user_id)
        return await self._members(workspace_id, people) if strangers else known

    async def _members(self, workspace_id: str, people: Sequence[str]) -> dict[str, Member]:
        async with self._database.read() as unit:
            return await unit.members.of_ids(workspace_id, user_ids=people)

    async def _meet(self, workspace_id: str, user_id: str) -> None:
        user = await self._messenger.user(workspace_id, user_id=user_id)
        async with self._database.begin() as unit:
            await unit.members.ensure(workspace_id, user_id=user_id)
        await self._address_book.person_changed(workspace_id, user=user)
        await self._address_book.asked_slack_about(workspace_id, user_id=user_id)

    async def _take(
        self, unit: UnitOfWork, draft: Draft, candidates: Sequence[str], *, wanted: int
    ) -> list[str]:
        """Take as many reviews as wanted from the budgets of those whose turn it is; return whose."""
        now = self._clock()
        counts = await unit.asks.review_counts(
            draft.workspace_id, channel_id=draft.channel_id, since=now - MEMORY, among=candidates
        )
        heard = {opinion.user_id for opinion in await unit.feedback.opinions_of_draft(draft.id)}
        turns = [user_id for user_id in in_turn(counts, draft_id=draft.id) if user_id not in heard]

        def take(tables: LedgerTables) -> list[str]:
            taken: list[str] = []
            for user_id in turns:
                if len(taken) < wanted and self._asks(tables, draft, user_id, now=now):
                    taken.append(user_id)
            return taken

        return await unit.ledger.run(take)

    def _asks(self, tables: LedgerTables, draft: Draft, user_id: str, *, now: datetime) -> bool:
        place = tables.place(
            draft.workspace_id,
            channel_id=draft.channel_id,
            message_ts=draft.message_ts or "",
            user_id=user_id,
        )
        return place is not None and self._budget.take(
            tables, place=place, user_id=user_id, now=now, kind="review"
        )
