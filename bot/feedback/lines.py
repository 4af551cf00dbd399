"""*Improve a line*: people pick lines of a draft and write them better, or say what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.errors import BotError
from bot.feedback.acts import Act, Ignored, Outcome, Recorded, Touch, Unchanged
from bot.feedback.corrections import PROGRAM, enqueue_learning, is_held_back
from bot.feedback.distance import edit_distance
from bot.feedback.edits import NothingToEdit, shown_revision
from bot.feedback.interpret import INSTRUCTION, REWRITE
from bot.feedback.ledger import find_place
from bot.feedback.line_forms import (
    LinesForm,
    find_now,
    first_view,
    picked_lines,
    read_change,
    require_visible,
    text_behind,
)
from bot.feedback.line_text import Span, about_lines, lines_at, with_lines
from bot.feedback.recorder import Recorder
from bot.feedback.taking_back import HELD
from bot.runtime.durable import Durable
from bot.slack.blocks.lines import Modal, Wants, fix_modal
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.models import Correction, Revision
from storage.unit_of_work import UnitOfWork

_NOT_COUNTED: Final = {
    "opted_out": "You have opted out of feedback, so I left the draft as it is.",
    "other_organisation": "In this shared channel only members of the workspace that runs me can improve drafts.",
    "quarantined": "Your feedback is on hold until an admin has looked at it. I kept your text, and left the draft as it is.",
}


class LineRefused(BotError):
    """The line of somebody who does not count."""

    code = "line_refused"
    sentence = "I cannot take this change."


@dataclass(frozen=True)
class LineChange:
    """What somebody wants of some lines: a rewrite of them, or a wish about them; `key` is what makes it one."""

    key: str
    span: Span
    before: str
    rewrite: str | None = None
    wish: str = ""

    @property
    def control(self) -> str:
        """The control of its signal."""
        return f"line:{self.key}"[:128]


class Lines:
    """Opens the modals and takes what people make of lines."""

    def __init__(
        self,
        database: Database,
        *,
        recorder: Recorder,
        durable: Durable,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._recorder = recorder
        self._durable = durable
        self._messenger = messenger
        self._clock = clock

    async def open(self, touch: Touch, *, trigger_id: str, wants: Wants) -> None:
        """Open the modal with the lines of the text that the message shows.

        Raises:
            NothingToEdit: the message shows no text of ours.
        """
        async with self._database.read() as unit:
            revision = await shown_revision(unit, touch)
            await require_visible(unit, revision)
        form = LinesForm(revision.id, touch.channel_id, touch.message_ts)
        view = first_view(revision.text or "", form=form, wants=wants)
        await self._messenger.open_view(touch.workspace_id, trigger_id=trigger_id, view=view)

    async def picked(self, touch: Touch, *, form: LinesForm, values: Sequence[str]) -> Modal:
        """Return the modal in which the picked lines are improved.

        Raises:
            FormError: no lines were picked, or some that do not stand together.
            LinesMoved: the draft has other lines by now.
            NothingToEdit: the draft is gone.
        """
        async with self._database.read() as unit:
            revision, span = await picked_lines(unit, touch, form=form, values=values)
        chosen = replace(form, first=span.first, last=span.last)
        return fix_modal(lines_at(revision.text or "", span), metadata=chosen.to_json())

    async def submit(
        self, touch: Touch, *, form: LinesForm, key: str, values: Mapping[str, str | None]
    ) -> Outcome:
        """Keep what somebody wrote as a correction, and start the revision; the same `key` again changes nothing.

        Raises:
            FormError: there is nothing new in it.
            LineRefused: corrections of this person do not count.
            LinesMoved: the draft has other lines by now.
            NothingToEdit: the draft is gone.
        """
        async with self._database.begin() as unit:
            text = (await text_behind(unit, touch, form=form)).text or ""
            before = lines_at(text, form.span)
            rewrite, wish = read_change(before, values=values)
            change = LineChange(key, form.span, before, rewrite, wish)
            outcome = await self.take(unit, touch, change=change)
        require_counted(outcome)
        return outcome

    async def take(self, unit: UnitOfWork, touch: Touch, *, change: LineChange) -> Outcome:
        """Record a change of lines against the draft's current text, in the caller's transaction.

        Raises:
            LinesMoved: the draft has other lines by now.
            NothingToEdit: the draft is gone.
        """
        act = Act.by(touch, kind="correction", control=change.control, value="")
        place = await find_place(unit, act)
        if place is None or place.current_revision_id is None:
            raise NothingToEdit
        if await unit.corrections.find(place.draft_id, control=act.control):
            return Unchanged("known_already")
        current = await unit.drafts.revision(place.current_revision_id)
        now = self._clock()
        correction = _correction(act, current, change, now=now)
        said = replace(act, text=correction.text)
        outcome = await self._recorder.record(unit, said, now=now, place=place)
        if is_held_back(outcome):
            correction.state = HELD
            await unit.corrections.add(correction)
        if isinstance(outcome, Recorded):
            await self._follow(unit, await unit.corrections.add(correction))
        return outcome

    async def _follow(self, unit: UnitOfWork, correction: Correction) -> None:
        version = (correction.id, correction.version)
        name = f"revise:{correction.id}:{correction.version}"
        await self._durable.enqueue(unit, "revise", *version, workflow_id=name)
        await enqueue_learning(unit, correction, durable=self._durable)


def require_counted(outcome: Outcome) -> None:
    """Check that a correction counts.

    Raises:
        LineRefused: it does not.
    """
    if isinstance(outcome, Ignored):
        raise LineRefused(_NOT_COUNTED.get(outcome.reason))


def _correction(act: Act, current: Revision, change: LineChange, *, now: datetime) -> Correction:
    original = current.text or ""
    span = find_now(original, lines=change.before, near=change.span)
    is_rewrite = change.rewrite is not None
    text = _text_of(change, original, span)
    return Correction(
        workspace_id=act.workspace_id,
        draft_id=current.draft_id,
        revision_id=current.id,
        user_id=act.user_id,
        control=act.control,
        source="line",
        interpretation=REWRITE if is_rewrite else INSTRUCTION,
        interpreted_by=PROGRAM,
        text=text,
        original=original,
        first_line=span.first,
        last_line=span.last,
        lines_before=change.before,
        lines_after=change.rewrite,
        edit_distance=edit_distance(original, text) if is_rewrite else None,
        state="standing",
        created_at=now,
        changed_at=now,
    )


def _text_of(change: LineChange, original: str, span: Span) -> str:
    if change.rewrite is None:
        return about_lines(change.before, wish=change.wish)
    return with_lines(original, span=span, lines=change.rewrite)
