"""How many keywords of the job description a résumé bullet uses: what an applicant tracking system looks for.

The method, in full. The job description is the draft's context, or what stands in the brief behind a heading such as
"Job description:". Its keywords are its telling words (stems), without the words that every such text has
("experience", "team player"). Of these only those count that may be used truthfully: they stand in the rest of the
brief, which tells what the person did, or in the bullet that people wanted. The figure is the share of them that the
text uses; using one twice gains nothing, and neither does one that nobody vouched for.
"""

import re
from typing import Final

from bot.evaluation.exercises import Exercise
from bot.evaluation.telling_words import stems_of, telling_stems

_TASK: Final = "resume-bullet"
_HEADING: Final = re.compile(
    r"\b(?:job (?:description|ad(?:vert)?|posting|spec)|requirements|keywords|(?:target )?(?:role|position))\s*:",
    re.IGNORECASE,
)
_EVERYWHERE: Final = telling_stems(
    "ability able applicant bonus candidate company demonstrated description duties employer environment excellent "
    "experience experienced familiar familiarity good ideal including job join knowledge looking needed must nice "
    "opportunity player plus position posting preferred proven qualifications related required requirements responsible "
    "responsibilities role salary seeking several skills solid strong successful team understanding using various work "
    "working year years bullet resume cv keywords"
)


class Keywords:
    """The share of the usable keywords of a job description that a résumé bullet holds."""

    name = "keywords"
    weight = 0.2

    def score(self, exercise: Exercise, text: str) -> float | None:
        """Return the share; None for other tasks, and where no description or no usable keyword is there."""
        if exercise.order.name != _TASK:
            return None
        wanted = keywords_of(exercise)
        return len(wanted & stems_of(text)) / len(wanted) if wanted else None


def keywords_of(exercise: Exercise) -> frozenset[str]:
    """Return the stems of the keywords that a bullet may truthfully use."""
    facts, description = _parts(exercise)
    named = telling_stems(description) - _EVERYWHERE
    return named & (stems_of(facts) | stems_of(exercise.target))


def _parts(exercise: Exercise) -> tuple[str, str]:
    """Return what the person did, and the job description."""
    heading = _HEADING.search(exercise.brief)
    if heading is None:
        return exercise.brief, exercise.context
    return exercise.brief[: heading.start()], exercise.brief[heading.end() :]
