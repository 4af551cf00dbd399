"""What the ledger reads and writes, run next to the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select

from storage.keyring import Keyring, Place
from storage.models import Signal
from storage.repositories import ledger_statements as sql
from storage.repositories.ledger_ahead import Ahead, read_ahead
from storage.repositories.ledger_rows import (
    DraftPlace,
    Landing,
    LedgerEntry,
    NewSignal,
    Sight,
    Standing,
)
from storage.repositories.tallies import TallyDelta, merged
from storage.types import clean_text


class LedgerTables:
    """What the ledger reads and writes for signals, in the transaction of `connection`."""

    def __init__(self, connection: Connection, *, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring
        self._inserts = sql.inserts(connection.dialect.name)
        self._ahead = Ahead()
        self._signals: list[Mapping[str, Any]] = []
        self._opinions: dict[tuple[str, str, str], Mapping[str, Any]] = {}
        self._standings: dict[str, Standing] = {}
        self._met: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._moved: dict[str, dict[str, Any]] = {}
        self._tallies: list[TallyDelta] = []
        self.sights: dict[str, Sight] = {}

    def look_ahead(self, landings: Sequence[Landing]) -> None:
        """Lock and read at once what the acts that come next will ask for."""
        self._ahead = read_ahead(self._connection, landings)

    def place(
        self, workspace_id: str, *, channel_id: str, message_ts: str, user_id: str
    ) -> DraftPlace | None:
        """Find the draft that a message shows and lock it, so that replicas take turns per draft."""
        if found := self._ahead.places.get((workspace_id, channel_id, message_ts, user_id)):
            return found
        where = {
            "workspace": workspace_id,
            "channel": channel_id,
            "message_ts": message_ts,
            "person": user_id,
        }
        row = self._connection.execute(sql.FIND_PLACE, where).one_or_none()
        return None if row is None else DraftPlace(*row)

    def draft_is_coming(
        self, workspace_id: str, *, channel_id: str, message_ts: str, since: datetime, until: datetime
    ) -> bool:
        """Tell whether a message may show a draft or a revision that is posted just now and not noted yet."""
        where = {"workspace": workspace_id, "channel": channel_id, "since": since, "until": until}
        if self._connection.execute(sql.FIND_COMING, where).first() is not None:
            return True
        revision = self._connection.execute(sql.FIND_COMING_REVISION, {**where, "message_ts": message_ts})
        return revision.first() is not None

    def meet(self, workspace_id: str, *, user_id: str, now: datetime) -> None:
        """Note a person who gives feedback for the first time: when that was, and that Slack is to be asked who they are."""
        met = {"workspace_id": workspace_id, "id": user_id, "first_seen_at": now}
        self._met.setdefault((workspace_id, user_id), met)

    def open_signals(self, draft_id: str, *, user_id: str, slots: Iterable[str]) -> list[LedgerEntry]:
        """Return a person's open signals in these slots: at most two per control."""
        wanted = list(slots)
        if (held := self._ahead.open_signals.get((draft_id, user_id))) is not None:
            return [entry for entry in held if entry.slot in wanted]
        return self._entries(sql.FIND_OPEN, draft_id, user_id, wanted)

    def slot_history(self, draft_id: str, *, user_id: str, slot: str) -> list[LedgerEntry]:
        """Return every signal of one slot: for the short histories of texts."""
        return self._entries(sql.FIND_HISTORY, draft_id, user_id, [slot])

    def last_slot(
        self, draft_id: str, *, user_id: str, control: str, slots: Iterable[str], before: tuple[int, str]
    ) -> str | None:
        """Return in which of these slots a person last set this control before a moment, counted or not."""
        self._write_signals()
        where = {"draft": draft_id, "person": user_id, "of_control": control, "slots": list(slots)}
        moment = {"at": before[0], "event": before[1]}
        slot: str | None = self._connection.execute(
            sql.FIND_LAST_SLOT, {**where, **moment}
        ).scalar_one_or_none()
        return slot

    def wordless(self, draft_id: str, *, user_id: str, slot: str) -> set[str]:
        """Return the ids of a slot's signals without a text: what was written is not known."""
        where = {"draft": draft_id, "person": user_id, "slots": [slot]}
        return set(self._connection.execute(sql.FIND_WORDLESS, where).scalars())

    def distance(self, draft_id: str, *, control: str) -> float:
        """Return the edit distance of the correction that a control made, 0 if there is none."""
        found = self._connection.execute(sql.FIND_DISTANCE, {"draft": draft_id, "of_control": control})
        return found.scalar_one_or_none() or 0.0

    def hidden_at(self, place: DraftPlace) -> datetime | None:
        """Return since when a locked draft's text is out of sight, as far as this transaction knows."""
        known = self.sights.get(place.draft_id)
        return known.hidden_at if known else place.hidden_at

    def put_sight(self, sight: Sight) -> None:
        """Take a locked draft's text out of sight, or show it again; whoever runs the transaction sees to Slack."""
        self._connection.execute(sql.SET_SIGHT, {"draft": sight.draft_id, "at": sight.hidden_at})
        self.sights[sight.draft_id] = sight

    def _entries(
        self, statement: Select[Any], draft_id: str, user_id: str, slots: Sequence[str]
    ) -> list[LedgerEntry]:
        self._write_signals()
        where = {"draft": draft_id, "person": user_id, "slots": slots}
        return [LedgerEntry(*row) for row in self._connection.execute(statement, where)]

    def add(self, signal: NewSignal) -> bool:
        """Append a signal; False when its event is in the ledger already."""
        values = {**vars(signal.entry), **vars(signal)}
        del values["entry"], values["text"]
        values["text_sealed"] = self._sealed(signal)
        self._ahead.open_signals.pop((signal.draft_id, signal.user_id), None)
        event = (signal.workspace_id, signal.entry.event_id)
        if event in self._ahead.new_events:
            self._ahead.new_events.remove(event)
            self._signals.append(values)
            return True
        self._write_signals()
        return self._connection.execute(self._inserts.signal, values).first() is not None

    def _write_signals(self) -> None:
        if self._signals:
            self._connection.execute(self._inserts.new_signals, self._signals)
            self._signals.clear()

    def _before_rewriting(self) -> None:
        """Signals are about to change in the tables: have them all there, and believe nothing that was read before."""
        self._write_signals()
        self._ahead.open_signals.clear()

    def _sealed(self, signal: NewSignal) -> str | None:
        if signal.text is None:
            return None
        place = Place(Signal.__tablename__, "text_sealed", signal.workspace_id, signal.entry.id)
        return self._keyring.seal(clean_text(signal.text), place=place)

    def set_fates(self, fates: Mapping[str, tuple[str, str | None]]) -> None:
        """Rewrite the derived status and reason of these signals."""
        if fates:
            self._before_rewriting()
        for signal_id, (status, reason) in fates.items():
            self._connection.execute(sql.SET_FATE, {"signal": signal_id, "to": status, "why": reason})

    def hold_text(self, draft_id: str, *, user_id: str, control: str, held: bool) -> None:
        """Put the correction that a control made aside, or let it stand again."""
        states = {"was": "standing" if held else "held", "to": "held" if held else "standing"}
        where = {"draft": draft_id, "person": user_id, "of_control": control}
        self._connection.execute(sql.HOLD_TEXT, {**where, **states})

    def withdraw_before(self, withdrawal: LedgerEntry, *, draft_id: str, user_id: str) -> None:
        """Mark every earlier value of the withdrawn control as withdrawn."""
        self._before_rewriting()
        where = {
            "draft": draft_id,
            "person": user_id,
            "slots": [withdrawal.slot],
            "of_control": withdrawal.control,
            "at": withdrawal.event_us,
            "event": withdrawal.event_id,
        }
        self._connection.execute(sql.WITHDRAW_BEFORE, where)

    def put_opinion(self, *, draft_id: str, user_id: str, slot: str, **told: Any) -> None:
        """Make this the person's opinion in its slot; `told` are the other columns of `Opinion`."""
        key = {"draft_id": draft_id, "user_id": user_id, "slot": slot}
        self._opinions[draft_id, user_id, slot] = {**key, **told}

    def drop_opinion(self, draft_id: str, *, user_id: str, slot: str) -> None:
        """The person has no opinion in this slot any more."""
        self._opinions.pop((draft_id, user_id, slot), None)
        self._connection.execute(sql.DROP_OPINION, {"draft": draft_id, "person": user_id, "of_slot": slot})

    def opinion_value(self, draft_id: str, *, user_id: str, slot: str) -> str | None:
        """Return the value that the opinion in this slot carries, if there is one."""
        if waiting := self._opinions.get((draft_id, user_id, slot)):
            return str(waiting["value"])
        where = {"draft": draft_id, "person": user_id, "of_slot": slot}
        value: str | None = self._connection.execute(sql.FIND_VALUE, where).scalar_one_or_none()
        return value

    def standing(self, draft_id: str) -> Standing:
        """Return what the opinions on a locked draft amount to so far."""
        if draft_id not in self._standings:
            # Not together with the lock: a row joined to a locked one is as old as the moment before the wait.
            row = self._connection.execute(sql.FIND_STANDING, {"draft": draft_id}).one_or_none()
            self._standings[draft_id] = Standing(*row) if row else Standing()
        return self._standings[draft_id]

    def put_standing(self, draft_id: str, *, workspace_id: str, standing: Standing) -> None:
        """Make this the standing of a locked draft."""
        self._standings[draft_id] = standing
        self._moved[draft_id] = {"draft_id": draft_id, "workspace_id": workspace_id, **vars(standing)}

    def has_text(self, draft_id: str, *, user_id: str) -> bool:
        """Tell whether a standing reply or edit of this person is there already."""
        said = (key[:2] for key, told in self._opinions.items() if told["dimension"] == "text")
        if (draft_id, user_id) in said:
            return True
        where = {"draft": draft_id, "person": user_id}
        return self._connection.execute(sql.FIND_TEXT, where).first() is not None

    def try_ask(
        self, workspace_id: str, *, user_id: str, draft_id: str, day: date, limit: int = 2, **told: Any
    ) -> bool:
        """Take one of the person's `limit` requests of their local day; nobody is asked twice for one draft.

        The unique places of a day make this safe with any number of replicas. `told` are the other columns of `Ask`.
        """
        ask = {"workspace_id": workspace_id, "user_id": user_id, "draft_id": draft_id, "day": day, **told}
        asks = ({**ask, "place": place} for place in range(1, limit + 1))
        return any(self._connection.execute(self._inserts.ask, one).first() is not None for one in asks)

    def add_tallies(self, deltas: Iterable[TallyDelta]) -> None:
        """Add to the counters."""
        self._tallies += deltas

    def write(self) -> None:
        """Write what waits: many signals on one draft move its standing and its counters once.

        Keys are taken in order, so that no two transactions wait in a ring.
        """
        self._write_signals()
        waiting = (
            (self._inserts.opinion, _in_order(self._opinions)),
            (self._inserts.standing, _in_order(self._moved)),
            (self._inserts.member, _in_order(self._met)),
            (self._inserts.tally, merged(self._tallies)),
        )
        for insert, rows in waiting:
            if rows:
                self._connection.execute(insert, rows)
        for written in (self._opinions, self._moved, self._met, self._tallies):
            written.clear()


def _in_order(rows: Mapping[Any, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for _, row in sorted(rows.items())]
