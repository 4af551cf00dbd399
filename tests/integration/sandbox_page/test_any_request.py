"""Whatever is sent to the page, it answers with JSON and never stumbles."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

from tests.integration.sandbox_page.conftest import Visit, make_visit
from tests.integration.sandbox_page.test_doing import open_modal, post_draft

VERBS = [
    "say",
    "edit",
    "delete",
    "react",
    "unreact",
    "dismiss",
    "join",
    "leave",
    "command",
    "press",
    "submit",
    "close",
    "open_home",
    "global_shortcut",
    "message_shortcut",
    "suggest",
    "jump",
    "dance",
]
WORDS = [
    "",
    "use",
    "vote",
    "stars",
    "more",
    "who",
    "kinds",
    "moment",
    "text",
    "controls",
    "votes",
    "again",
    "7",
    "1",
]
SELECTED = [
    "selected_option",
    "selected_options",
    "selected_user",
    "selected_date",
    "selected_date_time",
    "x",
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)


@dataclass
class Elsewhere:
    """A page in a loop of its own, in a thread, and a client that waits for its answers."""

    visit: Visit
    client: httpx2.Client
    ids: dict[str, list[str]]


async def endpoint_of(visit: Visit) -> web.AppRunner:
    """Signed HTTP, not Socket Mode: WebSockets draw random numbers, which hypothesis wants for itself."""

    async def answer(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await visit.bolt.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", answer)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    visit.sandbox.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    return runner


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    loop, ready, done, made = asyncio.new_event_loop(), threading.Event(), asyncio.Event(), []

    async def serve() -> None:
        async with make_visit() as visit:
            for register in (visit.bolt.action, visit.bolt.view, visit.bolt.shortcut, visit.bolt.command):
                register(re.compile(""))(acknowledge)
            runner = await endpoint_of(visit)
            draft, view = await post_draft(visit), await open_modal(visit)
            await visit.ana.say(visit.general, "hello")
            made.append((visit, draft.ts, view.id))
            ready.set()
            await done.wait()
            await runner.cleanup()

    async def acknowledge(ack) -> None:
        await ack()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(30)
    visit, draft_ts, view_id = made[0]
    ids = {
        "as": [visit.ana.user_id, visit.gus.user_id],
        "channel": [visit.general.id, visit.plans.id, visit.ana.direct.id],
        "ts": [draft_ts, *(m.ts for m in visit.sandbox.messages(visit.general))],
        "view": [view_id],
    }
    with httpx2.Client(base_url=visit.url, timeout=30) as client:
        yield Elsewhere(visit, client, ids)
    loop.call_soon_threadsafe(done.set)
    thread.join(30)
    loop.close()


@st.composite
def deeds(draw, ids):
    def some(name):
        return draw(st.sampled_from(ids[name]) | st.sampled_from(WORDS) | st.text(max_size=5))

    place = {"channel": some("channel"), "ts": some("ts")}
    target = draw(st.sampled_from([place, {"view": some("view")}, {}])) | {}
    state = st.dictionaries(
        st.sampled_from(["controls", "text", "kinds", *WORDS]),
        st.dictionaries(st.sampled_from(WORDS), json_values, max_size=2),
        max_size=2,
    )
    deed = {
        "as": draw(st.sampled_from(ids["as"] * 5) | st.text(max_size=5)),
        "verb": draw(st.sampled_from(VERBS)),
        **place,
        "target": target,
        "view": some("view"),
        "text": draw(
            st.text(max_size=30) | st.sampled_from(["/draft x", "hello @Ben", "#general", "@ana ruiz"])
        ),
        "name": draw(st.sampled_from(["+1", "tada", "+1::skin-tone-9"]) | st.text(max_size=5)),
        "action_id": draw(st.sampled_from(WORDS)),
        "selected_option": draw(st.none() | st.sampled_from(WORDS)),
        "value": draw(st.none() | st.sampled_from(["7", "positive", ""]) | st.text(max_size=5)),
        "callback_id": draw(st.sampled_from(["new_draft", "draft_reply", "x"])),
        "selected": draw(st.none() | st.dictionaries(st.sampled_from(SELECTED), json_values, max_size=2)),
        "state": draw(st.none() | state),
        "to": draw(st.datetimes().map(lambda at: at.isoformat() + "Z") | st.text(max_size=5)),
    }
    spoiled = draw(st.none() | st.tuples(st.sampled_from(sorted(deed)), json_values))
    return deed | {spoiled[0]: spoiled[1]} if spoiled else deed


def check(response):
    assert response.status_code < 500, response.text
    answer = response.json()
    assert answer["ok"] or answer["error"].endswith(".")
    assert "Traceback" not in response.text


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_deed_is_done_or_explained(elsewhere, data):
    deed = data.draw(deeds(elsewhere.ids))

    response = elsewhere.client.post("/do", content=_json(deed), headers={"Content-Type": "application/json"})

    check(response)


@settings(max_examples=50)
@given(raw=st.binary(max_size=100) | json_values.map(json.dumps).map(str.encode))
def test_any_body_is_answered(elsewhere, raw):
    response = elsewhere.client.post("/do", content=raw, headers={"Content-Type": "application/json"})

    check(response)
    assert not response.json()["ok"]


@settings(max_examples=60)
@given(
    parameters=st.dictionaries(
        st.sampled_from(["as", "in", "thread", "panel", "before", "q", "peek"]),
        st.text() | st.sampled_from(["inspector", "app-home", "1", "C", "1.000000"]),
    ),
    known=st.lists(st.sampled_from(["as", "channel", "ts"]), unique=True),
)
def test_any_screen_can_be_asked_for(elsewhere, parameters, known):
    names = {"as": "as", "channel": "in", "ts": "thread"}
    parameters |= {names[name]: elsewhere.ids[name][0] for name in known}

    response = elsewhere.client.get("/screen", params=parameters)

    assert response.status_code == 200
    assert response.json()["regions"]["sidebar"]


@settings(max_examples=25)
@given(path=st.text(max_size=20))
def test_any_address_is_answered(elsewhere, path):
    for folder in ("files", "static", "suggestions", ""):
        response = elsewhere.client.get(f"/{folder}/{_quoted(path)}")

        assert response.status_code < 500


def _json(value):
    return json.dumps(value).encode()


def _quoted(path):
    return quote(path, safe="", errors="replace")
