"""What every scorer is."""

from typing import Protocol

from bot.evaluation.exercises import Exercise


class Scorer(Protocol):
    """One figure about a text: pure, and the same for the same text."""

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def weight(self) -> float:
        """How far it counts next to the others."""
        ...

    def score(self, exercise: Exercise, text: str) -> float | None:
        """Return 0 … 1, higher is better; None when it does not apply, which depends on the exercise alone."""
        ...
