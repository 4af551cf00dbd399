"""Verified drafts, the question that is put to people about one, and what stats say about people as judges."""

from collections.abc import Iterator

from bot.digests.stats_card import with_agreement, with_judgement
from bot.scoring.agreement import Agreement
from bot.scoring.explain import Line
from bot.slack.blocks.anchors import (
    NOT_NOW,
    NOTHING_TO_TAKE_BACK,
    STOPPED,
    TAKEN_BACK,
    THANKS,
    anchor_marked,
    anchor_question,
)
from bot.slack.blocks.stats import StatsCard, build_stats, build_stats_text
from tests.surfaces.surface import Surface, said

DRAFT = "*Release 2.4 is out*\n\n- Exports are twice as fast\n- Two fixes for shared channels\n\nQuestions? Ask here."

OWN = (
    Line("Reply: whether drafts are good", "125%, counts more than most", "right on 4 of 4 verified drafts"),
    Line("Reply: how texts should be", "100%, counts in full", "agreed with the others in 8 of 11"),
    Line("Announcement: how texts should be", "100%, counts in full", "nothing to compare with yet"),
)


def surfaces() -> Iterator[Surface]:
    for verdict in ("good", "bad"):
        text, blocks = anchor_marked("a" * 32, verdict=verdict)
        yield Surface(f"verified · {verdict}", "note", blocks, text)
    text, blocks = anchor_question("a" * 32, text=DRAFT, channel_id="C0LAUNCH")
    yield Surface("a question about a verified draft", "message", blocks, text)
    for name, note in (
        ("answered", THANKS),
        ("not now", NOT_NOW),
        ("stop asking", STOPPED),
        ("taken back", TAKEN_BACK),
        ("nothing to take back", NOTHING_TO_TAKE_BACK),
    ):
        yield said(f"verified draft · {name}", note)

    card = StatsCard("You · last 30 days", "3 drafts for you; of the 3 judged, *67%* were accepted.")
    own = with_judgement(card, OWN)
    yield Surface("stats · your judgement", "note", build_stats(own), build_stats_text(own))
    shared = with_agreement(
        StatsCard("#launch · last 30 days", "41 drafts posted."), Agreement(0.62, 0.41, 0.78, 34)
    )
    yield Surface("stats · agreement", "note", build_stats(shared), build_stats_text(shared))


def bounds(text: str) -> Iterator[Surface]:
    words, blocks = anchor_question("a" * 32, text=text, channel_id="C0LAUNCH")
    yield Surface("a question about a verified draft", "message", blocks, words)
    own = with_judgement(
        StatsCard("You", "3 drafts."), [Line(text, "100%, counts in full", "nothing yet")] * 10
    )
    yield Surface("stats · your judgement", "note", build_stats(own))
