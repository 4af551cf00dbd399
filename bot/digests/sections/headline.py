"""The first lines: which week, how many drafts, how many were accepted, and whether this comes late."""

from collections.abc import Sequence

from bot.digests.context import WEEKS_BEFORE, DigestContext
from bot.digests.figure import direction
from bot.digests.stats import build_figures
from bot.digests.wording import build_day, build_phrase, plural
from bot.slack.blocks.digest import Note, Paragraph, Part, Title
from bot.slack.text import escape
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, _unit: UnitOfWork) -> Sequence[Part]:
    """Build the headline."""
    week = context.week
    number = int(week.period.partition("-W")[2])
    title = f"The drafts' week in #{escape(context.channel_name)} · week {number}"
    late = (
        f"This digest is late: it was due {build_day(week.last_local_day)}, and covers the week up to then."
    )
    return [Title(title), Paragraph(_sentence(context)), *([Note(late)] if week.late else [])]


def _sentence(context: DigestContext) -> str:
    totals = context.totals
    if not totals.drafts:
        return f"No new drafts this week, but {plural(totals.feedback, 'piece')} of feedback on earlier ones. Thank you."
    if not totals.judged:
        return f"{plural(totals.drafts, 'draft')} this week, none judged yet. A 👍, a 👎 or a correction is all it takes."
    now = build_figures(totals)["acceptance"]
    moved = direction(now, before=build_figures(context.before)["acceptance"])
    trend = "" if moved == "no clear change" else f", clearly {moved} on the {WEEKS_BEFORE} weeks before"
    return (
        f"{plural(totals.drafts, 'draft')} this week, {totals.judged:,} judged: "
        f"*{build_phrase(now, style='percent')}* accepted{trend}."
    )
