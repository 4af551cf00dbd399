"""*Show me another phrasing*: two other ways to say some lines, shown to whoever asked, and one press to take one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.drafts.casting import Casting
from bot.drafts.phrasing_prompt import LONGEST_LINES, ask_for_phrasings, phrasing_prompt
from bot.errors import BotError, FormError
from bot.feedback.acts import Recorded, Touch
from bot.feedback.line_forms import LinesForm, picked_lines
from bot.feedback.line_text import Span, lines_at
from bot.feedback.lines import LineChange, Lines, require_counted
from bot.llm.chat_model import ChatModels
from bot.logs import get_logger
from bot.runtime.durable import Durable
from bot.slack.blocks.lines import no_phrasings_note, phrasings_note
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import PhrasingRequest
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
_TOO_LONG: Final = (
    f"That is a lot of text for one go. Please pick lines of at most {LONGEST_LINES:,} characters."
)


class PhrasingGone(BotError):
    """Nothing to choose from any more: it was somebody else's, chosen, or given up."""

    code = "phrasing_gone"
    sentence = "There is nothing left to choose here. Ask for another phrasing to get new ones."


class Phrasings:
    """Takes the wish for other phrasings, gets them and offers them; what runs in durable work may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        lines: Lines,
        models: ChatModels,
        casting: Casting,
        durable: Durable,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._lines = lines
        self._models = models
        self._casting = casting
        self._durable = durable
        self._messenger = messenger
        self._clock = clock

    async def ask(self, touch: Touch, *, form: LinesForm, key: str, values: Sequence[str], wish: str) -> None:
        """Keep what somebody wants to see, and start the work; the same `key` again changes nothing.

        Raises:
            FormError: no lines were picked, some that do not stand together, or too long ones.
            LinesMoved: the draft has other lines by now.
            NothingToEdit: the draft is gone.
        """
        async with self._database.begin() as unit:
            revision, span = await picked_lines(unit, touch, form=form, values=values)
            if len(lines_at(revision.text or "", span)) > LONGEST_LINES:
                raise FormError({"lines": _TOO_LONG})
            request = PhrasingRequest(
                id=new_id(),
                workspace_id=touch.workspace_id,
                request_key=key,
                draft_id=revision.draft_id,
                revision_id=revision.id,
                channel_id=touch.channel_id,
                message_ts=touch.message_ts,
                user_id=touch.user_id,
                first_line=span.first,
                last_line=span.last,
                wish=wish.strip() or None,
                created_at=self._clock(),
            )
            if await unit.phrasings.add(request):
                await self._start(unit, request.id, 1)

    async def write(self, request_id: str) -> None:
        """Let the model write the phrasings, unless they are there.

        Raises:
            BotError: it did not; see `bot.drafts.phrasing_prompt`.
        """
        async with self._database.read() as unit:
            request = await _require(unit, request_id)
            text = (await unit.drafts.revision(request.revision_id)).text or ""
            draft = await unit.drafts.get(request.draft_id)
            task = (await read_tasks(unit, request.workspace_id)).get(draft.task)
        if request.state != "asked":
            return
        lines = lines_at(text, Span(request.first_line, request.last_line))
        prompt = phrasing_prompt(task, text=text, lines=lines, wish=request.wish or "")
        spec = await self._casting.champion(request.workspace_id, task=draft.task)
        phrasings = await ask_for_phrasings(
            self._models.using(spec.use), prompt, lines=lines, max_tokens=spec.max_tokens
        )
        async with self._database.begin() as unit:
            locked = await unit.phrasings.lock(request_id)
            if locked is not None and locked.state == "asked":
                locked.options, locked.state = json.dumps(phrasings, ensure_ascii=False), "offered"

    async def offer(self, request_id: str) -> None:
        """Show the phrasings to whoever asked, where they asked."""
        async with self._database.read() as unit:
            request = await _require(unit, request_id)
            text = (await unit.drafts.revision(request.revision_id)).text or ""
        if request.state == "offered":
            lines = lines_at(text, Span(request.first_line, request.last_line))
            note, blocks = phrasings_note(request.id, lines=lines, phrasings=_options(request))
            await self._say(request, note, blocks)

    async def explain(self, request_id: str, attempt: int, sentence: str) -> None:
        """Tell whoever asked why there is nothing to choose, with *Retry*."""
        async with self._database.begin() as unit:
            request = await unit.phrasings.lock(request_id)
            if request is None or request.state not in {"asked", "failed"}:
                return
            request.state = "failed"
        note, blocks = no_phrasings_note(request_id, attempt=attempt, sentence=sentence)
        await self._say(request, note, blocks)

    async def retry(self, touch: Touch, *, request_id: str, attempt: int) -> None:
        """Try again after a failure; a second press changes nothing.

        Raises:
            PhrasingGone: it is not this person's to ask for.
        """
        async with self._database.begin() as unit:
            request = await _own(unit, touch, request_id)
            if request.state == "failed":
                request.state = "asked"
                await self._start(unit, request.id, attempt + 1)

    async def choose(self, touch: Touch, *, request_id: str, number: int) -> None:
        """Take a phrasing as this person's correction of the lines; a second press changes nothing.

        Raises:
            LineRefused: corrections of this person do not count.
            LinesMoved: the draft has other lines by now.
            PhrasingGone: there is nothing to choose (any more).
        """
        async with self._database.begin() as unit:
            request = await _own(unit, touch, request_id)
            if request.state == "chosen":
                return
            options = _options(request)
            if request.state != "offered" or number >= len(options):
                raise PhrasingGone
            text = (await unit.drafts.revision(request.revision_id)).text or ""
            span = Span(request.first_line, request.last_line)
            change = LineChange(request.id, span, lines_at(text, span), options[number])
            at = replace(touch, channel_id=request.channel_id, message_ts=request.message_ts)
            outcome = await self._lines.take(unit, at, change=change)
            if isinstance(outcome, Recorded):
                made = await unit.corrections.find(request.draft_id, control=change.control)
                request.state, request.correction_id = "chosen", made.id if made else None
        require_counted(outcome)

    async def dismiss(self, touch: Touch, *, request_id: str) -> None:
        """Note that none of them is wanted.

        Raises:
            PhrasingGone: it is not this person's to say.
        """
        async with self._database.begin() as unit:
            request = await _own(unit, touch, request_id)
            if request.state == "offered":
                request.state = "dismissed"

    async def _start(self, unit: UnitOfWork, request_id: str, attempt: int) -> None:
        name = f"phrasing:{request_id}:{attempt}"
        await self._durable.enqueue(unit, "phrasing", request_id, attempt, workflow_id=name)

    async def _say(self, request: PhrasingRequest, text: str, blocks: list[dict[str, Any]]) -> None:
        """Show a note in the thread if the message stands in one; who left the channel gets none."""
        async with self._database.read() as unit:
            draft = await unit.drafts.get(request.draft_id)
        is_first = request.message_ts == draft.message_ts
        try:
            await self._messenger.ephemeral(
                request.workspace_id,
                channel_id=request.channel_id,
                user_id=request.user_id,
                text=text,
                blocks=blocks,
                thread_ts=draft.thread_ts or (None if is_first else draft.message_ts),
            )
        except SlackRefused as error:
            log.info("phrasings_not_shown", request_id=request.id, code=error.code)


async def _require(unit: UnitOfWork, request_id: str) -> PhrasingRequest:
    request = await unit.phrasings.find(request_id)
    if request is None:
        raise PhrasingGone
    return request


async def _own(unit: UnitOfWork, touch: Touch, request_id: str) -> PhrasingRequest:
    """Return the request of the person who pressed, locked behind its draft as every change of a draft is."""
    request = await unit.phrasings.find(request_id, workspace_id=touch.workspace_id)
    if request is None or request.user_id != touch.user_id:
        raise PhrasingGone
    await unit.drafts.lock(request.draft_id)
    locked = await unit.phrasings.lock(request_id)
    if locked is None:
        raise PhrasingGone
    return locked


def _options(request: PhrasingRequest) -> list[str]:
    options: list[str] = json.loads(request.options or "[]")
    return options
