"""Rows of a dataset that a test wrote down."""

from collections.abc import AsyncIterator, Mapping, Sequence


class ListedRows:
    """A `RowSource` over lists of JSON lines."""

    def __init__(self, files: Mapping[str, Sequence[str]]) -> None:
        self.files = files

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.files)

    async def open(self, name: str) -> AsyncIterator[str]:
        for line in self.files[name]:
            yield line
