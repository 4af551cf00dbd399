import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import make_url

from storage.group_commit import NotStored
from storage.inbox_store import InboxStore, NewEvent
from storage.keyring import Keyring, KeyringError, generate_key
from tests.factories import NOW, WORKSPACE

BODY = '{"text": "a secret plan"}'
LATER = NOW + timedelta(seconds=30)


def event(number: int = 1, **columns: Any) -> NewEvent:
    given = {
        "event_id": f"Ev{number}",
        "workspace_id": WORKSPACE,
        "type": "reaction_added",
        "body": BODY,
        "received_at": NOW + timedelta(milliseconds=number),
    }
    return NewEvent(**(given | columns))


async def put(inbox: InboxStore, count: int) -> None:
    await asyncio.gather(*(inbox.put(event(number)) for number in range(count)))


async def claim(
    inbox: InboxStore, *, at: datetime = LATER, replica_id: str = "a", limit: int = 100
) -> list[str]:
    return [one.event_id for one in await inbox.claim(replica_id=replica_id, now=at, limit=limit)]


async def test_an_event_is_new_once_however_often_it_comes(inbox: InboxStore):
    news = await asyncio.gather(*(inbox.put(event(number % 5)) for number in range(50)))
    again = await inbox.put(event(3))

    assert news.count(True) == 5
    assert again is False
    assert await inbox.counts() == {"new": 5, "done": 0, "parked": 0}


async def test_a_put_is_on_the_disk_when_it_returns(inbox: InboxStore, database_url: str, keyring: Keyring):
    await inbox.put(event())
    other_process = InboxStore.connect(database_url, keyring=keyring)

    stored = await other_process.show("Ev1")

    await other_process.close()
    assert stored is not None
    assert (stored.body, stored.type, stored.state, stored.attempts) == (BODY, "reaction_added", "new", 0)
    assert stored.received_at == NOW + timedelta(milliseconds=1)


async def test_claimed_events_come_oldest_first_and_only_to_one(inbox: InboxStore):
    await put(inbox, 30)

    claims = await asyncio.gather(*(claim(inbox, replica_id=f"r{number}", limit=10) for number in range(4)))

    taken = [event_id for one in claims for event_id in one]
    assert len(taken) == len(set(taken)) == 30
    numbers = [[int(event_id.removeprefix("Ev")) for event_id in one] for one in claims]
    assert all(one == sorted(one) for one in numbers)


async def test_claims_of_several_processes_never_overlap(
    inbox: InboxStore, database_url: str, keyring: Keyring
):
    await put(inbox, 200)
    others = [InboxStore.connect(database_url, keyring=keyring) for _ in range(3)]

    async def work(store: InboxStore, replica_id: str) -> list[str]:
        taken: list[str] = []
        while some := await store.claim(replica_id=replica_id, now=LATER, limit=7):
            taken += [one.event_id for one in some]
            await store.done([one.sequence for one in some])
        return taken

    answers = await asyncio.gather(
        *(work(store, f"r{number}") for number, store in enumerate([inbox, *others]))
    )

    for store in others:
        await store.close()
    taken = [event_id for answer in answers for event_id in answer]
    assert sorted(taken) == sorted({f"Ev{number}" for number in range(200)})
    assert await inbox.counts() == {"new": 0, "done": 200, "parked": 0}


async def test_an_event_that_is_done_never_comes_again(inbox: InboxStore):
    await put(inbox, 2)
    first, _ = await inbox.claim(replica_id="a", now=LATER, limit=5)

    await inbox.done([first.sequence])

    assert await claim(inbox, at=LATER + timedelta(hours=1)) == ["Ev1"]


async def test_a_failed_event_comes_again_when_its_time_has_come(inbox: InboxStore):
    await inbox.put(event())
    (failed,) = await inbox.claim(replica_id="a", now=LATER)

    await inbox.retry(failed.sequence, error="ValueError ref-1", next_try_at=LATER + timedelta(seconds=5))

    assert await claim(inbox, at=LATER + timedelta(seconds=4)) == []
    (again,) = await inbox.claim(replica_id="b", now=LATER + timedelta(seconds=5))
    assert (again.event_id, again.attempts, again.error) == ("Ev1", 2, "ValueError ref-1")


