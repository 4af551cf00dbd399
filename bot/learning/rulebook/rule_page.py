"""Makes a rule's own page of what is stored about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.learning.rulebook.rule_history import Readers, build_history
from bot.learning.rulebook.rule_words import build_date, build_state, build_waiting
from bot.learning.rules.reopening import BY_RELEASE
from bot.learning.scopes import Scope
from bot.learning.telling.scope_words import scope_in_words
from bot.slack.blocks.rules_page import MOST_EXAMPLES, RuleCard, RuleExample
from bot.team.tasks import TaskBook
from storage.models import AuditEntry, Rule
from storage.queries.rule_list import Said

TEAM: Final = "those of this workspace whose feedback I know and count"
_MAY: Final = {
    "proposed": frozenset({"approve", "edit", "rescope", "retire"}),
    "active": frozenset({"edit", "rescope", "retire"}),
    "retired": frozenset({"bring_back"}),
    "expired": frozenset({"bring_back"}),
}


@dataclass(frozen=True)
class Told:
    """What a page is made of: who reads it, and what is stored.

    Args:
        user_id: who reads; None: the operator.
        is_admin: whether that is an admin.
        decides: whether their decisions about rules hold.
        by_team: whether everybody's do.
        channels: the channels whose words they may read.
        tasks: the workspace's.
        said: the observations about the rule's topic where it holds, newest first.
        history: the rule's audit entries, newest first.
        named: the people in its history who agreed to be named.
        effect: what it changed, in words.
    """

    user_id: str | None
    is_admin: bool
    decides: bool
    channels: frozenset[str]
    tasks: TaskBook
    said: Sequence[Said] = ()
    history: Sequence[AuditEntry] = ()
    named: frozenset[str] = frozenset()
    effect: tuple[str, ...] = ()
    by_team: bool = False

    @property
    def readers(self) -> Readers:
        """Who may be named to whoever reads."""
        return Readers(self.user_id, self.is_admin, self.named)


def build_rule_card(rule: Rule, told: Told) -> RuleCard:
    """Build the page."""
    return RuleCard(
        id=rule.id,
        number=rule.number,
        text=rule.text,
        state=build_state(rule),
        where=scope_in_words(Scope.of(rule), tasks=told.tasks),
        origin=_origin(rule, told.readers),
        evidence=build_evidence(rule, told.said),
        examples=_examples(rule, told),
        effect=told.effect,
        history=tuple(build_history(entry, readers=told.readers, tasks=told.tasks) for entry in told.history),
        may=_MAY.get(rule.state, frozenset()) if told.decides else frozenset(),
        decided_by=TEAM if told.by_team else "admins",
    )


def build_evidence(rule: Rule, said: Sequence[Said]) -> tuple[str, ...]:
    """Say how many people and corrections are for a rule and against it, and what it still waits for."""
    sides = [_side([each for each in said if _agrees(each, rule) is agrees]) for agrees in (True, False)]
    lines = [
        f"For it: {_people(rule.supporters, sides[0])}",
        f"Against it: {_people(rule.opposers, sides[1])}",
    ]
    if rule.approved_by == BY_RELEASE:
        lines.append(
            "It came with a release that people found better; what they correct can still change it."
        )
    elif rule.approved_by:
        lines.append("It was decided by people, so feedback alone does not change it.")
    elif rule.state == "proposed":
        lines.append(
            f"It {build_waiting(rule)}."
            if build_waiting(rule).startswith("wait")
            else "People differ, so the channel is asked."
        )
    return tuple(lines)


def _agrees(said: Said, rule: Rule) -> bool:
    return said.observation.stance == rule.stance


def _side(said: Sequence[Said]) -> int:
    """Return how many corrections one side has."""
    return len({each.correction.id for each in said if each.correction is not None})


def _people(people: int, corrections: int) -> str:
    if not (people or corrections):
        return "nobody"
    persons = f"{people:,} {'person' if people == 1 else 'people'}"
    texts = f"{corrections:,} {'correction' if corrections == 1 else 'corrections'}"
    return f"{persons}, {texts}"


def _origin(rule: Rule, readers: Readers) -> str:
    if rule.origin != "written":
        return "what people corrected"
    who = readers.call(rule.author_id) if rule.author_id else "Somebody"
    return f"written by {'you' if who == 'You' else 'somebody' if who == 'Somebody' else who}"


def _examples(rule: Rule, told: Told) -> tuple[RuleExample, ...]:
    shown = [_example(each, told) for each in told.said if _agrees(each, rule) and _may_show(each, told)]
    return tuple(shown[:MOST_EXAMPLES])


def _may_show(said: Said, told: Told) -> bool:
    """Only standing words of people who agreed to be quoted (or one's own), from channels the reader is in."""
    correction = said.correction
    if correction is None or correction.state != "standing" or said.hidden:
        return False
    is_own = said.observation.user_id == told.user_id
    return (said.named or is_own) and said.observation.channel_id in told.channels


def _example(said: Said, told: Told) -> RuleExample:
    correction, place = said.correction, said.observation.channel_id
    text = (correction.lines_after or correction.text) if correction else ""
    who = "you" if said.observation.user_id == told.user_id else f"<@{said.observation.user_id}>"
    where = f" in <#{place}>" if place[:1] in ("C", "G") else ""
    return RuleExample(text, f"{who}{where}, {build_date(said.observation.observed_at)}")
