"""The manifest of a dataset: hashes, counts and every setting that shaped its rows; no texts, no user ids."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.training import near_duplicates, selection, weights
from bot.training.candidates import Exclusion
from bot.training.formats import KINDS, SPLITS, TrainingRow, build_row, json_line
from bot.training.version_rows import file_name

FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is stored: its JSON line, and its place among the rows of its kind."""

    row: TrainingRow
    position: int
    text: str


class Tally:
    """Counts and hashes rows and exclusions as they pass by."""

    def __init__(self) -> None:
        self._files = {file_name(kind, split): hashlib.sha256() for kind in KINDS for split in SPLITS}
        self._rows: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._doubt: Counter[str] = (
            Counter()
        )  # in units of the last digit: adding whole numbers has no rounding
        self._excluded: Counter[str] = Counter()

    def add(self, rows: Iterable[TrainingRow]) -> list[Line]:
        """Count rows, and return them as they are stored."""
        return [self._line(row) for row in rows]

    def leave_out(self, exclusions: Iterable[Exclusion]) -> None:
        """Count what is no row: every signal once for each kind."""
        for exclusion in exclusions:
            self._excluded[exclusion.reason] += len(exclusion.source)

    def manifest(
        self, *, chosen: selection.Selection, layouts: Mapping[str, str], consent: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the manifest of what was added."""
        files = {
            name: {"rows": self._rows[name], "sha256": hashed.hexdigest()}
            for name, hashed in self._files.items()
        }
        whole = "".join(f"{name} {file['sha256']}\n" for name, file in files.items())
        return {
            "format": FORMAT,
            "content_sha256": hashlib.sha256(whole.encode()).hexdigest(),
            "consent": dict(consent),
            "rows": {kind: self._kinds[kind] for kind in KINDS},
            "files": files,
            "layouts": dict(sorted(layouts.items())),
            "split": {
                "by": chosen.split_by,
                "share": chosen.share,
                "held_out": sum(self._rows[file_name(kind, "held_out")] for kind in KINDS),
            },
            **_settings(),
            "label_smoothing": {kind: self._smoothing(kind) for kind in KINDS},
            "excluded": dict(sorted(self._excluded.items())),
        }

    def _line(self, row: TrainingRow) -> Line:
        text, name = json_line(build_row(row)), file_name(row.kind, row.split)
        self._files[name].update(f"{text}\n".encode())
        self._rows[name] += 1
        self._kinds[row.kind] += 1
        self._doubt[row.kind] += round((1 - row.weight) * 10**weights.DIGITS)
        return Line(row, self._kinds[row.kind], text)

    def _smoothing(self, kind: str) -> float:
        """Return the mean doubt in a kind's rows: what trainers that have one figure per run smooth labels by."""
        mean = self._doubt[kind] / max(1, self._kinds[kind])
        return round(mean / 10**weights.DIGITS, weights.DIGITS)


def _settings() -> dict[str, Any]:
    return {
        "person_share": {"most": selection.PERSON_SHARE, "free_rows": selection.FREE_ROWS},
        "near_duplicates": {
            "similarity": near_duplicates.SIMILARITY,
            "words": near_duplicates.SHINGLE,
            "hashes": near_duplicates.HASHES,
            "bands": near_duplicates.BANDS,
        },
        "weights": {
            "mean": "P(chosen better)",
            "least": weights.LEAST_CERTAIN,
            "correction_verdicts": weights.CORRECTION_VERDICTS,
            "approval_verdicts": weights.APPROVAL_VERDICTS,
            "epoch_keeps": "sha256(seed:epoch:source) / 2**64 < weight",
        },
    }
