"""The shapes of Block Kit's text objects and elements, with their limits."""

from bot.sandbox.shapes import (
    Check,
    any_of,
    anything,
    array,
    boolean,
    by_type,
    choice,
    exactly_one,
    integer,
    number,
    shape,
    string,
)


def plain(longest: int) -> Check:
    """A ``plain_text`` object."""
    return by_type({"plain_text": shape({"text": string(longest)}, emoji=boolean())})


def rich(longest: int) -> Check:
    """A text object, ``plain_text`` or ``mrkdwn``."""
    text = {"text": string(longest)}
    return by_type({"plain_text": shape(text, emoji=boolean()), "mrkdwn": shape(text, verbatim=boolean())})


ID = string(255)
URL = string(3000, pattern=r"(https?|slack|mailto)://?.+")
SLACK_FILE = exactly_one(shape(id=string(64), url=URL), "id", "url")
CONFIRM = shape(
    {"title": plain(100), "text": rich(300)},
    confirm=plain(30),
    deny=plain(30),
    style=choice("primary", "danger"),
)
OPTION = shape({"text": rich(75), "value": string(150)}, description=rich(75), url=URL)
OPTIONS = array(OPTION, most=100)
GROUPS = array(shape({"label": plain(75), "options": OPTIONS}), most=100)
STYLE = choice("primary", "danger")
DISPATCH = shape(trigger_actions_on=array(choice("on_enter_pressed", "on_character_entered"), most=2))
FILTER = shape(
    include=array(choice("im", "mpim", "private", "public"), most=4),
    exclude_external_shared_channels=boolean(),
    exclude_bot_users=boolean(),
)


def _input(**own: Check) -> Check:
    focus = {"action_id": ID, "focus_on_load": boolean(), "placeholder": plain(150)}
    return shape(**(focus | own))


def _select(**own: Check) -> Check:
    return _input(confirm=CONFIRM, **own)


def _typed(**own: Check) -> Check:
    return _input(dispatch_action_config=DISPATCH, **own)


