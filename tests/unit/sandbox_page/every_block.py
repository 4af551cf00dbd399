"""One block of every kind, and one input of every kind, that the sandbox accepts."""


def plain(text):
    return {"type": "plain_text", "text": text}


def mrkdwn(text):
    return {"type": "mrkdwn", "text": text}


def option(value, **more):
    return {"text": plain(f"Option {value}"), "value": value} | more


def rich(*elements):
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


WORDS = {"type": "text", "text": "words"}
UPLOADED = {"type": "image", "alt_text": "A chart", "slack_file": {"id": "F1"}}
ELSEWHERE = {"type": "image", "alt_text": "A cat", "image_url": "https://cats.example/cat.png"}
CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("It is *gone* then."), "confirm": plain("Do it")}
TWO = [option("one"), option("two", description=plain("More about two"))]
BUTTON = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "v", "confirm": CONFIRM}
OVERFLOW = {
    "type": "overflow",
    "action_id": "more",
    "options": [*TWO, option("web", url="https://a.example")],
}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "vote",
    "positive_button": {"text": plain("Good"), "value": "up", "accessibility_label": "Good draft"},
    "negative_button": {"text": plain("Bad"), "value": "down"},
}
ICON = {"type": "icon_button", "icon": "trash", "text": plain("Remove"), "action_id": "bin"}
TASK = {
    "type": "task_card",
    "task_id": "t1",
    "title": "Look it up",
    "status": "in_progress",
    "details": rich(WORDS),
    "output": rich(WORDS),
    "sources": [{"url": "https://a.example", "text": "A source"}],
}
CARD = {
    "type": "card",
    "hero_image": ELSEWHERE,
    "icon": UPLOADED,
    "title": plain("A card"),
    "subtitle": mrkdwn("below"),
    "body": mrkdwn("*body*"),
    "actions": [BUTTON, ICON],
}
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {
                    "type": "text",
                    "text": "all\nstyles",
                    "style": {"bold": True, "italic": True, "strike": True},
                },
                {"type": "text", "text": "code", "style": {"code": True, "underline": True}},
                {"type": "link", "url": "https://a.example", "text": "a link"},
                {"type": "link", "url": "slack://app"},
                {"type": "emoji", "name": "wave", "skin_tone": 3},
                {"type": "user", "user_id": "UBEN"},
                {"type": "usergroup", "usergroup_id": "SDEV"},
                {"type": "channel", "channel_id": "CNEWS"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#ff0000"},
                {"type": "date", "timestamp": 1795437000, "format": "{date_num} {time}", "fallback": "then"},
            ],
        },
        {"type": "rich_text_quote", "elements": [WORDS]},
        {"type": "rich_text_preformatted", "elements": [WORDS], "language": "python"},
        *(
            {
                "type": "rich_text_list",
                "style": style,
                "indent": 1,
                "offset": 2,
                "elements": [{"type": "rich_text_section", "elements": [WORDS]}] * 2,
            }
            for style in ("bullet", "ordered")
        ),
    ],
}
INPUTS = {
    "plain_text_input": {"multiline": True, "initial_value": "standing", "max_length": 30},
    "email_text_input": {"initial_value": "a@b.example"},
    "url_text_input": {"initial_value": "https://a.example"},
    "number_input": {"is_decimal_allowed": True, "initial_value": "2.5", "min_value": "1"},
    "rich_text_input": {"initial_value": rich(WORDS)},
    "file_input": {"max_files": 1},
    "static_select": {"options": TWO, "initial_option": TWO[1]},
    "multi_static_select": {
        "option_groups": [{"label": plain("Group"), "options": TWO}],
        "initial_options": TWO[:1],
    },
    "external_select": {"initial_option": option("one")},
    "multi_external_select": {"min_query_length": 1},
    "users_select": {"initial_user": "UBEN"},
    "multi_users_select": {"initial_users": ["UBEN", "UANA"]},
    "conversations_select": {"default_to_current_conversation": True},
    "multi_conversations_select": {"filter": {"include": ["im"], "exclude_bot_users": True}},
    "channels_select": {"initial_channel": "CNEWS"},
    "multi_channels_select": {"initial_channels": ["CNEWS"]},
    "radio_buttons": {"options": TWO, "initial_option": TWO[0]},
    "checkboxes": {"options": TWO, "initial_options": TWO},
    "datepicker": {"initial_date": "2026-11-27"},
    "timepicker": {"initial_time": "15:00"},
    "datetimepicker": {"initial_date_time": 1795437000},
}
TYPED = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
)


def input_block(kind, **more):
    element = {"type": kind, "action_id": kind, **INPUTS[kind]}
    return {"type": "input", "block_id": f"in-{kind}", "label": plain("Label"), "element": element} | more


def actions_block(kind):
    return {"type": "actions", "elements": [{"type": kind, "action_id": kind, **INPUTS[kind]}]}


BLOCKS = {
    "section": {
        "type": "section",
        "text": mrkdwn("*Section*"),
        "fields": [mrkdwn("one"), plain("two")],
        "accessory": UPLOADED,
    },
    "divider": {"type": "divider"},
    "header": {"type": "header", "text": plain("Header :tada:")},
    "image": {
        "type": "image",
        "alt_text": "A cat",
        "image_url": "https://a.example/x.png",
        "title": plain("Cat"),
    },
    "actions": {"type": "actions", "elements": [BUTTON, OVERFLOW]},
    "context": {"type": "context", "elements": [ELSEWHERE, UPLOADED, mrkdwn("_small_"), plain("print")]},
    "input": input_block("plain_text_input", hint=plain("A hint"), optional=True),
    "rich_text": RICH,
    "video": {
        "type": "video",
        "title": plain("A talk"),
        "video_url": "https://a.example/v",
        "thumbnail_url": "https://a.example/t.png",
        "alt_text": "Somebody talks",
        "author_name": "Ben",
        "provider_name": "Tube",
        "description": plain("About it"),
    },
    "markdown": {
        "type": "markdown",
        "text": "# Title\n\n**bold** ~~gone~~\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |",
    },
    "context_actions": {"type": "context_actions", "elements": [FEEDBACK, ICON]},
    "table": {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Number"}],
            [{"type": "raw_number", "value": 4, "text": "four"}, rich(WORDS)],
        ],
        "column_settings": [{"align": "right", "is_wrapped": True}],
    },
    "task_card": TASK,
    "plan": {"type": "plan", "title": "The plan", "tasks": [TASK, TASK | {"status": "complete"}]},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD, CARD]},
    "alert": {"type": "alert", "text": mrkdwn("Careful"), "level": "warning"},
}
