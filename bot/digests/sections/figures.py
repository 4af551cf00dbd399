"""The week's figures, each with its n, its interval and whether it clearly moved."""

from collections.abc import Mapping, Sequence

from bot.digests.context import DigestContext
from bot.digests.figure import Figure, direction
from bot.digests.stats import MEASURES, Measure, build_figures
from bot.digests.wording import ARROWS, build_evidence, build_value
from bot.slack.blocks.digest import Part, Rows
from bot.slack.blocks.stats import Row
from storage.unit_of_work import UnitOfWork

SHOWN = (
    "acceptance",
    "thumbs",
    "rating",
    "flag_rate",
    "approvals",
    "corrections",
    "edits",
    "edit_distance",
    "contributors",
)


async def build(context: DigestContext, _unit: UnitOfWork) -> Sequence[Part]:
    """Build the table of figures; while nobody has said anything there are none."""
    if not context.totals.feedback:
        return []
    now, before = build_figures(context.totals), build_figures(context.before)
    return [Rows(tuple(_row(measure, now, before) for measure in MEASURES if measure.name in SHOWN))]


def _row(measure: Measure, now: Mapping[str, Figure], before: Mapping[str, Figure]) -> Row:
    figure = now[measure.name]
    notes = [build_evidence(figure, style=measure.style), _change(measure, figure, before[measure.name])]
    return Row(
        measure.label,
        build_value(figure, style=measure.style, nothing=measure.nothing),
        " · ".join(filter(None, notes)),
    )


def _change(measure: Measure, figure: Figure, before: Figure) -> str:
    if measure.style in {"count", "people"} or figure.value is None or before.value is None:
        return ""  # Counts grow with the team; only estimates are compared.
    return ARROWS[direction(figure, before=before)]
