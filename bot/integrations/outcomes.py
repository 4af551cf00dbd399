"""Outcomes: a team's own results for drafts, reported by its own systems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import BotError
from bot.integrations.tokens import Caller
from storage.engine import Database
from storage.models import Draft, Outcome
from storage.unit_of_work import UnitOfWork


class DraftUnknown(BotError):
    """The workspace has no such draft."""

    code = "draft_unknown"
    sentence = "This workspace has no such draft."


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One measured value for a draft, named by our id or by the caller's own."""

    name: str
    value: float
    measured_at: datetime | None = None  # None: now
    draft_id: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """An outcome as it is kept."""

    draft_id: str
    name: str
    value: float
    measured_at: datetime


class Outcomes:
    """Takes reports; the same draft, name and moment is one outcome, whose latest value counts."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def report(self, caller: Caller, reports: Sequence[Report]) -> list[Reported]:
        """Keep all of these, or none.

        Raises:
            DraftUnknown: names the first report whose draft is not there, when there are several.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            drafts = [
                await _draft_of(unit, caller, report, place=place if len(reports) > 1 else None)
                for place, report in enumerate(reports)
            ]
            told = [
                Reported(draft.id, report.name, report.value, report.measured_at or now)
                for draft, report in zip(drafts, reports, strict=True)
            ]
            for each in sorted(told, key=lambda one: (one.draft_id, one.name, one.measured_at)):
                await unit.outcomes.put(
                    _row(each, caller, now=now)
                )  # In one order, so that no two wait in a ring.
        return told


async def find_draft(
    unit: UnitOfWork, workspace_id: str, *, draft_id: str | None, external_id: str | None
) -> Draft | None:
    """Return the workspace's draft of our id, or the latest with the caller's own."""
    if draft_id is not None:
        return await unit.drafts.find(draft_id, workspace_id=workspace_id)
    found = await unit.drafts.of_external_id(workspace_id, external_id=external_id or "", limit=1)
    return found[0] if found else None


async def _draft_of(unit: UnitOfWork, caller: Caller, report: Report, *, place: int | None) -> Draft:
    draft = await find_draft(
        unit, caller.workspace_id, draft_id=report.draft_id, external_id=report.external_id
    )
    if draft is None:
        raise (
            DraftUnknown
            if place is None
            else DraftUnknown(f"outcomes[{place}]: this workspace has no such draft. Nothing was kept.")
        )
    return draft


def _row(told: Reported, caller: Caller, *, now: datetime) -> Outcome:
    return Outcome(
        workspace_id=caller.workspace_id,
        draft_id=told.draft_id,
        name=told.name,
        value=told.value,
        measured_at=told.measured_at,
        received_at=now,
        token_id=caller.token_id,
    )
