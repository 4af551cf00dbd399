"""What a text is worth next to the one that people wanted: single figures from 0 to 1, and their weighted mean.

A scorer is one file and one line in `SCORERS`; the contract suite holds for all of them. The weights are a decision,
and documented here: closeness to the human's text counts most (35), as it is what people did; then what they said
(rules, 25) and what the text is about (content, 25), as a style without sense would pass otherwise; length is part of
the distance already and counts little (10). Keywords (20) apply to résumé bullets alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.evaluation.exercises import Exercise
from bot.evaluation.scorers.base import Scorer
from bot.evaluation.scorers.content import Content
from bot.evaluation.scorers.distance import Distance
from bot.evaluation.scorers.keywords import Keywords
from bot.evaluation.scorers.length import Length
from bot.evaluation.scorers.rules import Rules

__all__ = ["SCORERS", "Score", "Scorer", "score_of"]

SCORERS: Final[tuple[Scorer, ...]] = (Distance(), Rules(), Content(), Length(), Keywords())


@dataclass(frozen=True, slots=True)
class Score:
    """What a text is worth in all, and by each scorer that applies."""

    total: float
    parts: Mapping[str, float]


def score_of(exercise: Exercise, text: str | None, *, scorers: Sequence[Scorer] = SCORERS) -> Score:
    """Score a text; one that was never written (None) is worth nothing."""
    if text is None:
        return Score(0.0, {})
    scored = [(scorer, scorer.score(exercise, text)) for scorer in scorers]
    applying = [(scorer, part) for scorer, part in scored if part is not None]
    weight = sum(scorer.weight for scorer, _ in applying)
    total = sum(scorer.weight * part for scorer, part in applying)
    return Score(total / weight if weight else 0.0, {scorer.name: part for scorer, part in applying})
