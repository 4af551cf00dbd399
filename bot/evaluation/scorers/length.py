"""Whether a text is about as long as the human's."""

from bot.evaluation.exercises import Exercise


class Length:
    """The shorter text's number of words as a share of the longer one's."""

    name = "length"
    weight = 0.1

    def score(self, exercise: Exercise, text: str) -> float | None:
        """Return 1 for the same number of words; None when the human's text has none."""
        wanted, has = len(exercise.target.split()), len(text.split())
        return min(wanted, has) / max(wanted, has) if wanted else None
