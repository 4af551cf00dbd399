"""`draftloop inbox` and what `doctor` says of it, on an inbox with an event that could not be handled."""

import asyncio
import json

import pytest

from storage.inbox_store import InboxStore, NewEvent
from tests.factories import NOW, WORKSPACE

EVENT_ID = "Ev0PARKED"


def _with_store(url, keyring, work):
    async def whole():
        store = InboxStore.connect(url, keyring=keyring)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(whole())


@pytest.fixture
def parked(sqlite_url, keyring):
    """One event that the bot put aside."""

    async def park(store):
        await store.put(NewEvent(EVENT_ID, WORKSPACE, "reaction_added", '{"emoji": "tada"}', NOW))
        (event,) = await store.claim(replica_id="gone", now=NOW)
        await store.park(event.sequence, error="ZeroDivisionError R1")

    _with_store(sqlite_url, keyring, park)


def test_a_parked_event_is_listed_with_its_error_and_shown_with_its_body(draftloop, parked, environment):
    environment.setenv("COLUMNS", "160")

    listed, shown = draftloop("inbox", "list"), draftloop("inbox", "show", EVENT_ID)

    assert EVENT_ID in listed.stdout
    assert "ZeroDivisionError R1" in listed.stdout
    assert json.loads(shown.stdout) == {"emoji": "tada"}


def test_a_replayed_event_is_new_again(draftloop, parked, sqlite_url, keyring):
    replayed = draftloop("inbox", "replay", EVENT_ID)

    assert replayed.stdout.startswith("1 event(s)")
    counts = _with_store(sqlite_url, keyring, lambda store: store.counts())
    assert counts == {"new": 1, "done": 0, "parked": 0}


def test_the_doctor_says_how_to_look_at_parked_events(draftloop, parked, slack_and_model):
    result = draftloop("doctor")

    assert result.exit_code == 1
    assert "1 event(s) could not be handled: `draftloop inbox list`" in result.output