IMAGE = exactly_one(
    shape({"alt_text": string(2000)}, image_url=URL, slack_file=SLACK_FILE), "image_url", "slack_file"
)
FEEDBACK = shape({"text": plain(75), "value": string(2000)}, accessibility_label=string(75))
BUTTON = shape(
    {"text": plain(75)},
    action_id=ID,
    url=URL,
    value=string(2000),
    style=STYLE,
    confirm=CONFIRM,
    accessibility_label=string(75),
)
FEEDBACK_BUTTONS = shape({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, action_id=ID)
ICON_BUTTON = shape(
    {"icon": choice("trash"), "text": plain(75)},
    action_id=ID,
    value=string(2000),
    confirm=CONFIRM,
    accessibility_label=string(75),
    visible_to_user_ids=array(string(32), most=100),
)
OVERFLOW = shape({"options": array(OPTION, most=5)}, action_id=ID, confirm=CONFIRM)
STATIC_SELECT = exactly_one(
    _select(options=OPTIONS, option_groups=GROUPS, initial_option=OPTION), "options", "option_groups"
)
MULTI_STATIC = exactly_one(
    _select(
        options=OPTIONS,
        option_groups=GROUPS,
        initial_options=OPTIONS,
        max_selected_items=integer(1, 100),
    ),
    "options",
    "option_groups",
)
_MANY = {"max_selected_items": integer(1, 100)}
_IDS = array(string(32), most=100)
_FEW = array(OPTION, most=10)
RADIO = any_of(_select(options=_FEW, initial_option=OPTION), "options")
CHECKBOXES = any_of(_select(options=_FEW, initial_options=_FEW), "options")
_CONVERSATION = {"default_to_current_conversation": boolean(), "filter": FILTER}
SELECTS = {
    "static_select": STATIC_SELECT,
    "multi_static_select": MULTI_STATIC,
    "external_select": _select(initial_option=OPTION, min_query_length=integer(0, 100)),
    "multi_external_select": _select(initial_options=OPTIONS, min_query_length=integer(0, 100), **_MANY),
    "users_select": _select(initial_user=string(32)),
    "multi_users_select": _select(initial_users=_IDS, **_MANY),
    "conversations_select": _select(
        initial_conversation=string(32), response_url_enabled=boolean(), **_CONVERSATION
    ),
    "multi_conversations_select": _select(initial_conversations=_IDS, **_CONVERSATION, **_MANY),
    "channels_select": _select(initial_channel=string(32), response_url_enabled=boolean()),
    "multi_channels_select": _select(initial_channels=_IDS, **_MANY),
    "radio_buttons": RADIO,
    "checkboxes": CHECKBOXES,
    "datepicker": _select(initial_date=string(10, pattern=r"\d{4}-\d\d-\d\d")),
    "timepicker": _select(initial_time=string(5, pattern=r"\d\d:\d\d"), timezone=string(64)),
    "datetimepicker": _select(initial_date_time=integer(0, 9_999_999_999)),
}
TYPED = {
    "plain_text_input": _typed(
        initial_value=string(3000, shortest=0),
        multiline=boolean(),
        min_length=integer(0, 3000),
        max_length=integer(1, 3000),
    ),
    "email_text_input": _typed(initial_value=string(3000)),
    "url_text_input": _typed(initial_value=string(3000)),
    "number_input": any_of(
        _typed(
            is_decimal_allowed=boolean(),
            initial_value=string(64),
            min_value=string(64),
            max_value=string(64),
        ),
        "is_decimal_allowed",
    ),
    "rich_text_input": _typed(initial_value=anything(), min_lines=integer(1, 100), max_lines=integer(1, 100)),
    "file_input": _input(filetypes=array(string(16), most=50), max_files=integer(1, 10)),
}
PRESSED = {"button": BUTTON, "overflow": OVERFLOW}
ACTION_ELEMENT = by_type({**PRESSED, **SELECTS})
ACCESSORY = by_type({**PRESSED, **SELECTS, "image": IMAGE})
INPUT_ELEMENT = by_type({**SELECTS, **TYPED})
CONTEXT_ELEMENT = by_type(
    {
        "image": IMAGE,
        "plain_text": shape({"text": string(3000)}, emoji=boolean()),
        "mrkdwn": shape({"text": string(3000)}, verbatim=boolean()),
    }
)
CONTEXT_ACTION = by_type({"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON})

_TEXT_STYLE = shape(
    **{name: boolean() for name in ("bold", "italic", "strike", "code", "underline", "unlink")}
)
_INLINE = by_type(
    {
        "text": shape({"text": string(4000)}, style=_TEXT_STYLE),
        "link": shape({"url": URL}, text=string(4000), unsafe=boolean(), style=_TEXT_STYLE),
        "emoji": shape({"name": string(100)}, unicode=string(64), skin_tone=integer(1, 6)),
        "user": shape({"user_id": string(32)}, style=_TEXT_STYLE),
        "usergroup": shape({"usergroup_id": string(32)}, style=_TEXT_STYLE),
        "channel": shape({"channel_id": string(32)}, style=_TEXT_STYLE),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}),
        "color": shape({"value": string(16)}),
        "date": shape({"timestamp": number(), "format": string(255)}, url=URL, fallback=string(255)),
    }
)
_LINES = {"elements": array(_INLINE, most=500, least=0)}
_SECTION = shape(_LINES)


_PARTS = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": shape(_LINES, border=integer(0, 1)),
        "rich_text_preformatted": shape(_LINES, border=integer(0, 1), language=string(64)),
        "rich_text_list": shape(
            {
                "elements": array(by_type({"rich_text_section": _SECTION}), most=500),
                "style": choice("bullet", "ordered"),
            },
            indent=integer(0, 8),
            offset=integer(0, 10_000),
            border=integer(0, 1),
        ),
    }
)
RICH_TEXT = array(_PARTS, most=500, least=0)
