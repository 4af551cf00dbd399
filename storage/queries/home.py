"""What the Home tab of an admin lists: channels, what comes next, and how far a workspace has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditEntry, Channel, Draft, Opinion, RecurringBrief, Tally
from storage.queries.quality import Totals, build_totals

_COUNTED = ("draft", "judged", "accepted")


@dataclass(frozen=True, slots=True)
class ListedChannel:
    """A channel of the table, and when its last draft was posted."""

    channel: Channel
    last_draft_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a workspace has come on its first steps; each is true once it was done, by whomever."""

    invited: bool
    zone_chosen: bool
    drafted: bool
    judged: bool
    channel_shaped: bool
    digest_planned: bool
    reviewers_named: bool


class HomeQueries:
    """Reads for the Home tab; writes nothing. The number of statements depends on no number of rows."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count_channels(self, workspace_id: str, *, channel_id: str | None = None) -> int:
        """Return how many channels the table has."""
        listed = select(func.count()).select_from(Channel).where(_listed(workspace_id, channel_id))
        return (await self._session.execute(listed)).scalar_one()

    async def channels(
        self, workspace_id: str, *, limit: int, offset: int = 0, channel_id: str | None = None
    ) -> list[ListedChannel]:
        """Return a page of the table: where drafts were posted last first, then by name."""
        last = _last_draft().label("last_draft_at")
        page = (
            select(Channel, last)
            .where(_listed(workspace_id, channel_id))
            .order_by(last.desc().nulls_last(), Channel.name, Channel.id)
            .limit(limit)
            .offset(offset)
        )
        return [ListedChannel(channel, at) for channel, at in await self._session.execute(page)]

    async def channel_totals(
        self, workspace_id: str, *, channel_ids: Sequence[str], first_day: date, last_day: date
    ) -> dict[str, Totals]:
        """Return the drafts of each channel in a span of UTC days, and how they did; by channel id."""
        days = [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
        sums = (
            select(Tally.channel_id, Tally.measure, func.sum(Tally.n))
            .where(
                Tally.workspace_id == workspace_id,
                Tally.day.in_(days),  # each day by itself, so that the key's channel is used too
                Tally.channel_id.in_(channel_ids),
                Tally.measure.in_(_COUNTED),
            )
            .group_by(Tally.channel_id, Tally.measure)
        )
        counts: dict[str, dict[str, tuple[int, int]]] = {}
        for channel_id, measure, n in await self._session.execute(sums):
            counts.setdefault(channel_id, {})[measure] = (int(n), 0)
        return {channel_id: build_totals(each, contributors=0) for channel_id, each in counts.items()}

    async def drafts(self, workspace_id: str, *, draft_ids: Sequence[str]) -> dict[str, Draft]:
        """Return those of the given drafts that are the workspace's and were posted, by id."""
        posted = select(Draft).where(
            Draft.id.in_(draft_ids), Draft.workspace_id == workspace_id, Draft.message_ts.is_not(None)
        )
        return {draft.id: draft for draft in await self._session.scalars(posted)}

    async def coming_digests(self, workspace_id: str, *, after: datetime, limit: int) -> Sequence[Channel]:
        """Return the channels whose digests come next, the first first."""
        coming = (
            select(Channel)
            .where(
                Channel.workspace_id == workspace_id,
                Channel.next_digest_at > after,
                Channel.digest_enabled,
                ~Channel.archived,
            )
            .order_by(Channel.next_digest_at, Channel.name, Channel.id)
            .limit(limit)
        )
        return (await self._session.scalars(coming)).all()

    async def coming_briefs(self, workspace_id: str, *, limit: int) -> Sequence[RecurringBrief]:
        """Return the recurring briefs that are due next, the first first."""
        coming = (
            select(RecurringBrief)
            .where(
                RecurringBrief.workspace_id == workspace_id,
                RecurringBrief.state == "active",
                RecurringBrief.next_at.is_not(None),
            )
            .order_by(RecurringBrief.next_at, RecurringBrief.number)
            .limit(limit)
        )
        return (await self._session.scalars(coming)).all()

    async def progress(self, workspace_id: str) -> Progress:
        """Return how far the workspace has come, in one statement."""
        of_channel = Channel.workspace_id == workspace_id
        in_channels = and_(of_channel, ~Channel.archived, Channel.id.not_like("D%"))
        shaped = or_(Channel.default_task != "plain", Channel.tone_sealed.is_not(None))
        planned = and_(Channel.digest_enabled, Channel.next_digest_at.is_not(None))
        drafted = and_(Draft.workspace_id == workspace_id, Draft.posted_at.is_not(None))
        found = select(
            exists().where(in_channels, Channel.bot_is_member),
            _noted(workspace_id, "timezone.changed"),
            exists().where(drafted),
            exists().where(Opinion.workspace_id == workspace_id),
            or_(exists().where(of_channel, shaped), _noted(workspace_id, "channel.settings")),
            or_(exists().where(in_channels, planned), _noted(workspace_id, "digest.scheduled")),
            exists().where(of_channel, Channel.reviewer_group.is_not(None)),
        )
        return Progress(*map(bool, (await self._session.execute(found)).one()))


def _noted(workspace_id: str, action: str) -> ColumnElement[bool]:
    """Whether an admin ever did this: what was left as it is was decided too."""
    return exists().where(AuditEntry.workspace_id == workspace_id, AuditEntry.action == action)


def _listed(workspace_id: str, channel_id: str | None) -> ColumnElement[bool]:
    """Channels that the bot is in, or once wrote drafts in; no direct messages."""
    wanted = and_(
        Channel.workspace_id == workspace_id,
        ~Channel.archived,
        Channel.id.not_like("D%"),
        or_(Channel.bot_is_member, _last_draft().is_not(None)),
    )
    return wanted if channel_id is None else and_(wanted, Channel.id == channel_id)


def _last_draft() -> ScalarSelect[datetime | None]:
    """When a channel's last draft was posted: the end of an index, so one look per channel."""
    return (
        select(func.max(Draft.posted_at))
        .where(Draft.workspace_id == Channel.workspace_id, Draft.channel_id == Channel.id)
        .correlate(Channel)
        .scalar_subquery()
    )
