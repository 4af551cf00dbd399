import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import payloads
from handlers.payloads import (
    AccessRevoked,
    AppMention,
    ButtonPress,
    ChannelChange,
    ChannelMove,
    HomeOpened,
    MessageDeleted,
    MessageEdited,
    OptionsAsked,
    ReactionChange,
    SelectPress,
    Shortcut,
    SlashCommand,
    ThreadReply,
    Unreadable,
    UserChange,
    ViewSubmission,
    event_us,
    workspace_of,
)
from tests.fakes.slack_bodies import (
    ALICE,
    BOT,
    CHANNEL,
    WORKSPACE,
    command_body,
    event_body,
    message_body,
    press_body,
    reaction_body,
    view_body,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
KEYS = "event item ts channel user type id event_id team_id view state values actions authorizations blocks"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(KEYS.split()),
            inner,
        )
    ),
    max_leaves=30,
)
READERS = [
    ReactionChange, ThreadReply, MessageEdited, MessageDeleted, AppMention, ChannelMove, ChannelChange, UserChange,
    AccessRevoked, HomeOpened, ButtonPress, SelectPress, Shortcut,
]  # fmt: skip


@pytest.mark.parametrize(
    ("ts", "expected"),
    [
        ("1731000000.000100", 1_731_000_000_000_100),
        ("1731000000.1", 1_731_000_000_100_000),
        ("0.000001", 1),
    ],
)
def test_a_slack_time_is_read_to_the_microsecond(ts, expected):
    assert event_us(ts) == expected


@pytest.mark.parametrize(
    "ts", ["", "1731000000", "1.2.3", "-1.000001", "\u0661.\u0662", "1e9.0", "1.0000001"]
)
def test_what_is_no_slack_time_is_unreadable(ts):
    with pytest.raises(Unreadable):
        event_us(ts)


@UNHURRIED
@given(st.integers(0, 10**11), st.integers(0, 999_999))
def test_times_keep_their_order(seconds, micros):
    assert event_us(f"{seconds}.{micros:06d}") == seconds * 1_000_000 + micros


def test_a_reaction_is_read():
    change = ReactionChange.from_body(reaction_body("+1::skin-tone-2", kind="reaction_removed"))

    assert change is not None
    assert (change.workspace_id, change.channel_id, change.user_id) == (WORKSPACE, CHANNEL, ALICE)
    assert (change.emoji, change.added, change.message_ts) == ("+1::skin-tone-2", False, "1731000000.000001")
    assert change.event_us == 1_731_000_000_000_100


def test_a_reaction_on_a_file_is_not_ours():
    body = reaction_body()
    body["event"]["item"] = {"type": "file", "file": "F1"}

    assert ReactionChange.from_body(body) is None


def test_in_a_shared_channel_the_workspace_is_the_one_that_installed_us():
    body = reaction_body(team_id="T0OTHER")

    assert workspace_of(body) == WORKSPACE


def test_a_broadcast_reply_is_a_reply():
    reply = ThreadReply.from_body(message_body("better", thread_ts="1.000001", subtype="thread_broadcast"))

    assert reply is not None
    assert (reply.thread_ts, reply.text, reply.author_is_bot) == ("1.000001", "better", False)


@pytest.mark.parametrize(
    "event",
    [{}, {"thread_ts": "1731000000.000200"}, {"subtype": "channel_join", "thread_ts": "1.1"}],
    ids=["no thread", "the parent itself", "a notice"],
)
def test_other_messages_are_no_replies(event):
    assert ThreadReply.from_body(message_body(**event)) is None


def edited(text: str, before: str, **message: object):
    now = {"ts": "1.000001", "user": ALICE, "text": text, "thread_ts": "1.000000", **message}
    return message_body(subtype="message_changed", message=now, previous_message={"text": before})


def test_an_edit_has_new_text_and_says_so():
    edit = MessageEdited.from_body(edited("new", "old", edited={"user": ALICE, "ts": "2.000000"}))

    assert edit is not None
    assert (edit.text, edit.ts, edit.thread_ts) == ("new", "1.000001", "1.000000")


@pytest.mark.parametrize(
    "body",
    [edited("same", "same", edited={"user": ALICE}), edited("new", "old")],
    ids=["unfurl of an edited message", "unfurl"],
)
def test_an_unfurl_is_no_edit(body):
    assert MessageEdited.from_body(body) is None


def test_a_deletion_is_read_with_its_thread():
    previous = {"user": ALICE, "ts": "1.000001", "thread_ts": "1.000000"}
    body = message_body(subtype="message_deleted", deleted_ts="1.000001", previous_message=previous)

    deletion = MessageDeleted.from_body(body)

    assert deletion is not None
    assert (deletion.ts, deletion.thread_ts, deletion.user_id) == ("1.000001", "1.000000", ALICE)


def test_a_tombstone_is_a_deletion():
    body = message_body(subtype="message_changed", message={"subtype": "tombstone", "ts": "1.000001"})

    deletion = MessageDeleted.from_body(body)

    assert deletion is not None
    assert deletion.ts == "1.000001"
    assert MessageEdited.from_body(body) is None


