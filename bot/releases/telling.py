"""Tells admins how a training run ended: what became of its challenger, with figures, and what they can decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.releases.change_words import build_changes
from bot.releases.judges import Judges
from bot.releases.outcome_words import build_outcome
from bot.releases.release_words import build_name
from bot.slack.blocks.release_news import Offer, run_news
from bot.training.report import RunReports, build_dataset_line, build_lines
from storage.engine import Database
from storage.models import DatasetVersion, Release, TrainingRun, Workspace
from storage.unit_of_work import UnitOfWork

_OFFERED: Final = frozenset({"offered", "not_enough"})


@dataclass(frozen=True, slots=True)
class _Ended:
    """A run that ended, with what its challenger was held against."""

    run: TrainingRun
    workspace: Workspace
    version: DatasetVersion | None
    challenger: Release | None
    champion: Release | None


class RunNews:
    """Tells each run's end once."""

    def __init__(self, database: Database, *, reports: RunReports, judges: Judges) -> None:
        self._database = database
        self._reports = reports
        self._judges = judges

    async def report(self, run_id: str) -> None:
        """Tell the admins how a run ended, and offer them what they can decide."""
        async with self._database.read() as unit:
            ended = await _read_ended(unit, run_id)
        text, blocks = run_news(await self._lines(ended), offers=_offers(ended))
        await self._reports.tell(ended.run, ended.workspace, text=text, blocks=blocks)

    async def _lines(self, ended: _Ended) -> Sequence[str]:
        run, new, old = ended.run, ended.challenger, ended.champion
        if run.state != "succeeded":
            return build_lines(run, ended.version)
        if new is None or old is None:
            outcome = build_outcome(run, old="the release you have", new="", verdict=None, result=None)
            return [*build_lines(run, ended.version), *outcome]
        verdict = await self._judges.gate.verdict(run.id)
        result = await self._judges.trials.result(run.trial_id) if run.trial_id else None
        names = {"old": build_name(old.number), "new": build_name(new.number)}
        outcome = build_outcome(run, **names, verdict=verdict, result=result)
        diff = await self._judges.book.diff(run.workspace_id, old.number, new.number)
        return [
            *outcome,
            *(f"• {change}" for change in build_changes(diff)),
            build_dataset_line(ended.version),
        ]


async def _read_ended(unit: UnitOfWork, run_id: str) -> _Ended:
    run = await unit.runs.get(run_id)
    workspace = await unit.workspaces.get(run.workspace_id)
    version = await unit.datasets.get(run.dataset_version_id) if run.dataset_version_id else None
    challenger = await unit.releases.get(run.release_id) if run.release_id else None
    against = challenger.parent_id if challenger else None
    if run.trial_id is not None:
        against = (await unit.trials.get(run.trial_id)).champion_id
    champion = await unit.releases.get(against) if against else None
    return _Ended(run, workspace, version, challenger, champion)


def _offers(ended: _Ended) -> list[Offer]:
    """Return what admins can press below a report."""
    new, old, outcome = ended.challenger, ended.champion, ended.run.outcome
    if new is None or old is None or ended.run.state != "succeeded":
        return []
    if outcome == "promoted" and new.state == "live":
        return [Offer("roll_back", new.id, build_name(old.number))]
    if outcome not in _OFFERED or new.state != "candidate" or new.marked_at is not None:
        return []
    return [
        Offer("promote", new.id, build_name(new.number)),
        Offer("keep", new.id, build_name(old.number)),
    ]
