"""The answer to `/draftloop stats`: a header, figures in two columns, what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

HEADER_LIMIT = 150
FIELD_LIMIT = 2_000
FIELDS = 10
NOTE_LIMIT = 2_000
NOTES = 10
SECTION_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class Row:
    """One figure as people read it: its name, its value, what it rests on."""

    label: str
    value: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class StatsCard:
    """Everything the answer says, as mrkdwn that is escaped already."""

    title: str
    summary: str  # one sentence: the finding, or what to do first
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()


def build_stats(card: StatsCard) -> list[dict[str, Any]]:
    """Build the blocks of a stats card, within Slack's limits."""
    blocks: list[Block] = [_header(card.title), _section(card.summary)]
    for group in card.groups:
        blocks += [DividerBlock(), *_figures(group)]
    if card.notes:
        notes = [MarkdownTextObject(text=cut(note, NOTE_LIMIT)) for note in card.notes[:NOTES]]
        blocks += [DividerBlock(), ContextBlock(elements=notes)]
    return [block.to_dict() for block in blocks]


def build_stats_text(card: StatsCard) -> str:
    """Build the plain text of a stats card: notifications, screen readers and terminals show it."""
    lines = [card.title, card.summary]
    for group in card.groups:
        lines += ["", group.heading, *(_line(row) for row in group.rows)]
    if card.notes:
        lines += ["", *card.notes]
    return "\n".join(lines)


def cut(text: str, limit: int) -> str:
    """Shorten a text to Slack's limit, with an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _header(title: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=cut(title, HEADER_LIMIT), emoji=True))


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=cut(text, SECTION_LIMIT)))


def _figures(group: Group) -> list[Block]:
    chunks = [group.rows[start : start + FIELDS] for start in range(0, len(group.rows), FIELDS)]
    rest = (SectionBlock(fields=_fields(chunk)) for chunk in chunks[1:])
    return [SectionBlock(text=f"*{group.heading}*", fields=_fields(chunks[0])), *rest]


def _fields(rows: Sequence[Row]) -> list[str | Any]:
    return [MarkdownTextObject(text=cut(_field(row), FIELD_LIMIT)) for row in rows]


def _field(row: Row) -> str:
    return f"{row.label}\n*{row.value}*" + (f"  _{row.evidence}_" if row.evidence else "")


def _line(row: Row) -> str:
    return f"  {row.label}: {row.value}" + (f" ({row.evidence})" if row.evidence else "")
