"""The Home tab: what it offers in which state, and that everything fits Slack."""

import json

import pytest

from bot.sandbox.blocks import view_problems
from bot.slack.blocks.home import HomeCard, build_home
from bot.slack.blocks.home_admin import (
    CHANNELS_A_PAGE,
    ChannelPage,
    ChannelRow,
    ParkedLine,
    ParkedPart,
    SchedulePart,
    build_admin,
    build_channels,
    build_parked,
    build_schedule,
)
from bot.slack.blocks.home_checklist import Step, build_checklist
from bot.slack.blocks.home_member import (
    DRAFTS_A_PAGE,
    FIRST_DRAFT,
    DraftsPage,
    HomeDraft,
    HomeRequest,
    OwnSettings,
    build_drafts,
    build_requests,
    build_settings,
)
from bot.slack.blocks.stats import StatsCard
from bot.slack.pieces import button, buttons, header, note, question, section
from tests.surfaces.areas import home as area

FULL = "x" * 40_000
PARKED = ParkedPart(3, (ParkedLine("Ev1", "message", "Monday 23 November, 10:00", "KeyError 1"),))


def view_of(blocks):
    return {"type": "home", "blocks": [block.to_dict() for block in blocks]}


def words_of(blocks):
    return json.dumps(view_of(blocks), ensure_ascii=False)


def actions_of(blocks):
    """The action ids that can be pressed, with the values they carry."""
    rows = [block.to_dict() for block in blocks]
    elements = [element for row in rows for element in row.get("elements", [])]
    elements += [row["accessory"] for row in rows if "accessory" in row]
    return {
        element["action_id"]: element.get("value")
        for element in elements
        if isinstance(element, dict) and "action_id" in element
    }


def test_an_empty_home_invites_to_a_first_draft():
    view = build_home(HomeCard(StatsCard("Yours", "None yet."), DraftsPage(), "None yet.", OwnSettings()))

    assert view["type"] == "home"
    assert FIRST_DRAFT in json.dumps(view, ensure_ascii=False)
    assert view_problems(view) == []


@pytest.mark.parametrize(
    "words", ["<!channel> <@U1> & <https://evil.example|here>", "\u202eabc", "👩‍👩‍👧‍👦" * 500, FULL, ""]
)
def test_a_brief_stays_literal_and_within_limits_whatever_it_is(words):
    blocks = build_drafts(DraftsPage((HomeDraft(words, "about"),) * DRAFTS_A_PAGE))

    assert view_problems(view_of(blocks)) == []
    assert not [mark for mark in ("<!channel>", "<@U1>", "<https") if mark in words_of(blocks)]


@pytest.mark.parametrize("number", [0, 1, DRAFTS_A_PAGE, DRAFTS_A_PAGE + 1])
def test_no_more_than_a_page_of_drafts_is_listed(number):
    blocks = build_drafts(DraftsPage(tuple(HomeDraft(f"Brief {n}", "about") for n in range(number))))

    assert words_of(blocks).count("Brief ") == min(number, DRAFTS_A_PAGE)


@pytest.mark.parametrize(
    ("page", "more", "turns"),
    [
        (0, False, {}),
        (0, True, {"home_drafts_more": "1"}),
        (1, True, {"home_drafts_newer": "0", "home_drafts_more": "2"}),
        (2, False, {"home_drafts_newer": "1"}),
    ],
)
def test_drafts_are_turned_like_pages(page, more, turns):
    blocks = build_drafts(DraftsPage((HomeDraft("Brief", "about"),), page=page, more=more))

    assert actions_of(blocks) == turns


