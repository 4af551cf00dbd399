"""CSV that a spreadsheet can open without running what somebody typed (RFC 4180, formula injection defused)."""

import re
from collections.abc import Iterable

# A spreadsheet takes a cell for a formula when it begins with one of these. Some also look past leading
# white space and quotes, and old importers split at a raw line break, so the beginning of every line counts.
_FORMULA = re.compile(r"""(^|[\r\n])((?:[^\S\r\n]|["'])*[=+\-@＝＋－＠])""")  # noqa: RUF001 - full-width signs count too
_TRICKY_STARTS = ("\t", "\r")
_NEEDS_QUOTES = re.compile(r'[",\r\n]')


def defuse_cell(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would run."""
    safe = _FORMULA.sub(r"\1'\2", text)
    return f"'{safe}" if safe.startswith(_TRICKY_STARTS) else safe


def csv_cell(text: str) -> str:
    """Return one cell, defused, quoted where RFC 4180 asks for it."""
    if text.isascii() and text.isalnum():
        return text  # Ids and words: most cells of an export.
    safe = defuse_cell(text)
    return '"' + safe.replace('"', '""') + '"' if _NEEDS_QUOTES.search(safe) else safe


def csv_line(cells: Iterable[str]) -> str:
    """Return one record with its line end."""
    return ",".join([csv_cell(cell) for cell in cells]) + "\r\n"
