"""Judges a person's signals in one slot anew: when who they are, what they want, or how a text is read has changed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.feedback import fold
from bot.feedback.opinions import Seat
from bot.feedback.signals import DIMENSIONS
from bot.feedback.who_counts import Judgement
from storage.repositories import LedgerEntry, LedgerTables

TALK: Final = "talk"  # why a reply that is just talk does not count


def rejudge(tables: LedgerTables, seat: Seat, judgement: Judgement) -> bool:
    """Give every signal of a locked seat the fate it has by this judgement; return whether that changed anything."""
    history = tables.slot_history(seat.place.draft_id, user_id=seat.user_id, slot=seat.slot)
    wordless = _wordless(tables, seat)
    entries = [_judged(entry, judgement, wordless=wordless) for entry in history]
    folded = fold.fold(entries)
    fates = {entry.id: folded.fates.get(entry.id, (entry.status, entry.reason)) for entry in entries}
    changes = {one.id: fates[one.id] for one in history if fates[one.id] != (one.status, one.reason)}
    tables.set_fates(changes)
    opinion = next((entry for entry in history if entry.id == folded.opinion), None)
    seat.move(tables, counted=counted_of(history), opinion=opinion, weight=_weight(tables, seat, opinion))
    return bool(changes)


def counted_of(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """Return the signal that is the opinion."""
    return next((entry for entry in entries if entry.status == fold.COUNTED), None)


def _judged(entry: LedgerEntry, judgement: Judgement, *, wordless: Collection[str]) -> LedgerEntry:
    """Return a signal as the fold is to see it: ignored for the reason that holds now, or not at all."""
    if entry.act != "set":
        return entry
    reason = entry.reason if entry.status == fold.IGNORED else None
    lost = reason not in {None, TALK} and entry.id in wordless
    if lost:
        return entry
    if judgement.talk is not None:
        reason = _read_anew(reason, talk=judgement.talk)
    if reason in judgement.forgiven:
        reason = None
    return _with_reason(entry, reason or judgement.reason)


def _read_anew(reason: str | None, *, talk: bool) -> str | None:
    if talk:
        return TALK
    return None if reason == TALK else reason


def _with_reason(entry: LedgerEntry, reason: str | None) -> LedgerEntry:
    if reason is not None:
        return replace(entry, status=fold.IGNORED, reason=reason)
    return replace(entry, status=fold.COUNTED, reason=None) if entry.status == fold.IGNORED else entry


def _wordless(tables: LedgerTables, seat: Seat) -> Collection[str]:
    """What somebody wrote while they did not count was never kept: it cannot come back."""
    if seat.slot in DIMENSIONS or seat.slot.startswith("implicit:"):
        return frozenset()
    return tables.wordless(seat.place.draft_id, user_id=seat.user_id, slot=seat.slot)


def _weight(tables: LedgerTables, seat: Seat, opinion: LedgerEntry | None) -> int:
    """Return what an edit weighs in the tallies: its distance in thousandths, as its correction has it."""
    if opinion is None or opinion.kind != "edit":
        return 0
    return round(tables.distance(seat.place.draft_id, control=opinion.control) * 1000)
