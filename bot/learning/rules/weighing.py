"""Reads the observations that count as evidence: how old each is, and how far its author's judgement is trusted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.learning.rules.evidence import Evidence
from bot.learning.rules.letting_stand import read_let_stand
from bot.learning.rules.trusting import trusted
from bot.learning.scopes import Cell
from bot.scoring.influence import fingerprint_of, is_newcomer
from storage.models import Observation
from storage.unit_of_work import UnitOfWork

LOOKED_AT: Final = 3_000  # observations, the latest ones: older ones have faded


async def read_evidence(
    unit: UnitOfWork, workspace_id: str, *, now: datetime, topics: Iterable[str] | None = None
) -> list[Evidence]:
    """Return the evidence about these topics (None: all); trust rests on everything that was said."""
    rows = await unit.observations.counting(workspace_id, limit=LOOKED_AT)
    drafts = await unit.observations.drafts_by_cell(
        workspace_id, channel_ids={row.channel_id for row in rows}
    )
    everything = [_evidence(row, drafts=drafts) for row in rows]
    everything += await read_let_stand(unit, workspace_id, said=rows)
    wanted = None if topics is None else set(topics)
    chosen = [one for one in trusted(everything) if wanted is None or one.topic in wanted]
    return await _introduced(unit, workspace_id, chosen, now=now)


def _evidence(row: Observation, *, drafts: Mapping[tuple[str, str], int]) -> Evidence:
    since = drafts.get((row.channel_id, row.task), 0) - row.drafts_before
    return Evidence(
        user_id=row.user_id,
        cell=Cell.of(row),
        topic=row.topic,
        stance=row.stance,
        text=row.text,
        source=row.source,
        edit=row.correction_id or row.id,
        at=row.observed_at,
        age=float(max(0, since)),
    )


async def _introduced(
    unit: UnitOfWork, workspace_id: str, evidence: Sequence[Evidence], *, now: datetime
) -> list[Evidence]:
    """Return evidence that knows which of its authors are new here, and where the same words were said twice."""
    workspace = await unit.workspaces.get(workspace_id)
    members = await unit.members.of_ids(workspace_id, user_ids={one.user_id for one in evidence})
    new = {
        user_id
        for user_id, member in members.items()
        if is_newcomer(member.first_seen_at, workspace_began_at=workspace.created_at, now=now)
    }
    words = await _fingerprints(unit, evidence)
    return [
        replace(one, is_newcomer=one.user_id in new, fingerprint=words.get(one.edit, "")) for one in evidence
    ]


async def _fingerprints(unit: UnitOfWork, evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return what tells that the words of two stated wishes are the same."""
    stated = {one.edit for one in evidence if one.source == "stated"}
    texts = await unit.corrections.texts_of(stated)
    return {correction_id: fingerprint_of(text) for correction_id, text in texts.items()}
