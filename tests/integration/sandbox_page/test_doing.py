import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.sandbox_page.conftest import make_visit

PLAIN = {"type": "plain_text", "text": "x"}
STARS = [{"text": {"type": "plain_text", "text": f"{n}"}, "value": f"{n}"} for n in range(1, 6)]
CONTROLS = [
    {
        "type": "context_actions",
        "block_id": "votes",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "vote",
                "positive_button": {"text": PLAIN, "value": "positive"},
                "negative_button": {"text": PLAIN, "value": "negative"},
            }
        ],
    },
    {
        "type": "actions",
        "block_id": "controls",
        "elements": [
            {"type": "button", "action_id": "use", "text": PLAIN, "value": "7"},
            {"type": "static_select", "action_id": "stars", "options": STARS, "placeholder": PLAIN},
            {"type": "overflow", "action_id": "more", "options": STARS[:2]},
            {"type": "users_select", "action_id": "who", "placeholder": PLAIN},
            {"type": "checkboxes", "action_id": "kinds", "options": STARS},
            {"type": "datepicker", "action_id": "day"},
            {"type": "timepicker", "action_id": "hour"},
            {"type": "datetimepicker", "action_id": "moment"},
            {"type": "channels_select", "action_id": "where", "placeholder": PLAIN},
        ],
    },
    {
        "type": "actions",
        "block_id": "again",
        "elements": [{"type": "button", "action_id": "use", "text": PLAIN, "value": "8"}],
    },
]


def field(name, element, **own):
    return {
        "type": "input",
        "block_id": name,
        "label": PLAIN,
        "element": {"action_id": name, **element},
        **own,
    }


MODAL = {
    "type": "modal",
    "callback_id": "edit",
    "title": PLAIN,
    "submit": PLAIN,
    "notify_on_close": True,
    "blocks": [
        field("text", {"type": "plain_text_input", "max_length": 10}),
        field("mail", {"type": "email_text_input"}, optional=True),
        field("link", {"type": "url_text_input"}, optional=True),
        field("number", {"type": "number_input", "is_decimal_allowed": True}, optional=True),
        field("rich", {"type": "rich_text_input"}, optional=True),
        field("kinds", {"type": "checkboxes", "options": STARS}, optional=True),
        field("files", {"type": "file_input"}, optional=True),
        field("pick", {"type": "external_select", "placeholder": PLAIN}, optional=True),
        CONTROLS[1],
    ],
}


async def post_draft(visit):
    posted = await visit.client.chat_postMessage(channel=visit.general.id, text="draft", blocks=CONTROLS)
    return visit.sandbox.message(visit.general, ts=posted["ts"])


async def open_modal(visit):
    trigger = visit.sandbox.workspace.issue_trigger(visit.ana.user_id)
    await visit.client.views_open(trigger_id=trigger, view=MODAL)
    return visit.ana.open_views[-1]


def on_anything(visit):
    """Let the app acknowledge every press, and collect what it was told."""
    seen = []

    @visit.bolt.action(re.compile(""))
    async def on_action(ack, body):
        seen.append(body)
        await ack()

    return seen


async def test_people_write_in_channels_and_threads(visit):
    said = await visit.do(visit.ana, "say", channel=visit.general.id, text="a < b & @Ben Ruiz, @ben! `@Ben`")
    replied = await visit.do(
        visit.ben, "say", channel=visit.general.id, text="yes", thread=said["ts"], broadcast=True
    )

    message = visit.sandbox.message(visit.general, ts=said["ts"])
    ben = visit.ben.mention
    assert message.text == f"a &lt; b &amp; {ben} Ruiz, {ben}! `@Ben`"
    assert visit.sandbox.message(visit.general, ts=replied["ts"]).subtype == "thread_broadcast"


