"""Keeps an index of past briefs per workspace: built when it is first wanted, then kept in line by what changed."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.learning.examples.retrieval_index import MOST, BriefIndex, Entry
from bot.learning.examples.retrieval_meaning import Meaning
from bot.llm.openai_embeddings import OpenAIEmbeddings
from bot.logs import get_logger
from storage.engine import Database
from storage.queries.examples import TeachingDraft
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
MOST_IN_ALL: Final = (
    4 * MOST
)  # drafts of all workspaces: beyond it the workspace that was idle longest is let go
PATIENCE: Final = (
    1.0  # seconds a draft waits for an index that is being built; what is in by then is searched
)
_PAGE: Final = 500
# How far back a look for news goes: a transaction takes a moment to commit, and replicas' clocks differ.
_OVERLAP: Final = timedelta(minutes=2)
_LONG_AGO: Final = timedelta(hours=1)  # Who heard nothing for so long goes through everything again.


@dataclass
class _Shelf:
    """One workspace's index, and since when news of it is to be read."""

    index: BriefIndex
    meaning: Meaning | None
    seen_until: datetime
    work: "asyncio.Task[None] | None" = None
    is_whole: bool = False

    def add(self, drafts: Iterable[TeachingDraft]) -> None:
        """Take drafts in; opening and reading their briefs takes a while where they are many."""
        entries = [
            Entry(draft.id, draft.channel_id, draft.task, draft.at, draft.brief)
            for draft in drafts
            if draft.id not in self.index
        ]
        self.index.add(entries)
        if self.meaning is not None:
            self.meaning.want((entry.draft_id, entry.brief) for entry in entries)

    async def close(self) -> None:
        """Stop what is going on."""
        if self.work is not None:
            self.work.cancel()
            await asyncio.gather(self.work, return_exceptions=True)
        if self.meaning is not None:
            await self.meaning.close()


class Shelves:
    """The indexes of all workspaces, in memory alone."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        embeddings: OpenAIEmbeddings | None = None,
        most: int = MOST,
        most_in_all: int = MOST_IN_ALL,
    ) -> None:
        self._database = database
        self._clock = clock
        self._embeddings = embeddings
        self._most = most
        self._most_in_all = most_in_all
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()

    async def close(self) -> None:
        """Stop what is being built, and close the endpoint."""
        for shelf in self._shelves.values():
            await shelf.close()
        if self._embeddings is not None:
            await self._embeddings.close()

    async def prepare(self, workspace_id: str) -> None:
        """Build the workspace's index if that was not done yet; of a large one a draft awaits only the beginning.

        Hold no transaction meanwhile.
        """
        shelf = self._shelf(workspace_id)
        if shelf.is_whole and self._clock() - shelf.seen_until < _LONG_AGO:
            return
        if shelf.work is None or shelf.work.done():
            shelf.work = asyncio.create_task(self._build(workspace_id, shelf))
        await asyncio.wait([shelf.work], timeout=PATIENCE)

    async def wait_until_whole(self, workspace_id: str) -> None:
        """Wait for as long as it takes until everything is in; for who measures, drafts do not wait for that."""
        shelf = self._shelf(workspace_id)
        while not shelf.is_whole:
            await self.prepare(workspace_id)

    async def index(
        self, unit: UnitOfWork, workspace_id: str, *, recent: Sequence[TeachingDraft]
    ) -> BriefIndex:
        """Return the workspace's index with all that is new in it, `recent` among it; as far as it is built."""
        shelf, now = self._shelf(workspace_id), self._clock()
        if shelf.is_whole:
            shelf.add(await unit.examples.changed(workspace_id, since=shelf.seen_until - _OVERLAP))
            shelf.seen_until = now
        shelf.add(recent)
        return shelf.index

    def forget(self, workspace_id: str, draft_ids: Iterable[str]) -> None:
        """Leave out drafts that teach nothing any more; what is done about one later brings it back."""
        self._shelf(workspace_id).index.discard(draft_ids)

    async def similar(self, workspace_id: str, *, brief: str) -> Mapping[str, float]:
        """Return how alike drafts are in meaning, 0 … 1, where an embeddings endpoint is set and answers.

        Hold no transaction meanwhile.
        """
        shelf = self._shelf(workspace_id)
        if shelf.meaning is None:
            return {}
        return await shelf.meaning.similar(brief)

    def _shelf(self, workspace_id: str) -> _Shelf:
        shelf = self._shelves.get(workspace_id)
        if shelf is None:
            meaning = Meaning(self._embeddings) if self._embeddings else None
            shelf = _Shelf(BriefIndex(most=self._most), meaning, seen_until=self._clock())
            self._shelves[workspace_id] = shelf
        self._shelves.move_to_end(workspace_id)
        self._let_go()
        return shelf

    def _let_go(self) -> None:
        """Forget the workspaces that were idle longest while there is too much in all."""
        while (
            len(self._shelves) > 1
            and sum(len(shelf.index) for shelf in self._shelves.values()) > self._most_in_all
        ):
            _, shelf = self._shelves.popitem(last=False)
            if shelf.work is not None:
                shelf.work.cancel()

    async def _build(self, workspace_id: str, shelf: _Shelf) -> None:
        """Put all drafts that teach in, the newest first, a page at a time and beside the loop."""
        began = self._clock()
        try:
            async with self._database.read() as unit:
                teaching = await unit.examples.teaching(workspace_id, limit=self._most)
            draft_ids = [draft_id for draft_id in teaching if draft_id not in shelf.index]
            for start in range(0, len(draft_ids), _PAGE):
                await self._put(workspace_id, shelf, draft_ids[start : start + _PAGE])
        except Exception:
            log.exception("examples_index_failed", workspace=workspace_id)  # The next draft tries again.
            return
        shelf.seen_until, shelf.is_whole = began, True

    async def _put(self, workspace_id: str, shelf: _Shelf, draft_ids: Sequence[str]) -> None:
        async with self._database.read() as unit:
            drafts = await unit.examples.of_ids(workspace_id, draft_ids=draft_ids)
        await asyncio.to_thread(shelf.add, drafts)
