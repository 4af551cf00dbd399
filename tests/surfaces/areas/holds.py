"""Feedback on hold: what admins see and decide, what the person is told, their appeal; and the fairness figures."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from bot.digests.fairness import Diversity, FairnessReport, diversity_of, rates_of
from bot.digests.fairness_card import build_fairness_card
from bot.digests.figure import share
from bot.digests.stats import Period
from bot.slack.blocks.holds import (
    MOST_LISTED,
    HeldGroup,
    HoldsPart,
    appeal_modal,
    appeal_notice,
    build_holds,
    decision_note,
    held_note,
    held_notice,
)
from bot.slack.blocks.stats import build_stats, build_stats_text
from bot.slack.pieces import built
from storage.queries.fairness import GroupCounts
from tests.surfaces.surface import Surface

SINCE = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
FACTS = {
    "burst": {"acts": 500, "minutes": 10, "usual_day": 3.2, "busiest_other": 12},
    "brigade": {"people": 7, "minutes": 60, "drafts": 4, "others_agree": 0, "others_against": 6},
    "sockpuppet": {"people": 20, "minutes": 12, "words": 9},
    "spam": {"compared": 84, "agreed": 41, "likes": 84},
}
CROWD = tuple(f"U0NEW{number:02d}" for number in range(20))


def group(kind, *, people=("U0MALLORY",), **more):
    return HeldGroup("g", kind, FACTS[kind], people, SINCE, **more)


def surfaces() -> Iterator[Surface]:
    states = {
        "on hold · burst": group("burst"),
        "on hold · brigade": group("brigade", people=CROWD[:7]),
        "on hold · the same words": group("sockpuppet", people=CROWD),
        "on hold · spam": group("spam"),
        "on hold · one of many released": group("sockpuppet", people=CROWD, released=1, decided_by="U0ADMIN"),
        "on hold · released": group("burst", released=1, decided_by="U0ADMIN"),
        "on hold · confirmed": group(
            "sockpuppet", people=CROWD, confirmed=19, released=1, decided_by="U0ADMIN"
        ),
    }
    for name, one in states.items():
        text, blocks = held_notice(one)
        yield Surface(name, "message", blocks, text)
    for kind in FACTS:
        text, blocks = held_note("h", kind=kind, since=SINCE)
        yield Surface(f"told to the person · {kind}", "message", blocks, text)
    for released in (True, False):
        text, blocks = decision_note(released=released)
        yield Surface(f"decided · {'released' if released else 'confirmed'}", "message", blocks, text)
    yield from appeals("I caught up with a month of drafts after my holiday.\nSorry for the noise!")
    yield Surface("on hold · at Home", "home", {"type": "home", "blocks": built(*build_holds(home_part(3)))})
    yield Surface("on hold · nobody", "home", {"type": "home", "blocks": built(*build_holds(HoldsPart()))})
    yield from fairness()


def appeals(words):
    yield Surface("appeal", "modal", appeal_modal("h"))
    for decided in (None, "Released by <@U0ADMIN>: all of it counts."):
        text, blocks = appeal_notice("h", user_id="U0MALLORY", words=words, decided=decided)
        yield Surface(f"appeal · {'decided' if decided else 'told to the admins'}", "message", blocks, text)


def home_part(groups):
    kinds = list(FACTS) * 9
    listed = tuple(
        group(kind, people=CROWD[:7] if kind == "brigade" else CROWD[:1]) for kind in kinds[:groups]
    )
    return HoldsPart(40, listed)


def fairness():
    tasks = [
        GroupCounts("Reply", 120, 6, 9),
        GroupCounts("Announcement", 40, 12, 7),
        GroupCounts("Plain", 3, 0, 1),
    ]
    channels = [GroupCounts("C0GENERAL", 100, 8, 9), GroupCounts("C0LAUNCH", 60, 10, 5)]
    releases = [GroupCounts("base", 163, 18, 11)]
    period = Period(first_day=date(2026, 10, 25), last_day=date(2026, 11, 23))
    states = {
        "fairness": report(
            period, tasks, channels, releases, diversity_of([90, 20, 15, 9, 8, 4]), share(31, of=52)
        ),
        "fairness · too few people": report(period, tasks[2:], channels[:0], releases[:0], None, None),
        "fairness · no drafts": report(period, [], [], [], None, None, posted=0),
    }
    for name, one in states.items():
        card = build_fairness_card(one)
        yield Surface(name, "message", build_stats(card), build_stats_text(card))


def report(period, tasks, channels, releases, diversity: Diversity | None, answers, *, posted=200):
    flags = {"task": rates_of(tasks), "channel": rates_of(channels), "release": rates_of(releases)}
    return FairnessReport("T0TEAM", period, flags, diversity, answers, share(posted * 3 // 4, of=posted))


def bounds(text: str) -> Iterator[Surface]:
    yield from appeals(text)
    yield Surface(
        "on hold · at Home",
        "home",
        {"type": "home", "blocks": built(*build_holds(home_part(MOST_LISTED + 4)))},
    )
    many = [GroupCounts(text[:64] + str(number), 90, number, 5) for number in range(60)]
    card = build_fairness_card(
        report(
            Period(first_day=date(2026, 10, 25), last_day=date(2026, 11, 23)), many, many, many, None, None
        )
    )
    yield Surface("fairness", "message", build_stats(card), build_stats_text(card))