async def test_a_longer_name_wins_and_channels_are_linked(visit):
    said = await visit.do(
        visit.ana, "say", channel=visit.general.id, text="@ana ruiz in #general, a@ben.org, @Gu\u017f #plansx"
    )

    text = visit.sandbox.message(visit.general, ts=said["ts"]).text
    assert text == f"{visit.ana.mention} in <#{visit.general.id}|general>, a@ben.org, @Gu\u017f #plansx"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@here look", "<!here> look"),
        ("see https://example.com/a?b=1#c.", "see <https://example.com/a?b=1#c>."),
        ("(http://example.com)", "(<http://example.com>)"),
        (
            "<https://example.com|this> and `https://example.com`",
            "<https://example.com|this> and `https://example.com`",
        ),
        ("```\n@here https://x.example\n```", "```\n@here https://x.example\n```"),
        ("mail@here.org and x#general", "mail@here.org and x#general"),
    ],
)
async def test_what_is_typed_arrives_in_slacks_own_syntax(visit, typed, sent):
    said = await visit.do(visit.ana, "say", channel=visit.general.id, text=typed)

    assert visit.sandbox.message(visit.general, ts=said["ts"]).text == sent


async def test_people_edit_and_delete_their_own_messages_only(visit):
    said = await visit.do(visit.ana, "say", channel=visit.general.id, text="one")
    place = {"channel": visit.general.id, "ts": said["ts"]}

    edited = await visit.do(visit.ana, "edit", text="two", **place)
    text = visit.sandbox.message(visit.general, ts=said["ts"]).text
    stolen = [
        await visit.do(visit.ben, "edit", text="x", **place),
        await visit.do(visit.ben, "delete", **place),
    ]
    deleted = await visit.do(visit.ana, "delete", **place)
    gone = await visit.do_anyhow({"as": visit.ana.user_id, "verb": "delete", **place})

    assert (edited, text, deleted) == ({"ok": True}, "two", {"ok": True})
    assert [answer["error"] for answer in stolen] == ["Ben cannot change somebody else's message."] * 2
    assert (gone["status"], gone["error"]) == (404, "That message is gone.")


async def test_reactions_come_and_go_and_twice_is_once(visit):
    message = await visit.ana.say(visit.general, "one")
    place = {"channel": visit.general.id, "ts": message.ts, "name": "+1::skin-tone-3"}

    answers = [await visit.do(visit.ben, "react", **place) for _ in range(2)]
    reacted = {name: list(users) for name, users in message.reactions.items()}
    answers += [await visit.do(visit.ben, "unreact", **place) for _ in range(2)]
    unknown = await visit.do(visit.ben, "react", **{**place, "name": "no_such_thing"})

    assert reacted == {"+1::skin-tone-3": [visit.ben.user_id]}
    assert message.reactions == {}
    assert answers == [{"ok": True}] * 4
    assert unknown["error"] == "There is no such emoji."


async def test_joining_and_leaving(visit):
    joined = await visit.do(visit.ben, "join", channel=visit.board.id)
    twice = await visit.do(visit.ben, "join", channel=visit.board.id)
    left = await visit.do(visit.ben, "leave", channel=visit.board.id)
    again = await visit.do(visit.ben, "leave", channel=visit.board.id)
    private = await visit.do_anyhow({"as": visit.ben.user_id, "verb": "join", "channel": visit.plans.id})

    assert (joined, left) == ({"ok": True}, {"ok": True})
    assert "nothing to join" in twice["error"]
    assert not again["ok"]
    assert private["status"] == 404


async def test_outside_a_channel_nobody_writes_reacts_or_presses(visit):
    message = await visit.ana.say(visit.board, "one")
    place = {"channel": visit.board.id, "ts": message.ts}

    answers = [
        await visit.do(visit.ben, "say", channel=visit.board.id, text="x"),
        await visit.do(visit.ben, "command", channel=visit.board.id, text="/draft x"),
        await visit.do(visit.ben, "react", name="tada", **place),
        await visit.do(visit.ben, "press", target=place, action_id="use"),
        await visit.do(visit.ben, "message_shortcut", callback_id="draft_reply", **place),
    ]

    assert {answer["error"] for answer in answers} == {"You are not in #board yet. Join it to write."}


