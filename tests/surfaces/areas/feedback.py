"""Notes and modals about feedback."""

from collections.abc import Iterator

from bot.drafts.withdraw import TAKEN_BACK
from bot.feedback.signals import FLAG_CATEGORIES
from bot.slack.blocks.draft import note_blocks
from bot.slack.blocks.feedback import put_right_note, reading_note, reason_offer
from bot.slack.blocks.feedback_modals import edit_modal, flag_modal, reason_modal, too_long_modal
from tests.surfaces.surface import Surface


def surfaces() -> Iterator[Surface]:
    for reading in ("rewrite", "instruction", "talk"):
        text, blocks = reading_note("correction", reading=reading)
        yield Surface(f"reply taken for {reading}", "note", blocks, text)
        text, blocks = reading_note("correction", reading=reading, is_guess=True)
        yield Surface(f"reply guessed to be {reading}", "note", blocks, text)
        text, blocks = put_right_note("correction", reading=reading)
        yield Surface(f"reply put right: {reading}", "note", blocks, text)
    yield Surface("revision withdrawn", "message", note_blocks(TAKEN_BACK), TAKEN_BACK)
    text, blocks = reason_offer("draft")
    yield Surface("reason after a dislike", "note", blocks, text)
    yield Surface("edit", "modal", edit_modal(["The office opens at nine on Monday."], metadata="{}"))
    yield Surface("edit · long", "modal", edit_modal(["First part.", "Second part."], metadata="{}"))
    yield Surface("edit · too long", "modal", too_long_modal())
    yield Surface("flag", "modal", flag_modal(FLAG_CATEGORIES, chosen=None, metadata="{}"))
    yield Surface(
        "flag · flagged before", "modal", flag_modal(FLAG_CATEGORIES, chosen="unsafe", metadata="{}")
    )
    yield Surface("reason", "modal", reason_modal("draft"))


def bounds(text: str) -> Iterator[Surface]:
    pieces = [text[:3_000]] if text else [""]  # `bot.feedback.pieces` cuts texts for the modal.
    yield Surface("edit", "modal", edit_modal(pieces, metadata="{}"))
