"""What a challenger writes worse than the champion, draft by draft: figures alone, no texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.evaluation.gate import Replayed
from storage.models import GateResult


@dataclass(frozen=True, slots=True)
class Regression:
    """A draft on which the challenger falls behind.

    `lost` names the scorers by which it does, the largest loss first; `broke`: a correction that the champion honours.
    """

    draft_id: str
    champion: float
    challenger: float
    broke: bool
    lost: tuple[str, ...]


def replayed(result: GateResult) -> Replayed:
    """Return a stored result as the decision takes it."""
    return Replayed(result.draft_id, result.champion_score, result.challenger_score, result.broke)


def regressions_among(results: Iterable[GateResult], *, draft_ids: Iterable[str]) -> list[Regression]:
    """Return what was lost on these drafts, in their order."""
    by_draft = {result.draft_id: result for result in results}
    return [_regression(by_draft[draft_id]) for draft_id in draft_ids]


def _regression(result: GateResult) -> Regression:
    return Regression(
        draft_id=result.draft_id,
        champion=result.champion_score,
        challenger=result.challenger_score,
        broke=result.broke,
        lost=_lost(result.checks),
    )


def _lost(checks: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the scorers by which the challenger has less; one that wrote nothing has none of them."""
    losses = {name: before - (after or 0.0) for name, (before, after) in checks.items() if before is not None}
    return tuple(sorted((name for name, loss in losses.items() if loss > 0), key=lambda name: -losses[name]))