@pytest.mark.parametrize(
    ("page", "turns"),
    [
        (0, {"next": "1", "last": "99"}),
        (1, {"back": "0", "next": "2", "last": "99"}),
        (50, {"first": "0", "back": "49", "next": "51", "last": "99"}),
        (98, {"first": "0", "back": "97", "next": "99"}),
        (99, {"first": "0", "back": "98"}),
    ],
)
def test_a_thousand_channels_are_turned_to_both_ends(page, turns):
    rows = tuple(ChannelRow(f"C{number}", "about") for number in range(CHANNELS_A_PAGE))

    found = actions_of(build_channels(ChannelPage(rows, 1_000, page)))

    offered = {name.removeprefix("home_channels_"): value for name, value in found.items()}
    assert {
        name: value for name, value in offered.items() if name in ("first", "back", "next", "last")
    } == turns


def test_one_found_channel_has_no_pages_but_a_way_back_to_all():
    found = actions_of(build_channels(ChannelPage((ChannelRow("C1", "about"),), 1, channel_id="C1")))

    assert set(found) == {"home_channels_find", "home_channels_all", "home_channel_settings"}


def test_a_request_can_be_answered_put_off_or_stopped():
    reason, review = HomeRequest("d1", "reason", "about"), HomeRequest("d2", "review", "about")

    assert build_requests([]) == []
    assert actions_of(build_requests([reason])) == {
        "home_ask_give": "d1",
        "home_ask_not_now": "d1",
        "home_asks_stop": "d1",
    }
    assert actions_of(build_requests([review])) == {"home_review_not_now": "d2", "home_asks_stop": "d2"}


@pytest.mark.parametrize("number", range(8))
def test_settings_are_ticked_as_they_are_in_a_block_that_slack_does_not_take_for_another(number):
    own = OwnSettings(*(bool(number & bit) for bit in (4, 2, 1)))

    block = build_settings(own)[1].to_dict()

    ticked = {option["value"] for option in block["elements"][0].get("initial_options", [])}
    assert ticked == {name for name in ("named", "receipts", "asked") if getattr(own, name)}
    assert block["block_id"] == f"home_settings_{number:03b}"


@pytest.mark.parametrize(("out", "offered"), [(False, "home_opt_out"), (True, "home_opt_in")])
def test_leaving_out_ones_feedback_is_asked_about_first_and_can_be_taken_back(out, offered):
    blocks = build_settings(OwnSettings(opted_out=out))

    row = blocks[2].to_dict()
    assert (row["accessory"]["action_id"], "confirm" in row["accessory"]) == (offered, True)
    assert view_problems(view_of(blocks)) == []


def test_parked_events_can_be_tried_again_one_by_one_or_together():
    assert actions_of(build_parked(ParkedPart())) == {}
    assert actions_of(build_parked(ParkedPart(1, PARKED.latest))) == {"home_parked_replay": "Ev1"}
    assert actions_of(build_parked(PARKED)) == {"home_parked_replay": "Ev1", "home_parked_replay_all": "all"}


def test_steps_say_how_until_they_are_done():
    steps = [Step("First", "do it.", done=True), Step("Second", "do that.", done=False, optional=True)]

    told = words_of(build_checklist(steps))

    assert build_checklist([]) == []
    assert ("✅  First" in told, "do it." in told, "*Second* _(optional)_: do that." in told) == (
        True,
        False,
        True,
    )
    assert "1 of 1 done" in told


def test_admins_have_at_most_a_hundred_blocks_whatever_there_is():
    for surface in area.bounds(FULL):
        assert len(surface.shown["blocks"]) <= 100
        assert view_problems(surface.shown) == []
        assert "/draftloop help" in json.dumps(surface.shown["blocks"][-1])


def test_every_piece_is_cut_to_what_slack_takes():
    pieces = [
        header(FULL),
        section(FULL, accessory=button("a", FULL, value=FULL)),
        note(FULL),
        *buttons(button("b", "Label", asks=question("Title", "Text", yes="Yes", no="No"))),
        *build_schedule(SchedulePart(FULL, (FULL,) * 9, FULL, (FULL,) * 9)),
    ]

    assert buttons() == []
    assert view_problems(view_of(pieces)) == []
    assert len(build_admin(area.many(50))) < 40
