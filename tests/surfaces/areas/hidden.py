"""A draft that enough people flagged: what stands in its place, and what the admins are told."""

from collections.abc import Iterator

from bot.slack.blocks.hidden import hidden_blocks, hidden_headline, hidden_notice, hidden_part_blocks
from tests.surfaces.surface import Surface

LINK = "https://example.slack.com/archives/C0GENERAL/p1764000000000100"


def surfaces() -> Iterator[Surface]:
    for flags in ({"Unsafe": 1}, {"Inaccurate": 2, "Unsafe": 1}):
        headline = hidden_headline(flags)
        yield Surface(
            f"hidden · {sum(flags.values())}", "message", hidden_blocks(flags, draft_id="d"), headline
        )
    yield Surface("hidden · further part", "message", hidden_part_blocks())
    for link in (LINK, None):
        text, blocks = hidden_notice({"Off-brand": 3}, draft_id="d", channel_id="C0GENERAL", link=link)
        yield Surface(f"told to the admins{'' if link else ' · message gone'}", "message", blocks, text)


def bounds(_text: str) -> Iterator[Surface]:
    """No words of people or models stand in these: categories, counts and a link."""
    yield from ()
