"""The digest's one chart: acceptance week by week, with its intervals. Readable on a phone and without colours."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.digests.context import DigestContext
from bot.digests.figure import Figure, direction
from bot.digests.stats import build_figures
from bot.digests.wording import build_day, build_phrase

# Okabe and Ito's colours: told apart by every kind of colour vision; size and labels say the same as well.
BLUE, ORANGE, SOFT, INK = "#0072B2", "#D55E00", "#5C5C5C", "#1D1C1D"
SIZE_INCHES, DPI = (8.0, 4.5), 150
FEWEST_SLOTS = 4  # a first week has room beside it for those to come


@dataclass(frozen=True, slots=True)
class Point:
    """One week: the day its digest was due, its acceptance, and the weeks before for comparison."""

    label: str
    acceptance: Figure
    before: Figure


def build_points(context: DigestContext) -> list[Point]:
    """Build the chart's weeks, oldest first, from the first one with a judged draft; none if nothing was judged."""
    before = build_figures(context.before)["acceptance"]
    points = [
        Point(build_day(one.last_local_day), build_figures(one.totals)["acceptance"], before)
        for one in context.trend
    ]
    judged = [place for place, point in enumerate(points) if point.acceptance.n]
    return points[judged[0] :] if judged else []


def build_finding(points: Sequence[Point]) -> str:
    """Say what the chart shows, in one sentence."""
    last = points[-1]
    if last.acceptance.value is None:
        return "No draft was judged this week"
    value = f"{100 * last.acceptance.value:.0f}% of judged drafts accepted"
    if last.before.value is None:
        return f"{value} this week"
    moved = direction(last.acceptance, before=last.before)
    change = "no clear change" if moved == "no clear change" else f"clearly {moved}"
    return f"{value}, {change} on the 4 weeks before"


def build_alt_text(points: Sequence[Point]) -> str:
    """Say in words what the picture shows: the finding, then each week."""
    weeks = "; ".join(
        f"to {point.label}: {build_phrase(point.acceptance, style='percent')}" for point in points
    )
    return f"Chart: {build_finding(points)}. By week, {weeks}."


def draw(points: Sequence[Point]) -> bytes:
    """Draw the chart as a PNG; takes a moment, so call it in a thread."""
    # Imported here: it is half of the time that every command of ours takes to start.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 - see above

    canvas = Canvas(figsize=SIZE_INCHES, dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    _draw_frame(axes, points)
    _draw_weeks(axes, points)
    picture = io.BytesIO()
    canvas.savefig(picture, format="png")
    return picture.getvalue()


def _draw_frame(axes: Any, points: Sequence[Point]) -> None:
    headline, _, comparison = build_finding(points).partition(", ")
    axes.set_title(f"{headline}\n", fontsize=18, fontweight="bold", loc="left", color=INK, pad=14)
    axes.text(0, 1.05, comparison, fontsize=14, color=SOFT, transform=axes.transAxes, va="bottom")
    axes.set_xlim(-0.55, max(len(points), FEWEST_SLOTS) - 0.45)
    axes.set_ylim(-0.05, 1.12)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"], fontsize=13, color=INK)
    labels = [f"{point.label}\nn = {point.acceptance.n}" for point in points]
    axes.set_xticks(range(len(points)), labels, fontsize=13, color=INK)
    axes.set_xlabel(
        "week up to · n = drafts judged · bars: 95% interval", fontsize=12, color=SOFT, labelpad=8
    )
    axes.grid(axis="y", color="#E6E6E6", linewidth=1)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


def _draw_weeks(axes: Any, points: Sequence[Point]) -> None:
    values = [float("nan") if point.acceptance.value is None else point.acceptance.value for point in points]
    axes.plot(range(len(points)), values, color=BLUE, linewidth=2.5, zorder=2, clip_on=False)
    for place, point in enumerate(points):
        _draw_week(axes, place, point.acceptance, last=place == len(points) - 1)


def _draw_week(axes: Any, place: int, figure: Figure, *, last: bool) -> None:
    if figure.value is None or figure.low is None or figure.high is None:
        axes.annotate("no votes", (place, 0.02), ha="center", fontsize=12, color=SOFT, style="italic")
        return
    colour, size, shape = (ORANGE, 12, "D") if last else (BLUE, 9, "o")
    axes.vlines(place, figure.low, figure.high, color=colour, alpha=0.3, linewidth=9, zorder=1)
    axes.plot([place], [figure.value], marker=shape, markersize=size, color=colour, zorder=3, clip_on=False)
    axes.annotate(
        f"{100 * figure.value:.0f}%",
        (place, figure.high),  # above the bar, where no line runs
        xytext=(0, 5 if figure.high - figure.value > 0.05 else 13),
        textcoords="offset points",
        ha="center",
        fontsize=18 if last else 13.5,
        fontweight="bold" if last else "normal",
        color=colour,
        zorder=4,
    )
