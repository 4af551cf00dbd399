"""Takes evidence back: what somebody undid, found too broad, or spoke against. The caller holds the workspace's lock."""

from collections.abc import Iterable, Sequence

from bot.learning.rules.learner import speaks_for
from bot.learning.rules.observing import COUNTS, DROPPED, UNDONE
from bot.learning.rules.rule_changes import Hand
from bot.learning.rules.weighing import LOOKED_AT
from bot.learning.scopes import Cell, Scope
from storage.models import Observation, Rule


async def supporting(hand: Hand, rule: Rule) -> list[Observation]:
    """Return what speaks for a rule where it holds."""
    counting = await hand.unit.observations.counting(rule.workspace_id, limit=LOOKED_AT)
    return [one for one in counting if speaks_for(one, rule)]


async def drop(hand: Hand, observations: Sequence[Observation], *, undo_lessons: bool = True) -> set[str]:
    """Let observations count no longer; return their topics.

    A correction of which something is taken back teaches nothing any more, as an example neither.
    """
    for one in observations:
        one.state = DROPPED
    if undo_lessons:
        for correction_id in sorted({one.correction_id for one in observations if one.correction_id}):
            (await hand.unit.corrections.get(correction_id)).lesson = UNDONE
    await hand.unit.flush()
    return {one.topic for one in observations}


def outside(observations: Iterable[Observation], scope: Scope) -> list[Observation]:
    """Return the observations that were made outside of a scope."""
    return [
        one
        for one in observations
        if not scope.covers(Cell.of(one)) and not scope.covers(Cell(one.channel_id, one.task, one.user_id))
    ]


async def speak_against(hand: Hand, rule: Rule, *, user_id: str) -> bool:
    """Keep somebody's press as a voice against a rule, in a place where it was taught; False if it is there already."""
    taught = await supporting(hand, rule)
    said = await hand.unit.observations.of_person(rule.workspace_id, user_id=user_id)
    against = [
        one for one in said if one.topic == rule.topic and one.source == "press" and one.state == COUNTS
    ]
    if not taught or against:
        return False
    place = taught[-1]
    await hand.unit.observations.add(
        Observation(
            workspace_id=rule.workspace_id,
            draft_id=place.draft_id,
            channel_id=place.channel_id,
            task=place.task,
            requester_id=place.requester_id,
            user_id=user_id,
            topic=rule.topic,
            stance=f"not {rule.stance}",
            text="",  # Without words it only speaks against: who does not want a rule need not want the opposite.
            source="press",
            drafts_before=place.drafts_before,
            observed_at=hand.now,
        )
    )
    return True
