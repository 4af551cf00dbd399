"""Webhooks over real HTTP: in order, at least once, one at a time, given up after a day of failures."""

import asyncio
from datetime import timedelta

import pytest

from bot.integrations.delivery import DONE, GIVEN_UP, LEASE, MOST_FAILURES, as_lease
from bot.integrations.endpoint import UrlRefused
from bot.integrations.webhooks import TooManyWebhooks, WebhookUnknown
from tests.factories import make_draft, make_signal
from tests.fakes.api import later, running_api
from tests.fakes.webhook_receiver import running_receiver


@pytest.fixture
async def receiver():
    async with running_receiver() as running:
        yield running


async def add(api, receiver) -> str:
    made = await api.integrations.webhooks.add(api.sandbox.team_id, url=receiver.url, by="U0ADMIN")
    receiver.secret = made.secret
    return made.id


async def happen(api, signals=2, *, begin=0) -> str:
    async with api.database.begin() as unit:
        draft = await make_draft(
            unit, workspace_id=api.sandbox.team_id, channel_id=api.channel.id, external_id="job-1"
        )
        for number in range(begin, begin + signals):
            await make_signal(unit, draft, event_id=f"Ev-{number}", received_at=api.now)
    return draft.id


async def row(api, webhook_id):
    async with api.database.read() as unit:
        return await unit.webhooks.find(webhook_id)


async def turn(api, webhook_id) -> int:
    """What the tick and one step of the workflow do; return the step's result."""
    if not await api.integrations.delivery.run_due(api.now):
        return DONE
    return await api.integrations.delivery.deliver(webhook_id, as_lease((await row(api, webhook_id)).next_at))


async def test_what_happens_is_told_in_order_and_signed(api, receiver):
    await happen(api, begin=90)
    webhook_id = await add(api, receiver)
    draft_id = await happen(api)
    await api.call("POST", f"/drafts/{draft_id}/outcomes", json={"name": "score", "value": 0.5})

    first = await turn(api, webhook_id)
    nothing = await turn(api, webhook_id)

    assert (first, nothing) == (DONE, DONE)
    (body,) = receiver.received
    assert [event["type"] for event in body["events"]] == ["draft.posted", "feedback", "feedback", "outcome"]
    assert {event["data"]["draft"] for event in body["events"]} == {draft_id}
    assert [event["data"].get("event_id") for event in body["events"][1:3]] == ["Ev-0", "Ev-1"]
    assert body["events"][3]["data"]["value"] == 0.5
    kept = await row(api, webhook_id)
    assert (kept.delivered, kept.failures, kept.last_status) == (4, 0, "200")
    assert receiver.secret not in str(vars(kept)["secret_sealed"])


async def test_a_backlog_goes_out_in_batches(one_api, receiver):
    webhook_id = await add(one_api, receiver)
    await happen(one_api, signals=130)

    lease = await turn(one_api, webhook_id)
    end = await one_api.integrations.delivery.deliver(webhook_id, lease)

    assert (lease > 0, end) == (True, DONE)
    assert [len(body["events"]) for body in receiver.received] == [100, 31]
    assert len({event["id"] for event in receiver.events}) == 131


async def test_a_killed_delivery_is_told_again_and_can_be_told_apart(api, receiver):
    webhook_id, receiver.hold = await add(api, receiver), asyncio.Event()
    await happen(api)
    killed = asyncio.create_task(turn(api, webhook_id))
    async with asyncio.timeout(20):
        while not receiver.received:  # noqa: ASYNC110 - the receiver is another server
            await asyncio.sleep(0.01)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    receiver.hold.set()

    too_soon = await api.integrations.delivery.run_due(api.now)
    later(api, seconds=LEASE.total_seconds() + 1)
    await turn(api, webhook_id)

    assert too_soon == 0
    assert receiver.deliveries[0] == receiver.deliveries[1]
    assert receiver.received[0] == receiver.received[1]
    assert (await row(api, webhook_id)).delivered == 3


async def test_two_replicas_do_not_call_at_once(api, receiver):
    webhook_id = await add(api, receiver)
    await happen(api)

    asked = await asyncio.gather(*(api.integrations.delivery.run_due(api.now) for _ in range(4)))
    lease = as_lease((await row(api, webhook_id)).next_at)
    await asyncio.gather(*(api.integrations.delivery.deliver(webhook_id, lease) for _ in range(4)))

    assert sum(asked) == 1
    assert (len(receiver.received), receiver.most_at_once) == (1, 1)


