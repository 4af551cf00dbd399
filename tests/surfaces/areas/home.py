"""The Home tab: of somebody new, somebody busy, and admins."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.digests.timetable import Slot
from bot.home.checklist import build_steps
from bot.home.home import ADMIN_NOT_KNOWN
from bot.home.member import NO_DIGEST, NO_FEEDBACK, build_rules_line
from bot.slack.blocks.home import HomeCard, build_home
from bot.slack.blocks.home_admin import (
    AdminPart,
    ChannelPage,
    ChannelRow,
    ParkedLine,
    ParkedPart,
    SchedulePart,
)
from bot.slack.blocks.home_checklist import Step
from bot.slack.blocks.home_member import DraftsPage, HomeDraft, HomeRequest, OwnSettings
from bot.slack.blocks.stats import Group, Row, StatsCard
from storage.models import Workspace
from storage.queries.home import Progress
from storage.queries.rule_list import RuleCounts
from tests.surfaces.surface import Surface

NEW = StatsCard("Your feedback · last 30 days", NO_FEEDBACK)
GAVE = StatsCard(
    "Your feedback · last 30 days",
    "You gave feedback 18 times. Thank you!",
    (
        Group(
            "You gave",
            (
                Row("Your thumbs up", "80%", "n = 10, 49-94"),
                Row("Your rating", "4.2 ★", "n = 5, 3.0-5.0"),
                Row("Your approvals", "2"),
                Row("Your corrections", "3"),
            ),
        ),
    ),
)
LINK = " · <https://sandbox.slack.com/archives/C0LAUNCH/p1764000000000100|Open>"
DRAFTS = DraftsPage(
    (
        HomeDraft(
            "Tell the team that the release moved to Thursday",
            f"Announcement in <#C0LAUNCH>, 23 Nov · accepted{LINK}",
        ),
        HomeDraft(
            "A reply to the customer who cannot sign in",
            f"Reply in <#C0LAUNCH>, 20 Nov · no verdict yet{LINK}",
        ),
        HomeDraft(
            "Post about the new office", f"Social post in a direct message, 9 Nov · not accepted{LINK}"
        ),
    ),
    "Last 30 days: 12 drafts for you; of the 8 judged, *75% (n = 8, 41-93%)* were accepted.",
    more=True,
)
RULES = RuleCounts(active=12, proposed=2, own_lessons=3)
REQUESTS = (
    HomeRequest(
        "d1", "review", f"Announcement in <#C0LAUNCH>, asked 23 Nov{LINK.replace('Open', 'Open the draft')}"
    ),
    HomeRequest(
        "d2", "reason", f"Reply in <#C0LAUNCH>, asked 21 Nov{LINK.replace('Open', 'Open the draft')}"
    ),
)
FRIDAY = Slot("Europe/Berlin", datetime(2026, 11, 27, 14, tzinfo=UTC)).local or ""
DIGEST = f"*{FRIDAY}* (Europe/Berlin), in each channel with something to tell from its week."
SCHEDULE = SchedulePart(
    "Europe/Berlin",
    digests=(f"{FRIDAY} in <#C0LAUNCH>", f"{FRIDAY} in <#C0HELP>", f"{FRIDAY} in <#C0TEAM>", "… and more"),
    retraining="Sunday 29 November, 02:00",
    briefs=(f"{FRIDAY} in <#C0LAUNCH> (number 1)",),
)
ROWS = (
    ChannelRow(
        "C0LAUNCH",
        "*<#C0LAUNCH>* · Announcement · digest Friday 15:00\n12 drafts, 75% (n = 8, 41-93%) accepted · last one on 23 Nov",
    ),
    ChannelRow(
        "C0HELP",
        "*<#C0HELP>* · Reply · digest Friday 15:00\n3 drafts, none judged · last one on 20 Nov",
    ),
    ChannelRow(
        "C0TEAM",
        "*<#C0TEAM>* · Draft · no digest\nno drafts · last one on 1 Oct",
    ),
    ChannelRow(
        "C0OLD",
        "*<#C0OLD>* · Draft · digest Monday 09:00 · I am not in it any more\nno drafts · last one on 3 Mar",
    ),
)
PARKED = ParkedPart(
    5,
    (
        ParkedLine("Ev1", "reaction_added", "Monday 23 November, 10:04", "SlackUnreachable slack_timeout"),
        ParkedLine("Ev2", "message", "Monday 23 November, 10:03", "KeyError 8f3a11c0"),
        ParkedLine("Ev3", "app_mention", "Sunday 22 November, 23:59", "ListenerTimeout listener_timeout"),
    ),
)


ANEW, NONE = OwnSettings(), ParkedPart()


def surfaces() -> Iterator[Surface]:
    yield _home(
        "somebody new", _card(feedback=NEW, drafts=DraftsPage(), digest=NO_DIGEST, rules=RuleCounts())
    )
    yield _home("somebody busy", _card(requests=REQUESTS))
    yield _home("older drafts", _card(drafts=DraftsPage(DRAFTS.drafts, page=2)))
    yield _home("opted out", _card(own=OwnSettings(receipts=False, asked=False, opted_out=True)))
    for number in range(8):
        named, receipts, asked = (bool(number & bit) for bit in (4, 2, 1))
        yield _home(f"settings {number:03b}", _card(own=OwnSettings(named, receipts, asked)))
    yield _home("admin not known", _card(notice=ADMIN_NOT_KNOWN))
    yield from _admins()


def _admins() -> Iterator[Surface]:
    first = _card(
        feedback=NEW,
        drafts=DraftsPage(),
        digest=NO_DIGEST,
        steps=_steps(),
        admin=_admin(ChannelPage(), schedule=SchedulePart("UTC")),
    )
    yield _home("admin · first run", first)
    half = _steps(invited=True, drafted=True, judged=True)
    yield _home("admin · half-way", _card(steps=half, admin=_admin(ChannelPage(ROWS, 4))))
    yield _home("admin · parked events", _card(admin=_admin(ChannelPage(ROWS, 4), parked=PARKED)))
    one = ParkedPart(1, PARKED.latest[:1])
    yield _home("admin · one parked event", _card(admin=_admin(ChannelPage(ROWS, 4), parked=one)))
    for name, page in (("first", 0), ("middle", 50), ("last", 99)):
        yield _home(f"admin · 1,000 channels · {name} page", _card(admin=many(page)))
    found = ChannelPage(ROWS[:1], 1, channel_id="C0LAUNCH")
    yield _home("admin · one channel found", _card(admin=_admin(found)))
    yield _home("admin · a channel without me", _card(admin=_admin(ChannelPage(channel_id="C0TEAM"))))


def many(page: int) -> AdminPart:
    """An admin's part with a thousand channels."""
    return _admin(ChannelPage(tuple(_row(page, n) for n in range(10)), 1_000, page), parked=PARKED)


