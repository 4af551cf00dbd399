"""How near a text is to the human's, word by word."""

from bot.evaluation.exercises import Exercise
from bot.feedback.distance import edit_distance


class Distance:
    """One less the share of words and marks that somebody would have to change."""

    name = "distance"
    weight = 0.35

    def score(self, exercise: Exercise, text: str) -> float:
        """Return 1 for the human's own text, 0 for one that shares nothing with it."""
        return 1 - edit_distance(text, exercise.target)
