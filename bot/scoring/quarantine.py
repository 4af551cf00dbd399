"""Quarantine: feedback that looks like an attack is held back until an admin has looked; nothing of it is ever deleted.

A hold covers what a person does from some moment on. While it stands, and after an admin confirmed it (up to that
moment), nothing of that span counts anywhere; a release brings back exactly what would have been there without it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.errors import BotError
from bot.feedback.participation import Participation, ask_to_rejudge
from bot.logs import get_logger
from bot.runtime.durable import NOTES, Durable
from bot.scoring.detection import Finding
from bot.scoring.lookout import RECENT, find_attacks, find_copies
from bot.team.audit import note
from storage.engine import Database
from storage.models import Hold
from storage.repositories.holds import CONFIRMED, HELD, RELEASED
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
PROGRAM: Final = "program"  # who holds people back, in the audit log
HOLD_NOTICE: Final = "hold_notice"
HOLD_DECIDED: Final = "hold_decided"
_LATE: Final = timedelta(days=1)  # how long acts of a span that was confirmed may still arrive


class HoldGone(BotError):
    """There is nothing to decide."""

    code = "hold_gone"
    sentence = "That has been decided already, or it is not there any more."


class Quarantine:
    """Looks for attacks, holds people's feedback back, and lets admins decide."""

    def __init__(
        self,
        database: Database,
        *,
        participation: Participation,
        durable: Durable,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._participation = participation
        self._durable = durable
        self._clock = clock
        self._looked: dict[str, datetime] = {}

    async def watch(self, now: datetime) -> int:
        """Look at every workspace where something came in since the last look; return how many people were held."""
        async with self._database.read() as unit:
            workspaces = [one.id for one in await unit.workspaces.all()]
        return sum([await self._watch(workspace_id, now) for workspace_id in workspaces])

    async def _watch(self, workspace_id: str, now: datetime) -> int:
        since = self._looked.get(workspace_id, now - RECENT)
        async with self._database.read() as unit:
            has_news = await unit.bursts.any_since(workspace_id, since=since)
        if not has_news:
            return 0
        await self._sweep(workspace_id, now)
        held = await self.look(workspace_id)
        self._looked[workspace_id] = now
        return held

    async def look(self, workspace_id: str) -> int:
        """Look for every kind of attack in a workspace, and hold whom it finds; return how many people that are."""
        now = self._clock()
        async with self._database.read() as unit:
            findings = await find_attacks(unit, workspace_id, now=now)
        return len(await self._hold(workspace_id, findings, seen_at=now))

    async def check(self, correction_id: str) -> int:
        """Look for people who write the same words, before a correction decides anything; return how many are held.

        What they said is out of the count when this returns.
        """
        now = self._clock()
        async with self._database.read() as unit:
            workspace_id = (await unit.corrections.get(correction_id)).workspace_id
            findings = await find_copies(unit, workspace_id, now=now)
        people = await self._hold(workspace_id, findings, seen_at=now)
        for person in people:
            await self._participation.reconsider(workspace_id, person)
        return len(people)

    async def _hold(self, workspace_id: str, findings: Sequence[Finding], *, seen_at: datetime) -> list[str]:
        held = [await self._hold_together(workspace_id, finding, seen_at) for finding in findings]
        return [person for people in held for person in people]

    async def _hold_together(self, workspace_id: str, finding: Finding, seen_at: datetime) -> list[str]:
        """Hold those of a finding who are not held, nor looked at since it was seen, as one group; replicas take turns."""
        now, group_id = self._clock(), new_id()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            looked = await unit.holds.looked_at(workspace_id)
            known = await unit.holds.held_now(workspace_id) | {
                one for one in looked if looked[one] >= seen_at
            }
            people = sorted(set(finding.people) - known)
            if not people:
                return []
            await unit.ledger.let_writers_finish()
            await unit.holds.add(_new(workspace_id, one, finding, group_id, now=now) for one in people)
            await self._follow(unit, workspace_id, people)
            details = {"kind": finding.kind, "people": len(people)}
            await note(
                unit,
                workspace_id,
                actor_id=PROGRAM,
                action="hold.made",
                subject=group_id,
                now=now,
                details=details,
            )
            await self._enqueue(unit, HOLD_NOTICE, workspace_id, group_id)
        log.warning(
            "feedback_held", workspace=workspace_id, kind=finding.kind, people=len(people), group=group_id
        )
        return people

    async def decide(self, hold_id: str, *, workspace_id: str, user_id: str, release: bool) -> int:
        """Let an admin (checked by the caller, now) release a hold, or all that were found together, or confirm them.

        What was confirmed can still be released later.

        Returns:
            How many people that concerns.

        Raises:
            HoldGone: there is nothing (left) to decide, in this workspace.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            holds = await unit.holds.of_group(workspace_id, group_id=hold_id)
            open_ones = [one for one in holds if one.state in ((HELD, CONFIRMED) if release else (HELD,))]
            if not open_ones:
                raise HoldGone
            await unit.ledger.let_writers_finish()
            for one in open_ones:
                _decide(one, by=user_id, release=release, now=now)
            await self._follow(unit, workspace_id, {one.user_id for one in open_ones})
            action = "hold.released" if release else "hold.confirmed"
            details = {"people": len(open_ones)}
            await note(
                unit, workspace_id, actor_id=user_id, action=action, subject=hold_id, now=now, details=details
            )
            await self._enqueue(unit, HOLD_DECIDED, workspace_id, hold_id)
        return len(open_ones)

    async def _follow(self, unit: UnitOfWork, workspace_id: str, people: Iterable[str]) -> None:
        """Let what counts follow from the holds of these people, once this commits."""
        await unit.holds.mark_members(workspace_id, user_ids=people)
        for person in sorted(people):
            await ask_to_rejudge(unit, workspace_id, person, durable=self._durable)

    async def _sweep(self, workspace_id: str, now: datetime) -> None:
        """See to acts that arrived late, out of a span that was confirmed before they came."""
        async with self._database.read() as unit:
            people = await unit.holds.confirmed_since(workspace_id, since=now - _LATE)
        for person in sorted(people):
            await self._participation.reconsider(workspace_id, person)

    async def _enqueue(self, unit: UnitOfWork, name: str, workspace_id: str, hold_id: str) -> None:
        work = f"{name}:{hold_id}:{new_id()}"
        await self._durable.enqueue(unit, name, workspace_id, hold_id, workflow_id=work, queue=NOTES)


def _new(workspace_id: str, user_id: str, finding: Finding, group_id: str, *, now: datetime) -> Hold:
    return Hold(
        workspace_id=workspace_id,
        user_id=user_id,
        kind=finding.kind,
        facts=dict(finding.facts),
        group_id=group_id,
        from_us=finding.people[user_id],
        created_at=now,
    )


def _decide(hold: Hold, *, by: str, release: bool, now: datetime) -> None:
    hold.state = RELEASED if release else CONFIRMED
    hold.until_us = hold.until_us or int(now.timestamp() * 1_000_000)
    hold.decided_by, hold.decided_at = by, now
