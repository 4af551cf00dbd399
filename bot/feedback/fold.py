"""From the signals of one slot to the one opinion they amount to: pure, and independent of arrival order.

Signals are ordered by `(event_us, event_id)`. Every control holds one standing value: its latest `set` that no
`withdraw` follows. The opinion is the standing control that changed last. `fold` reads the whole history and is the
rule; `admit` reads only the *open* signals (at most two per control) and says what one more signal changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from storage.repositories import LedgerEntry

COUNTED, SUPERSEDED, WITHDRAWN, IGNORED = "counted", "superseded", "withdrawn", "ignored"
NEWER_VALUE = "newer_value"  # the same control was set again
OTHER_CONTROL = "other_control"  # still standing, but another control changed later
LATEST_WITHDRAWAL = (
    "latest_withdrawal"  # marks the row that later signals of the control are measured against
)

Fate = tuple[str, str | None]
_IS_COUNTED: Fate = (COUNTED, None)
_IS_OLD: Fate = (SUPERSEDED, NEWER_VALUE)
_STANDS_ASIDE: Fate = (SUPERSEDED, OTHER_CONTROL)
_IS_WITHDRAWN: Fate = (WITHDRAWN, None)
_IS_LATEST_WITHDRAWAL: Fate = (WITHDRAWN, LATEST_WITHDRAWAL)


@dataclass(frozen=True)
class Folded:
    """The outcome: the id of the signal that is the opinion, and the fate of every signal by id."""

    opinion: str | None
    fates: dict[str, Fate]


@dataclass(frozen=True)
class Admitted:
    """What one more signal changes: its own fate, other open signals' new fates, and the opinion's signal id.

    `withdraws` asks for every earlier `set` of the same control to become `withdrawn`.
    """

    fate: Fate
    opinion: str | None
    changes: dict[str, Fate] = field(default_factory=dict)
    withdraws: bool = False


def order(entry: LedgerEntry) -> tuple[int, str]:
    """Return what orders signals."""
    return entry.event_us, entry.event_id


def fold(entries: Iterable[LedgerEntry]) -> Folded:
    """Fold the whole history of one slot; ignored signals do not enter."""
    history = sorted((entry for entry in entries if entry.status != IGNORED), key=order)
    last = {entry.control: entry for entry in history}
    standing = sorted((entry for entry in last.values() if entry.act == "set"), key=order)
    opinion = standing[-1] if standing else None
    withdrawals = {entry.control: entry for entry in history if entry.act == "withdraw"}
    fates = {
        entry.id: _fate(
            entry, last=last[entry.control], withdrawal=withdrawals.get(entry.control), opinion=opinion
        )
        for entry in history
    }
    return Folded(opinion.id if opinion else None, fates)


def admit(new: LedgerEntry, *, open_entries: Sequence[LedgerEntry]) -> Admitted:
    """Say what `new` changes, reading only the open signals of its slot (see `is_open`)."""
    folded = fold([*open_entries, new])
    changes = {
        entry.id: folded.fates[entry.id]
        for entry in open_entries
        if folded.fates[entry.id] != (entry.status, entry.reason)
    }
    fate = folded.fates[new.id]
    return Admitted(fate, folded.opinion, changes, withdraws=fate == _IS_LATEST_WITHDRAWAL)


def is_open(entry: LedgerEntry) -> bool:
    """Tell whether later signals can depend on this one: standing values and each control's latest withdrawal."""
    return entry.status == COUNTED or entry.reason in {OTHER_CONTROL, LATEST_WITHDRAWAL}


def _fate(
    entry: LedgerEntry, *, last: LedgerEntry, withdrawal: LedgerEntry | None, opinion: LedgerEntry | None
) -> Fate:
    if entry is withdrawal:
        return _IS_LATEST_WITHDRAWAL
    if withdrawal is not None and order(entry) < order(withdrawal):
        return _IS_WITHDRAWN
    if entry is not last:
        return _IS_OLD
    return _IS_COUNTED if entry is opinion else _STANDS_ASIDE
