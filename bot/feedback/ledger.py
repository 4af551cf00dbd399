"""The ledger: takes one act, keeps it as a signal, and moves the opinion that follows from it.

Everything happens in the caller's transaction, with the draft locked, so that replicas take turns per draft. The
number of statements does not depend on the length of a history: see `fold.admit`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.feedback import fold
from bot.feedback.acts import Act, Ignored, Outcome, Recorded, Touch, Unchanged
from bot.feedback.opinions import Seat
from bot.feedback.rebuild import rebuild_workspace
from bot.feedback.signals import DIMENSIONS, TEXT_KINDS, slot_of
from storage.repositories import DraftPlace, LedgerEntry, LedgerTables, NewSignal
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

TALK = "talk"  # why a reply that is just talk does not count


class Ledger:
    """Records acts; `count_other_organisations` lets guests of shared channels count."""

    def __init__(self, *, count_other_organisations: bool = False) -> None:
        self._count_others = count_other_organisations

    async def record(
        self, unit: UnitOfWork, act: Act, *, now: datetime, place: DraftPlace | None = None
    ) -> Outcome:
        """Take one act into the ledger, in the caller's transaction.

        Args:
            unit: the transaction; the draft stays locked until it ends.
            act: what somebody did. A message that shows no draft changes nothing.
            now: when we received it.
            place: where it lands, if the caller found (and so locked) it already.
        """
        return await unit.ledger.run(lambda tables: self.take(tables, act, now=now, place=place))

    def take(
        self, tables: LedgerTables, act: Act, *, now: datetime, place: DraftPlace | None = None
    ) -> Outcome:
        """Do what `record` does, next to the database."""
        place = place or place_of(tables, act)
        if place is None:
            return Unchanged("not_a_draft")
        reason = self._why_ignored(act, place) or act.ignored
        if reason is not None:
            return _ignore(tables, act, place=place, reason=reason, now=now)
        return _admit(tables, act, place=place, now=now)

    async def refold(
        self, unit: UnitOfWork, *, place: DraftPlace, user_id: str, control: str, talk: bool
    ) -> None:
        """Take the texts of one control out of the count (`talk`) or back into it."""
        await unit.ledger.run(lambda tables: _refold(tables, Seat(place, user_id, control), talk=talk))

    async def rebuild(self, unit: UnitOfWork, *, workspace_id: str | None = None) -> None:
        """Work out standings and tallies anew from the opinions, for one workspace or for all."""
        workspaces = [workspace_id] if workspace_id else [one.id for one in await unit.workspaces.all()]
        for one in workspaces:
            await rebuild_workspace(unit, workspace_id=one)

    async def reconsider(self, unit: UnitOfWork, *, workspace_id: str, user_id: str) -> int:
        """Take out of the count what somebody said before we knew that they are no member; return how many seats.

        Somebody who leaves or opts out later had a say until then: only who they are is asked here.
        """
        seats = sorted(await unit.ledger.seats(workspace_id, user_id=user_id))

        def vacate_all(tables: LedgerTables) -> int:
            # In one go and in order, as reactions do it: every draft is locked before any counter is.
            return sum(
                self._vacate(
                    tables,
                    tables.place(workspace_id, channel_id=channel_id, message_ts=ts, user_id=user_id),
                    user_id=user_id,
                    slot=slot,
                )
                for channel_id, ts, slot in seats
            )

        return await unit.ledger.run(vacate_all)

    def _vacate(self, tables: LedgerTables, place: DraftPlace | None, *, user_id: str, slot: str) -> bool:
        reason = self._why_stranger(place, user_id) if place else None
        if place is None or reason is None:
            return False
        history = tables.slot_history(place.draft_id, user_id=user_id, slot=slot)
        tables.set_fates({entry.id: (fold.IGNORED, reason) for entry in history if entry.act == "set"})
        Seat(place, user_id, slot).move(tables, counted=_counted(history), opinion=None)
        return True

    def _why_ignored(self, act: Act, place: DraftPlace) -> str | None:
        if act.act == "withdraw":
            return None  # Taking something back is always allowed, and harmless where nothing counts.
        known = replace(
            place,
            is_bot=act.author_is_bot or place.is_bot,
            home_team_id=act.author_team_id or place.home_team_id,
        )
        reasons = {"deactivated": place.deactivated, "opted_out": place.opted_out}
        stranger = self._why_stranger(known, act.user_id)
        return stranger or next((reason for reason, applies in reasons.items() if applies), None)

    def _why_stranger(self, place: DraftPlace, user_id: str) -> str | None:
        home = place.home_team_id or place.workspace_id
        reasons = {
            "own_bot": user_id == place.bot_user_id,
            "bot": place.is_bot,
            "other_organisation": home != place.workspace_id and not self._count_others,
        }
        return next((reason for reason, applies in reasons.items() if applies), None)


async def find_place(unit: UnitOfWork, act: Act) -> DraftPlace | None:
    """Find and lock the draft that the act's message shows."""
    return await unit.ledger.run(lambda tables: place_of(tables, act))