async def test_a_command_reaches_the_app_and_an_unknown_one_does_not(connected):
    heard = []

    @connected.bolt.command("/draft")
    async def on_draft(ack, command):
        heard.append(command["text"])
        await ack("One moment.")

    answer = await connected.do(
        connected.ana, "command", channel=connected.general.id, text="/draft a < b for @Ben"
    )
    unknown = await connected.do(connected.ana, "command", channel=connected.general.id, text="/nope x")

    assert answer == {"ok": True}
    assert heard == [f"a &lt; b for <@{connected.ben.user_id}|ben>"]
    assert unknown["error"] == "/nope is not a valid command."
    assert [m.text for m in connected.ana.ephemerals(connected.general)] == ["One moment."]


async def test_an_ephemeral_message_is_dismissed_by_its_reader(visit):
    told = await visit.client.chat_postEphemeral(
        channel=visit.general.id, user=visit.ana.user_id, text="psst"
    )
    place = {"channel": visit.general.id, "ts": told["message_ts"]}

    others = await visit.do_anyhow({"as": visit.ben.user_id, "verb": "dismiss", **place})
    reacted = await visit.do(visit.ana, "react", name="tada", **place)
    dismissed = await visit.do(visit.ana, "dismiss", **place)

    assert others["status"] == 404
    assert not reacted["ok"]
    assert dismissed == {"ok": True}
    assert visit.ana.ephemerals() == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"action_id": "vote", "value": "negative"}, {"value": "negative"}),
        ({"action_id": "use", "block_id": "again", "value": "8"}, {"value": "8", "block_id": "again"}),
        ({"action_id": "use", "block_id": "controls", "value": ""}, {"value": "7", "block_id": "controls"}),
        (
            {"action_id": "stars", "selected_option": "4"},
            {"selected_option": {"text": STARS[3]["text"], "value": "4"}},
        ),
        (
            {"action_id": "more", "selected_option": "2"},
            {"selected_option": {"text": STARS[1]["text"], "value": "2"}},
        ),
        ({"action_id": "day", "selected": {"selected_date": "2026-11-23"}}, {"selected_date": "2026-11-23"}),
        ({"action_id": "hour", "selected": {"selected_time": "09:30"}}, {"selected_time": "09:30"}),
        (
            {"action_id": "moment", "selected": {"selected_date_time": "2026-11-23T10:00"}},
            {"selected_date_time": int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())},
        ),
        ({"action_id": "kinds", "selected": {"selected_options": ["1"]}}, {}),
    ],
)
async def test_every_control_may_be_pressed(connected, fields, expected):
    draft, seen = await post_draft(connected), on_anything(connected)

    answer = await connected.do(
        connected.ana, "press", target={"channel": connected.general.id, "ts": draft.ts}, **fields
    )

    action = seen[0]["actions"][0]
    assert answer == {"ok": True}
    assert expected.items() <= action.items()


async def test_people_and_channels_may_be_chosen(connected):
    draft, seen = await post_draft(connected), on_anything(connected)
    target = {"channel": connected.general.id, "ts": draft.ts}

    for action_id, choice in (
        ("who", {"selected_user": connected.ben.user_id}),
        ("where", {"selected_channel": connected.board.id}),
    ):
        await connected.do(connected.ana, "press", target=target, action_id=action_id, selected=choice)

    assert seen[0]["actions"][0]["selected_user"] == connected.ben.user_id
    assert seen[1]["actions"][0]["selected_channel"] == connected.board.id


