"""A frozen version as files that trainers open: one per kind and split, read in pages, as often as they like."""

from collections.abc import AsyncIterator

from bot.training.formats import KINDS, SPLITS, Kind, Shape, reshape_line
from storage.engine import Database


def file_name(kind: str, split: str) -> str:
    """Return what the file of one kind and split is called wherever it goes."""
    return f"{kind}.{split}.jsonl"


class VersionRows:
    """The rows of a frozen version (a `RowSource`); no more than a page of them is held at a time."""

    def __init__(
        self, database: Database, version_id: str, *, kind: Kind | None = None, shape: Shape = "openai"
    ) -> None:
        self._database = database
        self._version_id = version_id
        self._shape: Shape = shape
        kinds = (kind,) if kind else KINDS
        self._files = {file_name(each, split): (each, split) for each in kinds for split in SPLITS}

    @property
    def names(self) -> tuple[str, ...]:
        """The files there are; all of them, also the empty ones."""
        return tuple(self._files)

    async def open(self, name: str) -> AsyncIterator[str]:
        """Yield a file's JSON lines without line ends.

        No transaction stays open between two pages: whoever reads may take their time.
        """
        kind, split = self._files[name]
        after = -1
        while True:
            async with self._database.read() as unit:
                page = await unit.datasets.page(self._version_id, kind=kind, split=split, after=after)
                lines = [reshape_line(row.line, shape=self._shape) for row in page]
            for line in lines:
                yield line
            if not page:
                return
            after = page[-1].position
