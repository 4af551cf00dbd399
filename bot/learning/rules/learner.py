"""Learns from corrections: observations first, then the rules of every topic they touch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feedback.taking_back import is_taken_back
from bot.learning.rules.conflicts import Polling
from bot.learning.rules.lifecycle import EVIDENCE, NARROWED, bring_in_line
from bot.learning.rules.observing import (
    COUNTS,
    MODEL,
    UNDONE,
    add_observations,
    is_silent,
    observe,
    state_of,
)
from bot.learning.rules.playbook import house_rule
from bot.learning.rules.rule_changes import ACTIVE
from bot.learning.sayings.distil import DistilCase, Distiller
from bot.learning.scopes import Cell, Scope
from bot.logs import get_logger
from bot.runtime.durable import Durable
from storage.engine import Database
from storage.models import Correction, Draft, Observation, Rule
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
_AT_ONCE = 50  # corrections in one transaction: nobody waits long behind an upgrade


@dataclass(frozen=True)
class Taught:
    """What a correction changed: a rule that it speaks for, and whether that is news.

    `missing`: what a proposed rule waits for: `evidence` (somebody else, or another edit), `admin`, `poll`, `budget`;
    "" for an active one.
    """

    rule: Rule
    is_news: bool
    missing: str = ""


class Learner:
    """Keeps what was learned in line with what people said; every method may run twice and does its work once."""

    def __init__(
        self,
        database: Database,
        *,
        durable: Durable,
        clock: Callable[[], datetime],
        distiller: Distiller | None = None,
    ) -> None:
        """Take what it needs; without a distiller only plain patterns teach."""
        self._database = database
        self._polling = Polling(durable)
        self._clock = clock
        self._distiller = distiller

    async def has_news(self, unit: UnitOfWork, workspace_id: str) -> bool:
        """Tell whether there is something to catch up with."""
        return await unit.observations.has_unlearned(workspace_id)

    async def catch_up(self, workspace_id: str, *, limit: int = 200) -> int:
        """Learn by patterns from every correction that changed since it was last looked at; return how many."""
        learned = 0
        while learned < limit:
            async with self._database.read() as unit:
                if not await self.has_news(unit, workspace_id):
                    break
            learned += await self._learn_some(workspace_id, limit=min(_AT_ONCE, limit - learned))
        return learned

    async def _learn_some(self, workspace_id: str, *, limit: int) -> int:
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            waiting = await unit.observations.unlearned(workspace_id, limit=limit)
            touched: set[str] = set()
            for correction in waiting:
                touched |= await observe(unit, correction)
                correction.learned_version = correction.version
            await unit.flush()
            await bring_in_line(unit, workspace_id, now=now, polling=self._polling, topics=touched)
        return len(waiting)

    async def take(self, correction_id: str) -> int:
        """Catch up with the workspace of a correction; return how many corrections that were."""
        async with self._database.read() as unit:
            workspace_id = (await unit.corrections.get(correction_id)).workspace_id
        return await self.catch_up(workspace_id)

    async def learn(self, correction_id: str, version: int) -> int:
        """Let the model say what a correction teaches besides; return how many observations that made."""
        if self._distiller is None:
            return 0
        async with self._database.read() as unit:
            case = await _case(unit, correction_id, version)
        if case is None:
            return 0
        said = await self._distiller.distil(case)
        if not said:
            return 0
        now = self._clock()
        async with self._database.begin() as unit:
            correction = await unit.corrections.get(correction_id)
            await unit.workspaces.lock(correction.workspace_id, now=now)
            if await _case(unit, correction_id, version) is None:
                return 0
            known = {
                one.topic
                for one in await unit.observations.of_correction(correction_id)
                if one.state == COUNTS
            }
            fresh = [one for one in said if one.topic not in known]
            draft = await unit.drafts.get(correction.draft_id)
            await add_observations(unit, correction, draft, fresh, state=await state_of(unit, correction))
            touched = {one.topic for one in fresh}
            await bring_in_line(unit, correction.workspace_id, now=now, polling=self._polling, topics=touched)
        return len(fresh)

    async def reconsider(self, workspace_id: str, *, user_id: str) -> int:
        """Decide anew every topic a person has evidence in: they opted out or in, were held or released."""
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            touched = set()
            for one in await unit.observations.of_person(workspace_id, user_id=user_id):
                if one.state in (COUNTS, "held") and one.state != (state := await _state_now(unit, one)):
                    one.state = state
                    touched.add(one.topic)
            await unit.flush()
            return await bring_in_line(unit, workspace_id, now=now, polling=self._polling, topics=touched)

    async def sweep(self, workspace_id: str) -> int:
        """Decide every topic anew, as evidence fades and trust in people changes; return how many."""
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            return await bring_in_line(unit, workspace_id, now=now, polling=self._polling)

    async def run_due(self, now: datetime) -> int:  # noqa: ARG002 - as every job of the schedule
        """Catch up with every workspace that has something waiting: after an upgrade, or a lost workflow."""
        async with self._database.read() as unit:
            waiting = await unit.observations.workspaces_unlearned()
        return sum([await self.catch_up(workspace_id) for workspace_id in waiting])

    async def sweep_all(self, now: datetime) -> int:  # noqa: ARG002 - as every job of the schedule
        """Decide everything anew in every workspace."""
        async with self._database.read() as unit:
            workspaces = await unit.workspaces.all()
        return sum([await self.sweep(workspace.id) for workspace in workspaces])

    async def taught(self, unit: UnitOfWork, correction_id: str) -> Sequence[Taught]:
        """Return the live rules that a correction speaks for."""
        correction = await unit.corrections.get(correction_id)
        said = [one for one in await unit.observations.of_correction(correction_id) if one.state == COUNTS]
        rules = await unit.rules.live(correction.workspace_id) if said else []
        return [_taught(rule, correction) for rule in rules if any(speaks_for(one, rule) for one in said)]


def speaks_for(one: Observation, rule: Rule) -> bool:
    """Tell whether an observation supports a rule where it holds."""
    if (one.topic, one.stance) != (rule.topic, rule.stance):
        return False
    scope = Scope.of(rule)
    return scope.covers(Cell.of(one)) or scope.covers(Cell(one.channel_id, one.task, one.user_id))


def _taught(rule: Rule, correction: Correction) -> Taught:
    missing = "" if rule.state == ACTIVE else EVIDENCE if rule.reason in ("", NARROWED) else rule.reason
    return Taught(rule, is_news=rule.changed_at >= correction.changed_at, missing=missing)


async def _state_now(unit: UnitOfWork, one: Observation) -> str:
    if one.correction_id is not None:
        correction = await unit.corrections.get(one.correction_id)
        if correction.state == "held":
            return "held"
    return "held" if await is_silent(unit, one, moment=one.observed_at) else COUNTS


async def _case(unit: UnitOfWork, correction_id: str, version: int) -> DistilCase | None:
    """Return what the model is asked; None when that version is history, or was distilled already."""
    correction = await unit.corrections.get(correction_id)
    is_over = correction.version != version or is_taken_back(correction) or correction.lesson == UNDONE
    if is_over or await state_of(unit, correction) != COUNTS:
        return None
    kept = await unit.observations.of_correction(correction_id)
    if any(one.source == MODEL and one.state != "withdrawn" for one in kept):
        return None
    draft = await unit.drafts.get(correction.draft_id)
    cell = Cell.of(draft)
    live = [rule for rule in await unit.rules.live(correction.workspace_id) if Scope.of(rule).covers(cell)]
    return _asked(correction, draft, live)


def _asked(correction: Correction, draft: Draft, live: Sequence[Rule]) -> DistilCase:
    is_rewrite = correction.interpretation == "rewrite"
    return DistilCase(
        brief=draft.brief or "",
        draft=correction.original or "",
        kind="rewrite" if is_rewrite else "instruction",
        better=correction.text if is_rewrite else "",
        wish="" if is_rewrite else correction.text,
        rules=[house_rule(rule) for rule in live],
        of_lines=correction.first_line is not None,
    )