@pytest.mark.parametrize(
    "fields",
    [
        {"action_id": "gone"},
        {"action_id": "vote", "value": "meh"},
        {"action_id": "vote"},
        {"action_id": "use", "value": "9"},
        {"action_id": "use", "block_id": "votes"},
        {"action_id": "stars"},
        {"action_id": "stars", "selected_option": "6"},
        {"action_id": "stars", "selected": {"selected_option": ["1"]}},
        {"action_id": "more"},
        {"action_id": "more", "selected_option": "6"},
        {"action_id": "who", "selected": {"selected_user": "U404"}},
        {"action_id": "where", "selected": {"selected_channel": "C404"}},
        {"action_id": "kinds", "selected": {"selected_options": "1"}},
        {"action_id": "kinds", "selected": {"selected_options": ["9"]}},
        {"action_id": "day", "selected": {"selected_date": "tomorrow"}},
        {"action_id": "hour", "selected": {"selected_time": "25:00"}},
        {"action_id": "moment", "selected": {"selected_date_time": "soon"}},
        {"action_id": "use", "value": "7", "state": {"nowhere": {"x": "y"}}},
    ],
)
async def test_what_no_client_would_send_is_refused_with_one_sentence(visit, fields):
    draft = await post_draft(visit)

    answer = await visit.do(
        visit.ana, "press", target={"channel": visit.general.id, "ts": draft.ts}, **fields
    )

    assert not answer["ok"]
    assert answer["error"].endswith(".")
    assert visit.sandbox.deliveries[-1].kind == "events_api"


async def test_a_press_stays_visible_to_whom_it_was(connected):
    draft, _ = await post_draft(connected), on_anything(connected)
    target = {"channel": connected.general.id, "ts": draft.ts}

    await connected.do(connected.ana, "press", target=target, action_id="vote", value="positive")

    hers = (await connected.texts(connected.ana, connected.general))[-1]
    his = (await connected.texts(connected.ben, connected.general))[-1]
    assert hers.count('aria-pressed="true"') == 1
    assert 'aria-pressed="true"' not in his


async def test_a_modal_is_filled_in_and_says_which_fields_are_wrong(connected):
    seen = []

    @connected.bolt.view("edit")
    async def on_edit(ack, view):
        seen.append(view["state"]["values"])
        text = view["state"]["values"]["text"]["text"]["value"]
        await (ack(response_action="errors", errors={"text": "Not that."}) if text == "bad" else ack())

    view = await open_modal(connected)
    wrong = {
        "text": {"text": "much longer than ten"},
        "mail": {"mail": "nobody"},
        "link": {"link": "ftp:x"},
        "number": {"number": "many"},
    }

    empty = await connected.do(connected.ana, "submit", view=view.id, state={})
    mistaken = await connected.do(connected.ana, "submit", view=view.id, state=wrong)
    refused = await connected.do(connected.ana, "submit", view=view.id, state={"text": {"text": "bad"}})
    right = {"text": {"text": "good"}, "rich": {"rich": "words"}, "kinds": {"kinds": ["1", "3"]}}
    accepted = await connected.do(connected.ana, "submit", view=view.id, state=right)
    gone = await connected.do_anyhow({"as": connected.ana.user_id, "verb": "submit", "view": view.id})

    assert empty["errors"] == {"text": "Please complete this required field."}
    assert set(mistaken["errors"]) == {"text", "mail", "link", "number"}
    assert refused == {"ok": True, "errors": {"text": "Not that."}}
    assert accepted == {"ok": True}
    assert len(seen) == 2
    assert seen[1]["rich"]["rich"]["rich_text_value"]["type"] == "rich_text"
    assert [option["value"] for option in seen[1]["kinds"]["kinds"]["selected_options"]] == ["1", "3"]
    assert (gone["status"], gone["error"]) == (404, "That window is closed already.")


async def test_a_modal_is_on_its_owners_screen_until_it_is_closed(connected):
    closed = []

    @connected.bolt.view_closed("edit")
    async def on_closed(ack, view):
        closed.append(view["id"])
        await ack()

    view = await open_modal(connected)
    hers = (await connected.screen(connected.ana))["regions"]["modal"]
    his = (await connected.screen(connected.ben))["regions"]["modal"]
    stranger = await connected.do_anyhow({"as": connected.ben.user_id, "verb": "close", "view": view.id})
    answer = await connected.do(connected.ana, "close", view=view.id)

    assert f'data-view="{view.id}"' in hers
    assert his == ""
    assert stranger["status"] == 404
    assert (answer, closed) == ({"ok": True}, [view.id])


