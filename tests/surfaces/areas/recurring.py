"""Recurring briefs: the list in a channel, the settings' page, what is said when one stops."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.slack.blocks.recurring import (
    ENTRIES,
    RecurringLine,
    RecurringPage,
    added_text,
    changed_text,
    late_text,
    list_blocks,
    list_text,
    paused_text,
    recurring_view,
)
from tests.surfaces.surface import Surface, said

FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
WEEK = RecurringLine(
    id="a" * 32,
    number=3,
    channel_id="C0LAUNCH",
    creator_id="U0ANA",
    rhythm="Friday at 15:00",
    brief="A short summary of the week: what we shipped, what slipped, and whom to thank.",
    next_at=FRIDAY,
    timezone="Europe/Berlin",
)
STANDUP = replace(
    WEEK,
    id="b" * 32,
    number=4,
    creator_id="U0BEN",
    rhythm="weekday at 09:00",
    brief="Three questions for the standup.",
    next_at=None,
)
EMPTY = RecurringPage((), 0)
TWO = RecurringPage((WEEK, STANDUP), 2)
MANY = RecurringPage(
    tuple(replace(WEEK, id=f"{number:032}", number=number) for number in range(9, 9 + ENTRIES)), 50, 1
)


def surfaces() -> Iterator[Surface]:
    yield said("set up", added_text(WEEK))
    yield said("paused", changed_text(STANDUP, deed="pause"))
    yield said("brought back", changed_text(WEEK, deed="resume"))
    yield said("deleted", changed_text(WEEK, deed="delete"))
    for name, page in (("none", EMPTY), ("two", TWO), ("one page of many", MANY)):
        yield Surface(f"list · {name}", "note", list_blocks(page), list_text(page))
        yield Surface(f"settings · {name}", "modal", recurring_view(page, everybody=False))
    others = RecurringPage((replace(WEEK, brief=None), STANDUP), 2)
    yield Surface("settings · everybody's", "modal", recurring_view(others, everybody=True))
    for reason in ("gone", "archived", "left"):
        yield said(f"paused by itself · {reason}", paused_text(WEEK, reason=reason))
    yield said("late", late_text(FRIDAY, timezone="Europe/Berlin"))


def bounds(text: str) -> Iterator[Surface]:
    page = RecurringPage(tuple(replace(line, brief=text) for line in MANY.lines), 50, 1)
    yield said("set up", added_text(replace(WEEK, brief=text)))
    yield Surface("list", "note", list_blocks(page), list_text(page))
    yield Surface("settings", "modal", recurring_view(page, everybody=True))
