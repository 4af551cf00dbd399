"""The trend chart's place, with the finding in words for those who cannot see it."""

from collections.abc import Sequence

from bot.digests.charts import build_alt_text, build_points
from bot.digests.context import DigestContext
from bot.slack.blocks.digest import Chart, Part
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, _unit: UnitOfWork) -> Sequence[Part]:
    """Build the chart's part, if there is anything to draw."""
    points = build_points(context)
    return [Chart(build_alt_text(points))] if points else []
