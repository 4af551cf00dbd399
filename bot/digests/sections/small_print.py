"""How to read the figures."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.digests.context import WEEKS_BEFORE, DigestContext
from bot.digests.wording import build_day
from bot.feedback.implicit import told
from bot.slack.blocks.digest import Note, Part
from bot.team.policy import Policy
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, unit: UnitOfWork) -> Sequence[Part]:
    """Build the note; while implicit signals are on, members are told here."""
    week = context.week
    workspace = await unit.workspaces.find(week.workspace_id)
    apart = told(Policy.of(workspace.settings if workspace else None))
    return [
        Note(
            f"Seven days up to {build_day(week.last_local_day)}, "
            f"{week.until.astimezone(ZoneInfo(week.timezone)):%H:%M} ({week.timezone}). Drafts count when posted, feedback "
            f"when given. Ranges are 95% intervals; ▲ ▼ only where the difference to the {WEEKS_BEFORE} weeks before "
            "is clear. Groups under 3 people are not counted. `/draftloop stats` has more."
            + (f" {apart}" if apart else "")
        )
    ]