def test_the_bots_name_is_no_part_of_the_brief():
    body = event_body(
        {
            "type": "app_mention",
            "user": ALICE,
            "channel": CHANNEL,
            "ts": "1.1",
            "text": f"<@{BOT}> ask <@U0BOB> out",
        }
    )

    mention = AppMention.from_body(body)

    assert mention is not None
    assert mention.brief == "ask <@U0BOB> out"


def test_the_bot_knows_itself_when_it_joins():
    assert ChannelMove.from_body(
        event_body({"type": "member_joined_channel", "user": BOT, "channel": "C1"})
    ).is_the_bot


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "channel_rename", "channel": {"id": "C1", "name": "new"}}, ("C1", "new", None)),
        ({"type": "channel_archive", "channel": "C1"}, ("C1", None, None)),
        ({"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"}, ("C1", None, "C2")),
    ],
)
def test_channel_changes_are_read(event, expected):
    change = ChannelChange.from_body(event_body(event))

    assert (change.channel_id, change.name, change.new_channel_id) == expected


@pytest.mark.parametrize(
    ("event", "out"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, False),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}, True),
    ],
)
def test_only_a_lost_bot_token_puts_us_out(event, out):
    assert AccessRevoked.from_body(event_body(event)).bot_is_out is out


def test_a_button_press_has_a_key_that_a_repeat_shares():
    press = ButtonPress.from_body(press_body("draft_vote", "negative"))

    assert (press.value, press.message_ts, press.channel_id) == ("negative", "1731000000.000001", CHANNEL)
    assert press.event_id == f"action:{ALICE}:1731000001.000300:draft_vote"
    assert press.thread_ts == "1730999999.000001"


def test_a_choice_is_the_selected_option():
    option = {"selected_option": {"value": "4"}, "action_id": "draft_stars", "action_ts": "1.1"}

    assert SelectPress.from_body(press_body("draft_stars", actions=[option])).value == "4"


def test_a_modal_is_read_by_action_id():
    view = ViewSubmission.from_body(view_body("reason_modal", "too long"), now=NOW)

    assert dict(view.values) == {"reason": "too long"}
    assert view.blocks["reason"] == "reason_block"
    assert (view.event_id, view.private_metadata) == ("view:V1:h1", "draft-1")
    assert view.event_us == int(NOW.timestamp()) * 1_000_000


def test_a_command_is_read():
    command = SlashCommand.from_body(command_body(text="  a brief "), now=NOW)

    assert (command.text, command.channel_id, command.event_id) == ("a brief", CHANNEL, "command:3.4.def")


def test_a_message_shortcut_brings_its_message():
    message = {"ts": "1.000001", "user": "U0BOB", "text": "hi", "thread_ts": "1.000000"}
    person = {
        "user": {"id": ALICE, "team_id": WORKSPACE},
        "team": {"id": WORKSPACE},
        "channel": {"id": CHANNEL},
    }
    body = {
        "type": "message_action",
        "callback_id": "draft_reply",
        "action_ts": "9.1",
        "message": message,
        **person,
    }

    shortcut = Shortcut.from_body(body)

    assert (shortcut.message_text, shortcut.thread_ts, shortcut.message_user_id) == (
        "hi",
        "1.000000",
        "U0BOB",
    )


def test_shapes_are_frozen():
    shapes = [value for value in vars(payloads).values() if dataclasses.is_dataclass(value)]

    assert all(shape.__dataclass_params__.frozen for shape in shapes)


@UNHURRIED
@given(body=ANYTHING)
@pytest.mark.parametrize("reader", READERS)
def test_garbage_is_unreadable_and_nothing_worse(reader, body):
    try:
        reader.from_body(body)
    except Unreadable:
        return


@UNHURRIED
@given(body=ANYTHING)
def test_garbage_modals_and_commands_are_unreadable_and_nothing_worse(body):
    for reader in (ViewSubmission, SlashCommand):
        try:
            reader.from_body(body, now=NOW)
        except Unreadable:
            continue


def test_a_press_in_a_modal_tells_what_stands_in_its_fields():
    body = press_body("settings_emoji_preview")
    view = {
        "id": "V1",
        "private_metadata": "{}",
        "state": {
            "values": {"emoji": {"emoji": {"value": ":eyes:"}}, "at": {"at": {"selected_time": "15:00"}}}
        },
    }

    press = ButtonPress.from_body({**body, "view": view})

    assert (press.view_id, press.private_metadata) == ("V1", "{}")
    assert press.values == {"emoji": ":eyes:", "at": "15:00"}
    assert ButtonPress.from_body(body).values == {}


def test_letters_typed_into_a_select_are_read():
    body = press_body("x") | {"type": "block_suggestion", "action_id": "settings_zone", "value": "berl"}

    asked = OptionsAsked.from_body(body)

    assert (asked.action_id, asked.typed, asked.workspace_id) == ("settings_zone", "berl", WORKSPACE)
    assert OptionsAsked.from_body({**body, "value": ""}).typed == ""
