"""Takes an ask for a draft: one row and its durable work, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from bot.errors import BotError
from bot.runtime.durable import Durable
from bot.team.asking import Asking
from bot.team.tasks import PLAIN, Task, TaskBook, read_tasks
from storage.engine import Database
from storage.models import Channel, Draft, Revision
from storage.unit_of_work import UnitOfWork

LONGEST_BRIEF: Final = 10_000
LONGEST_CONTEXT: Final = 20_000
LONGEST_TEXT: Final = 40_000
_ASKED_BY_PROGRAMS: Final = frozenset({"api", "recurring"})  # Somebody was allowed to set them up.
OWN: Final = (
    "own"  # the release of texts that a team's own system brought; a version of theirs follows after a colon
)

UNWRITTEN: Final = "none"  # the release of a draft until its text is there


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


class TextTooLong(BotError):
    """The text that came with the request is longer than `LONGEST_TEXT`."""

    code = "text_too_long"
    sentence = f"That text is longer than I can post ({LONGEST_TEXT:,} characters)."


class RequestChanged(BotError):
    """The same request key came again with something else."""

    code = "idempotency_conflict"
    sentence = "This Idempotency-Key was used for another request already. Use a new key for a new draft."


@dataclass(frozen=True)
class SuppliedText:
    """A text that a team's own system wrote: feedback is collected on it as on ours."""

    text: str
    model: str | None = None
    version: str | None = None  # what that system calls itself now; figures are told apart by it

    @property
    def release(self) -> str:
        """What the draft's release is called, never like one of ours."""
        return f"{OWN}:{self.version}" if self.version else OWN


@dataclass(frozen=True)
class DraftRequest:
    """What somebody asks for.

    `request_key` is Slack's own name for the ask: the same ask delivered twice is one draft. Without a task the
    channel's default counts. With `supplied` nothing is generated, and the brief may be empty. `request_hash` tells a
    repeated API request from another one under the same key.
    """

    workspace_id: str
    channel_id: str
    requester_id: str
    brief: str
    source: Literal["command", "mention", "shortcut", "modal", "api", "recurring"]
    request_key: str
    thread_ts: str | None = None
    context: str | None = None
    task: str | None = None
    supplied: SuppliedText | None = None
    external_id: str | None = None
    own_metadata: str | None = None  # JSON
    request_hash: str | None = None


@dataclass(frozen=True)
class Asked:
    """The ask is kept and its work is under way; `repeated`: it was kept before."""

    draft_id: str
    repeated: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Unchanged:
    """Nothing to do: it is done already, or under way."""

    draft_id: str


class Drafts:
    """Takes asks for drafts, and asks to try again."""

    def __init__(
        self,
        database: Database,
        *,
        durable: Durable,
        clock: Callable[[], datetime],
        asking: Asking | None = None,
    ) -> None:
        """Without `asking` everybody may ask everywhere."""
        self._asking = asking
        self._database = database
        self._durable = durable
        self._clock = clock

    async def ask(self, request: DraftRequest) -> Asked:
        """Keep the ask and enqueue its work.

        Raises:
            BriefMissing, BriefTooLong, TaskUnknown, TextTooLong: said kindly, nothing was kept.
            RequestChanged: the same `request_key` came before with another `request_hash`.
            NotAsked, AskerNotKnown: this person may not ask there; a team's own systems and plans may.
        """
        _checked(request)
        if self._asking is not None and request.source not in _ASKED_BY_PROGRAMS:
            await self._asking.require(
                request.workspace_id, channel_id=request.channel_id, user_id=request.requester_id
            )
        async with self._database.begin() as unit:
            return await self.ask_in(unit, request)

    async def ask_in(self, unit: UnitOfWork, request: DraftRequest) -> Asked:
        """Do what `ask` does in the caller's transaction, for asks that somebody was allowed to make before."""
        brief = _checked(request)
        if request.task is not None:
            _check_task(await read_tasks(unit, request.workspace_id), request.task)
        asked = await self._draft(unit, request, brief)
        draft = await unit.drafts.add(asked)
        if draft.request_hash != request.request_hash:
            raise RequestChanged
        await self._supply(unit, draft, request.supplied)
        if draft.state == "asked":  # Delivered again, it may be written already.
            await self._enqueue(unit, draft)
        return Asked(draft.id, repeated=draft is not asked)

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
            return PLAIN.name
        async with self._database.read() as unit:
            channel = await unit.channels.find(workspace_id, channel_id=channel_id)
            return await _own_task(unit, channel) if channel else PLAIN.name

    async def _draft(self, unit: UnitOfWork, request: DraftRequest, brief: str) -> Draft:
        now = self._clock()
        await unit.workspaces.ensure(request.workspace_id, now=now)
        if request.source != "api":  # A program is no member.
            await unit.members.ensure(request.workspace_id, user_id=request.requester_id)
        channel = await unit.channels.ensure(request.workspace_id, channel_id=request.channel_id)
        return Draft(
            workspace_id=request.workspace_id,
            channel_id=request.channel_id,
            thread_ts=request.thread_ts,
            requester_id=request.requester_id,
            task=request.task or await _own_task(unit, channel),
            source=request.source,
            request_key=request.request_key,
            brief=brief,
            context=(request.context or "")[:LONGEST_CONTEXT] or None,
            release=request.supplied.release if request.supplied else UNWRITTEN,
            external_id=request.external_id,
            own_metadata=request.own_metadata,
            request_hash=request.request_hash,
            created_at=now,
        )

    async def _supply(self, unit: UnitOfWork, draft: Draft, supplied: SuppliedText | None) -> None:
        """Keep the text that came with a new request: then there is nothing to generate."""
        if supplied is None or draft.current_revision_id is not None:
            return
        revision = Revision(
            workspace_id=draft.workspace_id,
            draft_id=draft.id,
            kind="supplied",
            text=supplied.text,
            model=supplied.model,
            created_at=draft.created_at,
        )
        draft.current_revision_id = (await unit.drafts.add_revision(revision)).id

    async def _enqueue(self, unit: UnitOfWork, draft: Draft) -> None:
        await self._durable.enqueue(
            unit, "draft", draft.id, draft.attempt, workflow_id=f"draft:{draft.id}:{draft.attempt}"
        )


async def _own_task(unit: UnitOfWork, channel: Channel) -> str:
    """Return the task of a channel's drafts: its own, as long as that is offered."""
    if channel.default_task == PLAIN.name:
        return PLAIN.name
    return (await read_tasks(unit, channel.workspace_id)).standing_in_for(channel.default_task)


def _check_task(tasks: TaskBook, name: str) -> None:
    if tasks.find(name) is None:
        raise TaskUnknown


def _checked(request: DraftRequest) -> str:
    """Return the brief; a text that came with the request is checked too, and needs none."""
    if request.supplied is None:
        return checked_brief(request.brief)
    if len(request.supplied.text) > LONGEST_TEXT:
        raise TextTooLong
    return checked_brief(request.brief) if request.brief.strip() else ""


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
