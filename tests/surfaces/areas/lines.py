"""Improving lines: the modals, and the notes with other phrasings."""

from collections.abc import Iterator

from bot.feedback.line_forms import MOST_LINES
from bot.feedback.line_text import pickable
from bot.slack.blocks.lines import (
    fix_modal,
    no_phrasings_note,
    phrasings_note,
    pick_modal,
    too_many_lines_modal,
)
from tests.surfaces.surface import Surface

DRAFT = (
    "## Release 2.4\n\n"
    "We are really excited to share that the new search is finally here, and we are sure that you will love it! 🎉\n\n"
    "- Search finds words in **attachments** now\n"
    "- Results come in half the time\n\n"
    "Questions? Ask Ana."
)
LINE = "We are really excited to share that the new search is finally here, and we are sure that you will love it! 🎉"
OTHERS = (
    "The new search is here: it finds more, in half the time.",
    "As of today you have a new search. It looks into attachments too, and it is twice as fast.",
)


def surfaces() -> Iterator[Surface]:
    yield Surface("pick a line", "modal", _pick(DRAFT, wants="fix"))
    yield Surface("pick a line · many", "modal", _pick("One more line.\n" * 240, wants="fix"))
    yield Surface("pick a line · more than a window holds", "modal", too_many_lines_modal("fix"))
    yield Surface("improve a line", "modal", fix_modal(LINE, metadata="{}"))
    yield Surface("improve a line · long", "modal", fix_modal(f"{LINE} " * 40, metadata="{}"))
    yield Surface("another phrasing", "modal", _pick(DRAFT, wants="phrasing"))
    yield Surface("another phrasing · of a text of one line", "modal", _pick(LINE, wants="phrasing"))
    text, blocks = phrasings_note("request", lines=LINE, phrasings=OTHERS)
    yield Surface("two other phrasings", "note", blocks, text)
    told = "I could not reach the model. Trying again in a minute usually helps."
    text, blocks = no_phrasings_note("request", attempt=1, sentence=told)
    yield Surface("no other phrasing", "note", blocks, text)


def bounds(text: str) -> Iterator[Surface]:
    if pickable(text):  # The service opens no window for a text without words.
        yield Surface("pick a line", "modal", _pick(text, wants="fix"))
        yield Surface("another phrasing", "modal", _pick(text, wants="phrasing"))
    yield Surface("pick a line · the text in each", "modal", _pick("\n".join([text or "x"] * 3), wants="fix"))
    yield Surface("improve a line", "modal", fix_modal(text, metadata="{}"))
    _, blocks = phrasings_note("request", lines=text, phrasings=[text, f"{text}."])
    yield Surface("two other phrasings", "note", blocks)
    _, blocks = no_phrasings_note("request", attempt=1, sentence=text)
    yield Surface("no other phrasing", "note", blocks)


def _pick(text, *, wants):
    lines = pickable(text)[:MOST_LINES]
    values = [str(place) for place, _ in lines]
    return pick_modal([line for _, line in lines], values=values, wants=wants, metadata="{}")
