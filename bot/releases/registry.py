"""The book of releases: how a challenger is made of what a trainer left, and what two releases do differently."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from bot.drafts.overlay import still_meant
from bot.drafts.release_rows import add_release, name_of, spec_of
from bot.drafts.release_spec import ReleaseSpec, read_overlay
from bot.errors import BotError
from bot.llm.chat_model import ModelUse
from bot.training.trainers.base import Artefact
from storage.engine import Database
from storage.models import Release
from storage.unit_of_work import UnitOfWork

Kind = Literal["reworded", "dropped", "added"]
_DIGEST: Final = 12  # characters of a hash that people are shown
_SETTINGS: Final = ("temperature", "max_tokens", "layout", "examples")


class NothingLive(BotError):
    """There is no release to make another one of."""

    code = "nothing_live"
    sentence = "No release is live yet: the first draft makes the first one."


class ReleaseMissing(BotError):
    """A number that no release of this workspace has."""

    code = "no_such_release"
    sentence = "There is no release of that number here."


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release as a list shows it."""

    release_id: str
    number: int
    name: str
    task: str
    origin: str
    state: str
    reason: str
    parent: int | None
    model: str
    adapter: str | None
    changes: int
    run_id: str | None
    is_marked: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """What a release does differently from another one: settings by name, and rules with their texts."""

    settings: tuple[tuple[str, str, str], ...] = ()
    rules: tuple[tuple[Kind, str | None, str | None], ...] = ()


class ReleaseBook:
    """Makes releases and tells of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(  # noqa: PLR0913 - A release comes from somewhere.
        self,
        unit: UnitOfWork,
        *,
        workspace_id: str,
        task: str,
        origin: str,
        artefact: Artefact | None,
        run_id: str | None,
        dataset_version_id: str | None,
        created_by: str,
        now: datetime,
    ) -> Release:
        """Make a candidate in the caller's transaction: the seat's champion, with what a trainer left instead of its own.

        Args:
            unit: the transaction.
            workspace_id: whose release.
            task: of the seat; "" is every task without its own.
            origin: the trainer's name, or `manual`.
            artefact: what the trainer left; None for the champion once more.
            run_id: the training run that it comes from.
            dataset_version_id: what it was trained on.
            created_by: who asked for it.
            now: the time.

        Raises:
            NothingLive: the seat is empty.
        """
        seat = await unit.releases.seat(workspace_id, task=task)
        if seat is None:
            raise NothingLive
        champion = await unit.releases.get(seat.champion_id)
        spec = spec_of(champion)
        own = replace(spec, overlay=await still_meant(unit, workspace_id, spec.overlay))
        return await add_release(
            unit,
            workspace_id,
            _with_artefact(own, artefact),
            now=now,
            task=task,
            origin=origin,
            parent_id=champion.id,
            run_id=run_id,
            dataset_version_id=dataset_version_id or champion.dataset_version_id,
            house=champion.house,
            created_by=created_by,
        )

    async def lines(self, workspace_id: str, *, limit: int = 20) -> list[ReleaseLine]:
        """Return the workspace's releases, newest first."""
        async with self._database.read() as unit:
            releases = await unit.releases.of_workspace(workspace_id, limit=limit)
            parents = {
                release.parent_id: (await unit.releases.get(release.parent_id)).number
                for release in releases
                if release.parent_id
            }
        return [_line(release, parents) for release in releases]

    async def diff(self, workspace_id: str, first: int, second: int) -> ReleaseDiff:
        """Tell what the second release does differently from the first, both by number.

        Of a release and the one it was made of only its own changes of rules are told: what people teach counts under
        both. Others are compared by the rules that they saw when they were made.

        Raises:
            ReleaseMissing: there is no such release here.
        """
        async with self._database.read() as unit:
            before = await unit.releases.find_number(workspace_id, number=first)
            after = await unit.releases.find_number(workspace_id, number=second)
        if before is None or after is None:
            raise ReleaseMissing
        return ReleaseDiff(_settings(spec_of(before), spec_of(after)), _rules(before, after))


def _with_artefact(spec: ReleaseSpec, artefact: Artefact | None) -> ReleaseSpec:
    """Return a release with what a trainer made: a model of its own, an adapter on the model, or changes to rules."""
    if artefact is None:
        return spec
    made = replace(spec, examples=spec.examples if artefact.examples is None else artefact.examples)
    if artefact.kind == "overlay":
        return replace(made, overlay=(*spec.overlay, *read_overlay(artefact.reference)))
    if artefact.kind == "adapter":
        return replace(
            made, use=ModelUse(spec.use.model, artefact.reference), tuned=spec.tuned or artefact.tuned
        )
    return replace(made, use=ModelUse(artefact.reference), tuned=spec.tuned or artefact.tuned)


def _line(release: Release, parents: Mapping[str, int]) -> ReleaseLine:
    return ReleaseLine(
        release_id=release.id,
        number=release.number,
        name=name_of(release.number),
        task=release.task,
        origin=release.origin,
        state=release.state,
        reason=release.reason,
        parent=parents.get(release.parent_id or ""),
        model=release.model,
        adapter=release.adapter,
        changes=len(read_overlay(release.overlay)),
        run_id=release.run_id,
        is_marked=release.marked_at is not None,
        created_at=release.created_at,
    )


def _settings(before: ReleaseSpec, after: ReleaseSpec) -> tuple[tuple[str, str, str], ...]:
    pairs = [
        ("model", before.use.model, after.use.model),
        ("adapter", _short(before.use.adapter), _short(after.use.adapter)),
        *((name, getattr(before, name), getattr(after, name)) for name in _SETTINGS),
    ]
    return tuple((name, _said(one), _said(other)) for name, one, other in pairs if one != other)


def _short(digest: str | None) -> str | None:
    return None if digest is None else digest[:_DIGEST]


def _said(value: object) -> str:
    return "none" if value is None else str(value)


def _rules(before: Release, after: Release) -> tuple[tuple[Kind, str | None, str | None], ...]:
    kept = _snapshot(after)
    had = kept["live"] if after.parent_id == before.id else _snapshot(before)["seen"]
    was, now = ({rule["id"]: rule["text"] for rule in rules} for rules in (had, kept["seen"]))
    ids = [*was, *(rule_id for rule_id in now if rule_id not in was)]
    changed = [(was.get(rule_id), now.get(rule_id)) for rule_id in ids]
    return tuple((_kind(old, new), old, new) for old, new in changed if old != new)


def _snapshot(release: Release) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    empty: dict[str, list[Mapping[str, Any]]] = {"live": [], "seen": []}
    return {**empty, **json.loads(release.snapshot or "{}")}


def _kind(old: str | None, new: str | None) -> Kind:
    if old is None:
        return "added"
    return "dropped" if new is None else "reworded"
