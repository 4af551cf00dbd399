"""What the ledger asks the database: one trip per signal, and the streams that a rebuild reads."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select, text

from storage.models import Draft, DraftStanding, Opinion, Signal
from storage.nearby import run_nearby
from storage.repositories.base import Repository
from storage.repositories.ledger_rows import DRAFT, HELD, DraftPlace, Held, LedgerEntry, Standing
from storage.repositories.ledger_tables import LedgerTables

_Result = TypeVar("_Result")
_STREAM: dict[str, Any] = {"execution_options": {"yield_per": 1000}}


class LedgerRows(Repository):
    """The way to the ledger's tables."""

    async def run(self, function: Callable[[LedgerTables], _Result]) -> _Result:
        """Run a function of the ledger's tables as a whole, next to the database and within this transaction."""
        keyring = self._keyring

        def on_tables(connection: Connection) -> _Result:
            tables = LedgerTables(connection, keyring=keyring)
            result = function(tables)
            tables.write()
            return result

        await self._session.flush()
        return await run_nearby(await self._session.connection(), on_tables)

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

    async def seats(self, workspace_id: str, *, user_id: str) -> list[tuple[str, str, str]]:
        """Return where a person's signals count: a channel and message of each draft, and the slot."""
        counting = (
            select(func.min(Signal.channel_id), func.min(Signal.message_ts), Signal.slot)
            .where(
                Signal.workspace_id == workspace_id,
                Signal.user_id == user_id,
                Signal.act == "set",
                Signal.status != "ignored",
            )
            .group_by(Signal.draft_id, Signal.slot)
        )
        return [(channel, ts, slot) for channel, ts, slot in await self._session.execute(counting)]

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
