"""What the messages of a draft show: one answer, for texts that are new, edited, revised or seen again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.drafts.publish import parts_of
from bot.learning.diffs import edit_distance, readable_diff
from bot.slack.blocks.draft import (
    LONGEST_PART,
    Blocks,
    draft_blocks,
    fallback,
    part_blocks,
    revision_blocks,
)
from bot.slack.blocks.hidden import HIDDEN_PART, hidden_blocks, hidden_headline, hidden_part_blocks
from bot.slack.text import defuse, split_text
from storage.models import Draft, DraftMessage, Revision

CHANGES: Final = (
    "changes"  # the kind of a message that tells what changed, where that did not fit below the text
)


@dataclass(frozen=True)
class Shown:
    """What one message shows; `text` is for notifications and screen readers."""

    text: str
    blocks: Blocks


@dataclass(frozen=True)
class RevisedText:
    """A revised text as messages: the first with its controls, its further parts, and what changed if that is long."""

    first: Shown
    parts: tuple[str, ...]
    changes: tuple[str, ...]


def build_revised(revision: Revision, *, before: str) -> RevisedText:
    """Build the messages of a text that a correction led to."""
    after = revision.text or ""
    parts, diff = parts_of(after), _diff(before, after)
    fits = len(parts) == 1 and len(parts[0]) + len(diff) <= LONGEST_PART
    blocks = revision_blocks(
        parts[0],
        about=_about(before, after),
        diff=diff if fits else "",
        model=revision.model or "",
        parts=len(parts),
    )
    changes = [] if fits else split_text(f"**What changed**\n\n{diff}", LONGEST_PART)
    return RevisedText(Shown(fallback(parts[0]), blocks), tuple(parts), tuple(changes))


def build_part(text: str) -> Shown:
    """Build a further message of a long text."""
    return Shown(fallback(text), part_blocks(text))


def build_shown(
    draft: Draft, message: DraftMessage, *, revisions: Mapping[str, Revision], title: str
) -> Shown | None:
    """Build what a message of a draft shows; None where its text has no such part (any more).

    Args:
        draft: the draft.
        message: the message; its `revision_id` says which text it shows.
        revisions: the draft's texts by id.
        title: what people call the draft's task.
    """
    revision = revisions[message.revision_id or ""]
    before = revisions.get(revision.parent_id or "")
    if message.part == 0:
        return _first(draft, message, revision, before=(before.text if before else "") or "", title=title)
    parts = parts_of(revision.text or "")
    if message.kind == CHANGES:
        built = build_revised(revision, before=(before.text if before else "") or "")
        parts = [*built.parts, *built.changes]
    return build_part(parts[message.part]) if message.part < len(parts) else None


def build_hidden(message: DraftMessage, *, flags: Mapping[str, int]) -> Shown:
    """Build what stands in a message of a hidden draft."""
    if message.part:
        return Shown(HIDDEN_PART, hidden_part_blocks())
    return Shown(hidden_headline(flags), hidden_blocks(flags, draft_id=message.draft_id))


def _first(draft: Draft, message: DraftMessage, revision: Revision, *, before: str, title: str) -> Shown:
    if message.kind == "revision" and revision.kind == "revised":
        return build_revised(revision, before=before).first
    parts = parts_of(revision.text or "")
    if message.kind == "revision":
        blocks = revision_blocks(parts[0], about="Revised draft · edited", parts=len(parts))
    elif revision.kind == "edited":
        blocks = draft_blocks(parts[0], task=title, release=f"{draft.release} · edited", parts=len(parts))
    else:
        about = {"task": title, "release": draft.release, "model": revision.model or ""}
        blocks = draft_blocks(parts[0], **about, parts=len(parts))
    return Shown(fallback(parts[0]), blocks)


def _diff(before: str, after: str) -> str:
    return defuse(readable_diff(before, after)) if before != after else ""


def _about(before: str, after: str) -> str:
    changed = round(100 * edit_distance(before, after))
    return (
        f"Revised from your correction · {changed}% changed" if before != after else "Nothing to change here"
    )
