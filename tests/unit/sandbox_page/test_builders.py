"""Every message, modal and Home that the product builds can be read on the page."""

import pytest

from bot.sandbox.blocks import with_ids
from bot.sandbox.records import OpenView
from bot.slack.blocks.digest import Chart, build_digest
from bot.slack.blocks.draft import draft_blocks
from tests.surfaces.catalogue import everything
from tests.unit.sandbox_page.looking import APP, PAGE, make_message, make_view, see


def _shown(*kinds):
    return [
        pytest.param(surface.shown, id=f"{area}: {surface.name}")
        for area, surface in everything()
        if surface.kind in kinds
    ]


@pytest.mark.parametrize("blocks", _shown("message", "note"))
def test_a_message_shows_all_its_blocks(blocks):
    message = make_message(user=APP, blocks=blocks)

    seen = see(PAGE.message(message))

    assert len(seen.with_class("block")) == len(message.blocks)
    assert seen.with_class("unknown") == []
    assert len(set(seen.ids)) == len(seen.ids)


@pytest.mark.parametrize("built", _shown("modal"))
def test_a_modal_shows_its_title_and_all_its_blocks(built):
    view = make_view(built["blocks"], title=built["title"], submit=built.get("submit"))

    seen = see(PAGE.view(view))

    assert [title.text for title in seen.with_class("view__title")] == [built["title"]["text"]]
    assert len(seen.with_class("block")) == len(built["blocks"])
    assert seen.with_class("unknown") == []
    assert len(seen.all(data_do="submit")) == ("submit" in built)
    assert len(set(seen.ids)) == len(seen.ids)


@pytest.mark.parametrize("built", _shown("home"))
def test_the_home_shows_all_its_blocks(built):
    home = OpenView(built | {"id": "V9", "blocks": with_ids(built["blocks"])})

    seen = see(PAGE.home(home))

    assert seen.elements[0].attributes["data-view"] == "V9"
    assert len(seen.with_class("block")) == len(built["blocks"])
    assert seen.with_class("unknown") == []


def test_a_draft_can_be_voted_edited_used_rated_and_flagged():
    blocks = draft_blocks("The office moves.", task="Announcement", release="base")

    seen = see(PAGE.message(make_message(user=APP, blocks=blocks)))

    votes = seen.all("button", data_do="press", data_action="draft_vote")
    assert [vote.attributes["data-value"] for vote in votes] == ["positive", "negative"]
    assert [vote.attributes["aria-label"] for vote in votes] == ["Good draft", "Needs work"]
    assert seen.one("button", data_action="draft_edit", data_do="press").text == "Edit"
    assert "btn--primary" in seen.one("button", data_action="draft_use").classes
    stars = seen.one("select", data_action="draft_stars", data_do="choose", data_type="static_select")
    assert "★★★★★" in stars.text
    assert seen.one("details", data_action="draft_more").classes == ["overflow"]
    choices = [item.attributes["data-option"] for item in seen.all(data_do="overflow")]
    assert choices == ["lines", "phrasing", "flag", "why"]


def test_the_chart_of_a_digest_comes_from_the_page_itself():
    blocks = build_digest([Chart("A line that goes up")], chart_file_id="F1")

    picture = see(PAGE.message(make_message(user=APP, blocks=blocks))).one("img")

    assert picture.attributes["src"] == "/files/F1"
    assert picture.attributes["alt"] == "A line that goes up"
