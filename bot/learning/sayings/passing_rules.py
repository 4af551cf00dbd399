"""Rules that hold for one text and are stored nowhere: what its brief, its wish or its examples say."""

from collections.abc import Iterable, Sequence

from bot.learning.examples.examples import Example
from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import HouseRule, Saying
from bot.learning.sayings.sayings import sayings_in, wished_in
from bot.learning.sayings.topics import topics_of
from bot.learning.scopes import WORKSPACE
from bot.llm.style import style_of_wish


def without_stated(rules: Iterable[HouseRule], *, brief: str) -> tuple[HouseRule, ...]:
    """Leave out rules about what the brief speaks of itself: for "announce lunch, with emoji" no rule on emoji holds."""
    said = topics_of(style_of_wish(brief))
    return tuple(rule for rule in rules if rule.topic not in said)


def stated_in(lesson: Lesson) -> tuple[HouseRule, ...]:
    """Return what a wish states."""
    return tuple(map(_passing, wished_in(lesson)))


def shown_by(examples: Sequence[Example]) -> tuple[HouseRule, ...]:
    """Return what rewrites show by themselves; where they differ, the most telling one, which comes first, counts."""
    lessons = [
        Lesson(
            "rewrite",
            one.draft_id,
            one.correction_id or "",
            one.user_id or "",
            one.brief,
            one.draft,
            one.better,
        )
        for one in examples
        if one.kind == "rewrite"
    ]
    shown: dict[str, Saying] = {}
    for lesson in lessons:
        for saying in sayings_in(lesson, others=lessons):
            shown.setdefault(saying.topic, saying)
    return tuple(map(_passing, shown.values()))


def _passing(saying: Saying) -> HouseRule:
    return HouseRule("", 0, saying.topic, saying.stance, saying.text, WORKSPACE)