async def test_failures_are_tried_again_with_growing_pauses_and_nothing_is_lost(one_api, receiver):
    webhook_id, receiver.answers = await add(one_api, receiver), [500, 302, 404, 200]
    await happen(one_api)
    pauses = []

    for _ in range(3):
        await turn(one_api, webhook_id)
        pauses.append((await row(one_api, webhook_id)).next_at - one_api.now)
        assert await turn(one_api, webhook_id) == DONE
        one_api.now += pauses[-1]
    await turn(one_api, webhook_id)

    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 20, 40)]
    assert (len(receiver.received), receiver.elsewhere) == (4, 0)
    kept = await row(one_api, webhook_id)
    assert (kept.failures, kept.delivered) == (0, 3)


async def test_a_webhook_that_fails_for_a_day_is_given_up_and_goes_on_where_it_stopped(one_api, receiver):
    api, webhooks = one_api, one_api.integrations.webhooks
    webhook_id, receiver.answers, began = await add(api, receiver), [503], api.now
    async with api.database.begin() as unit:
        (await unit.workspaces.get(api.sandbox.team_id)).admin_channel_id = api.channel.id
    await happen(api)

    result = DONE
    for _ in range(MOST_FAILURES):
        result = await turn(api, webhook_id)
        api.now = (await row(api, webhook_id)).next_at or api.now
    await api.integrations.delivery.tell_given_up(webhook_id)
    await api.integrations.delivery.tell_given_up(webhook_id)

    assert result == GIVEN_UP
    assert api.now - began > timedelta(hours=24)
    (notice,) = [one for one in api.sandbox.messages(api.channel) if "stopped calling" in one.text]
    assert "127.0.0.1" in notice.text
    assert await turn(api, webhook_id) == DONE
    assert len(receiver.received) == MOST_FAILURES
    receiver.answers = [200]
    await webhooks.enable(api.sandbox.team_id, webhook_id=webhook_id, by="cli")
    await turn(api, webhook_id)
    kept = await row(api, webhook_id)
    assert (kept.delivered, kept.disabled_at) == (3, None)


async def test_a_receiver_that_is_gone_is_given_up_at_once(one_api, receiver):
    webhook_id, receiver.answers = await add(one_api, receiver), [410]
    await happen(one_api)

    assert await turn(one_api, webhook_id) == GIVEN_UP


async def test_a_replay_tells_everything_since_a_moment_again(one_api, receiver):
    api = one_api
    webhook_id = await add(api, receiver)
    await happen(api, begin=0)
    later(api, hours=2)
    await happen(api, begin=10)
    await turn(api, webhook_id)
    told = len(receiver.events)

    await api.integrations.webhooks.replay(
        api.sandbox.team_id, webhook_id=webhook_id, since=api.now - timedelta(hours=1), by="cli"
    )
    await turn(api, webhook_id)

    again = receiver.events[told:]
    assert {"Ev-10", "Ev-11"} <= {event["data"].get("event_id") for event in again}
    assert not {"Ev-0", "Ev-1"} & {event["data"].get("event_id") for event in again}


async def test_a_test_call_carries_no_events(one_api, receiver):
    webhook_id = await add(one_api, receiver)
    webhooks, team = one_api.integrations.webhooks, one_api.sandbox.team_id

    good = await webhooks.test(team, webhook_id=webhook_id)
    receiver.secret = "another"
    refused = await webhooks.test(team, webhook_id=webhook_id)

    assert (good.taken, refused.told) == (True, "401")
    assert [(body["type"], body["events"]) for body in receiver.received] == [("test", [])]


async def test_a_webhook_belongs_to_its_workspace(one_api, receiver):
    webhook_id, webhooks = await add(one_api, receiver), one_api.integrations.webhooks

    for attempt in (
        webhooks.remove("T0OTHER", webhook_id=webhook_id, by="x"),
        webhooks.enable("T0OTHER", webhook_id=webhook_id, by="x"),
        webhooks.test("T0OTHER", webhook_id=webhook_id),
    ):
        with pytest.raises(WebhookUnknown):
            await attempt
    assert await webhooks.of_workspace("T0OTHER") == []
    await webhooks.remove(one_api.sandbox.team_id, webhook_id=webhook_id, by="x")
    assert await row(one_api, webhook_id) is None


async def test_a_workspace_has_so_many_webhooks_and_no_more(one_api, receiver):
    for _ in range(10):
        await add(one_api, receiver)

    with pytest.raises(TooManyWebhooks):
        await add(one_api, receiver)


async def test_private_addresses_are_refused_unless_the_operator_allows_them(sqlite_database, receiver):
    async with running_api(sqlite_database, webhook_allow_private=False) as api:
        with pytest.raises(UrlRefused):
            await add(api, receiver)
        made = await api.integrations.webhooks.add(
            api.sandbox.team_id, url="https://localhost/hook", by="cli"
        )
        answer = await api.integrations.webhooks.test(api.sandbox.team_id, webhook_id=made.id)

    assert answer.told == "private_address"
    assert receiver.received == []
