"""What the bot still gets wrong: drafts that people disliked or flagged and that nobody corrected yet."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.digests.context import DigestContext
from bot.digests.wording import build_day, plural
from bot.slack.blocks.digest import Paragraph, Part
from bot.slack.text import escape
from bot.team.tasks import read_tasks
from storage.queries.activity import OpenProblem
from storage.unit_of_work import UnitOfWork

SHOWN = 5


async def build(context: DigestContext, unit: UnitOfWork) -> Sequence[Part]:
    """Build the list, the worst first."""
    problems = await unit.activity.open_problems(context.span, limit=SHOWN + 1)
    if not problems:
        return []
    zone = ZoneInfo(context.week.timezone)
    tasks = await read_tasks(unit, context.week.workspace_id)
    lines = [
        _line(problem, zone=zone, task=tasks.title_of(problem.draft.task)) for problem in problems[:SHOWN]
    ]
    more = ["• …and more."] if len(problems) > SHOWN else []
    advice = "A better text in the draft's thread, or one sentence on what is wrong, is what helps me most."
    return [Paragraph("\n".join([*lines, *more, advice]), heading="What I still get wrong")]


def _line(problem: OpenProblem, *, zone: ZoneInfo, task: str) -> str:
    marks = [
        plural(problem.flags, "flag") if problem.flags else "",
        f"{problem.negatives:,} 👎" if problem.negatives else "",
    ]
    posted = problem.draft.posted_at
    day = f" of {build_day(posted.astimezone(zone).date())}" if posted else ""
    return f"• A draft{day} ({escape(task)}): {', '.join(filter(None, marks))}, no correction yet."
