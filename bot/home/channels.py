"""The channel table of an admin's Home tab, a page at a time: as quick with a thousand channels as with ten."""

from datetime import datetime

from bot.digests.stats import DEFAULT_DAYS, Period, build_figures
from bot.digests.wording import build_day, build_phrase, plural
from bot.home.state import HomeState
from bot.runtime.local_time import WEEKDAYS
from bot.slack.blocks.home_admin import CHANNELS_A_PAGE, ChannelPage, ChannelRow
from bot.slack.text import escape
from bot.team.tasks import TaskBook, read_tasks
from storage.models import Channel
from storage.queries.home import ListedChannel
from storage.queries.quality import Totals
from storage.unit_of_work import UnitOfWork


async def read_channels(
    unit: UnitOfWork, workspace_id: str, *, state: HomeState, now: datetime
) -> ChannelPage:
    """Read the page that the state asks for; one past the end is the last one."""
    only = state.channel_id
    total = await unit.home.count_channels(workspace_id, channel_id=only)
    page = 0 if only else min(state.channels, ChannelPage(total=total).last)
    listed = await unit.home.channels(
        workspace_id, limit=CHANNELS_A_PAGE, offset=page * CHANNELS_A_PAGE, channel_id=only
    )
    totals = await _totals(unit, workspace_id, listed, now=now)
    tasks = await read_tasks(unit, workspace_id)
    rows = tuple(_row(each, totals.get(each.channel.id, Totals()), tasks) for each in listed)
    return ChannelPage(rows, total, page, only)


async def _totals(
    unit: UnitOfWork, workspace_id: str, listed: list[ListedChannel], *, now: datetime
) -> dict[str, Totals]:
    period = Period.last(DEFAULT_DAYS, now=now)
    return await unit.home.channel_totals(
        workspace_id,
        channel_ids=[each.channel.id for each in listed],
        first_day=period.first_day,
        last_day=period.last_day,
    )


def _row(listed: ListedChannel, totals: Totals, tasks: TaskBook) -> ChannelRow:
    channel = listed.channel
    task = escape(tasks.get(channel.default_task).title)
    away = "" if channel.bot_is_member else " · I am not in it any more"
    about = f"*<#{channel.id}>* · {task} · {_slot(channel)}{away}\n{_drafts(totals)}{_last(listed)}"
    return ChannelRow(channel.id, about)


def _slot(channel: Channel) -> str:
    if not channel.digest_enabled:
        return "no digest"
    return f"digest {WEEKDAYS.get(channel.digest_weekday, channel.digest_weekday)} {channel.digest_time}"


def _drafts(totals: Totals) -> str:
    posted = plural(totals.drafts, "draft")
    if not totals.judged:
        return f"{posted}, none judged" if totals.drafts else "no drafts"
    acceptance = build_figures(totals)["acceptance"]
    return f"{posted}, {build_phrase(acceptance, style='percent')} accepted"


def _last(listed: ListedChannel) -> str:
    at = listed.last_draft_at
    return f" · last one on {build_day(at.date())}" if at else ""
