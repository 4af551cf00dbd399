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
from bot.feedback.rejudge import TALK, counted_of, rejudge
from bot.feedback.signals import DIMENSIONS, dimension_of, slot_of
from bot.feedback.who_counts import QUARANTINED, WhoCounts, why_held
from storage.repositories import DraftPlace, LedgerEntry, LedgerTables, NewSignal
from storage.types import new_id
from storage.unit_of_work import UnitOfWork


class Ledger:
    """Records acts; `count_other_organisations` lets guests of shared channels count."""

    def __init__(self, *, count_other_organisations: bool = False) -> None:
        self._who_counts = WhoCounts(count_other_organisations=count_other_organisations)

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
        reason = self._who_counts.why_ignored(act, place) or act.ignored or why_held(act, place)
        if reason is not None:
            return _ignore(tables, act, place=place, reason=reason, now=now)
        return _admit(tables, act, place=place, now=now)

    async def refold(
        self, unit: UnitOfWork, *, place: DraftPlace, user_id: str, control: str, talk: bool
    ) -> None:
        """Take the texts of one control out of the count (`talk`) or back into it."""
        held = await unit.holds.spans(place.workspace_id, user_id=user_id)
        judgement = replace(self._who_counts.judgement(place, user_id=user_id, held=held), talk=talk)
        await unit.ledger.run(lambda tables: rejudge(tables, Seat(place, user_id, control), judgement))

    async def rebuild(self, unit: UnitOfWork, *, workspace_id: str | None = None) -> None:
        """Work out standings and tallies anew from the opinions, for one workspace or for all."""
        workspaces = [workspace_id] if workspace_id else [one.id for one in await unit.workspaces.all()]
        for one in workspaces:
            await rebuild_workspace(unit, workspace_id=one)

    async def reconsider(self, unit: UnitOfWork, *, workspace_id: str, user_id: str, limit: int = 0) -> int:
        """Judge anew what somebody said, by who they are, what they want and what the workspace counts now.

        Somebody who leaves later had a say until then; of bots, of people who opted out, and of other organisations
        where those do not count, nothing stands. Of a span that is held back nothing stands either; the rest does.

        Returns:
            In how many seats (slots of drafts) something was judged anew, at most `limit` of them (0: all).
        """
        who = await unit.ledger.person(workspace_id, user_id=user_id)
        held = await unit.holds.spans(workspace_id, user_id=user_id)
        judgement = self._who_counts.judgement(who, user_id=user_id, held=held)
        seats = sorted(
            await unit.ledger.seats(
                workspace_id,
                user_id=user_id,
                counting=judgement.reason is not None,
                ignored_for=judgement.forgiven,
                held=held,
            )
        )

        def judge_all(tables: LedgerTables) -> int:
            # In one go and in order, as reactions do it: every draft is locked before any counter is.
            judged = 0
            for channel_id, ts, slot in seats:
                place = tables.place(workspace_id, channel_id=channel_id, message_ts=ts, user_id=user_id)
                judged += place is not None and rejudge(tables, Seat(place, user_id, slot), judgement)
                if judged == limit > 0:
                    break
            return judged

        return await unit.ledger.run(judge_all)


async def find_place(unit: UnitOfWork, act: Act) -> DraftPlace | None:
    """Find and lock the draft that the act's message shows."""
    return await unit.ledger.run(lambda tables: place_of(tables, act))


def place_of(tables: LedgerTables, act: Act | Touch) -> DraftPlace | None:
    """Do what `find_place` does, next to the database."""
    return tables.place(
        act.workspace_id, channel_id=act.channel_id, message_ts=act.message_ts, user_id=act.user_id
    )


def holds(held: Sequence[LedgerEntry], *, control: str) -> bool:
    """Tell whether a control has a standing value among these open signals."""
    return any(entry.control == control and entry.act == "set" for entry in held)


def _ignore(tables: LedgerTables, act: Act, *, place: DraftPlace, reason: str, now: datetime) -> Outcome:
    held = tables.open_signals(place.draft_id, user_id=act.user_id, slots=_slots(act))
    slot = _slot(tables, act, place, held)
    entry = replace(_entry(act, slot=slot), status=fold.IGNORED, reason=reason)
    # The words of somebody who does not count are none of our business; what is held back may count yet.
    heard = act if reason in {TALK, QUARANTINED} else replace(act, text=None)
    stored = tables.add(_signal(heard, entry, place=place, now=now))
    return Ignored(place, reason) if stored else Unchanged("known_already")


def _admit(tables: LedgerTables, act: Act, *, place: DraftPlace, now: datetime) -> Outcome:
    held = tables.open_signals(place.draft_id, user_id=act.user_id, slots=_slots(act))
    entry = _entry(act, slot=_slot(tables, act, place, held))
    entries = [one for one in held if one.slot == entry.slot]
    admitted = fold.admit(entry, open_entries=entries)
    status, reason = admitted.fate
    if not tables.add(_signal(act, replace(entry, status=status, reason=reason), place=place, now=now)):
        return Unchanged("known_already")
    _meet(tables, act, place=place, now=now)
    if admitted.withdraws:
        tables.withdraw_before(entry, draft_id=place.draft_id, user_id=act.user_id)
    tables.set_fates(admitted.changes)
    opinion = next((one for one in [entry, *entries] if one.id == admitted.opinion), None)
    counted = counted_of(entries)
    seat = Seat(place, act.user_id, entry.slot)
    belief = seat.move(tables, counted=counted, opinion=opinion, weight=act.weight)
    return Recorded(place, entry.id, belief, changed=counted is not opinion)


def _meet(tables: LedgerTables, act: Act, *, place: DraftPlace, now: datetime) -> None:
    if place.first_seen_at is None:
        tables.meet(act.workspace_id, user_id=act.user_id, now=now)


def _slots(act: Act) -> tuple[str, ...]:
    """An emoji is looked for in every dimension: its meaning may have been changed since it was set."""
    return DIMENSIONS if _may_move(act) else (slot_of(act.kind, control=act.control),)


def _slot(tables: LedgerTables, act: Act, place: DraftPlace, held: Sequence[LedgerEntry]) -> str:
    """Return where an act belongs: a withdrawal where its control was set last before it, and what comes late likewise."""
    usual = slot_of(act.kind, control=act.control)
    if not _may_move(act):
        return usual
    moment = (act.event_us, act.event_id)
    same = [one for one in held if one.control == act.control]
    if act.act == "set":
        taken_back = (one.slot for one in same if one.act == "withdraw" and fold.order(one) > moment)
        return next(taken_back, usual)
    before = [one for one in same if one.act == "set" and fold.order(one) < moment]
    if before:
        return max(before, key=fold.order).slot
    last = tables.last_slot(
        place.draft_id, user_id=act.user_id, control=act.control, slots=DIMENSIONS, before=moment
    )
    return last or usual


def _may_move(act: Act) -> bool:
    is_emoji = act.control.startswith("emoji:")
    return dimension_of(act.kind) in DIMENSIONS and (is_emoji or act.act == "withdraw")


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
