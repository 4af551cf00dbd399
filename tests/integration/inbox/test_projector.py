import asyncio

import pytest
from sqlalchemy import text

from bot.errors import BotError, Transient
from handlers.inbox import Pace, RetryPolicy
from handlers.inbox.projector import Projector
from handlers.payloads import Unreadable
from storage.inbox_store import NewEvent
from tests.factories import WORKSPACE
from tests.fakes.auth_server import GOOD
from tests.fakes.event_path import clock, deliver, eventually, projecting
from tests.fakes.slack_bodies import BOT, event_body, reaction_body


def state_of(store, body, state):
    async def is_there() -> bool:
        event = await store.show(body["event_id"])
        return event is not None and event.state == state

    return is_there


def with_projector(path, store, *, pauses=(0.01, 0.01, 0.01), **pace):
    wake = path.intake._wake
    retries = RetryPolicy(pauses=pauses)
    projector = Projector(
        store,
        app=path.app,
        replica_id="replica-1",
        wake=wake,
        clock=clock,
        pace=Pace(**{"poll_seconds": 0.02, **pace}),
        retries=retries,
    )
    return type(path)(path.app, path.intake, projector, path.authorizer)


async def test_a_stored_event_reaches_its_listener_and_is_done(make_path, store):
    heard, body = [], reaction_body("tada")

    async def on_reaction(event, context):
        heard.append((event["reaction"], context.bot_user_id))

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert heard == [("tada", BOT)]


async def test_a_failing_event_is_tried_again_until_it_works(make_path, store):
    tries, body = [], reaction_body()

    async def on_reaction():
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("the text of a message")

    async with projecting(with_projector(make_path({"reaction_added": on_reaction}), store)) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert len(tries) == 3


@pytest.mark.parametrize(
    ("error", "name"), [(ValueError("secret words"), "ValueError "), (BotError(code="odd"), "BotError odd")]
)
async def test_an_event_that_keeps_failing_is_parked_with_class_and_reference(make_path, store, error, name):
    tries, body = [], reaction_body()

    async def on_reaction():
        tries.append(1)
        raise error

    async with projecting(with_projector(make_path({"reaction_added": on_reaction}), store)) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "parked"))

    parked = await store.show(body["event_id"])
    assert len(tries) == 4
    assert parked.error.startswith(name)
    assert "secret" not in parked.error


async def test_the_unreadable_is_parked_at_the_first_try(make_path, store):
    tries, body = [], reaction_body()

    async def on_reaction():
        tries.append(1)
        raise Unreadable

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "parked"))

    assert tries == [1]


async def test_a_bad_event_does_not_hold_up_the_others(make_path, store):
    bad, good = reaction_body("bad"), [reaction_body("good") for _ in range(50)]

    async def on_reaction(event):
        if event["reaction"] == "bad":
            raise ValueError

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        for body in [bad, *good]:
            await deliver(path, body)
        for body in good:
            await eventually(state_of(store, body, "done"))

    assert (await store.show(bad["event_id"])).state == "new"


async def test_events_that_come_while_slack_refuses_our_token_are_parked_and_can_be_replayed(
    make_path, store, slack
):
    heard, body = [], reaction_body()

    async def on_reaction():
        heard.append(1)

    slack.answer = {"ok": False, "error": "account_inactive"}
    async with projecting(with_projector(make_path({"reaction_added": on_reaction}), store)) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "parked"))
        refused = (await store.show(body["event_id"])).error, list(heard)
        slack.answer = GOOD
        path.authorizer.forget(WORKSPACE)
        await store.replay(body["event_id"], now=clock())
        await eventually(state_of(store, body, "done"))

    assert refused == ("NotInstalled not_installed", [])
    assert heard == [1]


async def test_a_parked_event_can_be_replayed(make_path, store):
    broken, body = [True], reaction_body()

    async def on_reaction():
        if broken:
            raise Unreadable

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "parked"))
        broken.clear()
        await store.replay(body["event_id"], now=clock())
        await eventually(state_of(store, body, "done"))

    assert broken == []


async def test_an_event_that_nobody_listens_to_is_done(make_path, store):
    body = event_body({"type": "brand_new_event"})

    async with projecting(make_path()) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert (await store.counts())["parked"] == 0


async def test_an_event_of_our_own_is_done_without_a_listener(make_path, store):
    heard, body = [], reaction_body()
    body["event"]["user"] = BOT

    async def on_reaction():
        heard.append(1)

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert heard == []


async def test_a_stored_body_that_is_no_json_is_set_aside(make_path, store):
    event = NewEvent("EvBroken", "T0TEAM", "message", "{", clock())

    async with projecting(with_projector(make_path(), store)):
        await store.put(event)
        await eventually(state_of(store, {"event_id": "EvBroken"}, "parked"))


