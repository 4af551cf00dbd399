"""The *Edit* modal: the whole text of a draft, changed by a person."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Self

from bot.errors import BotError
from bot.feedback.acts import Act, Ignored, Outcome, Recorded, Touch, Unchanged
from bot.feedback.corrections import PROGRAM, enqueue_learning, is_held_back
from bot.feedback.distance import edit_distance
from bot.feedback.interpret import REWRITE
from bot.feedback.ledger import find_place
from bot.feedback.pieces import join_pieces, pieces_of
from bot.feedback.recorder import Recorder
from bot.feedback.taking_back import HELD
from bot.runtime.durable import Durable
from bot.slack.blocks.feedback_modals import edit_modal, too_long_modal
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.models import Correction, Draft, DraftMessage, Revision
from storage.unit_of_work import UnitOfWork

MOST_PIECES: Final = 16  # 30,000 characters in paragraphs of usual length; a longer text is left to replies.
_NOT_COUNTED: Final = {
    "opted_out": "You have opted out of feedback, so I left the draft as it is.",
    "other_organisation": "In this shared channel only members of the workspace that runs me can edit drafts.",
    "quarantined": "Your feedback is on hold until an admin has looked at it. I kept your text, and left the draft as it is.",
}


class NothingToEdit(BotError):
    """There is no text behind the message."""

    code = "nothing_to_edit"
    sentence = "There is no text to work on behind this message (any more)."


class EditRefused(BotError):
    """The edit of somebody who does not count."""

    code = "edit_refused"
    sentence = "I cannot take this edit."


class EditEmpty(BotError):
    """Everything was deleted."""

    code = "edit_empty"
    sentence = "There is nothing left. Please write the text as it should be, or close this."


@dataclass(frozen=True)
class EditForm:
    """What the modal remembers: which text of which message is edited, and what stood between its pieces."""

    revision_id: str
    channel_id: str
    message_ts: str
    joints: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return it as `private_metadata`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read `private_metadata`."""
        fields = json.loads(text)
        return cls(**{**fields, "joints": tuple(fields["joints"])})


class Edits:
    """Opens the modal and takes what people made of the text."""

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

    async def open(self, touch: Touch, *, trigger_id: str) -> None:
        """Open the modal with the text that the message shows.

        Raises:
            NothingToEdit: the message shows no text of ours.
        """
        async with self._database.read() as unit:
            revision = await shown_revision(unit, touch)
        pieces, joints = pieces_of(revision.text or "")
        form = EditForm(revision.id, touch.channel_id, touch.message_ts, joints)
        view = edit_modal(pieces, metadata=form.to_json()) if len(pieces) <= MOST_PIECES else too_long_modal()
        await self._messenger.open_view(touch.workspace_id, trigger_id=trigger_id, view=view)

    async def submit(self, touch: Touch, *, form: EditForm, values: Mapping[str, str | None]) -> Outcome:
        """Keep the text as a revision and a correction, and show it; an unchanged text changes nothing.

        Raises:
            EditEmpty: nothing is left of the text.
            EditRefused: edits of this person do not count.
            NothingToEdit: the draft is gone.
        """
        pieces = _pieces(values, count=len(form.joints) + 1)
        if not any(piece.strip() for piece in pieces):
            raise EditEmpty
        async with self._database.begin() as unit:
            outcome = await self._take(unit, touch, form, pieces)
        if isinstance(outcome, Ignored):
            raise EditRefused(_NOT_COUNTED.get(outcome.reason))
        return outcome

    async def _take(self, unit: UnitOfWork, touch: Touch, form: EditForm, pieces: Sequence[str]) -> Outcome:
        base = await unit.drafts.revision(form.revision_id)
        original = base.text or ""
        if _trimmed(pieces) == _trimmed(pieces_of(original)[0]):
            return Unchanged("same_text")
        text = join_pieces(pieces, joints=form.joints)
        distance = edit_distance(original, text)
        control = f"edit:{touch.event_id.removeprefix('view:')}"[:128]
        act = Act.by(touch, kind="edit", control=control, value="", text=text, weight=round(distance * 1000))
        place = await find_place(unit, act)
        if place is None:
            raise NothingToEdit
        now = self._clock()
        outcome = await self._recorder.record(unit, act, now=now, place=place)
        correction = _correction(act, base, original=original, distance=distance, now=now)
        if is_held_back(outcome):
            correction.state = HELD
            await unit.corrections.add(correction)
        if isinstance(outcome, Recorded):
            await self._keep(unit, await unit.corrections.add(correction), base, form, now)
        return outcome

    async def _keep(
        self, unit: UnitOfWork, correction: Correction, base: Revision, form: EditForm, now: datetime
    ) -> None:
        """Make the text the draft's current one and the one that its message shows."""
        draft = await unit.drafts.lock(base.draft_id)
        revision = await unit.drafts.add_revision(_revision(correction, base, now=now))
        draft.current_revision_id = revision.id
        for message in _showing(await unit.drafts.messages_of(draft.id), base, form):
            message.revision_id = revision.id
        await self._durable.enqueue(unit, "show_edit", revision.id, workflow_id=f"show_edit:{revision.id}")
        await enqueue_learning(unit, correction, durable=self._durable)


async def shown_revision(unit: UnitOfWork, touch: Touch) -> Revision:
    """Return the text that a message shows: its own revision, or the draft's first.

    Raises:
        NothingToEdit: the message shows no text of ours.
    """
    found = await unit.drafts.find_by_message(
        touch.workspace_id, channel_id=touch.channel_id, ts=touch.message_ts
    )
    if found is None:
        raise NothingToEdit
    draft, message = found
    revision_id = message.revision_id or await _first(unit, draft)
    if revision_id is None:
        raise NothingToEdit
    return await unit.drafts.revision(revision_id)


async def _first(unit: UnitOfWork, draft: Draft) -> str | None:
    revisions = await unit.drafts.revisions_of(draft.id)
    return revisions[0].id if revisions else None


def _showing(messages: Sequence[DraftMessage], base: Revision, form: EditForm) -> list[DraftMessage]:
    """Return the edited message with the further parts of the same text."""
    edited = next(message for message in messages if message.ts == form.message_ts)
    shown = edited.revision_id or base.id
    parts = (one for one in messages if one.kind == edited.kind and one.part and one.revision_id == shown)
    return [edited, *parts]


def _pieces(values: Mapping[str, str | None], *, count: int) -> list[str]:
    return [values.get(f"text_{number}") or "" for number in range(count)]


def _trimmed(pieces: Sequence[str]) -> list[list[str]]:
    """Slack trims the ends of lines and texts; that alone is no edit."""
    return [[line.rstrip() for line in piece.strip().splitlines()] for piece in pieces]


def _correction(act: Act, base: Revision, *, original: str, distance: float, now: datetime) -> Correction:
    return Correction(
        workspace_id=act.workspace_id,
        draft_id=base.draft_id,
        revision_id=base.id,
        user_id=act.user_id,
        control=act.control,
        source="edit",
        message_ts=act.message_ts,
        interpretation=REWRITE,
        interpreted_by=PROGRAM,
        text=act.text,
        original=original,
        edit_distance=distance,
        state="standing",
        created_at=now,
        changed_at=now,
    )


def _revision(correction: Correction, base: Revision, *, now: datetime) -> Revision:
    return Revision(
        workspace_id=base.workspace_id,
        draft_id=base.draft_id,
        parent_id=base.id,
        kind="edited",
        author_id=correction.user_id,
        correction_id=correction.id,
        text=correction.text,
        created_at=now,
    )
