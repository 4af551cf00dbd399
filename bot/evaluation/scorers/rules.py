"""How much of what people said about style a text honours."""

from bot.evaluation.exercises import Exercise
from bot.evaluation.rule_checks import checked


class Rules:
    """The share of the corrections' wishes that a text keeps to, of those that patterns can check."""

    name = "rules"
    weight = 0.25

    def score(self, exercise: Exercise, text: str) -> float | None:
        """Return the share; None when nothing was said that can be checked."""
        found = checked(exercise, text)
        return sum(found.values()) / len(found) if found else None
