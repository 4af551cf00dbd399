"""Moves one opinion, with the standing of its draft and the tallies that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.feedback import quorum
from bot.feedback.acts import Belief
from bot.feedback.signals import DIMENSIONS, TEXT_KINDS, dimension_of, is_of_trial
from bot.feedback.tallying import (
    counts_of,
    difference,
    flagged_deltas,
    moved,
    opinion_deltas,
    verdict_deltas,
)
from storage.repositories import DraftPlace, LedgerEntry, LedgerTables, TallyDelta


@dataclass(frozen=True)
class Seat:
    """Where an opinion sits: one person, one slot of one draft."""

    place: DraftPlace
    user_id: str
    slot: str

    def move(
        self,
        tables: LedgerTables,
        *,
        counted: LedgerEntry | None,
        opinion: LedgerEntry | None,
        weight: int = 0,
    ) -> Belief | None:
        """Put `opinion` in the place of the signal counted so far, with all that follows; return it.

        `weight` is what the opinion adds to the tallies when it is an edit: its distance in thousandths. A blind vote
        is about two other texts for the same brief, so that it is no opinion on the draft and in no tally.
        """
        after = belief_of(opinion, weight=weight)
        if _id(counted) != _id(opinion) and not is_of_trial(self.slot):
            before = self._held(tables, counted)
            self._write(tables, opinion, after)
            self._add_up(tables, before=before, after=after)
        return after

    def _held(self, tables: LedgerTables, counted: LedgerEntry | None) -> Belief | None:
        """Return the opinion as it was tallied; a text's weight is kept in the opinion, not in the signal."""
        belief = belief_of(counted)
        if belief is None or self.slot in DIMENSIONS:
            return belief
        value = tables.opinion_value(self.place.draft_id, user_id=self.user_id, slot=self.slot)
        return replace(belief, value=value or "")

    def _write(self, tables: LedgerTables, entry: LedgerEntry | None, belief: Belief | None) -> None:
        if entry is None or belief is None:
            tables.drop_opinion(self.place.draft_id, user_id=self.user_id, slot=self.slot)
            return
        tables.put_opinion(
            draft_id=self.place.draft_id,
            user_id=self.user_id,
            slot=self.slot,
            workspace_id=self.place.workspace_id,
            dimension=dimension_of(belief.kind),
            kind=belief.kind,
            value=belief.value,
            signal_id=entry.id,
            event_us=belief.event_us,
        )

    def _add_up(self, tables: LedgerTables, *, before: Belief | None, after: Belief | None) -> None:
        deltas = [
            *opinion_deltas(self.place, user_id=self.user_id, belief=before, sign=-1),
            *opinion_deltas(self.place, user_id=self.user_id, belief=after, sign=1),
        ]
        changes = difference(before=counts_of(before), after=counts_of(after))
        if changes:
            deltas += self._stand(tables, changes, at_us=after.event_us if after else 0)
        tables.add_tallies(deltas)

    def _stand(self, tables: LedgerTables, changes: Mapping[str, int], *, at_us: int) -> list[TallyDelta]:
        place, before = self.place, tables.standing(self.place.draft_id)
        after = moved(before, changes)
        tables.put_standing(place.draft_id, workspace_id=place.workspace_id, standing=after)
        if after.flags != before.flags:
            quorum.settle(tables, place, before=before.flags, after=after.flags, at_us=at_us)
        flagged = list(flagged_deltas(place, before=before.flags, after=after.flags))
        if after.verdict == before.verdict:
            return flagged
        return [
            *flagged,
            *verdict_deltas(place, verdict=before.verdict, sign=-1),
            *verdict_deltas(place, verdict=after.verdict, sign=1),
        ]


def belief_of(entry: LedgerEntry | None, *, weight: int = 0) -> Belief | None:
    """Return what a signal says as an opinion."""
    if entry is None:
        return None
    value = str(weight) if entry.kind in TEXT_KINDS else entry.value
    return Belief(entry.kind, value, entry.event_us)


def _id(entry: LedgerEntry | None) -> str | None:
    return entry.id if entry else None
