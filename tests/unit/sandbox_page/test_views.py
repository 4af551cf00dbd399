"""Modals and the App Home."""

from tests.unit.sandbox_page.every_block import BLOCKS, INPUTS, input_block, mrkdwn
from tests.unit.sandbox_page.looking import PAGE, make_view, see

SECTION = {"type": "section", "text": mrkdwn("Only words")}


def see_view(blocks, **more):
    return see(PAGE.view(make_view(blocks, **more)))


def test_a_modal_is_a_dialog_with_a_title_and_two_ways_out():
    seen = see_view([SECTION])
    dialog = seen.one("dialog")

    assert (dialog.attributes["data-view"], dialog.attributes["data-hash"]) == ("V1", "1.2")
    assert seen.one("h2").attributes["id"] == dialog.attributes["aria-labelledby"]
    assert [button.text for button in seen.all("button", data_do="close")] == ["✕", "Cancel"]
    assert seen.one("button", data_do="submit").text == "Save"


def test_a_modal_without_a_submit_can_only_be_closed():
    seen = see_view([SECTION], submit=None, close=None)

    assert seen.all(data_do="submit") == []
    assert seen.all("button", data_do="close")[-1].text == "Close"


def test_a_modal_that_may_not_be_submitted_yet_says_so():
    assert "disabled" in see_view([SECTION], submit_disabled=True).one(data_do="submit").attributes


def test_a_stacked_modal_leads_back():
    seen = see_view([SECTION], previous_view_id="V0")

    assert "data-stacked" in seen.one("dialog").attributes
    assert seen.one(aria_label="Back").attributes["data-do"] == "close"


def test_what_was_entered_stands_in_the_fields_again():
    blocks = [input_block(kind) for kind in INPUTS]
    entered = {
        "plain_text_input": {"type": "plain_text_input", "value": "typed"},
        "static_select": {"type": "static_select", "selected_option": {"value": "one"}},
        "multi_users_select": {"type": "multi_users_select", "selected_users": ["UEVE"]},
        "checkboxes": {"type": "checkboxes", "selected_options": []},
        "email_text_input": {"type": "email_text_input", "value": None},
        "datetimepicker": {"type": "datetimepicker", "selected_date_time": 1795437060},
    }
    state = {f"in-{kind}": {kind: entry} for kind, entry in entered.items()}

    seen = see_view(blocks, state=state)

    assert seen.one(data_action="plain_text_input").text == "\ntyped"
    chosen = [option.attributes["value"] for option in seen.all("option", selected="")]
    assert {"one", "UEVE"} <= set(chosen)
    assert "two" not in chosen
    assert seen.all("input", type="checkbox", checked="") == []
    assert seen.one(data_action="email_text_input").attributes["value"] == ""
    assert seen.one(data_action="datetimepicker").attributes["value"] == "2026-11-23T13:31"


def test_the_first_field_has_the_focus_unless_another_asks_for_it():
    first, second = input_block("static_select"), input_block("number_input")
    asking = input_block("radio_buttons")
    asking["element"] |= {"focus_on_load": True}

    by_itself, asked = see_view([SECTION, first, second]), see_view([first, second, asking])

    assert by_itself.one(autofocus="").attributes["data-action"] == "static_select"
    assert asked.one(autofocus="").attributes["type"] == "radio"


def test_words_that_may_be_long_can_be_scrolled_by_keyboard():
    assert see_view([SECTION]).with_class("view__body")[0].attributes["tabindex"] == "0"
    assert "tabindex" not in see_view([BLOCKS["input"]]).with_class("view__body")[0].attributes


def test_the_home_shows_its_blocks_and_without_any_says_so():
    home = see(PAGE.home(make_view([SECTION, BLOCKS["actions"]], type="home")))
    empty = see(PAGE.home(None))

    assert home.elements[0].attributes["data-view"] == "V1"
    assert "Only words" in home.text
    assert "home--empty" in empty.elements[0].classes
