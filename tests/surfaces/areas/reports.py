"""What the bot reports: stats, the weekly digest, and why a draft is as it is."""

from collections.abc import Iterator
from typing import Any

from bot.slack.blocks.digest import (
    Note,
    Paragraph,
    Part,
    Quote,
    Quotes,
    Rows,
    Title,
    build_digest,
    build_digest_text,
)
from bot.slack.blocks.stats import Group, Row, StatsCard, build_stats, build_stats_text
from bot.slack.blocks.why import why_blocks
from bot.slack.text import escape
from tests.surfaces.surface import Surface

FIGURES = (
    Row("Accepted", "71% (48-87%)", "of 14 judged ▲"),
    Row("Words changed in edits", "18% (11-26%)", "n = 6"),
    Row("Stars", "4.2 (3.6-4.7)", "n = 9"),
    Row("Flagged", "7% (1-30%)", "of 14"),
)
DIGEST: tuple[Part, ...] = (
    Title("The drafts' week in #launch · week 48"),
    Paragraph("16 drafts this week, 14 judged: *71%* accepted, clearly up on the 4 weeks before."),
    Rows(FIGURES),
    Quotes(
        "What people kept fixing",
        (
            Quote(
                "The release moved to Thursday. Questions: ask Ana.", "— <@U0ANA>, became the draft's text"
            ),
            Quote("shorter, and without the marketing words", "— somebody in this channel, revised"),
        ),
    ),
    Paragraph("“Announce that the office is closed on Monday” has two 👎 and no correction.", "Still open"),
    Note("Seven days up to Friday 27 November, 15:00 (Europe/Berlin). Ranges are 95% intervals."),
)
CARD = StatsCard(
    "#launch · last 30 days",
    "41 drafts, 36 judged: *67%* (50-80%) were accepted, no clear change.",
    (
        Group("Drafts", FIGURES),
        Group("Feedback", (Row("👍", "28"), Row("👎", "9"), Row("Corrections", "12"))),
    ),
    ("Ranges are 95% intervals. Groups under 3 people are not shown.",),
)


def surfaces() -> Iterator[Surface]:
    yield Surface("stats", "note", build_stats(CARD), build_stats_text(CARD))
    empty = StatsCard("#launch · last 30 days", "No drafts yet. Ask for one with `/draft`.")
    yield Surface("stats · nothing yet", "note", build_stats(empty), build_stats_text(empty))
    yield Surface("digest", "message", build_digest(DIGEST, chart_file_id=None), build_digest_text(DIGEST))
    lines = (
        "This channel's tone: “Warm, short, no jargon”",
        "Rule 12: Say “Thursday” instead of “Thu”. (in <#C0LAUNCH>; taught by <@U0ANA>)",
        "Rule 4: No emoji. (for *Announcement* drafts; the model's text was put right by it)",
        "Rule 3: No greeting. (everywhere)",
        "A rewrite of an earlier draft, from <@U0ANA>: “Tell the team that the release moved to Thursday”",
        "An earlier draft that was taken as it was in <#C0OFFICE>: “Announce that the lift is out of order”",
    )
    why = why_blocks(task="Announcement", release="base", model="gpt-4o-mini", lines=lines)
    yield Surface("why this draft", "note", why)
    verifying = why_blocks(
        task="Announcement", release="base", model="gpt-4o-mini", lines=lines, verifies="d" * 32
    )
    yield Surface("why this draft · for an admin", "note", verifying)
    alone = why_blocks(task="Announcement", release="base", model="gpt-4o-mini", lines=())
    yield Surface("why this draft · nothing learned yet", "note", alone)


def bounds(text: str) -> Iterator[Surface]:
    words = escape(text)
    card = StatsCard(
        text or "-", words or "-", (Group("Drafts", (Row(words or "-", words),) * 25),), (words or "-",) * 12
    )
    yield Surface("stats", "note", build_stats(card))
    parts: list[Any] = [
        Title(text or "-"),
        Paragraph(words or "-"),
        Rows((Row("a", words),) * 12),
        Note(words or "-"),
    ]
    parts += [Quotes("Top", (Quote(text, words or "-"),) * 60)]
    yield Surface("digest", "message", build_digest(parts, chart_file_id=None))
    why = why_blocks(task=text, release=text, model=text, lines=[words] * 90, verifies=text or "d")
    yield Surface("why", "note", why)
