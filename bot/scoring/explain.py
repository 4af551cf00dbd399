"""Tells somebody in plain words what their own judgement weighs, and why. It is shown to nobody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.scoring.weights import LABEL
from storage.models import RaterWeight

HEADING: Final = "How far your judgement counts"
MOST_ROWS: Final = 10
NOTE: Final = (
    "*How far your judgement counts* is seen by you alone. Everybody starts at 100%; with what others said of the same, "
    "at the same time and in the same place, it moves between 25% and 125%, and to 0% for whoever nearly always says "
    "the opposite. Your own word is never held against itself, and where a team is divided nobody loses anything. "
    "Drafts that an admin verified count most. It is measured anew every hour."
)
_FULL, _MORE = 0.95, 1.05


@dataclass(frozen=True, slots=True)
class Line:
    """One weight as its person reads it."""

    label: str
    value: str
    evidence: str


def explain(rows: Iterable[RaterWeight], *, titles: Mapping[str, str], task: str | None) -> tuple[Line, ...]:
    """Return a person's own weights in words, of one task if one is named; those that rest on most come first."""
    wanted = [row for row in rows if task in {None, row.task}]
    return tuple(_line(row, titles.get(row.task, row.task)) for row in wanted[:MOST_ROWS])


def _line(row: RaterWeight, title: str) -> Line:
    about = "whether drafts are good" if row.kind == LABEL else "how texts should be"
    return Line(f"{title}: {about}", f"{100 * row.weight:.0f}%, {_meaning(row.weight)}", _evidence(row))


def _meaning(weight: float) -> str:
    if weight == 0:
        return "does not count at the moment"
    if weight < _FULL:
        return "counts less than most"
    return "counts more than most" if weight > _MORE else "counts in full"


def _evidence(row: RaterWeight) -> str:
    return "; ".join(_reasons(row)) or "nothing to compare with yet"


def _reasons(row: RaterWeight) -> Sequence[str]:
    judged = round(row.judged)
    agreed = [f"agreed with the others in {min(round(row.agreed), judged)} of {judged}"] if judged else []
    anchors = [f"right on {row.anchors_right} of {row.anchors} verified drafts"] if row.anchors else []
    return [*agreed, *anchors]
