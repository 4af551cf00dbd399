"""The windows of *Improve a line*: which text and lines they are about, and what people wrote in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from bot.errors import BotError, FormError
from bot.feedback.acts import Touch
from bot.feedback.edits import NothingToEdit
from bot.feedback.line_text import Span, find_lines, lines_at, pickable, span_of
from bot.slack.blocks.lines import Modal, Wants, fix_modal, pick_modal, too_many_lines_modal
from storage.models import Revision
from storage.unit_of_work import UnitOfWork

MOST_LINES: Final = 1_000  # Slack refuses a window of more than about 250 kB.
_HIDDEN: Final = "This draft is hidden because people flagged it, so there is nothing to improve."
_PICK: Final = "Please pick a line."
_APART: Final = "Please pick lines that stand together, or improve them one after the other."
_NEITHER: Final = "Please change the text, or say below what is wrong with it."
_WISH_MISSING: Final = "Please say what is wrong with it."
_BOTH: Final = "One of the two is enough: leave the text above as it was, or empty this."
_NOTHING_LEFT: Final = "There is nothing left. To drop a line, say so below."


class LinesMoved(BotError):
    """The draft's newest text does not have these lines any more."""

    code = "lines_moved"
    sentence = (
        "The draft has changed meanwhile, and these lines read differently now. Please pick them again in its "
        "newest text."
    )


@dataclass(frozen=True)
class LinesForm:
    """What the modals remember: which text of which message, and which of its lines once they are picked."""

    revision_id: str
    channel_id: str
    message_ts: str
    first: int = -1
    last: int = -1

    @property
    def span(self) -> Span:
        """The lines that were picked."""
        return Span(self.first, self.last)

    def to_json(self) -> str:
        """Return it as `private_metadata`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read `private_metadata`."""
        return cls(**json.loads(text))


async def text_behind(unit: UnitOfWork, touch: Touch, *, form: LinesForm) -> Revision:
    """Return the text that a modal showed, if its message still is about it.

    Raises:
        NothingToEdit: the draft is gone, hidden, or of another workspace.
    """
    found = await unit.drafts.find_by_message(
        touch.workspace_id, channel_id=form.channel_id, ts=form.message_ts
    )
    texts = await unit.drafts.revisions_of(found[0].id) if found else []
    revision = next((one for one in texts if one.id == form.revision_id), None)
    if revision is None:
        raise NothingToEdit
    await require_visible(unit, revision)
    return revision


async def picked_lines(
    unit: UnitOfWork, touch: Touch, *, form: LinesForm, values: Sequence[str]
) -> tuple[Revision, Span]:
    """Return which lines of which text somebody picked.

    Raises:
        FormError: there are none, or others stand between them.
        LinesMoved: the draft has other lines by now.
        NothingToEdit: the draft is gone.
    """
    revision = await text_behind(unit, touch, form=form)
    text, places = revision.text or "", {int(value) for value in values if value.isdecimal()}
    span = span_of(text, places)
    if span is None:
        raise FormError({"lines": _APART if places else _PICK})
    draft = await unit.drafts.get(revision.draft_id)
    current = await unit.drafts.revision(draft.current_revision_id or revision.id)
    find_now(current.text or "", lines=lines_at(text, span), near=span)
    return revision, span


def find_now(text: str, *, lines: str, near: Span) -> Span:
    """Return where picked lines stand in a draft's current text.

    Raises:
        LinesMoved: it has other lines by now.
    """
    span = find_lines(text, lines=lines, near=near)
    if span is None:
        raise LinesMoved
    return span


async def require_visible(unit: UnitOfWork, revision: Revision) -> None:
    """Check that people can see a text to work on.

    Raises:
        NothingToEdit: they cannot.
    """
    draft = await unit.drafts.get(revision.draft_id)
    if draft.hidden_at is not None:
        raise NothingToEdit(_HIDDEN)
    if not pickable(revision.text or ""):
        raise NothingToEdit


def first_view(text: str, *, form: LinesForm, wants: Wants) -> Modal:
    """Return the window to begin with: the lines to pick from, unless there is only one to write better."""
    lines = pickable(text)
    if len(lines) > MOST_LINES:
        return too_many_lines_modal(wants)
    if len(lines) == 1 and wants == "fix":
        place, line = lines[0]
        return fix_modal(line, metadata=replace(form, first=place, last=place).to_json())
    values = [str(place) for place, _ in lines]
    return pick_modal([line for _, line in lines], values=values, wants=wants, metadata=form.to_json())


def read_change(before: str, *, values: Mapping[str, str | None]) -> tuple[str | None, str]:
    """Return the rewrite (None: the lines stay) and the wish; exactly one of them is there.

    Raises:
        FormError: there is nothing new, or both.
    """
    wish = (values.get("wish") or "").strip()
    if "better" not in values and not wish:
        raise FormError({"wish": _WISH_MISSING})
    rewrite = _as_lines(values.get("better") or "", before)
    if not rewrite.strip() and wish:  # A long text has no field, and who emptied it says why.
        return None, wish
    is_new = _trimmed(rewrite) != _trimmed(before)
    problem = _problem(rewrite, wish, is_new=is_new)
    if problem:
        raise FormError(problem)
    return (rewrite if is_new else None), wish


def _problem(rewrite: str, wish: str, *, is_new: bool) -> dict[str, str]:
    if not rewrite.strip():
        return {"better": _NOTHING_LEFT}
    if is_new and wish:
        return {"wish": _BOTH}
    return {} if is_new or wish else {"better": _NEITHER}


def _as_lines(written: str, before: str) -> str:
    """Return what was typed as lines of the text: Slack trims a field, and with it the indent of a list."""
    lines = written.replace("\r\n", "\n").rstrip().lstrip("\n")
    indent = before[: len(before) - len(before.lstrip())]
    return lines if not lines or lines[0].isspace() else indent + lines


def _trimmed(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
