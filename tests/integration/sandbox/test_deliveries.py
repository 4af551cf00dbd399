import asyncio
import json

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier


async def open_socket(scene, session):
    answer = await scene.client.apps_connections_open(app_token=scene.sandbox.app_token)
    socket = await session.ws_connect(answer["url"])
    hello = await socket.receive_json()
    assert hello["type"] == "hello"
    return socket


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_an_envelope_is_acknowledged_by_its_id(scene, session):
    socket = await open_socket(scene, session)
    await scene.ana.say(scene.general, "hello")

    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    await scene.sandbox.settle()

    assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
    assert envelope["payload"]["event"]["text"] == "hello"
    assert [delivery.outcome for delivery in scene.sandbox.deliveries] == ["acked"]


async def test_an_unacknowledged_envelope_comes_again_and_is_given_up_in_the_end(impatient_scene, session):
    scene = impatient_scene
    socket = await open_socket(scene, session)
    await scene.ana.say(scene.general, "hello")

    envelopes = [await socket.receive_json() for _ in range(4)]
    await scene.sandbox.settle()

    assert [envelope["retry_attempt"] for envelope in envelopes] == [0, 1, 2, 3]
    assert envelopes[1]["retry_reason"] == "timeout"
    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 4
    assert scene.sandbox.deliveries[0].outcome == "failed"


async def test_what_was_not_acknowledged_before_a_drop_arrives_on_the_next_connection(scene, session):
    first = await open_socket(scene, session)
    await scene.ana.say(scene.general, "hello")
    before = await first.receive_json()
    scene.sandbox.drop_connections()

    second = await open_socket(scene, session)
    after = await second.receive_json()
    await second.send_json({"envelope_id": after["envelope_id"]})
    await scene.sandbox.settle()

    assert after["payload"] == before["payload"]
    assert [attempt.result for attempt in scene.sandbox.deliveries[0].attempts] == [
        "connection_dropped",
        "acked",
    ]


async def test_events_wait_for_a_first_connection(scene, session):
    await scene.ana.say(scene.general, "early")

    socket = await open_socket(scene, session)
    envelope = await socket.receive_json()

    assert envelope["payload"]["event"]["text"] == "early"


async def test_connections_take_turns(scene, session):
    sockets = [await open_socket(scene, session) for _ in range(2)]
    for number in range(4):
        await scene.ana.say(scene.general, f"{number}")

    texts = [
        {(await socket.receive_json())["payload"]["event"]["text"] for _ in range(2)} for socket in sockets
    ]

    assert texts[0] | texts[1] == {"0", "1", "2", "3"}


async def test_a_ticket_is_good_once_and_handshakes_can_be_refused(scene, session):
    answer = await scene.client.apps_connections_open(app_token=scene.sandbox.app_token)
    first = await session.ws_connect(answer["url"])
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(answer["url"])

    scene.sandbox.refuse_handshakes(1)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await open_socket(scene, session)
    second = await open_socket(scene, session)

    assert scene.sandbox.socket_mode.connections == 2
    assert not first.closed
    assert not second.closed


async def test_a_refresh_moves_the_app_to_a_new_connection(scene, socket_app):
    seen = []

    @socket_app.event("message")
    async def on_message(event):
        seen.append(event["text"])

    await scene.sandbox.disconnect("refresh_requested")
    await scene.ana.say(scene.general, "after")
    await scene.sandbox.settle()

    assert seen == ["after"]


async def test_bolt_survives_a_cut_connection(scene, socket_app):
    seen = []

    @socket_app.event("message")
    async def on_message(event):
        seen.append(event["text"])

    scene.sandbox.drop_connections()
    await scene.ana.say(scene.general, "while away")
    await scene.sandbox.settle()

    assert seen == ["while away"]


async def test_held_events_arrive_in_another_order_and_again(scene, session):
    socket = await open_socket(scene, session)
    scene.sandbox.hold()
    for text in ("one", "two"):
        await scene.ana.say(scene.general, text)
    scene.sandbox.release(reversed)

    async def next_text():
        envelope = await socket.receive_json()
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        return envelope["payload"]["event"]["text"]

    texts = [await next_text() for _ in range(2)]
    again = asyncio.create_task(scene.sandbox.redeliver(scene.sandbox.deliveries[0]))
    texts.append(await next_text())

    assert texts == ["two", "one", "one"]
    assert (await again).acked


class Endpoint:
    """An app over HTTP that answers as told and keeps what it was sent."""

    def __init__(self):
        self.requests = []
        self.answers = []

    async def serve(self, request):
        self.requests.append((dict(request.headers), await request.text()))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if answer == "cut":
            request.transport.abort()
            return web.Response()
        return answer


@pytest.fixture
async def endpoint(scene):
    endpoint, server = Endpoint(), web.Application()
    server.router.add_post("/slack/events", endpoint.serve)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scene.sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    yield endpoint
    await runner.cleanup()


async def test_http_requests_are_signed(scene, endpoint):
    await scene.ana.say(scene.general, "hello")
    await scene.ana.command(scene.general, "/draft", "a & b")
    await scene.sandbox.settle()

    verifier = SignatureVerifier(scene.sandbox.signing_secret)
    assert len(endpoint.requests) == 2
    assert all(verifier.is_valid_request(body, headers) for headers, body in endpoint.requests)
    assert json.loads(endpoint.requests[0][1] if "{" in endpoint.requests[0][1] else endpoint.requests[1][1])


async def test_a_failing_endpoint_gets_slacks_retries_with_number_and_reason(scene, endpoint):
    endpoint.answers = [web.Response(status=500), "cut", web.Response(status=302)]
    await scene.ana.say(scene.general, "hello")
    await scene.sandbox.settle()

    retries = [
        (headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"))
        for headers, _ in endpoint.requests
    ]
    assert retries[0] == (None, None)
    assert retries[1] == ("1", "http_error")
    assert retries[2] == ("2", "connection_failed")
    assert len({json.loads(body)["event_id"] for _, body in endpoint.requests}) == 1
    assert scene.sandbox.deliveries[0].acked


async def test_an_app_may_ask_for_no_retry(scene, endpoint):
    endpoint.answers = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await scene.ana.say(scene.general, "hello")
    await scene.sandbox.settle()

    assert len(endpoint.requests) == 1
    assert scene.sandbox.deliveries[0].outcome == "failed"


async def test_any_body_can_be_sent_and_slack_gives_up_on_what_is_refused(scene, endpoint):
    endpoint.answers = [web.Response(status=404)] * 4
    delivery = scene.sandbox.send({"type": "app_rate_limited", "team_id": scene.sandbox.team_id})
    await scene.sandbox.settle()

    assert json.loads(endpoint.requests[0][1])["type"] == "app_rate_limited"
    assert (delivery.outcome, len(delivery.attempts)) == ("failed", 4)


async def test_bolt_answers_the_url_challenge(scene, http_app):
    assert await scene.sandbox.verify_url()


async def test_a_burst_of_events_is_on_its_way_at_once(scene, socket_app):
    seen = []

    @socket_app.event("reaction_added")
    async def on_reaction(event):
        seen.append(event["user"])

    people = [scene.sandbox.add_person(f"Person {number}") for number in range(200)]
    scene.sandbox.hold()
    message = await scene.ana.say(scene.general, "vote")
    for person in people:
        await person.react(message, "+1")
    scene.sandbox.release(
        lambda held: [delivery for delivery in held if delivery.event["type"] == "reaction_added"]
    )
    await scene.sandbox.wait_for(lambda: len(set(seen)) == 200)

    assert set(seen) == {person.user_id for person in people}
