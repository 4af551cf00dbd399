"""Whatever is sent to the real server, it never answers with a 5xx."""

import asyncio
import contextlib
import json
import shutil
import threading
import urllib.error
import urllib.request

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error

from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from handlers.app import build_event_path
from handlers.http import HttpServer, Readiness, build_http
from handlers.http.guard import Guard
from handlers.http.slack import slack_routes
from storage.engine import Database
from storage.inbox_store import InboxStore
from tests.fakes.auth_server import auth_server
from tests.fakes.event_path import clock
from tests.fakes.slack_bodies import SECRET, as_interaction, as_json, signed

UNHURRIED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextlib.asynccontextmanager
async def serving(url, keyring):
    async with auth_server() as slack:
        product = Settings(_env_file=None, slack_bot_token="xoxb-1", slack_api_url=f"{slack.url}/api/")
        database, store = Database.connect(url, keyring=keyring), InboxStore.connect(url, keyring=keyring)
        clients = Clients(product, database)
        path = build_event_path(
            settings=product,
            store=store,
            clients=clients,
            address_book=AddressBook(database, clock=clock),
            replica_id="replica-1",
            clock=clock,
            register=[],
        )
        router = slack_routes(path, guard=Guard(SECRET))
        server = HttpServer(build_http(router, readiness=Readiness({})), host="127.0.0.1", port=0)
        await server.start()
        yield server.url
        await server.stop()
        await clients.close()
        await store.close()
        await database.close()


@pytest.fixture(scope="module")
def live_url(sqlite_template, tmp_path_factory, keyring):
    """A server with a loop of its own, for clients that have none."""
    folder = tmp_path_factory.mktemp("fuzz")
    for suffix in ("", ".inbox"):
        shutil.copy(f"{sqlite_template}{suffix}", folder / f"draftloop.db{suffix}")
    urls, up, loop, done = [], threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def run():
        async with serving(f"sqlite:///{folder}/draftloop.db", keyring) as url:
            urls.append(url)
            up.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[run()])
    thread.start()
    assert up.wait(30)
    yield urls[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(30)
    loop.close()


def test_the_published_api_never_answers_5xx(live_url):
    operations = [
        result.ok()
        for result in schemathesis.openapi.from_url(f"{live_url}/openapi.json").get_all_operations()
    ]

    for operation in operations:
        UNHURRIED(given(case=operation.as_strategy())(_never_fails))()

    paths = {operation.path for operation in operations}
    assert paths == {"/health/live", "/health/ready", "/metrics", "/slack/events"}


def _never_fails(case) -> None:
    case.call_and_validate(checks=[not_a_server_error])


def status_of(url, raw, headers) -> int:
    request = urllib.request.Request(f"{url}/slack/events", data=raw, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


KEYS = (
    "type event event_id team_id team user view actions authorizations command payload response_urls channel"
)
KINDS = [
    "event_callback",
    "block_actions",
    "view_submission",
    "view_closed",
    "shortcut",
    "message_action",
    "url_verification",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([*KINDS, "T0TEAM"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5)
    ),
    max_leaves=15,
)
BODIES = st.dictionaries(st.sampled_from(KEYS.split()), JSON, max_size=6)


@UNHURRIED
@given(body=BODIES, kind=st.sampled_from(KINDS))
def test_signed_bodies_of_any_shape_are_acked_or_malformed(live_url, body, kind):
    for raw, headers in (as_json({**body, "type": kind}), as_interaction({**body, "type": kind})):
        assert status_of(live_url, raw, headers) in {200, 400}


@UNHURRIED
@given(
    raw=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
def test_signed_bytes_of_any_kind_are_acked_or_malformed(live_url, raw, kind):
    assert status_of(live_url, raw, signed(raw, content_type=kind)) in {200, 400}


@UNHURRIED
@given(
    raw=st.binary(max_size=200),
    timestamp=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=20),
    signature=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=80),
)
def test_whatever_the_headers_say_unsigned_bytes_are_refused(live_url, raw, timestamp, signature):
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature,
    }

    assert status_of(live_url, raw, headers) in {400, 401}


def test_the_fuzzed_server_still_works(live_url):
    with urllib.request.urlopen(f"{live_url}/health/live", timeout=10) as answer:
        assert json.load(answer)["status"] == "live"
