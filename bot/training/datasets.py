"""Datasets: the ledger turned into training rows, frozen under a number and a hash."""

import asyncio
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.training.candidates import Exclusion, collect
from bot.training.consent import require_consent
from bot.training.formats import KINDS, SPLITS, Kind, Shape, TrainingRow, build_row, json_line, reshape_line
from bot.training.selection import FREE_ROWS, PERSON_SHARE, Chosen, choose
from bot.training.ways import Ways
from storage.engine import Database
from storage.models import DatasetRow, DatasetVersion, Workspace
from storage.queries.training import Material
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

MANIFEST_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows in their order, and the manifest that says how they came about (no texts, no user ids)."""

    rows: tuple[TrainingRow, ...]
    manifest: dict[str, Any]

    @property
    def content_hash(self) -> str:
        """SHA-256 over the rows of all kinds."""
        return str(self.manifest["content_sha256"])

    def of_kind(self, kind: Kind) -> list[TrainingRow]:
        """Return the rows of one kind, training rows first."""
        return sorted((row for row in self.rows if row.kind == kind), key=lambda row: row.split != "train")


class Datasets:
    """Builds a workspace's dataset and freezes versions of it; both need consent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def build(self, workspace_id: str) -> Dataset:
        """Return the dataset as the ledger stands now.

        Raises:
            ConsentMissing: training is off in this workspace.
        """
        async with self._database.read() as unit:
            workspace = await require_consent(unit, workspace_id)
            material = await unit.training.material(workspace_id)
        pseudonym = partial(self._database.keyring.pseudonym, workspace_id=workspace_id)
        consent = _consent(workspace, pseudonym)
        # A large ledger takes seconds to sort out; the loop goes on meanwhile.
        return await asyncio.to_thread(build_dataset, material, pseudonym=pseudonym, consent=consent)

    async def freeze(
        self, unit: UnitOfWork, dataset: Dataset, *, workspace_id: str, now: datetime
    ) -> DatasetVersion:
        """Store the dataset as the next version; when nothing changed, return the version there is."""
        number = await unit.datasets.next_number(workspace_id)
        latest = await unit.datasets.latest(workspace_id)
        if latest is not None and latest.content_hash == dataset.content_hash:
            return latest
        version = DatasetVersion(
            id=new_id(),
            workspace_id=workspace_id,
            number=number,
            content_hash=dataset.content_hash,
            manifest=dataset.manifest,
            created_at=now,
        )
        await unit.datasets.add_version(version)
        await unit.datasets.add_rows(_stored_rows(dataset, version))
        return version

    async def rows(
        self, version_id: str, *, kind: Kind | None = None, shape: Shape = "openai"
    ) -> dict[str, list[str]]:
        """Return a frozen version as files: name (`sft.train.jsonl`) to JSON lines in the wanted shape."""
        async with self._database.read() as unit:
            return {
                file_name(wanted, split): await _lines(
                    unit, version_id, kind=wanted, split=split, shape=shape
                )
                for wanted in ([kind] if kind else KINDS)
                for split in SPLITS
            }


def build_dataset(material: Material, *, pseudonym: Callable[[str], str], consent: dict[str, Any]) -> Dataset:
    """Return the dataset of a workspace; the same ledger gives the same bytes and so the same hash."""
    harvest = collect(material, pseudonym=pseudonym)
    chosen = choose(harvest.candidates)
    ways = Ways.of(material, pseudonym=pseudonym)
    rows = tuple(row for kind in KINDS for row in _rows(chosen, kind, ways))
    exclusions = (*harvest.exclusions, *chosen.exclusions)
    return Dataset(rows, _manifest(rows, exclusions, split_by=chosen.split_by, consent=consent))


def file_name(kind: Kind, split: str) -> str:
    """Return what the file of one kind and split is called wherever it goes."""
    return f"{kind}.{split}.jsonl"


def _rows(chosen: Chosen, kind: Kind, ways: Ways) -> list[TrainingRow]:
    return [
        TrainingRow(
            kind=kind,
            split=split,
            task=candidate.task,
            brief=candidate.brief,
            text=candidate.text,
            weight=candidate.weight,
            source=candidate.source,
            rejected=candidate.rejected,
            label=candidate.label,
            order=ways.tasks.get(candidate.task),
            tone=ways.tones.get(candidate.channel_id, ""),
        )
        for candidate, split in chosen.kept
        if candidate.kind == kind
    ]


def _manifest(
    rows: Sequence[TrainingRow], exclusions: Sequence[Exclusion], *, split_by: str, consent: dict[str, Any]
) -> dict[str, Any]:
    files = _files(rows)
    whole = hashlib.sha256("".join(f"{name} {file['sha256']}\n" for name, file in files.items()).encode())
    return {
        "format": MANIFEST_FORMAT,
        "content_sha256": whole.hexdigest(),
        "consent": consent,
        "rows": {kind: sum(row.kind == kind for row in rows) for kind in KINDS},
        "files": files,
        "split": {"by": split_by, "held_out": sum(row.split == "held_out" for row in rows)},
        "person_share": {"most": PERSON_SHARE, "free_rows": FREE_ROWS},
        "excluded": dict(sorted(Counter(one.reason for one in exclusions).items())),
        "exclusions": [
            {"kind": one.kind, "source": list(one.source), "reason": one.reason} for one in exclusions
        ],
    }


def _files(rows: Sequence[TrainingRow]) -> dict[str, dict[str, Any]]:
    lines: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        lines[file_name(row.kind, row.split)].append(json_line(build_row(row)) + "\n")
    return {
        name: {"rows": len(lines[name]), "sha256": hashlib.sha256("".join(lines[name]).encode()).hexdigest()}
        for name in (file_name(kind, split) for kind in KINDS for split in SPLITS)
    }


def _consent(workspace: Workspace, pseudonym: Callable[[str], str]) -> dict[str, Any]:
    at = workspace.attested_at
    return {
        "attested_at": at.isoformat() if at else None,
        "attested_by": pseudonym(workspace.attested_by or ""),
    }


def _stored_rows(dataset: Dataset, version: DatasetVersion) -> list[DatasetRow]:
    positions: Counter[str] = Counter()
    stored = []
    for row in dataset.rows:
        positions[row.kind] += 1
        stored.append(
            DatasetRow(
                workspace_id=version.workspace_id,
                version_id=version.id,
                kind=row.kind,
                split=row.split,
                position=positions[row.kind],
                line=json_line(build_row(row)),
            )
        )
    return stored


async def _lines(unit: UnitOfWork, version_id: str, *, kind: Kind, split: str, shape: Shape) -> list[str]:
    rows = unit.datasets.rows(version_id, kind=kind, split=split)
    return [reshape_line(row.line, shape=shape) async for row in rows]
