"""What exports and datasets read: signals in a stream, and the material of one workspace."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Channel,
    Correction,
    Draft,
    Installation,
    Member,
    Revision,
    Signal,
    TeamTask,
    TrainingRun,
    Workspace,
)

EVIDENCE_KINDS = ("reaction", "button", "approval", "correction", "edit", "flag")
_SIGNALS = Signal.__table__.c  # Plain columns: an export of millions of rows builds no objects.


@dataclass(frozen=True, slots=True)
class Evidence:
    """One stored signal as far as a dataset needs it; its text stays sealed."""

    event_id: str
    draft_id: str
    revision_id: str | None
    user_id: str
    kind: str
    control: str
    value: str
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything of one workspace that may become a training row, read in one transaction."""

    evidence: Sequence[Evidence]
    drafts: Sequence[Draft]
    revisions: Sequence[Revision]
    corrections: Sequence[Correction]
    opted_out: frozenset[str]
    tasks: Sequence[TeamTask] = ()  # the workspace's own
    tones: Mapping[str, str] = field(default_factory=dict)  # of its channels, by id


class TrainingQueries:
    """Read-only queries of exports, datasets and retrain triggers."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def signal_batches(
        self, *, workspace_id: str | None = None, size: int = 5_000
    ) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Yield the `set` signals as plain tuples, oldest first, in constant memory.

        The tuples are: event_id, workspace_id, channel_id, message_ts, user_id, kind, value, text_sealed, event_us,
        received_at, status, reason, id. On SQLite `received_at` is the stored text, elsewhere a datetime: an
        export of millions of rows cannot afford to parse a time only to print it.
        """
        statement = _export(workspace_id, plain_times=self._session.get_bind().dialect.name == "sqlite")
        connection = await self._session.connection()
        stream = await connection.stream(statement, execution_options={"yield_per": size})
        async for batch in stream.partitions(size):
            yield batch

    async def count_signals(self, *, workspace_id: str | None = None) -> int:
        """Count what `signal_batches` will yield."""
        statement = _narrow(
            select(func.count()).select_from(Signal).where(_SIGNALS.act == "set"), workspace_id
        )
        return await self._session.scalar(statement) or 0

    async def material(self, workspace_id: str) -> Material:
        """Return what datasets are made of, in an order that depends on the ledger only."""
        scalars = self._session.scalars
        touched = select(Signal.draft_id).where(*_evidence_of(workspace_id))
        drafts = select(Draft).where(Draft.workspace_id == workspace_id, Draft.id.in_(touched))
        revisions = select(Revision).where(
            Revision.workspace_id == workspace_id, Revision.draft_id.in_(touched)
        )
        corrections = select(Correction).where(Correction.workspace_id == workspace_id)
        opted_out = select(Member.id).where(Member.workspace_id == workspace_id, Member.opted_out.is_(True))
        tasks = select(TeamTask).where(TeamTask.workspace_id == workspace_id)
        toned = select(Channel).where(Channel.workspace_id == workspace_id, Channel.tone_sealed.is_not(None))
        return Material(
            evidence=await self._evidence(workspace_id),
            drafts=(await scalars(drafts.order_by(Draft.created_at, Draft.id))).all(),
            revisions=(await scalars(revisions.order_by(Revision.draft_id, Revision.number))).all(),
            corrections=(await scalars(corrections.order_by(Correction.created_at, Correction.id))).all(),
            opted_out=frozenset((await scalars(opted_out)).all()),
            tasks=(await scalars(tasks.order_by(TeamTask.name))).all(),
            tones={channel.id: channel.tone or "" for channel in await scalars(toned)},
        )

    async def _evidence(self, workspace_id: str) -> Sequence[Evidence]:
        names = Evidence.__slots__
        statement = select(*(getattr(Signal, name) for name in names)).where(*_evidence_of(workspace_id))
        rows = await self._session.execute(statement.order_by(Signal.event_us, Signal.event_id))
        return [Evidence(*row) for row in rows]

    async def count_corrections(self, workspace_id: str) -> int:
        """Count every correction ever made, also withdrawn ones: a number that never goes back."""
        made = select(func.count()).select_from(Correction).where(Correction.workspace_id == workspace_id)
        return (await self._session.execute(made)).scalar_one()

    async def count_installations(self) -> int:
        """Count the workspaces that installed the app by OAuth: more than one is a distributed app."""
        return (await self._session.execute(select(func.count()).select_from(Installation))).scalar_one()

    async def lock_workspace(self, workspace_id: str) -> Workspace | None:
        """Return the workspace, locked until the transaction ends (SQLite has one writer anyway)."""
        return await self._session.get(Workspace, workspace_id, with_for_update=True, populate_existing=True)

    async def find_latest_run(self, workspace_id: str, *, state: str | None = None) -> TrainingRun | None:
        """Return the latest run, or the latest in one state."""
        statement = select(TrainingRun).where(TrainingRun.workspace_id == workspace_id)
        narrowed = statement if state is None else statement.where(TrainingRun.state == state)
        return (
            await self._session.scalars(narrowed.order_by(TrainingRun.created_at.desc()).limit(1))
        ).first()

    async def workspaces_with_cron(self, *, due_at: datetime) -> Sequence[Workspace]:
        """Return the workspaces whose retraining is due, and those whose next time was never worked out."""
        due = Workspace.next_retrain_at <= due_at
        statement = select(Workspace).where(due | Workspace.next_retrain_at.is_(None)).order_by(Workspace.id)
        return (await self._session.scalars(statement)).all()


def _evidence_of(workspace_id: str) -> tuple[Any, ...]:
    return (Signal.workspace_id == workspace_id, Signal.act == "set", Signal.kind.in_(EVIDENCE_KINDS))


def _narrow(statement: Select[Any], workspace_id: str | None) -> Select[Any]:
    return statement if workspace_id is None else statement.where(_SIGNALS.workspace_id == workspace_id)


def _export(workspace_id: str | None, *, plain_times: bool) -> Select[Any]:
    received_at: Any = type_coerce(_SIGNALS.received_at, String) if plain_times else _SIGNALS.received_at
    statement = select(
        _SIGNALS.event_id,
        _SIGNALS.workspace_id,
        _SIGNALS.channel_id,
        _SIGNALS.message_ts,
        _SIGNALS.user_id,
        _SIGNALS.kind,
        _SIGNALS.value,
        _SIGNALS.text_sealed,
        _SIGNALS.event_us,
        received_at,
        _SIGNALS.status,
        _SIGNALS.reason,
        _SIGNALS.id,
    ).where(_SIGNALS.act == "set")
    return _narrow(statement, workspace_id).order_by(_SIGNALS.workspace_id, _SIGNALS.received_at, _SIGNALS.id)
