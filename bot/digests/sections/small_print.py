"""How to read the figures."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.digests.context import WEEKS_BEFORE, DigestContext
from bot.digests.wording import build_day
from bot.slack.blocks.digest import Note, Part
from storage.unit_of_work import UnitOfWork


async def build(context: DigestContext, _unit: UnitOfWork) -> Sequence[Part]:
    """Build the note."""
    week = context.week
    return [
        Note(
            f"Seven days up to {build_day(week.last_local_day)}, "
            f"{week.until.astimezone(ZoneInfo(week.timezone)):%H:%M} ({week.timezone}). Drafts count when posted, feedback "
            f"when given. Ranges are 95% intervals; ▲ ▼ only where the difference to the {WEEKS_BEFORE} weeks before "
            "is clear. Groups under 3 people are not counted. `/draftloop stats` has more."
        )
    ]
