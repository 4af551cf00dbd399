import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.errors import BotError
from tests.fakes.slack_bodies import BOT, command_body, message_body, press_body, reaction_body, view_body


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


async def refuse(ack):
    raise BotError("You cannot do that on a Friday.", code="friday")


async def break_down(ack):
    raise ValueError("the words of a message")


def on_everything(listener):
    def register(app):
        app.action("press")(listener)
        app.view("modal")(listener)
        app.command("/draft")(listener)
        app.shortcut("anywhere")(listener)

    return [register]


async def send(path, body):
    return await path.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


async def test_a_known_error_is_a_kind_note_that_only_the_person_sees(make_path, slack):
    path = make_path(register=on_everything(refuse))

    answer = await send(path, press_body("press", response_url=f"{slack.url}/response"))

    assert answer.status == 200
    [note] = slack.notes
    assert (note["text"], note["response_type"]) == ("You cannot do that on a Friday.", "ephemeral")
    assert note["replace_original"] is False


async def test_without_a_response_url_the_note_is_an_ephemeral_message(make_path, slack):
    path = make_path(register=on_everything(refuse))

    await send(path, press_body("press"))

    [note] = slack.notes
    assert note["path"].endswith("chat.postEphemeral")
    assert (note["channel"], note["user"]) == ("C0GENERAL", "U0ALICE")


async def test_where_there_is_no_channel_the_note_is_a_direct_message(make_path, slack):
    path = make_path(register=on_everything(refuse))
    person = {"user": {"id": "U0ALICE"}, "team": {"id": "T0TEAM"}}

    await send(path, {"type": "shortcut", "callback_id": "anywhere", "action_ts": "1.1", **person})

    [note] = slack.notes
    assert (note["path"], note["channel"]) == ("/api/chat.postMessage", "U0ALICE")


async def test_a_note_is_not_sent_again_when_nobody_knows_whether_it_arrived(make_path, slack):
    slack.drops_notes = True
    path = make_path(register=on_everything(refuse))

    await send(path, press_body("press"))

    assert len(slack.notes) == 1


async def test_a_command_gets_its_note_in_the_answer(make_path):
    answer = await send(make_path(register=on_everything(refuse)), command_body())

    assert answer.status == 200
    assert '"response_type": "ephemeral"' in answer.body
    assert "Friday" in answer.body


async def test_a_modal_keeps_what_was_typed_and_shows_the_note_beside_it(make_path):
    answer = await send(make_path(register=on_everything(refuse)), view_body("modal"))

    assert '"response_action": "errors"' in answer.body
    assert '"reason_block": "You cannot' in answer.body


async def test_an_unknown_error_shows_a_reference_that_the_log_has_too(make_path, logged):
    answer = await send(make_path(register=on_everything(break_down)), command_body(text="a private brief"))

    reference = answer.body.split("reference ")[1][:8]
    assert answer.status == 200
    assert f'"reference": "{reference}"' in logged.getvalue()
    assert "test_errors.break_down" in logged.getvalue()


@pytest.mark.parametrize(
    "body", [command_body(text="private"), press_body("press", "private"), view_body("modal", "private")]
)
async def test_no_log_quotes_a_text(make_path, logged, body):
    await send(make_path(register=on_everything(break_down)), body)

    assert "unexpected_error" in logged.getvalue()
    assert "private" not in logged.getvalue()
    assert "the words of a message" not in logged.getvalue()


async def test_bolt_itself_logs_no_body_at_any_level(make_path, logged):
    own = message_body("private words", user=BOT)
    request = AsyncBoltRequest(body=own, mode="socket_mode", context={"from_inbox": True})

    await make_path().app.async_dispatch(request)
    await send(make_path(), press_body("an_action_of_tomorrow", "private words"))

    assert "private words" not in logged.getvalue()


UNKNOWN = [
    press_body("an_action_of_tomorrow"),
    view_body("a_modal_of_tomorrow"),
    {**view_body("a_modal_of_tomorrow"), "type": "view_closed"},
    command_body("/tomorrow"),
    {"type": "message_action", "callback_id": "x", "user": {"id": "U1"}, "team": {"id": "T0TEAM"}},
    {"type": "block_suggestion", "action_id": "x", "user": {"id": "U1"}, "team": {"id": "T0TEAM"}},
    {"type": "a_kind_of_tomorrow", "team": {"id": "T0TEAM"}},
    {},
]


@pytest.mark.parametrize("body", UNKNOWN, ids=lambda body: str(body.get("type", "other")))
async def test_what_nobody_listens_to_is_acknowledged(make_path, body):
    answer = await send(make_path(), body)

    assert answer.status == 200


async def test_when_slack_is_away_a_command_is_told_so(make_path, slack):
    slack.answer = (503, "text/html", "busy")

    answer = await send(make_path(register=on_everything(refuse)), command_body())

    assert answer.status == 200
    assert "Slack is not answering me" in answer.body


async def test_a_note_that_cannot_be_shown_does_not_make_it_worse(make_path):
    path = make_path(register=on_everything(refuse))

    answer = await send(path, press_body("press", response_url="http://127.0.0.1:9/gone"))

    assert answer.status == 200


async def test_an_interaction_is_committed_before_it_is_acknowledged(make_path):
    order = []

    async def listener(ack):
        order.append("worked")
        await ack()

    answer = await send(make_path(register=on_everything(listener)), press_body("press"))
    order.append("answered")

    assert answer.status == 200
    assert order == ["worked", "answered"]


async def test_what_a_listener_acks_with_is_the_answer(make_path):
    async def listener(ack):
        await ack(response_action="errors", errors={"reason_block": "Say more."})

    answer = await send(make_path(register=on_everything(listener)), view_body("modal"))

    assert "Say more." in answer.body


async def test_an_event_is_no_business_of_the_boundary(make_path):
    async def on_reaction():
        raise BotError

    path = make_path({"reaction_added": on_reaction})
    request = AsyncBoltRequest(body=reaction_body(), mode="socket_mode", context={"from_inbox": True})

    answer = await path.app.async_dispatch(request)

    assert answer.status == 500
    assert isinstance(request.context["failure"], BotError)
