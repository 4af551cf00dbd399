"""The ledger's statements, made once: a few per signal, whatever the history's length."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
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

from storage.models import (
    Ask,
    Correction,
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
from storage.repositories.ledger_rows import ENTRY, PERSON, PLACE, SHOWN, STANDING, Standing

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_TALLY_KEY = ("workspace_id", "day", "channel_id", "task", "release", "user_id", "measure")
_OPINION_KEY = ("draft_id", "user_id", "slot")


def _among(*columns: Any) -> ColumnElement[bool]:
    return tuple_(*columns).in_(bindparam("keys", expanding=True))


_COUNTED = Signal.status == "counted"
_WAITING = and_(Signal.status == "superseded", Signal.reason == "other_control")
_TAKEN_BACK = and_(Signal.status == "withdrawn", Signal.reason == "latest_withdrawal")
_IN_SLOT = and_(Signal.draft_id == bindparam("draft"), Signal.user_id == bindparam("person"))
_IN_SLOTS = and_(_IN_SLOT, Signal.slot.in_(bindparam("slots", expanding=True)))
# One part per status, so that each is a look-up in the index and none a walk through the history.
# What later signals depend on is said in bot/feedback/fold.py.
_OPEN_PARTS = (
    and_(_IN_SLOTS, _COUNTED),
    and_(_IN_SLOTS, _WAITING),
    and_(_IN_SLOTS, _TAKEN_BACK),
)
_OF_OPINION = and_(
    Opinion.draft_id == bindparam("draft"),
    Opinion.user_id == bindparam("person"),
    Opinion.slot == bindparam("of_slot"),
)

FIND_PLACE: Select[Any] = (
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
# The same for many acts at once, in the order in which everybody locks.
FIND_SHOWN: Select[*tuple[Any, ...]] = (
    select(DraftMessage.workspace_id, DraftMessage.channel_id, DraftMessage.ts, *SHOWN)
    .select_from(Draft)
    .join(DraftMessage, DraftMessage.draft_id == Draft.id)
    .outerjoin(Workspace, Workspace.id == Draft.workspace_id)
    .where(_among(DraftMessage.workspace_id, DraftMessage.channel_id, DraftMessage.ts))
    .order_by(DraftMessage.channel_id, DraftMessage.ts)
    .with_for_update(of=Draft)
)
FIND_PERSONS: Select[*tuple[Any, ...]] = select(Member.workspace_id, Member.id, *PERSON).where(
    _among(Member.workspace_id, Member.id)
)
FIND_OPEN_AMONG: Select[*tuple[Any, ...]] = select(Signal.draft_id, Signal.user_id, *ENTRY).where(
    _among(Signal.draft_id, Signal.user_id), or_(_COUNTED, _WAITING, _TAKEN_BACK)
)
FIND_EVENTS: Select[*tuple[Any, ...]] = select(Signal.workspace_id, Signal.event_id).where(
    _among(Signal.workspace_id, Signal.event_id)
)
FIND_COMING: Select[Any] = (
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
FIND_COMING_REVISION: Select[Any] = (
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
FIND_OPEN: Select[Any] = select(*ENTRY).where(or_(*_OPEN_PARTS))
FIND_HISTORY: Select[Any] = select(*ENTRY).where(_IN_SLOTS)
SET_FATE: Update = (
    update(Signal)
    .where(Signal.id == bindparam("signal"))
    .values(status=bindparam("to"), reason=bindparam("why"), feed_position=None)  # The feed tells it anew.
)
WITHDRAW_BEFORE: Update = (
    update(Signal)
    .where(
        _IN_SLOTS,
        Signal.status.in_(["counted", "superseded"]),
        Signal.control == bindparam("of_control"),
        Signal.act == "set",
        tuple_(Signal.event_us, Signal.event_id) < tuple_(bindparam("at"), bindparam("event")),
    )
    .values(status="withdrawn", reason=None, feed_position=None)
)
SET_SIGHT: Update = update(Draft).where(Draft.id == bindparam("draft")).values(hidden_at=bindparam("at"))
# Where a control was set last before a moment: an emoji may have changed its meaning since.
FIND_LAST_SLOT: Select[Any] = (
    select(Signal.slot)
    .where(
        _IN_SLOTS,
        Signal.control == bindparam("of_control"),
        Signal.act == "set",
        tuple_(Signal.event_us, Signal.event_id) < tuple_(bindparam("at"), bindparam("event")),
    )
    .order_by(Signal.event_us.desc(), Signal.event_id.desc())
    .limit(1)
)
FIND_WORDLESS: Select[Any] = select(Signal.id).where(_IN_SLOTS, Signal.text_sealed.is_(None))
FIND_DISTANCE: Select[Any] = select(Correction.edit_distance).where(
    Correction.draft_id == bindparam("draft"), Correction.control == bindparam("of_control")
)
HOLD_TEXT: Update = (
    update(Correction)
    .where(
        Correction.draft_id == bindparam("draft"),
        Correction.user_id == bindparam("person"),
        Correction.control == bindparam("of_control"),
        Correction.state == bindparam("was"),
    )
    .values(state=bindparam("to"))
)
DROP_OPINION: Delete = delete(Opinion).where(_OF_OPINION)
FIND_VALUE: Select[Any] = select(Opinion.value).where(_OF_OPINION)
FIND_STANDING: Select[Any] = select(*STANDING).where(DraftStanding.draft_id == bindparam("draft"))
FIND_TEXT: Select[Any] = (
    select(Opinion.slot)
    .where(
        Opinion.draft_id == bindparam("draft"),
        Opinion.user_id == bindparam("person"),
        Opinion.dimension == "text",
    )
    .limit(1)
)


@dataclass(frozen=True)
class Inserts:
    """The statements that each dialect spells in its own class."""

    signal: Any
    new_signals: Any
    opinion: Any
    standing: Any
    tally: Any
    member: Any
    ask: Any


@cache
def inserts(dialect: str) -> Inserts:
    """Return the statements of a dialect."""
    insert = _INSERTS[dialect]
    opinion, standing, tally = insert(Opinion), insert(DraftStanding), insert(Tally)
    member = insert(Member)
    told = ("dimension", "kind", "value", "signal_id", "event_us")
    return Inserts(
        new_signals=insert(Signal),
        signal=insert(Signal).on_conflict_do_nothing().returning(Signal.id),
        opinion=opinion.on_conflict_do_update(
            index_elements=_OPINION_KEY, set_={name: opinion.excluded[name] for name in told}
        ),
        standing=standing.on_conflict_do_update(
            index_elements=["draft_id"],
            set_={name: standing.excluded[name] for name in Standing.__dataclass_fields__},
        ),
        tally=tally.on_conflict_do_update(
            index_elements=_TALLY_KEY,
            set_={"n": Tally.n + tally.excluded.n, "total": Tally.total + tally.excluded.total},
        ),
        member=member.on_conflict_do_update(
            index_elements=["workspace_id", "id"],
            set_={"first_seen_at": member.excluded.first_seen_at},
            where=Member.first_seen_at.is_(None),
        ),
        ask=insert(Ask).on_conflict_do_nothing().returning(Ask.place),
    )
