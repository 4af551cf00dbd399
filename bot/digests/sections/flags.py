"""What was flagged, by category."""

from collections.abc import Sequence

from bot.digests.context import DigestContext
from bot.digests.stats import build_figures
from bot.digests.wording import build_phrase, plural
from bot.feedback.signals import FLAG_CATEGORIES
from bot.slack.blocks.digest import Paragraph, Part
from bot.slack.text import escape
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, _unit: UnitOfWork) -> Sequence[Part]:
    """Build the flags, the commonest first."""
    totals = context.totals
    if not totals.flags:
        return []
    ranked = sorted(totals.flag_categories.items(), key=lambda item: (-item[1], item[0]))
    kinds = ", ".join(f"{_label(category)} ({n:,})" for category, n in ranked)
    rate = build_phrase(build_figures(totals)["flag_rate"], style="percent")
    sentence = f"{plural(totals.flags, 'flag')} given: {kinds}."
    share = f" Of this week's judged drafts {rate} carry a flag." if totals.judged else ""
    return [Paragraph(sentence + share, heading="Flags")]


def _label(category: str) -> str:
    return escape(FLAG_CATEGORIES.get(category, category)).lower()
