"""Recurring briefs as rows: what people are shown of one, what stands in its way, and planning it anew."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.drafts.recurrence import Recurrence
from bot.slack.blocks.recurring import RecurringLine
from storage.models import Channel, RecurringBrief, Workspace
from storage.unit_of_work import UnitOfWork


def obstacle(channel: Channel) -> Literal["archived", "left"] | None:
    """Return why we cannot write in a channel; None also for one that Slack was never asked about."""
    if channel.archived:
        return "archived"
    return "left" if channel.refreshed_at is not None and not channel.bot_is_member else None


def line_of(brief: RecurringBrief, *, workspace: Workspace | None) -> RecurringLine:
    """Return a brief as people see it."""
    return RecurringLine(
        id=brief.id,
        number=brief.number,
        channel_id=brief.channel_id,
        creator_id=brief.creator_id,
        rhythm=Recurrence.of(brief.weekdays, brief.local_time).words,
        brief=brief.brief,
        next_at=brief.next_at,
        timezone=workspace.timezone if workspace else "UTC",
    )


def without_words(line: RecurringLine) -> RecurringLine:
    """Return a brief as people see it who may not read what somebody else wrote."""
    return replace(line, brief=None)


async def plan_anew(unit: UnitOfWork, workspace: Workspace, *, now: datetime) -> None:
    """Move what is planned after the workspace's time zone was changed, in the same transaction."""
    for brief in await unit.recurring.active(workspace.id):
        recurrence = Recurrence.of(brief.weekdays, brief.local_time)
        brief.next_at = recurrence.after(now, tz=workspace.timezone).at
