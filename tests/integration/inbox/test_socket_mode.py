import asyncio

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from handlers.socket_mode import SocketMode, SocketModeRefused, Watch
from tests.fakes.event_path import eventually, projecting
from tests.fakes.slack_bodies import event_body

QUICK = Watch(look_every=0.02, first_pause=0.02, longest_pause=0.1, ping_every=1, drain=2)


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
async def sandbox():
    async with Sandbox(
        retry_delays=(0.05, 0.2, 1.0), ack_seconds=10
    ) as made:  # A busy machine takes its time.
        yield made


@pytest.fixture
async def listening(sandbox, database, make_path):
    """The app on the sandbox's Slack over Socket Mode; `start(**listeners)`."""
    settings = Settings(_env_file=None, slack_bot_token=sandbox.bot_token, slack_api_url=sandbox.api_url)
    clients, started = Clients(settings, database), []

    async def start(listeners=None, *, connections=2, **parts):
        path = make_path(listeners, settings=settings, clients=clients, **parts)
        socket_mode = SocketMode(
            path.app,
            app_token=sandbox.app_token,
            slack_api_url=sandbox.api_url,
            connections=connections,
            watch=QUICK,
        )
        started.append(socket_mode)
        await socket_mode.start()
        return path, socket_mode

    yield start
    for socket_mode in started:
        await socket_mode.stop()
    await clients.close()


def all_acked(sandbox):
    async def is_so() -> bool:
        return bool(sandbox.deliveries) and all(delivery.acked for delivery in sandbox.deliveries)

    return is_so


def open_connections(sandbox, number):
    async def is_so() -> bool:
        return sandbox.socket_mode.connections == number

    return is_so


async def react_once(sandbox):
    ana = sandbox.add_person("Ana")
    channel = sandbox.add_channel("general", members=[ana])
    message = await ana.say(channel, "hello")
    await ana.react(message, "+1")


async def test_events_come_in_and_are_acked_once_stored(sandbox, listening, store):
    heard = []

    async def on_reaction(event):
        heard.append(event["reaction"])

    path, _ = await listening({"reaction_added": on_reaction})
    async with projecting(path):
        await react_once(sandbox)
        await eventually(all_acked(sandbox))
        await eventually(lambda: _has(heard, 1))

    assert heard == ["+1"]
    assert (await store.counts())["parked"] == 0


async def _has(items, number) -> bool:
    return len(items) >= number


async def test_two_connections_are_open(sandbox, listening):
    _, socket_mode = await listening()

    assert sandbox.socket_mode.connections == 2
    assert await socket_mode.problem() is None


async def test_an_event_that_cannot_be_stored_is_not_acked_and_comes_again(
    sandbox, listening, store, make_path
):
    class Full:
        full = True

        def __getattr__(self, name):
            return getattr(store, name)

        async def put(self, event):
            if self.full:
                raise OSError("No space left on device")
            return await store.put(event)

    disk = Full()
    await listening(store=disk)
    await react_once(sandbox)
    await eventually(lambda: _tried(sandbox, 1))
    disk.full = False
    await eventually(all_acked(sandbox))

    assert (await store.counts())["new"] == len(sandbox.deliveries)


async def _tried(sandbox, times) -> bool:
    return any(len(delivery.attempts) > times for delivery in sandbox.deliveries)


async def test_after_a_cut_the_connections_come_back(sandbox, listening):
    _, socket_mode = await listening()
    sandbox.drop_connections()

    await eventually(open_connections(sandbox, 2))
    await react_once(sandbox)
    await eventually(all_acked(sandbox))

    assert await socket_mode.problem() is None


async def test_a_refused_handshake_is_tried_again_with_a_fresh_ticket(sandbox, listening):
    sandbox.refuse_handshakes(3)

    await listening()
    await eventually(open_connections(sandbox, 2))

    assert sandbox.socket_mode.connections == 2


async def test_refused_handshakes_after_a_cut_do_not_wedge_it(sandbox, listening):
    await listening()
    sandbox.refuse_handshakes(4)
    sandbox.drop_connections()

    await eventually(open_connections(sandbox, 2))

    assert sandbox.socket_mode.connections == 2