async def test_a_press_in_a_modal_keeps_what_is_typed(connected):
    seen = on_anything(connected)
    view = await open_modal(connected)

    await connected.do(
        connected.ana,
        "press",
        target={"view": view.id},
        action_id="stars",
        selected_option="5",
        state={"text": {"text": "typed"}, "number": {"number": ""}},
    )

    assert seen[0]["view"]["state"]["values"]["text"]["text"]["value"] == "typed"
    assert 'value="typed"' in (await connected.screen(connected.ana))["regions"]["modal"]


async def test_no_files_are_added_and_no_rubbish_is_typed(visit):
    view = await open_modal(visit)
    states = (
        {"files": {"files": ["F1"]}},
        {"text": {"text": 5}},
        {"text": {"text": ["x"]}},
        {"rich": {"rich": {"type": "no"}}},
        {"rich": {"rich": 7}},
        {"kinds": {"kinds": {"a": 1}}},
    )

    answers = [await visit.do(visit.ana, "submit", view=view.id, state=state) for state in states]

    assert not any(answer["ok"] for answer in answers)


async def test_an_external_select_asks_the_app(connected):
    @connected.bolt.options("pick")
    async def on_pick(ack, payload):
        await ack(options=[{"text": {"type": "plain_text", "text": payload["value"]}, "value": "v"}])

    view = await open_modal(connected)

    answer = await connected.do(connected.ana, "suggest", view=view.id, action_id="pick", typed="abc")
    wrong = await connected.do(connected.ana, "suggest", view=view.id, action_id="stars", typed="abc")

    assert [option["text"]["text"] for option in answer["options"]] == ["abc"]
    assert wrong["error"] == "That field has its options already."


async def test_shortcuts_reach_the_app_if_it_has_them(connected):
    used = []

    @connected.bolt.shortcut("new_draft")
    @connected.bolt.shortcut("draft_reply")
    async def on_shortcut(ack, body):
        used.append(body["callback_id"])
        await ack()

    message = await connected.ben.say(connected.general, "hello")
    place = {"channel": connected.general.id, "ts": message.ts}

    await connected.do(connected.ana, "global_shortcut", callback_id="new_draft")
    await connected.do(connected.ana, "message_shortcut", callback_id="draft_reply", **place)
    unknown = await connected.do(connected.ana, "global_shortcut", callback_id="draft_reply")

    assert used == ["new_draft", "draft_reply"]
    assert unknown["error"] == "Draftloop has no such shortcut."


async def test_looking_at_the_home_tells_the_app(connected):
    opened = []

    @connected.bolt.event("app_home_opened")
    async def on_opened(event):
        opened.append(event["user"])

    answer = await connected.do(connected.ana, "open_home")
    await connected.sandbox.wait_for(lambda: opened)

    assert (answer, opened) == ({"ok": True}, [connected.ana.user_id])


async def test_time_goes_ahead_only(visit):
    def to(**ahead):
        return {"to": (visit.time.now() + timedelta(**ahead)).isoformat()}

    jumped = await visit.do(visit.ana, "jump", **to(hours=3))
    now = visit.time.now()
    refused = [
        await visit.do(visit.ana, "jump", **to(hours=-1)),
        await visit.do(visit.ana, "jump", **to(days=900)),
    ]
    naive = await visit.do_anyhow({"as": visit.ana.user_id, "verb": "jump", "to": "2030-01-01T00:00:00"})

    assert jumped == {"ok": True}
    assert now - datetime.now(UTC) > timedelta(hours=2, minutes=59)
    assert [answer["error"] for answer in refused] == [
        "Time goes ahead only.",
        "Please jump a year ahead at most.",
    ]
    assert naive["status"] == 422


