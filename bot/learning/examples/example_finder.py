"""Finds the examples for a brief: by the index which drafts, from the database what may be used of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.learning.examples.choosing import ALIKE_ENOUGH, Candidate, choose, distinct
from bot.learning.examples.examples import EXAMPLES, Example, example_of
from bot.learning.examples.lessons import lesson_of
from bot.learning.examples.retrieval import Shelves
from bot.learning.examples.retrieval_index import Hit
from bot.learning.scopes import Cell
from storage.engine import Database
from storage.models import Correction
from storage.queries.examples import Taught, TeachingDraft
from storage.repositories import HeldSpan
from storage.unit_of_work import UnitOfWork

LATEST: Final = 50  # drafts of the channel that are always looked at, whatever the index knows
OLDEST: Final = timedelta(days=365)  # Nobody's style is what it was a year ago.
_NEWEST: Final = 8  # of the latest ones that are candidates whatever they are about
_FOUND: Final = 4  # drafts that are read per example wanted: some may not be used
_MICROSECONDS: Final = 1_000_000


class Examples:
    """What people made of past drafts, for the next one."""

    def __init__(self, database: Database, *, shelves: Shelves, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._shelves = shelves
        self._clock = clock

    async def close(self) -> None:
        """Stop what goes on beside the drafts."""
        await self._shelves.close()

    async def find(
        self,
        cell: Cell,
        *,
        workspace_id: str,
        brief: str,
        limit: int = EXAMPLES,
        with_text_only: bool = False,
        without: Collection[str] = (),
    ) -> tuple[Example, ...]:
        """Return up to `limit` examples for a brief, the most telling first.

        What opted-out people wrote, what is held back, hidden, withdrawn or undone is never among them: that is read
        anew each time. What is older than a year is not looked for.

        Args:
            cell: where the brief was asked; other tasks and workspaces teach nothing here.
            workspace_id: whose drafts.
            brief: what is to be written.
            limit: the most examples.
            with_text_only: only examples with a better text, of this channel alone: for models that copy.
            without: drafts that are none: the very one that is written again.
        """
        if limit < 1:
            return ()
        await self._shelves.prepare(workspace_id)
        similar = await self._shelves.similar(workspace_id, brief=brief)
        async with self._database.read() as unit:
            hits = await self._hits(
                unit, cell, workspace_id=workspace_id, brief=brief, limit=limit * _FOUND, similar=similar
            )
            if with_text_only or without:
                hits = [hit for hit in hits if _may_show(hit, here_only=with_text_only, without=without)]
            taught = await unit.examples.taught_by(workspace_id, draft_ids=[hit.draft_id for hit in hits])
            silent, held = await _left_out(unit, workspace_id, taught)
        self._shelves.forget(workspace_id, [one.draft.id for one in taught.values() if one.is_empty])
        candidates = [
            one
            for hit in hits
            if hit.draft_id in taught
            for one in _candidates(hit, taught[hit.draft_id], silent=silent, held=held)
            if one.example.better or not with_text_only
        ]
        return choose(distinct(candidates), limit=limit, now=self._clock().timestamp())

    async def _hits(
        self,
        unit: UnitOfWork,
        cell: Cell,
        *,
        workspace_id: str,
        brief: str,
        limit: int,
        similar: Mapping[str, float],
    ) -> list[Hit]:
        recent = await unit.examples.recent(
            workspace_id, channel_id=cell.channel_id, task=cell.task, limit=LATEST
        )
        index = await self._shelves.index(unit, workspace_id, recent=recent)
        since = self._clock() - OLDEST
        here, elsewhere = index.search(
            brief,
            channel_id=cell.channel_id,
            task=cell.task,
            since=since,
            limit=limit,
            similar=similar,
        )
        found = {hit.draft_id for hit in here}
        newest = [one for one in recent[:_NEWEST] if one.id not in found and one.at >= since]
        return [*here, *map(_unlike, newest), *(hit for hit in elsewhere if hit.similarity >= ALIKE_ENOUGH)]


def _may_show(hit: Hit, *, here_only: bool, without: Collection[str]) -> bool:
    return (hit.is_here or not here_only) and hit.draft_id not in without


def _unlike(draft: TeachingDraft) -> Hit:
    return Hit(draft.id, 0.0, is_here=True, at=draft.at.timestamp())


async def _left_out(
    unit: UnitOfWork, workspace_id: str, taught: Mapping[str, Taught]
) -> tuple[set[str], Mapping[str, tuple[HeldSpan, ...]]]:
    """Return who opted out of being learned from, and which spans of time of whom are held back."""
    people = {each for one in taught.values() for each in _people(one)}
    silent = await unit.examples.silent(workspace_id, user_ids=people)
    return silent, await unit.holds.spans_of(workspace_id, user_ids=people)


def _people(taught: Taught) -> Iterator[str]:
    yield taught.draft.requester_id
    yield from (correction.user_id for correction in taught.corrections)
    if taught.accepted is not None and taught.accepted.author_id:
        yield taught.accepted.author_id


def _candidates(
    hit: Hit, taught: Taught, *, silent: set[str], held: Mapping[str, Sequence[HeldSpan]]
) -> Iterator[Candidate]:
    draft = taught.draft
    for correction in taught.corrections:
        spans = held.get(correction.user_id, ())
        if correction.user_id not in silent and _may_teach(correction, spans):
            example = example_of(lesson_of(draft, correction))
            yield Candidate(example, correction.changed_at.timestamp(), hit.similarity, hit.is_here)
    if taught.accepted and not taught.corrections and silent.isdisjoint(_people(taught)):
        example = Example("accepted", draft.id, draft.brief or "", better=taught.accepted.text or "")
        yield Candidate(example, hit.at, hit.similarity, hit.is_here)


def _may_teach(correction: Correction, spans: Sequence[HeldSpan]) -> bool:
    at = int(correction.changed_at.timestamp() * _MICROSECONDS)
    return bool(correction.text) and correction.lesson == "on" and not any(span.covers(at) for span in spans)
