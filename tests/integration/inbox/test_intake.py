import asyncio

import pytest
from prometheus_client import REGISTRY

from tests.fakes.event_path import deliver, eventually, projecting
from tests.fakes.slack_bodies import event_body, reaction_body


async def test_an_event_is_on_disk_when_slack_hears_200(make_path, store):
    path, body = make_path(), reaction_body()

    status = await deliver(path, body)

    stored = await store.show(body["event_id"])
    assert status == 200
    assert (stored.state, stored.type, stored.workspace_id) == ("new", "reaction_added", "T0TEAM")


async def test_the_listener_does_not_run_before_the_ack(make_path):
    heard = []

    async def on_reaction(body):
        heard.append(body)

    await deliver(make_path({"reaction_added": on_reaction}), reaction_body())

    assert heard == []


async def test_a_repeated_event_is_acked_and_stored_once(make_path, store):
    path, body = make_path(), reaction_body()

    statuses = [await deliver(path, body) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert (await store.counts())["new"] == 1


async def test_what_cannot_be_stored_is_not_acked(make_path, store):
    path = make_path()
    await store.close()

    status = await deliver(path, reaction_body())

    assert status == 503
    assert path.intake.problem == "an event could not be stored"


@pytest.mark.parametrize("kind", ["brand_new_event", "message", "füü", ""])
async def test_every_type_of_event_is_accepted(make_path, store, kind):
    body = event_body({"type": kind})

    assert await deliver(make_path(), body) == 200
    assert await store.show(body["event_id"]) is not None


@pytest.mark.parametrize("event_id", [None, "", 5, "x" * 300, "with\0nul", "\ud800"])
async def test_an_event_without_a_sane_id_gets_one_made_of_its_content(make_path, store, event_id):
    path, body, other = make_path(), reaction_body(event_id=event_id), reaction_body("-1", event_id=event_id)

    statuses = [await deliver(path, body), await deliver(path, dict(body)), await deliver(path, other)]

    assert statuses == [200, 200, 200]
    assert (await store.counts())["new"] == 2


async def test_slack_holding_events_back_is_acked_and_counted_but_not_stored(make_path, store):
    before = REGISTRY.get_sample_value("draftloop_rate_limited_total")

    status = await deliver(
        make_path(), {"type": "app_rate_limited", "team_id": "T0TEAM", "minute_rate_limited": 1}
    )

    assert status == 200
    assert (await store.counts())["new"] == 0
    assert REGISTRY.get_sample_value("draftloop_rate_limited_total") == before + 1


async def test_many_at_once_are_all_stored(make_path, store):
    path, bodies = make_path(), [reaction_body() for _ in range(200)]

    statuses = await asyncio.gather(*(deliver(path, body) for body in bodies))

    assert set(statuses) == {200}
    assert (await store.counts())["new"] == 200


async def test_an_event_reaches_its_listener_after_a_restart(make_path, store):
    heard = []

    async def on_reaction(body):
        heard.append(body["event_id"])

    body = reaction_body()
    await deliver(make_path(), body)

    async with projecting(make_path({"reaction_added": on_reaction}, replica_id="replica-2")):
        await eventually(lambda: _is_done(store, body))

    assert heard == [body["event_id"]]


async def _is_done(store, body) -> bool:
    return (await store.show(body["event_id"])).state == "done"