async def test_what_slack_refuses_is_one_sentence(visit):
    message = await visit.ana.say(visit.general, "one")
    names = "one two three four five six seven eight nine keycap_ten tada +1 -1 heart eyes fire rocket star sun_with_face"
    for name in f"{names} wave clap pray ok_hand muscle".split():
        message.reactions[name] = [visit.ben.user_id]

    crowded = await visit.do(visit.ben, "react", channel=visit.general.id, ts=message.ts, name="pizza")
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await visit.client.views_publish(user_id=visit.ben.user_id, view=home)
    submitted = await visit.do(visit.ben, "submit", view=visit.ben.home.id)
    suggested = await visit.do(visit.ben, "suggest", view=visit.ben.home.id, action_id="x", typed="")

    assert crowded["error"] == "You have put enough emoji on this message."
    assert submitted["error"] == "That is no window of its own."
    assert not suggested["ok"]


async def test_a_clock_that_stands_or_sticks_is_explained(visit, monkeypatch):
    to = (visit.time.now() + timedelta(hours=1)).isoformat()

    def stuck(_to):
        raise TimeoutError

    monkeypatch.setattr(visit.time, "jump", stuck)
    late = await visit.do(visit.ana, "jump", to=to)
    visit.page._doing.time = None
    standing = await visit.do(visit.ana, "jump", to=to)

    assert late["error"] == "That took too long. Please try again."
    assert standing["error"] == "The clock of this sandbox cannot be moved."


async def test_an_app_that_answers_with_an_error_is_explained(visit):
    visit.sandbox.deliver_to(f"{visit.sandbox.base_url}/nowhere")

    answer = await visit.do(visit.ana, "global_shortcut", callback_id="new_draft")

    assert answer["error"] == "Draftloop answered with an error."


async def test_an_app_that_is_gone_or_slow_is_explained(visit):
    message = await post_draft(visit)
    target = {"channel": visit.general.id, "ts": message.ts}

    gone = await visit.do(visit.ana, "press", target=target, action_id="use", value="7")

    assert gone["error"] == "Draftloop is not connected right now."
    async with make_visit(ack_seconds=0.2) as slow:
        answer = await slow.client.apps_connections_open(app_token=slow.sandbox.app_token)
        async with slow.http.ws_connect(answer["url"]) as socket:
            await socket.receive_json()

            late = await slow.do(slow.ana, "command", channel=slow.general.id, text="/draft x")

        assert late["error"] == "Draftloop did not answer in time. Please try again."


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"as": "U404", "verb": "open_home"}, 404),
        ({"as": "ANA", "verb": "say", "channel": "C404", "text": "x"}, 404),
        ({"as": "ANA", "verb": "close", "view": "V404"}, 404),
        ({"as": "ANA", "verb": "dance"}, 422),
        ({"verb": "open_home"}, 422),
        ({"as": "ANA", "verb": "say", "channel": "../x", "text": "x"}, 422),
        ({"as": "ANA", "verb": "say", "channel": "GENERAL", "text": "x" * 40_001}, 422),
        ({"as": "ANA", "verb": "react", "channel": "GENERAL", "ts": "now", "name": "x"}, 422),
        ({"as": "ANA", "verb": "press", "target": {}, "action_id": "x"}, 200),
        ({"as": "ANA", "verb": "say", "channel": "GENERAL", "text": " \n "}, 200),
        ([], 422),
        ("x", 422),
    ],
)
async def test_a_request_that_cannot_be_done_is_answered_with_one_sentence(visit, body, status):
    if isinstance(body, dict):
        known = {"ANA": visit.ana.user_id, "GENERAL": visit.general.id}
        body = {
            name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()
        }

    answer = await visit.do_anyhow(body)

    assert (answer["status"], answer["ok"]) == (status, False)
    assert answer["error"].endswith(".")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"as": "\\ud800"}', b"nul"])
async def test_what_is_no_json_is_refused(visit, raw):
    async with visit.http.post(
        f"{visit.url}/do", data=raw, headers={"Content-Type": "application/json"}
    ) as response:
        answer = await response.json()

    assert (response.status, answer) == (400, {"ok": False, "error": "That is no JSON."})