def place_of(tables: LedgerTables, act: Act | Touch) -> DraftPlace | None:
    """Do what `find_place` does, next to the database."""
    return tables.place(
        act.workspace_id, channel_id=act.channel_id, message_ts=act.message_ts, user_id=act.user_id
    )


def _refold(tables: LedgerTables, seat: Seat, *, talk: bool) -> None:
    history = tables.slot_history(seat.place.draft_id, user_id=seat.user_id, slot=seat.slot)
    entries = [_judged(entry, talk=talk) for entry in history]
    folded = fold.fold(entries)
    fates = {entry.id: folded.fates.get(entry.id, (entry.status, entry.reason)) for entry in entries}
    tables.set_fates({one.id: fates[one.id] for one in history if fates[one.id] != (one.status, one.reason)})
    opinion = next((entry for entry in history if entry.id == folded.opinion), None)
    seat.move(tables, counted=_counted(history), opinion=opinion)


def holds(held: Sequence[LedgerEntry], *, control: str) -> bool:
    """Tell whether a control has a standing value among these open signals."""
    return any(entry.control == control and entry.act == "set" for entry in held)


def _ignore(tables: LedgerTables, act: Act, *, place: DraftPlace, reason: str, now: datetime) -> Outcome:
    entry = replace(
        _entry(act, slot=slot_of(act.kind, control=act.control)), status=fold.IGNORED, reason=reason
    )
    # The words of somebody who does not count are none of our business.
    heard = act if reason == TALK else replace(act, text=None)
    stored = tables.add(_signal(heard, entry, place=place, now=now))
    return Ignored(place, reason) if stored else Unchanged("known_already")


def _admit(tables: LedgerTables, act: Act, *, place: DraftPlace, now: datetime) -> Outcome:
    held = tables.open_signals(place.draft_id, user_id=act.user_id, slots=_slots(act))
    entry = _entry(act, slot=_slot(act, held))
    entries = [one for one in held if one.slot == entry.slot]
    admitted = fold.admit(entry, open_entries=entries)
    status, reason = admitted.fate
    if not tables.add(_signal(act, replace(entry, status=status, reason=reason), place=place, now=now)):
        return Unchanged("known_already")
    if place.is_bot is None:
        tables.meet(act.workspace_id, user_id=act.user_id)
    if admitted.withdraws:
        tables.withdraw_before(entry, draft_id=place.draft_id, user_id=act.user_id)
    tables.set_fates(admitted.changes)
    opinion = next((one for one in [entry, *entries] if one.id == admitted.opinion), None)
    counted = _counted(entries)
    seat = Seat(place, act.user_id, entry.slot)
    belief = seat.move(tables, counted=counted, opinion=opinion, weight=act.weight)
    return Recorded(place, entry.id, belief, changed=counted is not opinion)


def _slots(act: Act) -> tuple[str, ...]:
    """A withdrawal looks in every dimension: the emoji's meaning may have been changed since it was set."""
    return DIMENSIONS if _may_move(act) else (slot_of(act.kind, control=act.control),)


def _slot(act: Act, held: Sequence[LedgerEntry]) -> str:
    usual = slot_of(act.kind, control=act.control)
    standing = (entry.slot for entry in held if entry.control == act.control and entry.act == "set")
    return next(standing, usual) if _may_move(act) else usual


def _may_move(act: Act) -> bool:
    return act.act == "withdraw" and act.kind not in TEXT_KINDS


def _counted(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    return next((entry for entry in entries if entry.status == fold.COUNTED), None)


def _judged(entry: LedgerEntry, *, talk: bool) -> LedgerEntry:
    if entry.act == "set" and talk and entry.status != fold.IGNORED:
        return replace(entry, status=fold.IGNORED, reason=TALK)
    if entry.reason == TALK and not talk:
        return replace(entry, status=fold.COUNTED, reason=None)
    return entry


def _entry(act: Act, *, slot: str) -> LedgerEntry:
    return LedgerEntry(
        id=new_id(),
        slot=slot,
        event_us=act.event_us,
        event_id=act.event_id,
        control=act.control,
        act=act.act,
        status=fold.COUNTED,
        reason=None,
        kind=act.kind,
        value=act.value,
    )


def _signal(act: Act, entry: LedgerEntry, *, place: DraftPlace, now: datetime) -> NewSignal:
    return NewSignal(
        entry=entry,
        workspace_id=act.workspace_id,
        draft_id=place.draft_id,
        revision_id=place.revision_id,
        channel_id=act.channel_id,
        message_ts=act.message_ts,
        user_id=act.user_id,
        received_at=now,
        text=act.text,
    )