@pytest.fixture
async def odd_slack(sandbox):
    """Slack behind something that answers in its place while it is away: first `answers`, then Slack itself."""
    answers = [
        web.Response(status=503, text="upstream connect error", content_type="text/plain"),
        web.Response(status=503, text="{", content_type="application/json"),
        web.Response(status=200, text="[1]", content_type="application/json"),
        web.Response(status=502, text="<html>", content_type="text/html"),
    ]

    async def on_open(request):
        if answers:
            return answers.pop(0)
        header = {"Authorization": request.headers["Authorization"]}
        address = f"{sandbox.api_url}apps.connections.open"
        async with ClientSession() as session, session.post(address, headers=header) as answer:
            return web.json_response(await answer.json())

    app = web.Application()
    app.router.add_post("/api/apps.connections.open", on_open)
    async with TestServer(app) as server:
        yield str(server.make_url("/api/"))


async def test_answers_that_are_none_of_slacks_do_not_end_the_watch(sandbox, make_path, odd_slack):
    socket_mode = SocketMode(
        make_path().app,
        app_token=sandbox.app_token,
        slack_api_url=odd_slack,
        connections=1,
        watch=QUICK,
    )

    await socket_mode.start()
    await eventually(open_connections(sandbox, 1))
    await socket_mode.stop()

    assert sandbox.socket_mode.connections == 0


async def test_slacks_refresh_loses_no_event(sandbox, listening, store):
    await listening()
    await sandbox.disconnect("refresh_requested")
    await react_once(sandbox)

    await eventually(all_acked(sandbox))
    await eventually(open_connections(sandbox, 2))

    assert (await store.counts())["new"] == len(sandbox.deliveries)


async def test_while_no_connection_is_open_it_says_so(sandbox, listening):
    _, socket_mode = await listening(connections=1)
    sandbox.refuse_handshakes(1000)
    sandbox.drop_connections()

    await eventually(lambda: _says(socket_mode, "no Socket Mode connection is open"))
    sandbox.socket_mode.refuse_handshakes(-1000)
    await eventually(lambda: _says(socket_mode, None))


async def _says(socket_mode, problem) -> bool:
    return await socket_mode.problem() == problem


async def test_a_bad_app_token_is_one_clear_sentence(sandbox, make_path):
    socket_mode = SocketMode(
        make_path().app, app_token="xapp-wrong", slack_api_url=sandbox.api_url, watch=QUICK
    )

    with pytest.raises(SocketModeRefused, match="SLACK_APP_TOKEN"):
        await socket_mode.start()


async def test_what_nobody_listens_to_is_acked(sandbox, listening):
    ana = sandbox.add_person("Ana")
    await listening()

    sandbox.send(event_body({"type": "an_event_of_tomorrow"}))
    await ana.global_shortcut("a_shortcut_of_tomorrow")
    await eventually(all_acked(sandbox))

    assert {delivery.kind for delivery in sandbox.deliveries} >= {"events_api", "interactive"}


async def test_a_redelivered_event_is_acked_and_applied_once(sandbox, listening, store):
    heard = []

    async def on_reaction(body):
        heard.append(body["event_id"])

    path, _ = await listening({"reaction_added": on_reaction})
    async with projecting(path):
        await react_once(sandbox)
        await eventually(all_acked(sandbox))
        reaction = next(d for d in sandbox.deliveries if d.event.get("type") == "reaction_added")
        again = await sandbox.redeliver(reaction)
        await eventually(lambda: _is_done(store, heard))

    assert again.acked
    assert len(heard) == 1


async def _is_done(store, heard) -> bool:
    return bool(heard) and (await store.counts())["new"] == 0


async def test_closing_answers_what_is_under_way_and_leaves_no_task(sandbox, listening):
    ana, go_on = sandbox.add_person("Ana"), asyncio.Event()
    begun = asyncio.Event()

    async def on_shortcut(ack):
        begun.set()
        await go_on.wait()
        await ack()

    _, socket_mode = await listening(register=[lambda app: app.shortcut("slow")(on_shortcut)])
    pressing = asyncio.create_task(ana.global_shortcut("slow"))
    await begun.wait()
    stopping = asyncio.create_task(socket_mode.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    delivery = await pressing

    assert delivery.acked
    assert sandbox.socket_mode.connections == 0
