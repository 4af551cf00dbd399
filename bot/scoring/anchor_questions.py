"""Asks people now and then to judge a verified draft: a few answers tell more about a judge than any arithmetic.

Who is asked was active in the draft's channel lately, has judged few verified drafts, and said nothing of this one. It
comes out of their budget of requests, at most once in two weeks, on a working day's hours, and never twice for a draft.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.errors import BotError
from bot.feedback.budget import Budget, local_time
from bot.logs import get_logger
from bot.runtime.durable import NOTES, Durable
from bot.scoring.anchors import VERDICTS
from bot.scoring.whom_to_ask import Question, find_questions, is_working_time
from bot.slack.access import Membership
from bot.slack.blocks.anchors import anchor_question
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import AnchorAnswer
from storage.repositories import LedgerTables
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
ASK_ANCHOR: Final = "ask_anchor"


class NotAsked(BotError):
    """Somebody pressed a button of a question that was not put to them."""

    code = "anchor_not_asked"
    sentence = "That question is not open for you any more. Thank you all the same!"


class AnchorQuestions:
    """Puts the questions and takes the answers; every method may run twice and asks once."""

    def __init__(
        self,
        database: Database,
        *,
        budget: Budget,
        durable: Durable,
        messenger: Messenger,
        membership: Membership,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._budget = budget
        self._durable = durable
        self._messenger = messenger
        self._membership = membership
        self._clock = clock

    async def run_due(self, now: datetime) -> int:
        """Choose whom to ask, in every workspace with anchors; return how many are asked. A job of the schedule."""
        async with self._database.read() as unit:
            workspaces = await unit.anchors.workspaces()
        return sum([await self.choose(workspace_id, now=now) for workspace_id in workspaces])

    async def choose(self, workspace_id: str, *, now: datetime) -> int:
        """Choose whom to ask about which anchor, each person about one, and have them asked."""
        async with self._database.read() as unit:
            questions = await find_questions(unit, workspace_id, now=now)
        asked = 0
        for question in questions:
            async with self._database.begin() as unit:
                asked += await self._take(unit, question, now=now)
        return asked

    async def post(self, draft_id: str, user_id: str) -> None:
        """Ask somebody, by direct message; not if they may not see the draft's channel, or it is verified no more."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(draft_id)
            anchor = await unit.anchors.find(draft_id, workspace_id=draft.workspace_id)
            revision = await unit.drafts.revision(anchor.revision_id) if anchor else None
        if revision is None or draft.hidden_at is not None:
            return
        may_see = await self._membership.may_see(
            draft.workspace_id, channel_id=draft.channel_id, user_id=user_id
        )
        if not may_see:
            return
        text, blocks = anchor_question(draft_id, text=revision.text or "", channel_id=draft.channel_id)
        key = f"anchor:{draft_id}:{user_id}"
        try:
            await self._messenger.direct(
                draft.workspace_id, user_id=user_id, text=text, key=key, blocks=blocks
            )
        except SlackRefused as error:  # They take no messages from apps.
            log.info("anchor_not_asked", draft=draft_id, code=error.code)

    async def answer(self, workspace_id: str, *, user_id: str, draft_id: str, answer: str) -> None:
        """Keep what somebody who was asked thinks; it counts nowhere but in their own weight.

        Raises:
            NotAsked: they were not, or have answered already, or it is no answer.
        """
        async with self._database.begin() as unit:
            await _close(unit, workspace_id, user_id=user_id, draft_id=draft_id, answer="answered")
            anchor = await unit.anchors.find(draft_id, workspace_id=workspace_id)
            if answer not in VERDICTS or anchor is None:
                raise NotAsked
            given = AnchorAnswer(
                draft_id=draft_id,
                user_id=user_id,
                workspace_id=workspace_id,
                answer=answer,
                answered_at=self._clock(),
            )
            await unit.anchors.answer(given)

    async def not_now(self, workspace_id: str, *, user_id: str, draft_id: str) -> None:
        """Let somebody off.

        Raises:
            NotAsked: they were not asked, or have answered already.
        """
        async with self._database.begin() as unit:
            await _close(unit, workspace_id, user_id=user_id, draft_id=draft_id, answer="not_now")

    async def stop(self, workspace_id: str, *, user_id: str, draft_id: str) -> None:
        """Never ask somebody for anything again.

        Raises:
            NotAsked: they were not asked, or have answered already.
        """
        async with self._database.begin() as unit:
            await _close(unit, workspace_id, user_id=user_id, draft_id=draft_id, answer="stopped")
            await unit.members.stop_asking(workspace_id, user_id=user_id)

    async def _take(self, unit: UnitOfWork, question: Question, *, now: datetime) -> bool:
        """Take a question from the person's budget and have it asked; False where they must not be asked now."""
        if not await unit.ledger.run(lambda tables: self._may_ask(tables, question, now=now)):
            return False
        draft_id, user_id = question.draft.id, question.user_id
        work = f"{ASK_ANCHOR}:{draft_id}:{user_id}"
        await self._durable.enqueue(unit, ASK_ANCHOR, draft_id, user_id, workflow_id=work, queue=NOTES)
        return True

    def _may_ask(self, tables: LedgerTables, question: Question, *, now: datetime) -> bool:
        draft, user_id = question.draft, question.user_id
        place = tables.place(
            draft.workspace_id,
            channel_id=draft.channel_id,
            message_ts=draft.message_ts or "",
            user_id=user_id,
        )
        return (
            place is not None
            and is_working_time(local_time(place, now=now))
            and self._budget.take(tables, place=place, user_id=user_id, now=now, kind="anchor")
        )


async def _close(unit: UnitOfWork, workspace_id: str, *, user_id: str, draft_id: str, answer: str) -> None:
    """Note what became of a question.

    Raises:
        NotAsked: it was not put to this person, or is closed already.
    """
    ask = await unit.asks.find(workspace_id, user_id=user_id, draft_id=draft_id)
    if ask is None or ask.kind != "anchor" or ask.answer is not None:
        raise NotAsked
    ask.answer = answer
