"""The weekly digest: gathers the week, builds the message, draws and uploads the chart, posts once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.digests.charts import build_alt_text, build_points, draw
from bot.digests.context import WEEKS_BEFORE, DigestContext, WeekTotals
from bot.digests.sections import SECTIONS
from bot.digests.stats import build_numbers
from bot.digests.week import Week, due_in_week, name_of
from bot.errors import BotError
from bot.logs import get_logger
from bot.slack.blocks.digest import Part, build_digest, build_digest_text
from bot.slack.clients import NotInstalled
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.queries.quality import Scope, Totals
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
TREND_WEEKS = 8
NO_CHART = ""
# A file that was just uploaded is not usable in a message for a moment; Slack calls that so.
NOT_READY = "invalid_blocks"


class UnknownChannel(BotError):
    """The channel was never seen."""

    code = "unknown_channel"
    sentence = "I do not know that channel. Give its id (like C0123456789) and, with several workspaces, --workspace."


@dataclass(frozen=True, slots=True)
class DigestContent:
    """A digest as it would be posted: its parts, or none if there is nothing to say."""

    context: DigestContext
    parts: Sequence[Part]

    @property
    def empty(self) -> bool:
        """Nothing was drafted and nobody said anything: nothing is posted."""
        return self.context.totals.empty

    @property
    def text(self) -> str:
        """The digest as plain text."""
        return build_digest_text(self.parts)


class Digests:
    """Builds and posts digests; each step of the workflow is one method."""

    def __init__(self, database: Database, *, messenger: Messenger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._messenger = messenger
        self._clock = clock

    async def build(self, week: Week) -> DigestContent:
        """Build the digest of a week from what is stored now."""
        async with self._database.read() as unit:
            context = await gather(unit, week)
            parts = [part for section in SECTIONS for part in await section(context, unit)]
        return DigestContent(context, parts)

    async def preview(
        self, workspace_id: str, *, channel_id: str, period: str | None = None
    ) -> DigestContent:
        """Build the digest of an ISO week, or of the seven days up to now, without posting or noting anything."""
        async with self._database.read() as unit:
            channel = await unit.channels.find(workspace_id, channel_id=channel_id)
            workspace = await unit.workspaces.find(workspace_id)
            if channel is None or workspace is None:
                raise UnknownChannel
            zone = workspace.timezone
            until = due_in_week(channel, tz=zone, period=period) if period else self._clock()
        name = period or name_of(until, tz=zone)
        return await self.build(
            Week(workspace_id=workspace_id, channel_id=channel_id, period=name, timezone=zone, until=until)
        )

    async def draw_chart(self, content: DigestContent) -> bytes | None:
        """Draw the chart in a thread; None if there is nothing to draw."""
        points = build_points(content.context)
        return await asyncio.to_thread(draw, points) if points else None

    async def upload_chart(self, workspace_id: str, channel_id: str, period: str) -> str:
        """Upload the chart and return its file id; a refusal costs the picture, not the digest."""
        content = await self.build(await self._week(workspace_id, channel_id, period))
        picture = None if content.empty else await self.draw_chart(content)
        if picture is None:
            return NO_CHART
        try:
            return await self._messenger.upload(
                workspace_id,
                channel_id=None,  # shown in the digest, not by itself
                filename=f"draftloop-{period}.png",
                content=picture,
                title=f"Acceptance by week, up to {period}",
                alt_text=build_alt_text(build_points(content.context)),
                key=f"digest-chart:{channel_id}:{period}",
            )
        except (SlackRefused, NotInstalled) as error:
            log.warning("digest_chart_refused", workspace=workspace_id, channel=channel_id, code=error.code)
            return NO_CHART

    async def post(self, workspace_id: str, channel_id: str, period: str, chart: str) -> str:
        """Post the digest once and note how it ended; return its state.

        Raises:
            SlackRefused: the chart's file is not ready yet (`NOT_READY`): try again, or without it.
        """
        content = await self.build(await self._week(workspace_id, channel_id, period))
        if content.empty:
            return await self._finish(content, state="empty")
        try:
            ts = await self._messenger.post(
                workspace_id,
                channel_id=channel_id,
                text=content.text,
                blocks=build_digest(content.parts, chart_file_id=chart or None),
                key=f"digest:{channel_id}:{period}",
            )
        except (SlackRefused, NotInstalled) as error:
            if error.code == NOT_READY and chart:
                raise
            log.warning("digest_refused", workspace=workspace_id, channel=channel_id, code=error.code)
            return await self._finish(content, state="failed")
        return await self._finish(content, state="posted", ts=ts)

    async def give_up(self, workspace_id: str, channel_id: str, period: str) -> str:
        """Note that Slack could not be reached for too long."""
        content = await self.build(await self._week(workspace_id, channel_id, period))
        return await self._finish(content, state="failed")

    async def _week(self, workspace_id: str, channel_id: str, period: str) -> Week:
        async with self._database.read() as unit:
            digest = await unit.digests.get(workspace_id, channel_id=channel_id, period=period)
            workspace = await unit.workspaces.get(workspace_id)
        return Week(
            workspace_id=workspace_id,
            channel_id=channel_id,
            period=period,
            timezone=workspace.timezone,
            until=digest.due_at,
            late=digest.late,
        )

    async def _finish(self, content: DigestContent, *, state: str, ts: str | None = None) -> str:
        week = content.context.week
        async with self._database.begin() as unit:
            await unit.digests.finish(
                week.workspace_id,
                channel_id=week.channel_id,
                period=week.period,
                state=state,
                now=self._clock(),
                message_ts=ts,
                figures=build_numbers(content.context.totals),
            )
        log.info("digest_finished", workspace=week.workspace_id, channel=week.channel_id, state=state)
        return state


async def gather(unit: UnitOfWork, week: Week) -> DigestContext:
    """Gather the figures of a week, of the weeks it is compared with, and of the trend."""
    channel = await unit.channels.find(week.workspace_id, channel_id=week.channel_id)
    scope = Scope(workspace_id=week.workspace_id, channel_id=week.channel_id)
    before = await unit.quality.recount(scope, since=week.start(weeks_ago=WEEKS_BEFORE), until=week.since)
    trend = [await _week_totals(unit, scope, week, weeks_ago=weeks) for weeks in reversed(range(TREND_WEEKS))]
    return DigestContext(
        week=week,
        channel_name=(channel.name if channel else "") or week.channel_id,
        totals=trend[-1].totals,
        before=before,
        trend=tuple(trend),
    )


async def _week_totals(unit: UnitOfWork, scope: Scope, week: Week, *, weeks_ago: int) -> WeekTotals:
    since = week.start(weeks_ago=weeks_ago)
    until = week.start(weeks_ago=weeks_ago - 1)
    totals: Totals = await unit.quality.recount(scope, since=since, until=until)
    return WeekTotals(until=until, timezone=week.timezone, totals=totals)
