"""What the team's own systems measured this week, per release."""

from collections.abc import Sequence

from bot.digests.context import DigestContext
from bot.digests.outcomes import build_outcome_rows
from bot.slack.blocks.digest import Paragraph, Part, Rows
from storage.queries.quality import Scope
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, unit: UnitOfWork) -> Sequence[Part]:
    """Build the outcomes; a team that reports none reads nothing of them."""
    span = context.span
    scope = Scope(workspace_id=span.workspace_id, channel_id=span.channel_id)
    rows = build_outcome_rows(await unit.outcome_figures.sums(scope, since=span.since, until=span.until))
    if not rows:
        return []
    about = "Means over the drafts measured this week, by what wrote them, with 95% intervals."
    return [Paragraph(about, heading="Your outcomes"), Rows(rows)]
