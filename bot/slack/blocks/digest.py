"""The weekly digest as Slack blocks, from parts that say what they are; texts of people stay literal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from itertools import chain
from typing import Any
from unicodedata import category

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextQuoteElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.slack.blocks.stats import FIELD_LIMIT, FIELDS, HEADER_LIMIT, SECTION_LIMIT, Row, cut
from bot.slack.text import escape

BLOCKS = 50
QUOTE_LIMIT = 280
ALT_LIMIT = 2_000
FALLBACK_LIMIT = 3_000
# Around a quote, so that right-to-left text does not turn the words beside it around.
ISOLATE, POP = "\u2068", "\u2069"
_JOINER = "\u200d"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


@dataclass(frozen=True, slots=True)
class Title:
    """The digest's first line."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or a few, as mrkdwn that is escaped already; the heading is bold."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Figures in two columns."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, literally, and a line about them as mrkdwn."""

    text: str
    about: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes under a heading."""

    heading: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Where the picture goes; the alt text says what it shows."""

    alt_text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: str


Part = Title | Paragraph | Rows | Quotes | Chart | Note


def build_digest(parts: Sequence[Part], *, chart_file_id: str | None) -> list[dict[str, Any]]:
    """Build the message's blocks, at most as many as Slack takes; without a file id the chart is left out."""
    shown = [_pictured(part, chart_file_id) for part in parts]
    blocks = list(chain.from_iterable(shown))[:BLOCKS]
    return [block.to_dict() for block in blocks]


def build_digest_text(parts: Sequence[Part]) -> str:
    """Build the plain text of a digest: for notifications, screen readers and the terminal."""
    return cut("\n".join(chain.from_iterable(_lines(part) for part in parts)), FALLBACK_LIMIT)


def shorten(text: str, limit: int = QUOTE_LIMIT) -> str:
    """Put a text on one line and shorten it, not inside an emoji that is made of several characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    end = limit - 1
    while end > 1 and _splits(line, end):
        end -= 1
    return f"{line[:end].rstrip()}…"


def _splits(line: str, end: int) -> bool:
    """Tell whether a cut before `line[end]` would split what is seen as one character."""
    follower = line[end]
    attached = follower == _JOINER or follower in _SKIN_TONES or category(follower) in {"Mn", "Me", "Mc"}
    return attached or line[end - 1] == _JOINER


def _pictured(part: Part, chart_file_id: str | None) -> Iterable[Block]:
    if not isinstance(part, Chart):
        return _blocks(part)
    if chart_file_id is None:
        return ()
    return (ImageBlock(alt_text=cut(part.alt_text, ALT_LIMIT), slack_file=SlackFile(id=chart_file_id)),)


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=cut(text, SECTION_LIMIT)))


@singledispatch
def _blocks(part: Part) -> list[Block]:
    raise TypeError(f"A digest has no part {type(part).__name__}.")


@_blocks.register
def _(part: Title) -> list[Block]:
    return [HeaderBlock(text=PlainTextObject(text=cut(part.text, HEADER_LIMIT), emoji=True))]


@_blocks.register
def _(part: Paragraph) -> list[Block]:
    return (
        [DividerBlock(), _section(f"*{part.heading}*\n{part.text}")]
        if part.heading
        else [_section(part.text)]
    )


@_blocks.register
def _(part: Rows) -> list[Block]:
    fields: list[str | Any] = [
        MarkdownTextObject(text=cut(_row(row, bold="*"), FIELD_LIMIT)) for row in part.rows[:FIELDS]
    ]
    return [SectionBlock(fields=fields)]


@_blocks.register
def _(part: Quotes) -> list[Block]:
    blocks: list[Block] = [DividerBlock(), _section(f"*{part.heading}*")]
    for quote in part.quotes:
        literal = RichTextElementParts.Text(text=_isolated(quote.text))
        blocks += [
            RichTextBlock(elements=[RichTextQuoteElement(elements=[literal])]),
            ContextBlock(elements=[MarkdownTextObject(text=cut(quote.about, FIELD_LIMIT))]),
        ]
    return blocks


@_blocks.register
def _(part: Note) -> list[Block]:
    return [ContextBlock(elements=[MarkdownTextObject(text=cut(part.text, FIELD_LIMIT))])]


def _lines(part: Part) -> list[str]:
    if isinstance(part, Rows):
        return ["", *(_row(row) for row in part.rows), ""]
    if isinstance(part, Quotes):
        told = chain.from_iterable(
            (f"> {escape(_isolated(quote.text))}", f"  {quote.about}") for quote in part.quotes
        )
        return ["", f"*{part.heading}*", *told]
    if isinstance(part, Chart):
        return ["", part.alt_text]
    if isinstance(part, Paragraph) and part.heading:
        return ["", f"*{part.heading}*", part.text]
    return [part.text]


def _row(row: Row, *, bold: str = "") -> str:
    gap = "\n" if bold else ": "
    return f"{row.label}{gap}{bold}{row.value}{bold}" + (f"  _{row.evidence}_" if row.evidence else "")


def _isolated(text: str) -> str:
    return f"{ISOLATE}{shorten(text)}{POP}"
