"""Every message, modal and Home that the product builds can be read on the page."""

import pytest

from bot.sandbox.blocks import with_ids
from bot.sandbox.records import OpenView
from tests.unit.sandbox_page.every_builder import HOME, MESSAGES, VIEWS
from tests.unit.sandbox_page.looking import APP, PAGE, make_message, make_view, see
from tests.unit.test_message_limits import _builders


def test_every_builder_is_tried_here():
    assert sorted(_builders()) == sorted([*MESSAGES, *VIEWS, *HOME])


@pytest.mark.parametrize("builder", MESSAGES)
def test_a_message_shows_all_its_blocks(builder):
    message = make_message(user=APP, blocks=MESSAGES[builder])

    seen = see(PAGE.message(message))

    assert len(seen.with_class("block")) == len(message.blocks)
    assert seen.with_class("unknown") == []
    assert len(set(seen.ids)) == len(seen.ids)


@pytest.mark.parametrize("builder", VIEWS)
def test_a_modal_shows_its_title_and_all_its_blocks(builder):
    built = VIEWS[builder]
    view = make_view(built["blocks"], title=built["title"], submit=built.get("submit"))

    seen = see(PAGE.view(view))

    assert seen.one("h2").text == built["title"]["text"]
    assert len(seen.with_class("block")) == len(built["blocks"])
    assert len(seen.all(data_do="submit")) == ("submit" in built)
    assert len(set(seen.ids)) == len(seen.ids)


def test_the_home_shows_all_its_blocks():
    built = HOME["build_home"]
    home = OpenView(built | {"id": "V9", "blocks": with_ids(built["blocks"])})

    seen = see(PAGE.home(home))

    assert seen.elements[0].attributes["data-view"] == "V9"
    assert len(seen.with_class("block")) == len(built["blocks"])


def test_a_draft_can_be_voted_edited_used_rated_and_flagged():
    message = make_message(user=APP, blocks=MESSAGES["draft_blocks"])

    seen = see(PAGE.message(message))

    votes = seen.all("button", data_do="press", data_action="draft_vote")
    assert [vote.attributes["data-value"] for vote in votes] == ["positive", "negative"]
    assert [vote.attributes["aria-label"] for vote in votes] == ["Good draft", "Needs work"]
    assert seen.one("button", data_action="draft_edit", data_do="press").text == "Edit"
    assert "btn--primary" in seen.one("button", data_action="draft_use").classes
    stars = seen.one("select", data_action="draft_stars", data_do="choose", data_type="static_select")
    assert "★★★★★" in stars.text
    assert seen.one("details", data_action="draft_more").classes == ["overflow"]
    assert [item.attributes["data-option"] for item in seen.all(data_do="overflow")] == ["flag", "why"]


def test_the_chart_of_a_digest_comes_from_the_page_itself():
    seen = see(PAGE.message(make_message(user=APP, blocks=MESSAGES["build_digest"])))

    picture = seen.one("img")

    assert picture.attributes["src"] == "/files/F1"
    assert picture.attributes["alt"] == "A line that goes up"
