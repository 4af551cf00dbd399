"""Datasets: the ledger turned into training rows, frozen under a number and a hash.

A million rows are not held at once. A first pass over the ledger notes numbers about each candidate and decides which
become rows; every further pass makes the rows again, a page of drafts at a time, and goes by what was decided. Whatever
came or changed in between stays out until the next version, and whoever opted out meanwhile is out at once.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.drafts.prompt_parts import Layout
from bot.training.candidate_keys import CandidateKeys
from bot.training.candidates import Exclusion, collect
from bot.training.consent import require_consent
from bot.training.formats import Kind, TrainingRow
from bot.training.manifest import Line, Tally
from bot.training.material_stream import Opinions, pages
from bot.training.selection import Selection, choose
from bot.training.sifting import Plan, Sifted, sift
from bot.training.stories import Reading
from bot.training.ways import Ways
from storage.engine import Database
from storage.models import DatasetExclusion, DatasetRow, DatasetVersion
from storage.queries.training import Circumstances, Material
from storage.types import new_id
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Dataset:
    """A dataset as the ledger stands now: how its rows are made, and the manifest that says how they came about."""

    plan: Plan
    manifest: dict[str, Any]

    @property
    def content_hash(self) -> str:
        """SHA-256 over the rows of all kinds."""
        return str(self.manifest["content_sha256"])


class Datasets:
    """Builds a workspace's dataset and freezes versions of it; both need consent."""

    def __init__(self, database: Database, *, layout: Layout = "sections") -> None:
        self._database = database
        self._layout: Layout = layout

    async def build(self, workspace_id: str) -> Dataset:
        """Return the dataset as the ledger stands now; the same ledger gives the same hash.

        Raises:
            ConsentMissing: training is off in this workspace.
        """
        plan = await self._plan(workspace_id)
        tally = Tally()
        async for sifted in self._sifted(plan):
            await asyncio.to_thread(_count, tally, sifted)
        return Dataset(plan, _manifest(tally, plan))

    async def rows(self, dataset: Dataset, *, kind: Kind) -> AsyncIterator[TrainingRow]:
        """Yield the rows of one kind, in the order of their drafts' ids."""
        async for sifted in self._sifted(dataset.plan):
            for row in sifted.rows:
                if row.kind == kind:
                    yield row

    async def freeze(
        self, unit: UnitOfWork, dataset: Dataset, *, workspace_id: str, now: datetime
    ) -> DatasetVersion:
        """Store the dataset as the next version; when nothing changed, return the version there is."""
        number = await unit.datasets.next_number(workspace_id)
        latest = await unit.datasets.latest(workspace_id)
        if latest is not None and latest.content_hash == dataset.content_hash:
            return latest
        version = DatasetVersion(id=new_id(), workspace_id=workspace_id, number=number, created_at=now)
        version.manifest = await self._store(unit, version, await self._up_to_date(dataset.plan))
        version.content_hash = version.manifest["content_sha256"]
        return await unit.datasets.add_version(version)

    async def _plan(self, workspace_id: str) -> Plan:
        async with self._database.read() as unit:
            workspace = await require_consent(unit, workspace_id)
            circumstances = await unit.training.circumstances(workspace_id)
            opinions = await Opinions.read(unit, workspace_id)
        pseudonym = partial(self._database.keyring.pseudonym, workspace_id=workspace_id)
        reading = Reading(
            pseudonym,
            circumstances.opted_out,
            circumstances.anchors,
            await asyncio.to_thread(opinions.beliefs, circumstances),
        )
        at, by = workspace.attested_at, workspace.attested_by
        consent = {
            "attested_at": at and at.isoformat(),
            "attested_by": by and pseudonym(by),
        }
        ways = Ways.of(circumstances, pseudonym=pseudonym, layout=self._layout)
        selection = await self._select(workspace_id, reading)
        return Plan(workspace_id, reading, ways, consent, selection)

    async def _select(self, workspace_id: str, reading: Reading) -> Selection:
        """Make the first pass; a large ledger takes a while to sort out, and the loop goes on meanwhile."""
        with CandidateKeys() as keys:
            async for material in pages(self._database, workspace_id):
                await asyncio.to_thread(_note, keys, material, reading)
            return await asyncio.to_thread(choose, keys)

    async def _sifted(self, plan: Plan) -> AsyncIterator[Sifted]:
        async for material in pages(self._database, plan.workspace_id):
            yield await asyncio.to_thread(sift, material, plan)

    async def _up_to_date(self, plan: Plan) -> Plan:
        """Return the plan without those who opted out since it was made."""
        async with self._database.read() as unit:
            now: Circumstances = await unit.training.circumstances(plan.workspace_id)
        reading = replace(plan.reading, opted_out=now.opted_out, anchors=now.anchors)
        return replace(plan, reading=reading)

    async def _store(self, unit: UnitOfWork, version: DatasetVersion, plan: Plan) -> dict[str, Any]:
        """Write rows and exclusions of a version page by page; return its manifest."""
        tally, positions = Tally(), 0
        async for sifted in self._sifted(plan):
            lines = await asyncio.to_thread(_count, tally, sifted)
            await unit.datasets.add_rows(_stored(line, version) for line in lines)
            noted = list(_noted(sifted.exclusions, version, first=positions))
            await unit.datasets.add_exclusions(noted)
            positions += len(noted)
        return _manifest(tally, plan)


def _note(keys: CandidateKeys, material: Material, reading: Reading) -> None:
    keys.add(collect(material, reading=reading).candidates)


def _count(tally: Tally, sifted: Sifted) -> list[Line]:
    tally.leave_out(sifted.exclusions)
    return tally.add(sifted.rows)


def _manifest(tally: Tally, plan: Plan) -> dict[str, Any]:
    return tally.manifest(chosen=plan.selection, layouts=plan.ways.layouts, consent=plan.consent)


def _stored(line: Line, version: DatasetVersion) -> DatasetRow:
    return DatasetRow(
        workspace_id=version.workspace_id,
        version_id=version.id,
        kind=line.row.kind,
        split=line.row.split,
        position=line.position,
        draft_id=line.row.draft_id,
        task=line.row.task,
        weight=line.row.weight,
        line=line.text,
    )


def _noted(
    exclusions: Iterable[Exclusion], version: DatasetVersion, *, first: int
) -> Iterator[DatasetExclusion]:
    """Yield one row for every signal that an exclusion is about."""
    acts = ((exclusion, source) for exclusion in exclusions for source in exclusion.source)
    for position, (exclusion, source) in enumerate(acts, start=first):
        yield DatasetExclusion(
            version_id=version.id,
            position=position,
            workspace_id=version.workspace_id,
            kind=exclusion.kind,
            reason=exclusion.reason,
            draft_id=exclusion.draft_id,
            source=source,
        )
