"""Whether a text still says what it was asked to say: a model can learn a style and lose the sense."""

from bot.evaluation.exercises import Exercise
from bot.evaluation.telling_words import stems_of, telling_stems


class Content:
    """The share of the brief's telling words that a text keeps, of those that the human's text keeps.

    A brief also says how to write ("two sentences", "a friendly tone"): what the human left out is not missed. Where
    the human kept none of it, the whole brief counts.
    """

    name = "content"
    weight = 0.25

    def score(self, exercise: Exercise, text: str) -> float | None:
        """Return the share; None when the brief has no words."""
        asked = telling_stems(exercise.brief)
        wanted = asked & stems_of(exercise.target) or asked
        return len(wanted & stems_of(text)) / len(wanted) if wanted else None
