"""The Home tab: everything it says fits Slack, and people's words stay literal."""

import json

import pytest

from bot.sandbox.blocks import view_problems
from bot.slack.blocks.home import FIRST_DRAFT, MOST_DRAFTS, HomeCard, HomeDraft, build_home
from bot.slack.blocks.stats import Group, Row, StatsCard

NOTHING_YET = StatsCard("Your feedback · last 30 days", "None yet.")
FULL = "x" * 40_000
FAMILY = "👩‍👩‍👧‍👦"


def make_home(*, feedback=NOTHING_YET, drafts=(), digest="*Friday 27 November, 15:00* (UTC)", accepted=""):
    return build_home(HomeCard(feedback, tuple(drafts), digest, accepted))


def texts_of(view):
    return json.dumps(view["blocks"], ensure_ascii=False)


def test_an_empty_home_invites_to_a_first_draft():
    view = make_home()

    assert view["type"] == "home"
    assert FIRST_DRAFT in texts_of(view)
    assert view_problems(view) == []


def test_it_tells_ones_feedback_ones_drafts_the_next_digest_and_where_to_read_more():
    gave = Group("You gave", (Row("Your thumbs up", "80%", "n = 5"),))
    feedback = StatsCard("Your feedback · last 30 days", "3 drafts for you.", (gave,))

    told = texts_of(make_home(feedback=feedback, drafts=[HomeDraft("The office moves", "Draft in <#C1>")]))

    for said in (
        "last 30 days",
        "*80%*",
        "The office moves",
        "<#C1>",
        "Friday 27 November",
        "/draftloop help",
    ):
        assert said in told


@pytest.mark.parametrize("number", [0, 1, MOST_DRAFTS, MOST_DRAFTS + 1])
def test_no_more_than_the_latest_drafts_are_listed(number):
    view = make_home(drafts=[HomeDraft(f"Brief {n}", "about") for n in range(number)])

    listed = [block for block in view["blocks"] if "Brief" in str(block)]
    assert len(listed) == min(number, MOST_DRAFTS)


@pytest.mark.parametrize(
    "words", ["<!channel> <@U1> & <https://evil.example|here>", "\u202eabc", FAMILY * 500, FULL, ""]
)
def test_a_brief_stays_literal_and_within_limits_whatever_it_is(words):
    view = make_home(drafts=[HomeDraft(words, "about")] * MOST_DRAFTS)

    assert view_problems(view) == []
    assert not [mark for mark in ("<!channel>", "<@U1>", "<https") if mark in texts_of(view)]


def test_texts_of_any_size_are_within_slacks_limits():
    rows = tuple(Row(FULL, FULL, FULL) for _ in range(600))
    feedback = StatsCard(FULL, FULL, (Group("You gave", rows),) * 30)

    view = make_home(feedback=feedback, drafts=[HomeDraft(FULL, FULL)] * 40, digest=FULL, accepted=FULL)

    assert view_problems(view) == []
    assert len(view["blocks"]) <= 100