def bounds(text: str) -> Iterator[Surface]:
    """Put a text wherever one of people, of models or of Slack may stand, and more of everything than there may be."""
    some = text or "x"
    rows = tuple(Row(some, some, some) for _ in range(40))
    feedback = StatsCard(some, some, (Group("You gave", rows),) * 3)
    drafts = DraftsPage((HomeDraft(text, some),) * 40, text, page=3, more=True)
    parked = ParkedPart(1_000_000, (ParkedLine(some, some, some, text),) * 40)
    schedule = SchedulePart(some, (some,) * 20, text, (some,) * 20)
    channels = ChannelPage((ChannelRow("C0LAUNCH", some),) * 40, 1_000_000, 50_000)
    card = HomeCard(
        feedback=feedback,
        drafts=drafts,
        digest=some,
        own=OwnSettings(),
        requests=(HomeRequest("d" * 32, "reason", some),) * 40,
        steps=(Step(some, some, done=False),) * 40,
        admin=AdminPart(channels, parked, schedule),
        notice=text,
        rules=some,
    )
    yield _home("everything", card)


def _home(name: str, card: HomeCard) -> Surface:
    return Surface(name, "home", build_home(card))


def _card(
    *,
    feedback: StatsCard = GAVE,
    drafts: DraftsPage = DRAFTS,
    digest: str = DIGEST,
    own: OwnSettings = ANEW,
    requests: tuple[HomeRequest, ...] = (),
    steps: tuple[Step, ...] = (),
    admin: AdminPart | None = None,
    notice: str = "",
    rules: RuleCounts = RULES,
) -> HomeCard:
    told = build_rules_line(rules)
    return HomeCard(feedback, drafts, digest, own, requests, steps, admin, notice, told)


def _admin(
    channels: ChannelPage,
    *,
    parked: ParkedPart = NONE,
    schedule: SchedulePart = SCHEDULE,
) -> AdminPart:
    return AdminPart(channels, parked, schedule)


def _row(page: int, number: int) -> ChannelRow:
    return ChannelRow(
        f"C{page:04}{number}",
        f"*<#C{page:04}{number}>* · Announcement · digest Friday 15:00\n"
        "12 drafts, 75% (n = 8, 41-93%) accepted · last one on 23 Nov",
    )


def _steps(**done: bool) -> tuple[Step, ...]:
    names = Progress.__slots__
    return build_steps(Progress(**{name: done.get(name, False) for name in names}), Workspace(id="T0SANDBOX"))
