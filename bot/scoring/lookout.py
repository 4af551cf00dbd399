"""Reads what attacks are looked for in, and asks every detector; what an admin has looked at is no reason any more."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from bot.scoring.crowds import FEWEST_PUPPETS, Newness, find_brigades, find_puppets
from bot.scoring.detection import Finding, find_bursts, find_spam
from storage.queries.bursts import Deed, Vote, Wording
from storage.unit_of_work import UnitOfWork

RECENT: Final = timedelta(days=1)
USUAL: Final = timedelta(days=14)
VOTES: Final = timedelta(days=30)
WORDS: Final = timedelta(hours=2)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

_Done = TypeVar("_Done", Deed, Vote)


async def find_attacks(unit: UnitOfWork, workspace_id: str, *, now: datetime) -> list[Finding]:
    """Return everything that looks like an attack on a workspace."""
    looked = await unit.holds.looked_at(workspace_id)
    deeds = _unseen(await unit.bursts.deeds(workspace_id, since=now - RECENT), looked)
    wordings = await _unread(unit, workspace_id, looked, since=now - WORDS)
    newness = await _newness(unit, workspace_id, deeds, wordings, now=now)
    usual = await unit.bursts.usual_days(workspace_id, first_day=(now - USUAL).date(), before=now.date())
    votes = _unseen(await unit.bursts.votes(workspace_id, since_us=_us(now - VOTES)), looked)

    def find() -> list[Finding]:
        return [
            *find_bursts(deeds, usual_days=usual),
            *find_puppets(wordings, deeds=deeds, newness=newness),
            *find_brigades(deeds, newness=newness),
            *find_spam(votes),
        ]

    # A day of a large workspace takes a while, and nobody's press has to wait for it.
    return await asyncio.to_thread(find)


async def find_copies(unit: UnitOfWork, workspace_id: str, *, now: datetime) -> list[Finding]:
    """Return new accounts that write the same words: quick, for the moment before words decide anything."""
    wordings = await _unread(unit, workspace_id, await unit.holds.looked_at(workspace_id), since=now - WORDS)
    if len({one.user_id for one in wordings}) < FEWEST_PUPPETS:
        return []
    newness = await _newness(unit, workspace_id, [], wordings, now=now)
    if not find_puppets(wordings, deeds=[], newness=newness):
        return []
    looked = await unit.holds.looked_at(workspace_id)
    deeds = _unseen(await unit.bursts.deeds(workspace_id, since=now - RECENT), looked)
    return find_puppets(wordings, deeds=deeds, newness=newness)


async def _unread(
    unit: UnitOfWork, workspace_id: str, looked: Mapping[str, datetime], *, since: datetime
) -> list[Wording]:
    written = await unit.bursts.wordings(workspace_id, since=since)
    return [one for one in written if one.at > looked.get(one.user_id, _NEVER)]


def _unseen(done: Sequence[_Done], looked: Mapping[str, datetime]) -> list[_Done]:
    return [one for one in done if one.user_id not in looked or one.at_us > _us(looked[one.user_id])]


async def _newness(
    unit: UnitOfWork,
    workspace_id: str,
    deeds: Sequence[Deed],
    wordings: Sequence[Wording],
    *,
    now: datetime,
) -> Newness:
    people = sorted({one.user_id for one in deeds} | {one.user_id for one in wordings})
    workspace = await unit.workspaces.get(workspace_id)
    first_seen = await unit.bursts.first_seen(workspace_id, user_ids=people)
    return Newness(first_seen, workspace.created_at, now)


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
