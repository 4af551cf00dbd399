import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as kit

from bot.sandbox.blocks import message_problems, view_problems

PLAIN = {"type": "plain_text", "text": "x"}


def plain(length):
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length):
    return {"type": "mrkdwn", "text": "x" * length}


def option(text=1, value=1):
    return {"text": plain(text), "value": "v" * value}


def button(**own):
    return {"type": "button", "text": PLAIN, **own}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def select(options):
    return actions({"type": "static_select", "options": options})


def feedback(text=1):
    side = {"text": plain(text), "value": "v"}
    return {"type": "feedback_buttons", "action_id": "f", "positive_button": side, "negative_button": side}


def table(rows, columns, text="x"):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


TRASH = {"type": "icon_button", "icon": "trash", "text": PLAIN}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png"}
FITS = [
    {"type": "section", "text": mrkdwn(3000)},
    {"type": "section", "fields": [mrkdwn(2000)] * 10},
    {"type": "header", "text": plain(150)},
    {"type": "markdown", "text": "x" * 12_000},
    {"type": "context", "elements": [mrkdwn(10)] * 10},
    {"type": "context_actions", "elements": [feedback(75), TRASH]},
    actions(*[button()] * 25),
    actions(button(value="v" * 2000)),
    select([option(75, 150)] * 100),
    actions({"type": "overflow", "options": [option()] * 5}),
    {**IMAGE, "alt_text": "x" * 2000},
    table(100, 20),
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    },
    {"type": "divider"},
]
BREAKS = [
    (
        {"type": "section", "text": mrkdwn(3001)},
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    ({"type": "section"}, "one of these must be given: text, fields"),
    ({"type": "section", "fields": [mrkdwn(1)] * 11}, "no more than 10 items allowed"),
    ({"type": "section", "fields": [mrkdwn(2001)]}, "must be less than 2001 characters"),
    ({"type": "section", "text": PLAIN, "colour": "red"}, "invalid additional property: colour"),
    ({"type": "header", "text": plain(151)}, "must be less than 151 characters"),
    ({"type": "header", "text": mrkdwn(1)}, "unsupported type: mrkdwn"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
    ({"type": "context", "elements": [mrkdwn(1)] * 11}, "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    ({"type": "context_actions", "elements": [feedback(76)]}, "must be less than 76 characters"),
    ({"type": "context_actions", "elements": [button()]}, "unsupported type: button"),
    ({"type": "actions", "elements": [feedback()]}, "unsupported type: feedback_buttons"),
    (actions(*[button()] * 26), "no more than 25 items allowed"),
    (actions(), "no fewer than 1 items allowed"),
    (actions(button(value="v" * 2001)), "must be less than 2001 characters"),
    (actions(button(style="loud")), "value must be one of: primary, danger"),
    (actions(button(action_id="a"), button(action_id="a")), "action_id already exists"),
    (select([option()] * 101), "no more than 100 items allowed"),
    (select([option(76)]), "must be less than 76 characters"),
    (select([option(1, 151)]), "must be less than 151 characters"),
    (actions({"type": "static_select"}), "exactly one of these must be given: options, option_groups"),
    (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items allowed"),
    ({**IMAGE}, "missing required field: alt_text"),
    ({**IMAGE, "alt_text": "x" * 2001}, "must be less than 2001 characters"),
    ({**IMAGE, "alt_text": "x", "slack_file": {"id": "F1"}}, "exactly one of these"),
    (table(101, 1), "no more than 100 items allowed"),
    (table(1, 21), "no more than 20 items allowed"),
    (table(100, 1, text="x" * 101), "table text must be less than 10001"),
    ({"type": "alert", "text": PLAIN}, "unsupported type: alert"),
    ({"type": "marquee"}, "unsupported type: marquee [json-pointer:/blocks/0/type]"),
    ({"text": PLAIN}, "unsupported type: None"),
    ("text", "must provide an object"),
]


@pytest.mark.parametrize("block", FITS, ids=lambda block: block["type"])
def test_a_block_at_the_limit_is_taken(block):
    assert message_problems([block]) == []


@pytest.mark.parametrize(("block", "words"), BREAKS, ids=[words[:40] for _, words in BREAKS])
def test_a_block_beyond_a_limit_is_refused_with_its_place(block, words):
    problems = message_problems([block])

    assert len(problems) >= 1
    assert words in " ".join(problems)


def test_limits_of_the_whole_message_count_too():
    assert message_problems([{"type": "divider"}] * 50) == []
    assert "no more than 50 items" in message_problems([{"type": "divider"}] * 51)[0]
    assert "in total" in message_problems([{"type": "markdown", "text": "x" * 6001}] * 2)[0]
    assert "block_id already exists" in message_problems([{"type": "divider", "block_id": "b"}] * 2)[0]
    assert "only one table" in message_problems([table(1, 1), table(1, 1)])[0]


def modal(**own):
    return {"type": "modal", "title": plain(24), "blocks": [{"type": "divider"}], **own}


def test_modals_have_limits_of_their_own():
    asking = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}

    assert view_problems(modal(submit=plain(24), private_metadata="x" * 3000)) == []
    assert view_problems(modal(blocks=[{"type": "alert", "text": PLAIN, "level": "info"}])) == []
    assert "less than 25" in view_problems(modal(title=plain(25)))[0]
    assert "less than 3001" in view_problems(modal(private_metadata="x" * 3001))[0]
    assert "no more than 100" in view_problems(modal(blocks=[{"type": "divider"}] * 101))[0]
    assert "missing required field: submit" in view_problems(modal(blocks=[asking]))[0]
    assert "unsupported type: markdown" in view_problems(modal(blocks=[{"type": "markdown", "text": "x"}]))[0]


def test_what_the_sdks_block_classes_build_is_taken():
    built = [
        kit.SectionBlock(text=kit.MarkdownTextObject(text="*hi*")),
        kit.ActionsBlock(
            elements=[
                kit.ButtonElement(text="Edit", action_id="draft_edit", value="1"),
                kit.StaticSelectElement(
                    action_id="draft_stars",
                    placeholder="Stars",
                    options=[kit.Option(value=str(n), text=f"{n}") for n in range(1, 6)],
                ),
                kit.OverflowMenuElement(
                    action_id="draft_more", options=[kit.Option(value="flag", text="Flag")]
                ),
            ]
        ),
        kit.ContextActionsBlock(
            elements=[
                kit.FeedbackButtonsElement(
                    action_id="draft_vote",
                    positive_button=kit.FeedbackButtonObject(text="Good", value="positive"),
                    negative_button=kit.FeedbackButtonObject(text="Bad", value="negative"),
                )
            ]
        ),
        kit.TableBlock(
            rows=[[{"type": "raw_text", "text": "a"}, {"type": "raw_number", "value": 1, "text": "1"}]]
        ),
    ]

    assert message_problems([block.to_dict() for block in built]) == []


async def test_refused_blocks_are_explained_in_the_answer(scene):
    with pytest.raises(SlackApiError) as caught:
        await scene.client.chat_postMessage(channel=scene.general.id, text="x", blocks=[{"type": "header"}])

    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/0]"
    ]


async def test_an_image_must_show_a_file_that_is_there(scene):
    block = {"type": "image", "alt_text": "chart", "slack_file": {"id": "F404"}}

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await scene.client.chat_postMessage(channel=scene.general.id, text="x", blocks=[block])
