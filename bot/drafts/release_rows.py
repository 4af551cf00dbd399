"""Releases as rows: how a specification is kept and read, with the playbook of that day."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, cast

from bot.drafts.overlay import still_meant
from bot.drafts.prompt_parts import Layout
from bot.drafts.release_spec import ReleaseSpec, overlay_json, read_overlay, with_changes
from bot.learning.house_rule import HouseRule
from bot.learning.rules.playbook import house_rule
from bot.llm.chat_model import ModelUse
from storage.models import Release
from storage.unit_of_work import UnitOfWork

SETTINGS: Final = "settings"  # the origin of what no trainer made


def spec_of(release: Release) -> ReleaseSpec:
    """Return how a release writes."""
    return ReleaseSpec(
        name=name_of(release.number),
        use=ModelUse(release.model, release.adapter),
        temperature=release.temperature,
        max_tokens=release.max_tokens,
        layout=cast("Layout", release.layout),
        examples=release.examples,
        overlay=read_overlay(release.overlay),
        tuned=release.tuned,
    )


def name_of(number: int) -> str:
    """Return what people call a release."""
    return f"r{number}"


async def add_release(
    unit: UnitOfWork, workspace_id: str, spec: ReleaseSpec, *, now: datetime, **columns: Any
) -> Release:
    """Keep a new release, numbered by the workspace; `columns` are those that do not write.

    The caller may hold the workspace's lock already.
    """
    number = await unit.releases.next_number(workspace_id)
    release = Release(
        workspace_id=workspace_id,
        number=number,
        model=spec.use.model or "",
        adapter=spec.use.adapter,
        temperature=spec.temperature,
        max_tokens=spec.max_tokens,
        layout=spec.layout,
        examples=spec.examples,
        tuned=spec.tuned,
        fingerprint=spec.fingerprint,
        created_at=now,
        **columns,
    )
    release.overlay = overlay_json(spec.overlay)
    release.snapshot = await _snapshot(unit, workspace_id, spec)
    return await unit.releases.add(release)


async def _snapshot(unit: UnitOfWork, workspace_id: str, spec: ReleaseSpec) -> str:
    """Return the active rules of the workspace, and as this release sees them: for diffs and audits."""
    rules = [house_rule(rule) for rule in await unit.rules.live(workspace_id) if rule.state == "active"]
    seen = with_changes(rules, await still_meant(unit, workspace_id, spec.overlay))
    return json.dumps({"live": _as_json(rules), "seen": _as_json(seen)}, ensure_ascii=False)


def _as_json(rules: Iterable[HouseRule]) -> list[dict[str, Any]]:
    return [asdict(rule) for rule in rules]
