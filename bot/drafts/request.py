"""Takes an ask for a draft: one row and its durable work, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.errors import BotError
from bot.runtime.durable import Durable
from bot.team.tasks import Task, TaskBook, read_tasks
from storage.engine import Database
from storage.models import Draft
from storage.unit_of_work import UnitOfWork

LONGEST_BRIEF: Final = 10_000
LONGEST_CONTEXT: Final = 20_000


class BriefMissing(BotError):
    """There is nothing to write about."""

    code = "brief_missing"
    sentence = "Tell me what to write, for example: /draft announce that the office opens at 9 on Monday"


class BriefTooLong(BotError):
    """The brief is longer than `LONGEST_BRIEF`."""

    code = "brief_too_long"
    sentence = (
        f"That brief is longer than I can take in ({LONGEST_BRIEF:,} characters). Could you shorten it?"
    )


class TaskUnknown(BotError):
    """There is no task of that name."""

    code = "task_unknown"
    sentence = "I do not know that kind of draft. Please pick one from the list."


@dataclass(frozen=True)
class DraftRequest:
    """What somebody asks for.

    `request_key` is Slack's own name for the ask: the same ask delivered twice is one draft. Without a task the
    channel's default counts.
    """

    workspace_id: str
    channel_id: str
    requester_id: str
    brief: str
    source: Literal["command", "mention", "shortcut", "modal", "api"]
    request_key: str
    thread_ts: str | None = None
    context: str | None = None
    task: str | None = None


@dataclass(frozen=True)
class Asked:
    """The ask is kept and its work is under way."""

    draft_id: str


@dataclass(frozen=True)
class Unchanged:
    """Nothing to do: it is done already, or under way."""

    draft_id: str


class Drafts:
    """Takes asks for drafts, and asks to try again."""

    def __init__(self, database: Database, *, durable: Durable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._durable = durable
        self._clock = clock

    async def ask(self, request: DraftRequest) -> Asked:
        """Keep the ask and enqueue its work.

        Raises:
            BriefMissing, BriefTooLong, TaskUnknown: said kindly, nothing was kept.
        """
        brief = checked_brief(request.brief)
        async with self._database.begin() as unit:
            if request.task is not None:
                _check_task(await read_tasks(unit, request.workspace_id), request.task)
            draft = await unit.drafts.add(await self._draft(unit, request, brief))
            if draft.state == "asked":  # Delivered again, it may be written already.
                await self._enqueue(unit, draft)
        return Asked(draft.id)

    async def retry(self, draft_id: str, *, attempt: int, workspace_id: str) -> Asked | Unchanged:
        """Try a failed draft again; a second press on the same attempt's button changes nothing."""
        async with self._database.begin() as unit:
            await unit.drafts.get(draft_id, workspace_id=workspace_id)
            draft = await unit.drafts.lock(draft_id)
            if draft.state != "failed" or draft.attempt != attempt:
                return Unchanged(draft_id)
            draft.state, draft.failure, draft.attempt = "asked", None, attempt + 1
            await self._enqueue(unit, draft)
        return Asked(draft_id)

    async def revise_again(
        self, correction_id: str, *, version: int, workspace_id: str, press_id: str
    ) -> None:
        """Try a revision again that failed; the same press twice is one try, and what was posted stays posted once."""
        async with self._database.begin() as unit:
            correction = await unit.corrections.get(correction_id)
            await unit.drafts.get(correction.draft_id, workspace_id=workspace_id)
            await self._durable.enqueue(
                unit,
                "revise",
                correction_id,
                version,
                workflow_id=f"revise:{correction_id}:{version}:{press_id}",
            )

    async def tasks(self, workspace_id: str) -> tuple[Task, ...]:
        """Return the tasks that people of a workspace may pick."""
        async with self._database.read() as unit:
            return (await read_tasks(unit, workspace_id)).offered()

    async def default_task(self, workspace_id: str, *, channel_id: str | None) -> str:
        """Return the name of the task that a channel's drafts have unless somebody picks another."""
        if channel_id is None:
            return "plain"
        async with self._database.read() as unit:
            channel = await unit.channels.find(workspace_id, channel_id=channel_id)
        return channel.default_task if channel else "plain"

    async def _draft(self, unit: UnitOfWork, request: DraftRequest, brief: str) -> Draft:
        now = self._clock()
        await unit.workspaces.ensure(request.workspace_id, now=now)
        await unit.members.ensure(request.workspace_id, user_id=request.requester_id)
        channel = await unit.channels.ensure(request.workspace_id, channel_id=request.channel_id)
        return Draft(
            workspace_id=request.workspace_id,
            channel_id=request.channel_id,
            thread_ts=request.thread_ts,
            requester_id=request.requester_id,
            task=request.task or channel.default_task,
            source=request.source,
            request_key=request.request_key,
            brief=brief,
            context=(request.context or "")[:LONGEST_CONTEXT] or None,
            created_at=now,
        )

    async def _enqueue(self, unit: UnitOfWork, draft: Draft) -> None:
        await self._durable.enqueue(
            unit, "draft", draft.id, draft.attempt, workflow_id=f"draft:{draft.id}:{draft.attempt}"
        )


def _check_task(tasks: TaskBook, name: str) -> None:
    if tasks.find(name) is None:
        raise TaskUnknown


def checked_brief(text: str) -> str:
    """Return the brief without the space around it.

    Raises:
        BriefMissing, BriefTooLong: it cannot be written about.
    """
    brief = text.strip()
    if not any(character.isprintable() and not character.isspace() for character in brief):
        raise BriefMissing  # Also when there are only invisible characters.
    if len(brief) > LONGEST_BRIEF:
        raise BriefTooLong
    return brief


def problem_with(brief: str) -> str | None:
    """Return the sentence that says why this cannot be written about; None when it can."""
    try:
        checked_brief(brief)
    except BotError as problem:
        return problem.sentence
    return None
