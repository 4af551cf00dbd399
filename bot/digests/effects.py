"""What a rule changed: drafts that saw it beside drafts where it would have held that did not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.digests.figure import Figure, direction, share
from bot.digests.wording import build_phrase
from storage.models import Rule
from storage.queries.effects import Arm
from storage.unit_of_work import UnitOfWork

BEFORE: Final = timedelta(days=90)  # how far before a rule drafts are compared with
MOST_DRAFTS: Final = 1_000  # of each side; a fair sample of more
MOST_IN_SHORT: Final = 300  # of a rule in a list

NOT_AN_EXPERIMENT: Final = (
    "Compared with drafts where it would have held that did not see it, from up to 90 days before it until now. "
    "That is no experiment: other things may have changed as well."
)


@dataclass(frozen=True, slots=True)
class Side:
    """How the drafts of one side did: the share that was accepted, and how much of a text was changed on average."""

    acceptance: Figure
    changed: Figure

    @classmethod
    def of(cls, arm: Arm) -> "Side":
        """Make figures of counts; `share` gives both an interval that is wide enough (see there)."""
        return cls(share(arm.accepted, of=arm.judged), share(arm.changed, of=arm.measured))


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known about a rule's effect."""

    with_rule: Side
    without: Side

    def sentence(self) -> str:
        """Say what may honestly be said."""
        if not (self.with_rule.acceptance.n or self.with_rule.changed.n):
            return "Not known yet: nobody judged a draft that saw it."
        if not (self.without.acceptance.n or self.without.changed.n):
            return "There is nothing to compare with yet: every judged draft here saw it."
        return _VERDICTS[self._signs()]

    def lines(self) -> tuple[str, ...]:
        """Say the figures, each with its n and its 95% interval."""
        return (
            f"Accepted: {_beside(self.with_rule.acceptance, self.without.acceptance)}",
            f"Changed by people: {_beside(self.with_rule.changed, self.without.changed)}",
        )

    def _signs(self) -> tuple[bool, bool]:
        """Return whether anything got better, and whether anything got worse."""
        accepted = direction(self.with_rule.acceptance, before=self.without.acceptance)
        changed = direction(self.with_rule.changed, before=self.without.changed)
        return (accepted == "up" or changed == "down", accepted == "down" or changed == "up")


_VERDICTS: Final = {
    (True, False): "Drafts that saw it did better.",
    (False, True): "Drafts that saw it did worse.",
    (True, True): "Some of it got better and some got worse.",
    (False, False): "No clear change: the figures are too close or too few to tell.",
}


class RuleEffects:
    """Reads the effect of rules."""

    async def of(self, unit: UnitOfWork, rule: Rule) -> Effect:
        """Compare drafts with a rule and without it."""
        since = rule.created_at - BEFORE
        with_rule = await unit.effects.with_rule(rule, at_most=MOST_DRAFTS)
        without = await unit.effects.without_rule(rule, since=since, at_most=MOST_DRAFTS)
        return Effect(Side.of(with_rule), Side.of(without))

    async def tell(self, unit: UnitOfWork, rule: Rule) -> tuple[str, ...]:
        """Say a rule's effect: first the sentence, then the figures, at last what they are."""
        effect = await self.of(unit, rule)
        return (effect.sentence(), *effect.lines(), NOT_AN_EXPERIMENT)

    async def in_short(self, unit: UnitOfWork, rule: Rule) -> str:
        """Say in a few words how drafts do that saw a rule; nothing when nobody judged one."""
        side = Side.of(await unit.effects.with_rule(rule, at_most=MOST_IN_SHORT))
        if not side.acceptance.n:
            return ""
        return f"accepted {build_phrase(side.acceptance, style='percent')}"


def _beside(with_rule: Figure, without: Figure) -> str:
    nothing = "no drafts"
    parts = [
        build_phrase(figure, style="percent") if figure.n else nothing for figure in (with_rule, without)
    ]
    return f"{parts[0]} with it, {parts[1]} without it"
