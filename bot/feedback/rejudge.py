"""Judges a person's signals in one slot anew: when who they are, what they want, or how a text is read has changed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.feedback import fold
from bot.feedback.opinions import Seat
from bot.feedback.signals import DIMENSIONS, is_of_trial
from bot.feedback.who_counts import QUARANTINED, Judgement
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
    if changes:
        _settle_text(tables, seat, folded.opinion, held=any(why == QUARANTINED for _, why in fates.values()))
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
    lost = reason not in {None, TALK, QUARANTINED} and entry.id in wordless
    if lost:
        return entry
    if judgement.talk is not None:
        reason = _read_anew(reason, talk=judgement.talk)
    if reason in judgement.forgiven or reason == QUARANTINED:
        reason = None
    return _with_reason(entry, reason or judgement.why_not(entry.event_us))


def _read_anew(reason: str | None, *, talk: bool) -> str | None:
    if talk:
        return TALK
    return None if reason == TALK else reason


def _with_reason(entry: LedgerEntry, reason: str | None) -> LedgerEntry:
    if reason is not None:
        return replace(entry, status=fold.IGNORED, reason=reason)
    return replace(entry, status=fold.COUNTED, reason=None) if entry.status == fold.IGNORED else entry


def _settle_text(tables: LedgerTables, seat: Seat, opinion: str | None, *, held: bool) -> None:
    """Put the correction behind a text that is held back aside; one that counts stands."""
    if _is_text(seat) and (opinion or held):
        place = seat.place.draft_id
        tables.hold_text(place, user_id=seat.user_id, control=seat.slot, held=opinion is None)


def _is_text(seat: Seat) -> bool:
    is_apart = seat.slot.startswith("implicit:") or is_of_trial(seat.slot)
    return seat.slot not in DIMENSIONS and not is_apart


def _wordless(tables: LedgerTables, seat: Seat) -> Collection[str]:
    """What somebody wrote while they did not count was never kept (unless it was held back): it cannot come back."""
    if not _is_text(seat):
        return frozenset()
    return tables.wordless(seat.place.draft_id, user_id=seat.user_id, slot=seat.slot)


def _weight(tables: LedgerTables, seat: Seat, opinion: LedgerEntry | None) -> int:
    """Return what an edit weighs in the tallies: its distance in thousandths, as its correction has it."""
    if opinion is None or opinion.kind != "edit":
        return 0
    return round(tables.distance(seat.place.draft_id, control=opinion.control) * 1000)
