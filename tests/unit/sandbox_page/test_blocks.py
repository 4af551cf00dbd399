"""Blocks and elements as people see, press and fill them."""

import json

import pytest

from bot.sandbox.block_elements import INPUT_ELEMENT, SELECTS
from bot.sandbox.blocks import IN_MESSAGES, IN_MODALS, message_problems, view_problems
from tests.unit.sandbox_page.every_block import (
    BLOCKS,
    BUTTON,
    ELSEWHERE,
    ICON,
    INPUTS,
    OVERFLOW,
    TYPED,
    UPLOADED,
    actions_block,
    input_block,
    mrkdwn,
    plain,
)
from tests.unit.sandbox_page.looking import ANA, BEN, see_block

IN_VIEW = [kind for kind in BLOCKS if kind in IN_MODALS]


def test_there_is_a_fixture_for_every_kind_that_slack_takes():
    assert set(BLOCKS) == set(IN_MESSAGES) | set(IN_MODALS)
    assert set(INPUTS) == set(SELECTS) | set(TYPED)


@pytest.mark.parametrize("kind", BLOCKS)
def test_the_fixtures_are_what_slack_takes(kind):
    if kind in IN_MESSAGES:
        assert message_problems([BLOCKS[kind]]) == []
    else:
        view = {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": [BLOCKS[kind]]}
        assert view_problems(view) == []


@pytest.mark.parametrize("kind", INPUTS)
def test_the_inputs_are_what_slack_takes(kind):
    assert list(INPUT_ELEMENT(input_block(kind)["element"], "")) == []


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_kind_of_block_is_shown(kind):
    seen = see_block(BLOCKS[kind])

    assert f"block--{kind.replace('_', '-')}" in seen.elements[0].classes
    assert seen.with_class("unknown") == []


def test_an_unknown_kind_says_so():
    assert see_block({"type": "hologram"}).text.strip() == "This block (hologram) is not shown here."


def test_an_unknown_element_says_so():
    seen = see_block({"type": "actions", "elements": [{"type": "lever", "action_id": "x"}]})

    assert "This element (lever) is not shown here." in seen.text


@pytest.mark.parametrize("kind", INPUTS)
def test_every_input_has_a_label_and_room_for_its_error(kind):
    seen = see_block(input_block(kind, hint=plain("A hint")))

    error = seen.one("p", role="alert")
    assert (error.classes, error.text) == (["field-error"], "")
    assert "Label" in seen.text
    for field in seen.all(data_field=""):
        assert field.attributes["data-type"] == kind
        assert field.attributes["data-action"] == kind
        assert set(field.attributes["aria-describedby"].split()) <= set(seen.ids)
        assert error.attributes["id"] in field.attributes["aria-describedby"]
        if field.tag == "fieldset":
            assert seen.one("legend").text == "Label"
        else:
            assert seen.one("label").attributes["for"] == field.attributes["id"]


@pytest.mark.parametrize("kind", SELECTS)
def test_a_select_outside_of_an_input_acts_at_once_and_has_a_name(kind):
    seen = see_block(actions_block(kind))

    field = seen.one(data_type=kind)
    assert field.attributes["data-do"] == ("suggest" if "external" in kind else "choose")
    assert "data-field" not in field.attributes
    assert field.attributes.get("aria-label") or seen.one("legend").text


STANDING = {
    "static_select": ["two"],
    "multi_static_select": ["one"],
    "users_select": [BEN],
    "multi_users_select": [ANA, BEN],
    "conversations_select": ["CNEWS"],
    "multi_conversations_select": [],
    "channels_select": ["CNEWS"],
    "multi_channels_select": ["CNEWS"],
}


@pytest.mark.parametrize("kind", STANDING)
def test_a_select_shows_what_stands_in_it(kind):
    seen = see_block(input_block(kind))

    chosen = [option for option in seen.all("option", selected="") if option.attributes["value"]]
    assert [option.attributes["value"] for option in chosen] == STANDING[kind]
    assert ("multiple" in seen.one("select").attributes) == kind.startswith("multi_")


def test_a_select_of_conversations_offers_only_what_the_app_asked_for():
    seen = see_block(input_block("multi_conversations_select"))

    assert [(option.attributes["value"], option.text) for option in seen.all("option")] == [("DBEN", "Ben")]


def test_groups_of_options_have_their_label():
    assert see_block(input_block("multi_static_select")).one("optgroup").attributes["label"] == "Group"


@pytest.mark.parametrize(
    ("kind", "value", "html_type"),
    [
        ("email_text_input", "a@b.example", "email"),
        ("url_text_input", "https://a.example", "url"),
        ("number_input", "2.5", "number"),
        ("datepicker", "2026-11-27", "date"),
        ("timepicker", "15:00", "time"),
        ("datetimepicker", "2026-11-23T13:30", "datetime-local"),
        ("external_select", "one", "text"),
    ],
)
def test_a_typed_field_shows_what_stands_in_it(kind, value, html_type):
    field = see_block(input_block(kind)).one("input")

    assert (field.attributes["value"], field.attributes["type"]) == (value, html_type)


def test_several_lines_keep_their_first_line_break():
    block = input_block("plain_text_input")
    block["element"]["initial_value"] = "\nbelow"

    # A browser drops the one line break that follows the tag, and no more.
    assert see_block(block).one("textarea").text == "\n\nbelow"


def test_a_rich_text_field_lets_its_words_be_edited():
    assert see_block(input_block("rich_text_input")).one("textarea").text == "\nwords"


def test_an_optional_field_says_so_and_is_not_required():
    optional, required = (see_block(input_block("static_select", optional=it)) for it in (True, False))

    assert "(optional)" in optional.one("label").text
    assert "required" not in optional.one("select").attributes
    assert "required" in required.one("select").attributes


def test_options_show_their_description_and_which_are_chosen():
    seen = see_block(input_block("radio_buttons"))

    assert [it.attributes.get("checked") for it in seen.all("input", type="radio")] == ["", None]
    assert seen.with_class("choice__description")[0].text == "More about two"
    assert len({it.attributes["name"] for it in seen.all("input", type="radio")}) == 1


def test_an_input_that_dispatches_tells_when():
    block = input_block("plain_text_input", dispatch_action=True)
    block["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}

    assert see_block(block).one("textarea").attributes["data-dispatch"] == "on_character_entered"


def test_an_input_select_that_dispatches_acts_and_is_a_field():
    field = see_block(input_block("static_select", dispatch_action=True)).one("select")

    assert (field.attributes["data-do"], field.attributes["data-field"]) == ("choose", "")


def test_a_button_says_what_it_does_and_asks_before():
    button = see_block({"type": "actions", "elements": [BUTTON | {"style": "danger"}]}).one("button")

    assert button.classes == ["btn", "btn--danger"]
    assert (button.attributes["data-action"], button.attributes["data-value"]) == ("go", "v")
    assert json.loads(button.attributes["data-confirm"]) == {
        "title": "Sure?",
        "text": "It is gone then.",
        "confirm": "Do it",
        "deny": "Cancel",
        "style": "",
    }


def test_a_button_with_an_address_is_a_link_that_also_presses():
    link = see_block({"type": "actions", "elements": [BUTTON | {"url": "https://a.example"}]}).one("a")

    assert (link.attributes["href"], link.attributes["data-do"]) == ("https://a.example", "press")


def test_a_button_with_another_address_stays_a_button():
    seen = see_block({"type": "actions", "elements": [BUTTON | {"url": "slack://open"}]})

    assert seen.all("a") == []
    assert seen.one("button").attributes["data-do"] == "press"


def test_an_overflow_menu_lists_its_options():
    items = see_block({"type": "actions", "elements": [OVERFLOW]}).all(role="menuitem", data_do="overflow")

    assert [(item.tag, item.attributes["data-option"]) for item in items] == [
        ("button", "one"),
        ("button", "two"),
        ("a", "web"),
    ]


@pytest.mark.parametrize(("visible_to", "count"), [([ANA], 1), ([BEN], 0)])
def test_an_icon_button_is_there_for_those_it_is_meant_for(visible_to, count):
    block = {"type": "context_actions", "elements": [ICON | {"visible_to_user_ids": visible_to}]}

    assert len(see_block(block).all("button")) == count


def test_an_uploaded_picture_is_shown_with_its_alt_text():
    for accessory, expected in (
        (UPLOADED, "F1"),
        (UPLOADED | {"slack_file": {"url": "http://x/files-pri/T1-F7/a.png"}}, "F7"),
    ):
        picture = see_block({"type": "section", "text": plain("x"), "accessory": accessory}).one("img")

        assert picture.attributes["src"] == f"/files/{expected}"
        assert picture.attributes["alt"] == "A chart"


def test_a_picture_from_elsewhere_is_not_loaded_but_named_and_linked():
    seen = see_block(BLOCKS["image"])

    assert seen.all("img") == []
    assert seen.one(role="img").attributes["aria-label"] == "A cat"
    assert "a.example" in seen.one("a").text


def test_a_small_picture_from_elsewhere_is_named():
    placeholder = see_block({"type": "context", "elements": [ELSEWHERE]}).one(role="img")

    assert placeholder.attributes["aria-label"] == "A cat"


def test_a_table_has_a_head_and_aligned_columns():
    seen = see_block(BLOCKS["table"])

    assert [cell.text for cell in seen.all("th", scope="col")] == ["Name", "Number"]
    assert "align-right" in seen.all("td")[0].classes
    assert seen.all("td")[0].text == "four"


def test_a_plain_text_shows_emoji_unless_told_otherwise():
    shown, literal = (
        see_block({"type": "header", "text": plain(":tada: *x*") | {"emoji": emoji}}).one("h2").text
        for emoji in (True, False)
    )

    assert (shown, literal) == ("🎉 *x*", ":tada: *x*")


def test_rich_text_has_names_styles_and_lists():
    seen = see_block(BLOCKS["rich_text"])

    assert [mention.text for mention in seen.with_class("mention")] == [
        "@Ben",
        "@developers",
        "#news",
        "@here",
    ]
    assert seen.one("time").text == "2026-11-23 13:30"
    assert seen.one("ol").attributes["start"] == "3"
    assert "list--indent-1" in seen.one("ul").classes
    assert [link.attributes["href"] for link in seen.all("a")] == ["https://a.example", "?as=UANA&in=CNEWS"]
    assert seen.one(role="img").text == "👋🏼"


def test_fields_stand_beside_their_section():
    assert [field.text for field in see_block(BLOCKS["section"]).with_class("field")] == ["one", "two"]


def test_ids_differ_between_blocks():
    seen = see_block({"type": "section", "text": mrkdwn("x")}, block_id="twice")
    fields = [see_block(input_block(kind)) for kind in INPUTS]

    assert seen.elements[0].attributes["data-block"] == "twice"
    assert all(len(set(field.ids)) == len(field.ids) for field in fields)