async def test_a_listener_that_hangs_is_given_up_and_tried_again(make_path, store):
    tries, body = [], reaction_body()

    async def on_reaction():
        tries.append(1)
        if len(tries) == 1:
            await asyncio.Event().wait()

    path = with_projector(make_path({"reaction_added": on_reaction}), store, listener_seconds=0.05)
    async with projecting(path):
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert len(tries) == 2


async def test_a_listener_that_waits_for_the_database_too_long_costs_no_worker(make_path, store, database):
    stuck, fine = reaction_body("eyes"), reaction_body("tada")
    slow = text(
        "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3000000) "
        "SELECT count(*) FROM counted"
    )
    tries = []

    async def on_reaction(event):
        tries.append(event["reaction"])
        if tries == ["eyes"]:
            async with database.begin() as unit:
                await unit.run_sync(lambda connection: connection.execute(slow).scalar_one())

    path = with_projector(make_path({"reaction_added": on_reaction}), store, workers=1, listener_seconds=0.05)
    async with projecting(path):
        await deliver(path, stuck)
        await eventually(state_of(store, stuck, "done"))
        await deliver(path, fine)
        await eventually(state_of(store, fine, "done"))
        problem = path.projector.problem

    assert tries == ["eyes", "eyes", "tada"]
    assert problem is None


async def test_while_slack_does_not_say_who_we_are_an_event_waits(make_path, store, slack):
    heard, body = [], reaction_body()
    slack.answer = (503, "text/html", "<html>busy</html>")

    async def on_reaction():
        heard.append(1)

    path = with_projector(make_path({"reaction_added": on_reaction}), store)
    async with projecting(path):
        await deliver(path, body)
        await eventually(lambda: _tried(store, body))
        slack.answer = {"ok": True, "team_id": "T0TEAM", "user_id": BOT, "bot_id": "B0BOT"}
        await eventually(state_of(store, body, "done"))

    assert heard == [1]


async def _tried(store, body) -> bool:
    return ((await store.show(body["event_id"])).error or "").startswith("SlackNotAnswering")


async def test_an_event_of_a_workspace_that_is_not_ours_is_done_without_a_listener(make_path, store):
    heard = []
    body = reaction_body(team_id="T0OTHER", authorizations=[{"team_id": "T0OTHER", "user_id": "U9"}])

    async def on_reaction():
        heard.append(1)

    async with projecting(make_path({"reaction_added": on_reaction})) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert heard == []


async def test_stopping_finishes_what_was_begun_and_gives_back_the_rest(make_path, store):
    begun, go_on = asyncio.Event(), asyncio.Event()
    bodies = [reaction_body() for _ in range(20)]

    async def on_reaction():
        begun.set()
        await go_on.wait()

    path = with_projector(make_path({"reaction_added": on_reaction}), store, workers=2)
    await path.projector.start()
    for body in bodies:
        await deliver(path, body)
    await begun.wait()
    stopping = asyncio.create_task(path.projector.stop())
    go_on.set()
    await stopping

    again = await store.claim(replica_id="another", now=clock(), limit=100)
    counts = await store.counts()
    assert counts["done"] >= 2
    assert len(again) == counts["new"]
    assert path.projector.problem is not None


async def test_two_replicas_share_the_work_and_do_each_event_once(make_path, store):
    heard, bodies = [], [reaction_body() for _ in range(60)]

    async def on_reaction(body):
        await asyncio.sleep(0)
        heard.append(body["event_id"])

    listeners = {"reaction_added": on_reaction}
    async with (
        projecting(make_path(listeners, replica_id="one")) as path,
        projecting(make_path(listeners, replica_id="two")),
    ):
        for body in bodies:
            await deliver(path, body)
        for body in bodies:
            await eventually(state_of(store, body, "done"))

    assert sorted(heard) == sorted(body["event_id"] for body in bodies)


async def test_the_projector_goes_on_when_its_inbox_comes_back(make_path, store):
    class Flaky:
        away = True

        def __getattr__(self, name):
            return getattr(store, name)

        async def claim(self, **arguments):
            if self.away:
                raise OSError("away")
            return await store.claim(**arguments)

    flaky, body = Flaky(), reaction_body()
    path = with_projector(make_path(), flaky)
    async with projecting(path):
        await deliver(path, body)
        await eventually(lambda: _says(path.projector, "the inbox cannot be read"))
        flaky.away = False
        await eventually(state_of(store, body, "done"))

    assert path.projector.problem == "the projector is not running"


async def _says(projector, problem) -> bool:
    return projector.problem == problem


async def test_a_transient_failure_is_not_parked_after_the_usual_tries(make_path, store):
    tries, body = [], reaction_body()

    async def on_reaction():
        tries.append(1)
        if len(tries) < 8:
            raise Transient

    async with projecting(with_projector(make_path({"reaction_added": on_reaction}), store)) as path:
        await deliver(path, body)
        await eventually(state_of(store, body, "done"))

    assert len(tries) == 8
