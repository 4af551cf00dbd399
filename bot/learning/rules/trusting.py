"""How far each author of evidence is trusted: seen within places, across channels and across tasks. Pure maths.

Somebody who pushes the opposite of what all others want is seldom contradicted in the very channel and task where they
do it, as others only correct what is wrong there; compared across tasks or across channels they stand out. Who merely
wants other things of some topics does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.learning.rules.evidence import Evidence
from bot.scoring.trust import Trust, Verdict, style_trust, trust_of

FULL_FROM: Final = 0.7  # who is trusted this far by all views together has a full voice …
NONE_BELOW: Final = 0.3  # … and from here on none
_ANYWHERE: Final = ""


def trusted(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence weighed by how far others who spoke at the same time agree with its author."""
    places = _trust(evidence, lambda one: (one.cell.channel_id, one.cell.task))
    tasks = _trust(evidence, lambda one: (_ANYWHERE, one.cell.task))
    channels = _trust(evidence, lambda one: (one.cell.channel_id, _ANYWHERE))

    def weight(one: Evidence) -> float:
        task = one.cell.task
        seen = trust_of(places, rater=one.user_id, task=task).weight
        seen *= trust_of(tasks, rater=one.user_id, task=task).weight
        seen *= trust_of(channels, rater=one.user_id, task=_ANYWHERE).weight
        return min(1.0, max(0.0, (seen - NONE_BELOW) / (FULL_FROM - NONE_BELOW)))

    weights = {
        key: weight(one) for key, one in {(one.user_id, one.cell.task): one for one in evidence}.items()
    }
    return [replace(one, trust=round(weights[one.user_id, one.cell.task], 6)) for one in evidence]


def _trust(
    evidence: Sequence[Evidence], place: Callable[[Evidence], tuple[str, str]]
) -> Mapping[tuple[str, str], Trust]:
    return style_trust(
        [Verdict(one.user_id, *place(one), one.topic, one.stance, one.age) for one in evidence]
    )
