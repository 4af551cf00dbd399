"""What the ledger asks the database: one trip per signal, and the streams that a rebuild reads."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, false, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Draft, DraftStanding, Member, Opinion, Signal, Workspace
from storage.nearby import run_nearby
from storage.repositories.base import Repository
from storage.repositories.holds import HeldSpan
from storage.repositories.ledger_rows import (
    DRAFT,
    HELD,
    PERSON,
    DraftPlace,
    Held,
    LedgerEntry,
    Sight,
    Standing,
)
from storage.repositories.ledger_tables import LedgerTables

_Result = TypeVar("_Result")
_STREAM: dict[str, Any] = {"execution_options": {"yield_per": 1000}}


class LedgerRows(Repository):
    """The way to the ledger's tables."""

    def __init__(self, session: AsyncSession) -> None:
        super().__init__(session)
        self._sights: dict[str, Sight] = {}

    async def run(self, function: Callable[[LedgerTables], _Result]) -> _Result:
        """Run a function of the ledger's tables as a whole, next to the database and within this transaction."""
        keyring = self._keyring

        def on_tables(connection: Connection) -> _Result:
            tables = LedgerTables(connection, keyring=keyring)
            result = function(tables)
            tables.write()
            self._sights |= tables.sights
            return result

        await self._session.flush()
        return await run_nearby(await self._session.connection(), on_tables)

    def take_sights(self) -> list[Sight]:
        """Return the drafts that this transaction took out of sight or showed again, and forget them."""
        sights = list(self._sights.values())
        self._sights.clear()
        return sights

    async def place(
        self, workspace_id: str, *, channel_id: str, message_ts: str, user_id: str
    ) -> DraftPlace | None:
        """Find the draft that a message shows and lock it, so that replicas take turns per draft."""
        return await self.run(
            lambda tables: tables.place(
                workspace_id, channel_id=channel_id, message_ts=message_ts, user_id=user_id
            )
        )

    async def open_signals(self, draft_id: str, *, user_id: str, slots: Iterable[str]) -> list[LedgerEntry]:
        """Return a person's open signals in these slots: at most two per control."""
        return await self.run(lambda tables: tables.open_signals(draft_id, user_id=user_id, slots=slots))

    async def draft_in_thread(
        self, workspace_id: str, *, channel_id: str, thread_ts: str, before_ts: str
    ) -> str | None:
        """Return the message of the latest draft that was asked for in a thread and shown before `before_ts`."""
        latest = (
            select(Draft.message_ts)
            .where(
                Draft.workspace_id == workspace_id,
                Draft.channel_id == channel_id,
                Draft.thread_ts == thread_ts,
                Draft.message_ts < before_ts,
            )
            .order_by(Draft.message_ts.desc())
            .limit(1)
        )
        return (await self._session.execute(latest)).scalar_one_or_none()

    async def person(self, workspace_id: str, *, user_id: str) -> DraftPlace:
        """Return who somebody is, as a place without a draft."""
        known = (
            select(Workspace.settings, Workspace.bot_user_id, *PERSON)
            .select_from(Workspace)
            .outerjoin(Member, and_(Member.workspace_id == Workspace.id, Member.id == user_id))
            .where(Workspace.id == workspace_id)
        )
        row = (await self._session.execute(known)).one_or_none()
        told = dict(row._mapping) if row else {}  # noqa: SLF001 - SQLAlchemy's public name for it
        told["workspace_settings"] = told.pop("settings", None)
        return DraftPlace("", workspace_id, "", "", "", "", None, **told)

    async def seats(
        self,
        workspace_id: str,
        *,
        user_id: str,
        counting: bool,
        ignored_for: Collection[str],
        held: Collection[HeldSpan] = (),
    ) -> list[tuple[str, str, str]]:
        """Return where a person's signals lie: a channel and message of each draft, and the slot.

        Args:
            workspace_id: whose drafts.
            user_id: the person.
            counting: include what is not ignored.
            ignored_for: include what is ignored for these reasons.
            held: include what counts although it lies in these spans, and what is held back although it does not.
        """
        lies_there = or_(false(), *(_within(span) for span in held))
        wanted: list[ColumnElement[bool]] = [
            Signal.reason.in_(sorted(ignored_for)),
            and_(Signal.reason == "quarantined", ~lies_there),
            and_(Signal.status != "ignored", lies_there),
        ]
        if counting:
            wanted.append(Signal.status != "ignored")
        lying = (
            select(func.min(Signal.channel_id), func.min(Signal.message_ts), Signal.slot)
            .where(
                Signal.workspace_id == workspace_id,
                Signal.user_id == user_id,
                Signal.act == "set",
                or_(*wanted),
            )
            .group_by(Signal.draft_id, Signal.slot)
        )
        return [(channel, ts, slot) for channel, ts, slot in await self._session.execute(lying)]

    async def from_elsewhere(self, workspace_id: str) -> list[str]:
        """Return the people of other organisations whose signals lie in this workspace."""
        elsewhere = select(Member.id).where(
            Member.workspace_id == workspace_id, Member.home_team_id != workspace_id
        )
        of_them = or_(Signal.reason == "other_organisation", Signal.user_id.in_(elsewhere))
        known = select(Signal.user_id).where(Signal.workspace_id == workspace_id, of_them).distinct()
        return sorted(await self._session.scalars(known))

    async def flagged(self, workspace_id: str) -> list[tuple[str, str, str]]:
        """Return the drafts that carry flags or are hidden: their ids, channels and messages, in locking order."""
        held = (
            select(Draft.id, Draft.channel_id, Draft.message_ts)
            .outerjoin(DraftStanding, DraftStanding.draft_id == Draft.id)
            .where(Draft.workspace_id == workspace_id, Draft.message_ts.is_not(None))
            .where(or_(DraftStanding.flags > 0, Draft.hidden_at.is_not(None)))
            .order_by(Draft.channel_id, Draft.message_ts)
        )
        return [(one, channel, ts or "") for one, channel, ts in await self._session.execute(held)]

    async def let_writers_finish(self) -> None:
        """Wait until nobody records by what held before this transaction, and let nobody begin until it ends.

        For transactions that change whose signals count: who records meanwhile reads what is decided here. On SQLite
        there is one writer anyway.
        """
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(text("LOCK TABLE drafts IN EXCLUSIVE MODE"))

    async def pause_writers(self) -> None:
        """Keep replicas from recording until this transaction ends: a rebuild must see a ledger at rest."""
        if self._session.get_bind().dialect.name == "postgresql":
            # In the order in which a recording transaction takes them, so that nobody waits in a ring.
            await self._session.execute(text("LOCK TABLE signals, drafts IN SHARE ROW EXCLUSIVE MODE"))

    async def places(self, workspace_id: str) -> AsyncIterator[DraftPlace]:
        """Yield the drafts of a workspace, as places."""
        rows = await self._session.stream(select(*DRAFT).where(Draft.workspace_id == workspace_id), **_STREAM)
        async for row in rows:
            yield DraftPlace(*row)

    async def opinions_with_places(self, workspace_id: str) -> AsyncIterator[tuple[DraftPlace, Held]]:
        """Yield every opinion of a workspace, with the place of its draft."""
        statement = select(*HELD, *DRAFT).join(Draft, Draft.id == Opinion.draft_id)
        rows = await self._session.stream(statement.where(Opinion.workspace_id == workspace_id), **_STREAM)
        async for row in rows:
            yield DraftPlace(*row[len(HELD) :]), Held(*row[: len(HELD)])

    async def write_standing(self, place: DraftPlace, standing: Standing) -> None:
        """Store a draft's standing as it was worked out anew."""
        values = {"draft_id": place.draft_id, "workspace_id": place.workspace_id, **asdict(standing)}
        await self._session.execute(insert(DraftStanding).values(values))


def _within(span: HeldSpan) -> ColumnElement[bool]:
    began = Signal.event_us >= span.from_us
    return began if span.until_us is None else and_(began, Signal.event_us < span.until_us)