async def test_what_a_dead_replica_held_is_taken_again_after_a_while(inbox: InboxStore):
    await inbox.put(event())
    assert await claim(inbox, replica_id="dead") == ["Ev1"]

    early = await claim(inbox, at=LATER + timedelta(seconds=59), replica_id="living")
    late = await claim(inbox, at=LATER + timedelta(seconds=61), replica_id="living")

    assert (early, late) == ([], ["Ev1"])


async def test_what_a_replica_held_can_be_released_at_once(inbox: InboxStore):
    await put(inbox, 3)
    await claim(inbox, replica_id="dead", limit=2)
    await claim(inbox, replica_id="living", limit=1)

    released = await inbox.release(replica_id="dead")

    assert released == 2
    assert await claim(inbox, replica_id="living") == ["Ev0", "Ev1"]


async def test_a_parked_event_waits_for_a_person_who_replays_it(inbox: InboxStore):
    await put(inbox, 2)
    poison, fine = await inbox.claim(replica_id="a", now=LATER)
    await inbox.park(poison.sequence, error="KeyError ref-2")
    await inbox.done([fine.sequence])

    assert await claim(inbox, at=LATER + timedelta(hours=1)) == []
    (parked,) = await inbox.list(state="parked")
    assert (parked.event_id, parked.error, parked.body) == ("Ev0", "KeyError ref-2", BODY)
    assert await inbox.replay(now=LATER) == 1
    (again,) = await inbox.claim(replica_id="a", now=LATER)
    assert (again.event_id, again.attempts, again.error) == ("Ev0", 1, None)


async def test_one_event_can_be_replayed_by_its_id_even_when_done(inbox: InboxStore):
    await put(inbox, 2)
    await inbox.done([one.sequence for one in await inbox.claim(replica_id="a", now=LATER)])

    assert await inbox.replay("Ev1", now=LATER) == 1
    assert await inbox.replay("never came", now=LATER) == 0

    assert await claim(inbox) == ["Ev1"]
    assert await inbox.show("never came") is None


async def test_events_that_are_done_are_pruned_by_age_and_others_kept(inbox: InboxStore):
    await put(inbox, 4)
    old, new, parked, _ = await inbox.claim(replica_id="a", now=LATER)
    await inbox.done([old.sequence, new.sequence])
    await inbox.park(parked.sequence, error="x")

    pruned = await inbox.prune(done_before=new.received_at)

    assert pruned == 1
    assert await inbox.counts() == {"new": 1, "done": 1, "parked": 1}


async def test_pruning_lets_an_event_that_comes_meanwhile_pass(sqlite_url: str, keyring: Keyring):
    inbox = InboxStore.connect(sqlite_url, keyring=keyring)
    await put(inbox, 2_500)
    taken = await inbox.claim(replica_id="a", now=LATER, limit=2_500)
    await inbox.done([one.sequence for one in taken])

    pruning = asyncio.create_task(inbox.prune(done_before=LATER))
    await asyncio.sleep(0)
    await inbox.put(event(9_999))
    was_under_way = not pruning.done()
    pruned = await pruning

    assert was_under_way
    assert pruned == 2_500
    assert await inbox.counts() == {"new": 1, "done": 0, "parked": 0}
    await inbox.close()


async def test_an_event_that_our_keys_do_not_open_is_parked_and_the_rest_goes_on(
    inbox: InboxStore, database_url: str
):
    thief = InboxStore.connect(database_url, keyring=Keyring([generate_key()]))
    await thief.put(event(1))
    await thief.close()
    await inbox.put(event(2))

    taken = await claim(inbox)

    assert taken == ["Ev2"]
    assert await inbox.counts() == {"new": 1, "done": 0, "parked": 1}
    with pytest.raises(KeyringError):
        await inbox.show("Ev1")


