import asyncio

import pytest

from bot.feedback.together import Job, Together
from storage.engine import Database
from storage.repositories import Landing
from tests.factories import USER, WORKSPACE, make_workspace


def at(place):
    return Landing(WORKSPACE, place, "1764000000.000100", USER, f"Ev{place}")


def founding(workspace_id):
    """A job that makes a workspace, and reports its id."""

    async def follow(unit, taken):
        await make_workspace(unit, taken)

    return Job(landing=at(workspace_id), take=lambda _tables: workspace_id, follow=follow)


async def names(database):
    async with database.read() as unit:
        return sorted(workspace.id for workspace in await unit.workspaces.all())


async def test_writes_at_the_same_time_are_all_committed(database):
    together = Together(database)

    ids = await asyncio.gather(*(together.write(founding(f"T{number:02d}")) for number in range(20)))

    assert ids == [f"T{number:02d}" for number in range(20)]
    assert await names(database) == ids


async def test_writes_at_the_same_time_share_a_transaction(database):
    together, units = Together(database), []

    async def follow(unit, _taken):
        units.append(unit)

    jobs = [Job(landing=at(str(number)), take=lambda _tables: None, follow=follow) for number in range(20)]
    await asyncio.gather(*(together.write(job) for job in jobs))

    assert len({id(unit) for unit in units}) == 1


async def test_jobs_run_in_the_order_of_their_places(database):
    together, order = Together(database), []

    async def follow(_unit, taken):
        order.append(taken)

    jobs = [Job(landing=at(place), take=lambda _tables, place=place: place, follow=follow) for place in "cab"]
    await asyncio.gather(*(together.write(job) for job in jobs))

    assert order == ["a", "b", "c"]


async def test_one_that_fails_does_not_take_the_others_along(database):
    together = Together(database)

    async def fail(unit, _taken):
        await make_workspace(unit, "T66")
        raise ValueError("mine alone")

    failing = Job(landing=at("T66"), take=lambda _tables: None, follow=fail)

    results = await asyncio.gather(
        together.write(founding("T01")), together.write(failing), return_exceptions=True
    )

    assert results[0] == "T01"
    assert isinstance(results[1], ValueError)
    assert await names(database) == ["T01"]


async def test_two_replicas_that_lock_the_same_things_in_opposite_order_both_get_through(
    database, database_url, keyring
):
    other = Database.connect(database_url, keyring=keyring)
    first, second = Together(database), Together(other)

    # Places that sort differently in each replica: a transaction of one waits for the other in a ring.
    forth = [Job(at(f"{n}"), founding(f"T{n}").take, founding(f"T{n}").follow) for n in range(8)]
    back = [Job(at(f"{9 - n}"), founding(f"T{n}").take, founding(f"T{n}").follow) for n in range(8)]
    results = await asyncio.gather(*(first.write(job) for job in forth), *(second.write(job) for job in back))

    await other.close()
    assert results == [f"T{n}" for n in range(8)] * 2
    assert await names(database) == [f"T{n}" for n in range(8)]


async def test_a_caller_who_gives_up_does_not_stop_the_others(sqlite_database):
    together = Together(sqlite_database)
    first = asyncio.create_task(together.write(founding("T01")))
    second = asyncio.create_task(together.write(founding("T02")))
    await asyncio.sleep(0)

    first.cancel()

    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert "T02" in await names(sqlite_database)
