import asyncio
import io
import json
import time

import aiohttp
import pytest

from handlers.http import HttpServer, Readiness, build_http
from handlers.http.guard import Guard
from handlers.http.slack import slack_routes
from tests.fakes.slack_bodies import (
    SECRET,
    as_form,
    as_interaction,
    as_json,
    command_body,
    event_body,
    message_body,
    press_body,
    reaction_body,
    signed,
)


@pytest.fixture
async def post(make_path):
    """Serve the app on a real port; post to it as Slack does."""
    servers, session = [], aiohttp.ClientSession()

    async def send(raw, headers, *, path=None, **options):
        if not servers:
            router = slack_routes(path or make_path(), guard=Guard(SECRET))
            server = HttpServer(build_http(router, readiness=Readiness({})), host="127.0.0.1", port=0)
            await server.start()
            servers.append(server)
        url = f"{servers[0].url}/slack/events"
        async with session.post(url, data=raw, headers=headers, **options) as answer:
            return answer.status, await answer.text()

    yield send
    await session.close()
    for server in servers:
        await server.stop()


async def test_a_signed_event_is_stored_and_acked(post, store):
    body = reaction_body()

    status, text = await post(*as_json(body))

    assert (status, text) == (200, "")
    assert json.loads((await store.show(body["event_id"])).body) == body


async def test_slacks_url_check_is_answered(post):
    status, text = await post(*as_json({"type": "url_verification", "challenge": "abc", "token": "t"}))

    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


async def test_a_press_reaches_its_listener(post, make_path):
    pressed = []

    async def on_press(ack, action):
        pressed.append(action["value"])
        await ack()

    path = make_path(register=[lambda app: app.action("draft_vote")(on_press)])

    status, _ = await post(*as_interaction(press_body("draft_vote", "negative")), path=path)

    assert (status, pressed) == (200, ["negative"])


async def test_a_command_is_answered_in_place(post, make_path):
    async def on_draft(ack, command):
        await ack(f"Writing: {command['text']}")

    path = make_path(register=[lambda app: app.command("/draft")(on_draft)])

    status, text = await post(*as_form(command_body(text="a brief")), path=path)

    assert (status, text) == (200, "Writing: a brief")


async def test_what_cannot_be_stored_is_503_so_that_slack_repeats_it(post, store):
    await store.close()

    status, _ = await post(*as_json(reaction_body()))

    assert status == 503


@pytest.mark.parametrize(
    "body",
    [
        {"type": "app_rate_limited", "team_id": "T0TEAM"},
        event_body({"type": "an_event_of_tomorrow"}),
        {"type": "event_callback"},
        {"type": "something_else"},
        {},
    ],
    ids=["rate limited", "unknown event", "bare event", "unknown type", "nothing"],
)
async def test_everything_that_slack_signs_is_acked(post, body):
    status, _ = await post(*as_json(body))

    assert status == 200


ODD = [
    {"type": "event_callback", "event": "text"},
    {"type": "event_callback", "event": {"type": 5}},
    {"type": "event_callback", "event": {"type": "message", "user": 5}, "event_id": {"a": 1}},
    {"type": "event_callback", "authorizations": "x", "event": {"type": "message"}},
    {"type": "event_callback", "authorizations": [5], "event": {"type": "message"}},
    {"type": "event_callback", "team_id": ["T"], "event": {"type": "message"}},
    {"type": "block_actions", "actions": [], "team": {"id": "T0TEAM"}},
    {"type": "block_actions", "actions": 7, "team": 3, "user": "x"},
    {"type": "view_submission", "view": "x"},
    {"type": 5},
    {"command": 5, "team": {"id": "T0TEAM"}},
    {"view": {"app_installed_team_id": {"a": 1}}},
    {"response_urls": [], "team": {}},
    {"response_urls": 4},
]


@pytest.mark.parametrize("body", ODD, ids=json.dumps)
async def test_odd_shapes_are_never_a_5xx(post, body):
    status, _ = await post(*as_json(body))

    assert status in {200, 400}


async def test_two_mebibytes_are_413(post):
    raw = b'{"type": "event_callback", "pad": "' + b"x" * 2 * 1024 * 1024 + b'"}'

    status, _ = await post(io.BytesIO(raw), signed(raw, content_type="application/json"))

    assert status == 413


async def test_two_mebibytes_without_a_length_are_413(post):
    raw = b"x" * 2 * 1024 * 1024

    async def parts():
        for start in range(0, len(raw), 65_536):
            yield raw[start : start + 65_536]

    try:
        status, _ = await post(parts(), signed(raw, content_type="application/json"))
    except aiohttp.ClientConnectionError:
        status = 413  # The server hung up while we were still talking.

    assert status == 413


async def test_a_body_that_never_ends_is_408(make_path):
    router = slack_routes(make_path(), guard=Guard(SECRET), read_seconds=0.05)
    server = HttpServer(build_http(router, readiness=Readiness({})), host="127.0.0.1", port=0)
    await server.start()
    _, headers = as_json(reaction_body())

    async def drip():
        yield b"{"
        await asyncio.Event().wait()

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/slack/events", data=drip(), headers=headers) as answer,
    ):
        status = answer.status

    await server.stop()
    assert status == 408


async def test_refusals_say_nothing_and_log_no_body(post, logged):
    secret = "the-words-of-a-message"
    raw = json.dumps(message_body(secret)).encode()
    good = signed(raw, content_type="application/json")

    answers = [
        await post(raw, {**good, "X-Slack-Signature": "v0=" + "0" * 64}),
        await post(raw, signed(raw, content_type="application/json", at=time.time() - 400)),
        await post(raw, {**good, "X-Slack-Request-Timestamp": "yesterday"}),
        await post(raw, {**good, "X-Slack-Signature": "v0=sch\xf6n"}),
        await post(raw[:-1], signed(raw[:-1], content_type="application/json")),
    ]

    assert answers == [(401, "")] * 4 + [(400, "")]
    assert "slack_request_refused" in logged.getvalue()
    assert secret not in logged.getvalue()
    assert "Traceback" not in logged.getvalue()


async def test_many_connections_at_once_are_all_stored(post, store):
    await post(*as_json(reaction_body()))

    answers = await asyncio.gather(*(post(*as_json(reaction_body())) for _ in range(64)))

    assert {status for status, _ in answers} == {200}
    assert (await store.counts())["new"] == 65
