"""Releases and trials: the list, a release's page, the trials, and the Home tab's part."""

from collections.abc import Iterator

from bot.slack.blocks.releases import (
    MOST_RELEASES,
    MOST_RULES,
    ReleaseCard,
    ReleaseRow,
    ReleasesCard,
    ReleasesPart,
    RuleDifference,
    TrialCard,
    build_releases,
    release_modal,
    releases_modal,
    trials_modal,
)
from bot.slack.pieces import built
from bot.slack.text import escape
from tests.surfaces.surface import Surface

LIVE = (
    ":large_green_circle: *r7* writes all drafts since 23 Nov 2026.",
    ":large_green_circle: *r4* writes drafts of the task *resume-bullet* since 9 Nov 2026.",
)
ROWS = (
    ReleaseRow("a", "*r8* · a candidate\nall drafts · from a retraining on this machine · 23 Nov 2026"),
    ReleaseRow("b", "*r7* · live\nall drafts · from a retraining of the rules · 16 Nov 2026"),
    ReleaseRow(
        "c",
        "*r6* · not taken (it did worse on held-out corrections)\nall drafts · from your own trainer · 9 Nov 2026",
    ),
    ReleaseRow(
        "d", "*r1* · retired (another one came after it)\nall drafts · from this deployment's settings"
    ),
)
OPEN = TrialCard(
    "t", "Trial 4: r8 against r7", "Open since 23 Nov: 12 of 60 comparisons are in.", may_stop=True
)
WON = TrialCard(
    "u",
    "Trial 3: r7 against r1",
    "Ended on 16 Nov: r7 was preferred.",
    (
        "61 of 88 comparisons by 9 people went to r7, 20 to r1, 7 were ties.",
        "Its share is between 58 % and 82 % (95 % interval, valid at any time).",
        "Evidence: 41, and 26 without any single person; 20 decides.",
    ),
)
UNDECIDED = TrialCard(
    "v", "Trial 2: r5 against r1", "Ended on 2 Nov: not enough evidence.", ("14 comparisons by 4 people.",)
)
CHANGES = (
    RuleDifference("reworded", "Keep it short.", "Keep announcements under 60 words."),
    RuleDifference("dropped", "Write <b>dates</b> like *3 Nov*.", ""),
    RuleDifference("added", "", "Name the customer in the first sentence."),
)
PAGE = ReleaseCard(
    "a",
    "r8",
    "a candidate",
    "a retraining of the rules",
    compared_with="r7",
    settings=("• Most examples in a prompt: 4 → 2",),
    rules=CHANGES,
    proof=WON.findings,
    may=frozenset({"promote", "keep"}),
)


def surfaces() -> Iterator[Surface]:
    yield from _lists()
    yield from _pages()
    yield Surface("trials", "modal", trials_modal([OPEN, WON, UNDECIDED]))
    yield Surface("trials · none", "modal", trials_modal([]))
    yield Surface("trials · one stopped just now", "modal", trials_modal([WON], notice="*It is stopped.*"))
    part = ReleasesPart(LIVE, OPEN)
    yield Surface("home · releases", "home", {"type": "home", "blocks": built(*build_releases(part))})
    live = ReleasesPart(LIVE[:1])
    yield Surface("home · no trial yet", "home", {"type": "home", "blocks": built(*build_releases(live))})


def _lists() -> Iterator[Surface]:
    now = ("A training run is under way: 40 % done.", "Trial 4 is open: 12 of 60 comparisons are in.")
    admin = ReleasesCard(LIVE, now, ROWS, may=frozenset({"retrain", "cancel"}))
    yield Surface("releases · admin", "modal", releases_modal(admin))
    yield Surface("releases · member", "modal", releases_modal(ReleasesCard(LIVE[:1], (), ROWS)))
    yield Surface("releases · none yet", "modal", releases_modal(ReleasesCard()))
    told = ReleasesCard(
        LIVE, (), ROWS * 9, notice="*r7 writes again.* r8 is kept, and can be promoted later."
    )
    yield Surface(f"releases · {MOST_RELEASES} of many", "modal", releases_modal(told))


def _pages() -> Iterator[Surface]:
    yield Surface("a release · candidate", "modal", release_modal(PAGE))
    live = ReleaseCard("b", "r7", "live", "a retraining of the rules", may=frozenset({"roll_back"}))
    yield Surface("a release · live", "modal", release_modal(live))
    alike = ReleaseCard("c", "r9", "a candidate", "your own trainer", compared_with="r7")
    yield Surface("a release · writes alike", "modal", release_modal(alike))
    long = RuleDifference("reworded", "word & " * 200, "<@U1> *bold* " * 100)
    many = ReleaseCard(
        "d", "r123456", "a candidate", "x", compared_with="r7", rules=(long,) * (MOST_RULES + 5)
    )
    yield Surface("a release · very many long rules", "modal", release_modal(many))


def bounds(text: str) -> Iterator[Surface]:
    some = escape(text) or "x"
    rows = (ReleaseRow("a" * 32, some),) * 30
    may = frozenset({"retrain", "cancel"})
    yield Surface(
        "releases", "modal", releases_modal(ReleasesCard((some,) * 9, (some,) * 3, rows, may, some))
    )
    rules = tuple(RuleDifference(kind, text, text) for kind in ("reworded", "dropped", "added")) * 20
    may = frozenset({"promote", "keep", "roll_back"})
    page = ReleaseCard("a" * 32, "r" * 40, some, some, some, (some,) * 9, rules, (some,) * 9, may, some)
    yield Surface("a release", "modal", release_modal(page))
    trial = TrialCard("a" * 32, some, some, (some,) * 9, may_stop=True)
    yield Surface("trials", "modal", trials_modal((trial,) * 30, notice=some))
    part = ReleasesPart((some,) * 9, trial)
    yield Surface("home", "home", {"type": "home", "blocks": built(*build_releases(part))})
