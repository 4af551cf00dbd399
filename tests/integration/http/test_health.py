import asyncio

import aiohttp
import pytest

from handlers.http import CannotListen, HttpServer, Readiness, build_http
from handlers.http.health import event_checks
from tests.fakes.event_path import deliver, projecting
from tests.fakes.slack_bodies import reaction_body


async def fetch(server, page):
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}{page}") as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


@pytest.fixture
async def serve():
    servers = []

    async def start(readiness, **where):
        server = HttpServer(build_http(readiness=readiness), **{"host": "127.0.0.1", "port": 0, **where})
        await server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        await server.stop()


def readiness_of(path, store, database):
    checks = event_checks(database=database, store=store, intake=path.intake, projector=path.projector)
    return Readiness(checks)


async def test_it_is_ready_when_an_event_could_pass(serve, make_path, store, database):
    path = make_path()
    async with projecting(path):
        server = await serve(readiness_of(path, store, database))

        answers = [await fetch(server, "/health/ready"), await fetch(server, "/health/live")]

    assert answers == [(200, {"status": "ready", "reasons": []}), (200, {"status": "live", "reasons": []})]


async def test_without_a_projector_it_is_not_ready_but_alive(serve, make_path, store, database):
    server = await serve(readiness_of(make_path(), store, database))

    status, body = await fetch(server, "/health/ready")

    assert (status, body["reasons"]) == (503, ["projector: the projector is not running"])
    assert (await fetch(server, "/health/live"))[0] == 200


async def test_without_an_inbox_it_is_not_ready(serve, make_path, store, database):
    path = make_path()
    server = await serve(readiness_of(path, store, database))
    await store.close()
    await deliver(path, reaction_body())

    status, body = await fetch(server, "/health/ready")

    assert status == 503
    assert any(reason.startswith("inbox: ") for reason in body["reasons"])


async def test_while_draining_it_takes_nothing_new(serve):
    readiness = Readiness({})
    server = await serve(readiness)
    before = (await fetch(server, "/health/ready"))[0]
    readiness.drain()

    assert (before, await fetch(server, "/health/ready")) == (
        200,
        (503, {"status": "unready", "reasons": ["draining"]}),
    )


async def test_a_check_that_hangs_or_fails_is_a_reason_and_names_no_detail(serve):
    async def hangs():
        await asyncio.Event().wait()

    async def fails():
        raise OSError("postgresql://user:password@host")

    server = await serve(Readiness({"slow": hangs, "broken": fails}, patience=0.05))

    _, body = await fetch(server, "/health/ready")

    assert body["reasons"] == ["slow: TimeoutError", "broken: OSError"]


async def test_metrics_count_and_name_nobody(serve, make_path):
    server = await serve(Readiness({}))
    await deliver(make_path(), reaction_body())

    status, text = await fetch(server, "/metrics")

    assert status == 200
    assert 'draftloop_events_received_total{outcome="stored"}' in text
    assert not any(name in text for name in ("T0TEAM", "U0ALICE", "C0GENERAL"))


async def test_a_taken_port_is_one_clear_sentence(serve):
    first = await serve(Readiness({}))
    port = int(first.url.rsplit(":", 1)[1])

    with pytest.raises(CannotListen, match="DRAFTLOOP_HTTP_PORT"):
        await serve(Readiness({}), port=port)


async def test_stopping_lets_a_running_answer_finish(serve):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow():
        begun.set()
        await go_on.wait()

    server = await serve(Readiness({"slow": slow}, patience=10))
    answer = asyncio.create_task(fetch(server, "/health/ready"))
    await begun.wait()
    stopping = asyncio.create_task(server.stop())
    await asyncio.sleep(0)
    go_on.set()

    assert (await answer)[0] == 200
    await stopping
