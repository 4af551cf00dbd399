"""What exports and datasets read: signals in a stream, and the material of one workspace."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, exists, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from storage.models import (
    Anchor,
    Channel,
    Correction,
    Draft,
    Installation,
    Member,
    RaterWeight,
    Release,
    ReleaseSeat,
    Revision,
    Signal,
    TeamTask,
    TrainingRun,
    Workspace,
)

EVIDENCE_KINDS = ("reaction", "button", "approval", "correction", "edit", "flag")
_SIGNALS = Signal.__table__.c  # Plain columns: an export of millions of rows builds no objects.
# The long texts that no training row holds stay where they are.
_BRIEF = (defer(Draft.context_sealed), defer(Draft.own_metadata_sealed))
_TEXT = (defer(Revision.prompt_sealed),)
_EVIDENCE = (Signal.act == "set", Signal.kind.in_(EVIDENCE_KINDS))


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
    event_us: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """Some drafts that people touched, with all that happened to each."""

    evidence: Sequence[Evidence]
    drafts: Sequence[Draft]
    revisions: Sequence[Revision]
    corrections: Sequence[Correction]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for all drafts of a workspace; `style` is what people's corrections weigh, by person and task."""

    opted_out: frozenset[str] = frozenset()
    anchors: frozenset[str] = frozenset()  # verified drafts
    tasks: Sequence[TeamTask] = ()  # the workspace's own
    tones: Mapping[str, str] = field(default_factory=dict)  # of its channels, by id
    layouts: Mapping[str, str] = field(default_factory=dict)  # of the champions' prompts, by task
    style: Mapping[tuple[str, str], float] = field(default_factory=dict)


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

    async def material(self, workspace_id: str, *, after: str = "", limit: int = 200) -> Material:
        """Return the next drafts that people touched, by their ids, with what happened to them."""
        touched = exists().where(Signal.draft_id == Draft.id, *_EVIDENCE)
        # Joined with nothing, the workspace is no reason to leave the order of ids: every page would sort all drafts.
        here = Draft.workspace_id.concat("") == workspace_id
        wanted = select(Draft).where(Draft.id > after, here, touched).order_by(Draft.id).limit(limit)
        drafts = (await self._session.scalars(wanted.options(*_BRIEF))).all()
        ids = [draft.id for draft in drafts]
        revisions = select(Revision).where(Revision.draft_id.in_(ids)).options(*_TEXT)
        corrections = select(Correction).where(Correction.draft_id.in_(ids))
        return Material(
            evidence=await self._evidence(ids),
            drafts=drafts,
            revisions=(
                await self._session.scalars(revisions.order_by(Revision.draft_id, Revision.number))
            ).all(),
            corrections=(
                await self._session.scalars(corrections.order_by(Correction.created_at, Correction.id))
            ).all(),
        )

    async def _evidence(self, draft_ids: Sequence[str]) -> Sequence[Evidence]:
        wanted = select(*(getattr(Signal, name) for name in Evidence.__slots__)).where(
            Signal.draft_id.in_(draft_ids), *_EVIDENCE
        )
        return [Evidence(*row) for row in await self._session.execute(wanted)]

    async def circumstances(self, workspace_id: str) -> Circumstances:
        """Return what holds for all drafts of a workspace."""
        scalars = self._session.scalars
        opted_out = select(Member.id).where(Member.workspace_id == workspace_id, Member.opted_out.is_(True))
        anchors = select(Anchor.draft_id).where(Anchor.workspace_id == workspace_id)
        tasks = select(TeamTask).where(TeamTask.workspace_id == workspace_id)
        toned = select(Channel).where(Channel.workspace_id == workspace_id, Channel.tone_sealed.is_not(None))
        return Circumstances(
            opted_out=frozenset((await scalars(opted_out)).all()),
            anchors=frozenset((await scalars(anchors)).all()),
            tasks=(await scalars(tasks.order_by(TeamTask.name))).all(),
            tones={channel.id: channel.tone or "" for channel in await scalars(toned)},
            layouts=await self._layouts(workspace_id),
            style=await self._style(workspace_id),
        )

    async def _layouts(self, workspace_id: str) -> dict[str, str]:
        champions = (
            select(ReleaseSeat.task, Release.layout)
            .join(Release, Release.id == ReleaseSeat.champion_id)
            .where(ReleaseSeat.workspace_id == workspace_id)
        )
        return {str(task): str(layout) for task, layout in await self._session.execute(champions)}

    async def _style(self, workspace_id: str) -> dict[tuple[str, str], float]:
        weights = select(RaterWeight.user_id, RaterWeight.task, RaterWeight.weight).where(
            RaterWeight.workspace_id == workspace_id, RaterWeight.kind == "style"
        )
        return {(user_id, task): weight for user_id, task, weight in await self._session.execute(weights)}

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