async def test_odd_characters_do_not_fail_the_others_in_the_batch(inbox: InboxStore):
    odd = event(1, event_id="Ev\0\ud800", body='{"a": "\0\ud800"}', type="t" * 300, workspace_id="T\0")

    news = await asyncio.gather(inbox.put(odd), inbox.put(event(2)), inbox.put(odd))

    assert news == [True, True, False]
    stored = await inbox.show("Ev\N{REPLACEMENT CHARACTER}")
    assert stored is not None
    assert (stored.body, stored.type) == ('{"a": "\N{REPLACEMENT CHARACTER}"}', "t" * 64)


@pytest.mark.parametrize("event_id", ["", "x" * 256])
def test_an_event_without_a_usable_id_is_refused_at_the_door(event_id: str):
    with pytest.raises(ValueError, match="1 to 255"):
        event(1, event_id=event_id)


async def test_closing_finishes_what_was_put_and_refuses_more(
    inbox: InboxStore, database_url: str, keyring: Keyring
):
    puts = [asyncio.create_task(inbox.put(event(number))) for number in range(100)]
    await asyncio.sleep(0)

    await inbox.close()

    assert await asyncio.gather(*puts) == [True] * 100
    with pytest.raises(NotStored, match="closed"):
        await inbox.put(event(500))
    again = InboxStore.connect(database_url, keyring=keyring)
    assert await again.counts() == {"new": 100, "done": 0, "parked": 0}
    await again.close()


async def test_somebody_who_stops_waiting_disturbs_nobody(inbox: InboxStore):
    impatient = asyncio.create_task(inbox.put(event(1)))
    patient = asyncio.create_task(inbox.put(event(2)))
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient is True
    assert await inbox.put(event(3)) is True


async def test_a_full_disk_fails_the_puts_and_not_the_store(sqlite_url: str, keyring: Keyring):
    inbox = InboxStore.connect(sqlite_url, keyring=keyring)
    engine = inbox._writer._engine

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    sqlalchemy_event.listen(engine, "connect", fill)
    crowd = [inbox.put(event(number, body="x" * 20_000)) for number in range(20)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    sqlalchemy_event.remove(engine, "connect", fill)

    assert {type(answer) for answer in answers} == {NotStored}
    assert "full" in str(answers[0].__cause__)
    assert await inbox.put(event(1)) is True
    assert await inbox.counts() == {"new": 1, "done": 0, "parked": 0}
    await inbox.close()


async def test_a_lost_server_fails_the_puts_and_the_next_ones_work(
    postgresql_url: str, keyring: Keyring, postgresql_admin
):
    inbox = InboxStore.connect(postgresql_url, keyring=keyring)
    await inbox.put(event(1))
    name = make_url(postgresql_url).database
    postgresql_admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
    )

    # The pool looks before it lends: a dead connection is replaced, or the put says that it failed.
    answers = await asyncio.gather(inbox.put(event(2)), return_exceptions=True)
    again = await inbox.put(event(3))

    assert answers == [True] or isinstance(answers[0], NotStored)
    assert again is True
    await inbox.close()


async def test_another_process_that_writes_delays_a_put_and_loses_nothing(sqlite_url: str, keyring: Keyring):
    path = sqlite_url.removeprefix("sqlite:///") + ".inbox"
    inbox = InboxStore.connect(sqlite_url, keyring=keyring)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(inbox.put(event()))
        asyncio.get_running_loop().call_later(0.2, other.execute, "COMMIT")

        stored = await waiting

    assert stored is True
    await inbox.close()


async def test_a_job_that_fails_fails_alone(sqlite_url: str, keyring: Keyring):
    inbox = InboxStore.connect(sqlite_url, keyring=keyring)

    def broken(_connection: object) -> None:
        raise ZeroDivisionError

    answers = await asyncio.gather(
        inbox.put(event(1)), inbox._writer.run(broken), inbox.put(event(2)), return_exceptions=True
    )

    assert [answers[0], type(answers[1]), answers[2]] == [True, ZeroDivisionError, True]
    assert (await inbox.counts())["new"] == 2
    await inbox.close()


async def test_a_store_that_was_never_used_closes_quietly(database_url: str, keyring: Keyring):
    inbox = InboxStore.connect(database_url, keyring=keyring)

    await inbox.close()
