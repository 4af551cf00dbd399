"""The ledger's statements, made once and run next to the database: a few per signal, whatever the history's length."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.keyring import Keyring, Place
from storage.models import (
    Draft,
    DraftMessage,
    DraftStanding,
    Member,
    Opinion,
    Post,
    Signal,
    Tally,
    Workspace,
)
from storage.repositories.ledger_rows import (
    COUNTS,
    ENTRY,
    PLACE,
    STANDING,
    DraftPlace,
    LedgerEntry,
    NewSignal,
    Standing,
)
from storage.repositories.tallies import TallyDelta, merged
from storage.types import clean_text

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_TALLY_KEY = ("workspace_id", "day", "channel_id", "task", "release", "user_id", "measure")
_OPINION_KEY = ("draft_id", "user_id", "slot")

_IN_SLOT = and_(Signal.draft_id == bindparam("draft"), Signal.user_id == bindparam("person"))
_IN_SLOTS = and_(_IN_SLOT, Signal.slot.in_(bindparam("slots", expanding=True)))
# One part per status, so that each is a look-up in the index and none a walk through the history.
# What later signals depend on is said in bot/feedback/fold.py.
_OPEN_PARTS = (
    and_(_IN_SLOTS, Signal.status == "counted"),
    and_(_IN_SLOTS, Signal.status == "superseded", Signal.reason == "other_control"),
    and_(_IN_SLOTS, Signal.status == "withdrawn", Signal.reason == "latest_withdrawal"),
)
_OF_OPINION = and_(
    Opinion.draft_id == bindparam("draft"),
    Opinion.user_id == bindparam("person"),
    Opinion.slot == bindparam("of_slot"),
)

_FIND_PLACE: Select[Any] = (
    select(*PLACE)
    .join(DraftMessage, DraftMessage.draft_id == Draft.id)
    .outerjoin(Workspace, Workspace.id == Draft.workspace_id)
    .outerjoin(Member, and_(Member.workspace_id == Draft.workspace_id, Member.id == bindparam("person")))
    .where(
        DraftMessage.workspace_id == bindparam("workspace"),
        DraftMessage.channel_id == bindparam("channel"),
        DraftMessage.ts == bindparam("message_ts"),
    )
    .with_for_update(of=Draft)
)
_FIND_COMING: Select[Any] = (
    select(Draft.id)
    .where(
        Draft.workspace_id == bindparam("workspace"),
        Draft.channel_id == bindparam("channel"),
        Draft.posted_at.is_(None),
        Draft.state == "asked",
        Draft.created_at.between(bindparam("since"), bindparam("until")),
    )
    .limit(1)
)
_FIND_COMING_REVISION: Select[Any] = (
    select(Post.key)
    .where(
        Post.workspace_id == bindparam("workspace"),
        Post.channel_id == bindparam("channel"),
        Post.key.like("revise:%"),
        Post.attempted_at.between(bindparam("since"), bindparam("until")),
        or_(Post.ts.is_(None), Post.ts == bindparam("message_ts")),
    )
    .limit(1)
)
_FIND_OPEN: Select[Any] = select(*ENTRY).where(or_(*_OPEN_PARTS))
_FIND_HISTORY: Select[Any] = select(*ENTRY).where(_IN_SLOTS)
_SET_FATE: Update = (
    update(Signal)
    .where(Signal.id == bindparam("signal"))
    .values(status=bindparam("to"), reason=bindparam("why"))
)
_WITHDRAW_BEFORE: Update = (
    update(Signal)
    .where(
        _IN_SLOTS,
        Signal.status.in_(["counted", "superseded"]),
        Signal.control == bindparam("of_control"),
        Signal.act == "set",
        tuple_(Signal.event_us, Signal.event_id) < tuple_(bindparam("at"), bindparam("event")),
    )
    .values(status="withdrawn", reason=None)
)
_DROP_OPINION: Delete = delete(Opinion).where(_OF_OPINION)
_FIND_VALUE: Select[Any] = select(Opinion.value).where(_OF_OPINION)
_SET_VERDICT: Update = (
    update(DraftStanding)
    .where(DraftStanding.draft_id == bindparam("draft"))
    .values(verdict=bindparam("is_now"))
)


@dataclass(frozen=True)
class _Inserts:
    """The statements that each dialect spells in its own class."""

    signal: Any
    opinion: Any
    standing: Any
    tally: Any
    member: Any


@cache
def _inserts(dialect: str) -> _Inserts:
    insert = _INSERTS[dialect]
    opinion, standing, tally = insert(Opinion), insert(DraftStanding), insert(Tally)
    told = ("dimension", "kind", "value", "signal_id", "event_us")
    return _Inserts(
        signal=insert(Signal).on_conflict_do_nothing().returning(Signal.id),
        opinion=opinion.on_conflict_do_update(
            index_elements=_OPINION_KEY, set_={name: opinion.excluded[name] for name in told}
        ),
        standing=standing.on_conflict_do_update(
            index_elements=["draft_id"],
            set_={name: getattr(DraftStanding, name) + standing.excluded[name] for name in COUNTS},
        ).returning(*STANDING),
        tally=tally.on_conflict_do_update(
            index_elements=_TALLY_KEY,
            set_={"n": Tally.n + tally.excluded.n, "total": Tally.total + tally.excluded.total},
        ),
        member=insert(Member).on_conflict_do_nothing(),
    )


class LedgerTables:
    """What the ledger reads and writes for one signal, in the transaction of `connection`."""

    def __init__(self, connection: Connection, *, keyring: Keyring) -> None:
        self._connection = connection
        self._keyring = keyring
        self._inserts = _inserts(connection.dialect.name)

    def place(
        self, workspace_id: str, *, channel_id: str, message_ts: str, user_id: str
    ) -> DraftPlace | None:
        """Find the draft that a message shows and lock it, so that replicas take turns per draft."""
        where = {
            "workspace": workspace_id,
            "channel": channel_id,
            "message_ts": message_ts,
            "person": user_id,
        }
        row = self._connection.execute(_FIND_PLACE, where).one_or_none()
        return None if row is None else DraftPlace(*row)

    def draft_is_coming(
        self, workspace_id: str, *, channel_id: str, message_ts: str, since: datetime, until: datetime
    ) -> bool:
        """Tell whether a message may show a draft or a revision that is posted just now and not noted yet."""
        where = {"workspace": workspace_id, "channel": channel_id, "since": since, "until": until}
        if self._connection.execute(_FIND_COMING, where).first() is not None:
            return True
        revision = self._connection.execute(_FIND_COMING_REVISION, {**where, "message_ts": message_ts})
        return revision.first() is not None

    def meet(self, workspace_id: str, *, user_id: str) -> None:
        """Note a person we hear of for the first time, so that Slack is asked who they are."""
        self._connection.execute(self._inserts.member, {"workspace_id": workspace_id, "id": user_id})

    def open_signals(self, draft_id: str, *, user_id: str, slots: Iterable[str]) -> list[LedgerEntry]:
        """Return a person's open signals in these slots: at most two per control."""
        return self._entries(_FIND_OPEN, draft_id, user_id, list(slots))

    def slot_history(self, draft_id: str, *, user_id: str, slot: str) -> list[LedgerEntry]:
        """Return every signal of one slot: for the short histories of texts."""
        return self._entries(_FIND_HISTORY, draft_id, user_id, [slot])

    def _entries(
        self, statement: Select[Any], draft_id: str, user_id: str, slots: Sequence[str]
    ) -> list[LedgerEntry]:
        where = {"draft": draft_id, "person": user_id, "slots": slots}
        return [LedgerEntry(*row) for row in self._connection.execute(statement, where)]

    def add(self, signal: NewSignal) -> bool:
        """Append a signal; False when its event is in the ledger already."""
        values = {**asdict(signal.entry), **asdict(signal)}
        del values["entry"], values["text"]
        values["text_sealed"] = self._sealed(signal)
        return self._connection.execute(self._inserts.signal, values).first() is not None

    def _sealed(self, signal: NewSignal) -> str | None:
        if signal.text is None:
            return None
        place = Place(Signal.__tablename__, "text_sealed", signal.workspace_id, signal.entry.id)
        return self._keyring.seal(clean_text(signal.text), place=place)

    def set_fates(self, fates: Mapping[str, tuple[str, str | None]]) -> None:
        """Rewrite the derived status and reason of these signals."""
        for signal_id, (status, reason) in fates.items():
            self._connection.execute(_SET_FATE, {"signal": signal_id, "to": status, "why": reason})

    def withdraw_before(self, withdrawal: LedgerEntry, *, draft_id: str, user_id: str) -> None:
        """Mark every earlier value of the withdrawn control as withdrawn."""
        where = {
            "draft": draft_id,
            "person": user_id,
            "slots": [withdrawal.slot],
            "of_control": withdrawal.control,
            "at": withdrawal.event_us,
            "event": withdrawal.event_id,
        }
        self._connection.execute(_WITHDRAW_BEFORE, where)

    def put_opinion(self, **opinion: Any) -> None:
        """Make this the person's opinion in its slot; takes the columns of `Opinion`."""
        self._connection.execute(self._inserts.opinion, opinion)

    def drop_opinion(self, draft_id: str, *, user_id: str, slot: str) -> None:
        """The person has no opinion in this slot any more."""
        self._connection.execute(_DROP_OPINION, {"draft": draft_id, "person": user_id, "of_slot": slot})

    def opinion_value(self, draft_id: str, *, user_id: str, slot: str) -> str | None:
        """Return the value that the opinion in this slot carries, if there is one."""
        where = {"draft": draft_id, "person": user_id, "of_slot": slot}
        value: str | None = self._connection.execute(_FIND_VALUE, where).scalar_one_or_none()
        return value

    def shift_standing(self, draft_id: str, *, workspace_id: str, changes: Mapping[str, int]) -> Standing:
        """Add to the counts of a draft's standing; return the new counts with the verdict as it was."""
        counts = dict.fromkeys(COUNTS, 0) | dict(changes)
        values = {"draft_id": draft_id, "workspace_id": workspace_id, "verdict": "open", **counts}
        return Standing(*self._connection.execute(self._inserts.standing, values).one())

    def set_verdict(self, draft_id: str, verdict: str) -> None:
        """Store what the standing amounts to now."""
        self._connection.execute(_SET_VERDICT, {"draft": draft_id, "is_now": verdict})

    def add_tallies(self, deltas: Iterable[TallyDelta]) -> None:
        """Add to the counters; keys are taken in order, so that no two transactions wait in a ring."""
        if rows := merged(deltas):
            self._connection.execute(self._inserts.tally, rows)
