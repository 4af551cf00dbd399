import asyncio

import pytest

from bot.feedback.together import Together
from tests.factories import make_workspace


async def names(database):
    async with database.read() as unit:
        return sorted(workspace.id for workspace in await unit.workspaces.all())


async def test_writes_at_the_same_time_are_all_committed(database):
    together = Together(database)

    await asyncio.gather(
        *(together.write(lambda unit, n=number: make_workspace(unit, f"T{n:02d}")) for number in range(20))
    )

    assert await names(database) == [f"T{number:02d}" for number in range(20)]


async def test_one_that_fails_does_not_take_the_others_along(database):
    together = Together(database)

    async def fail(unit):
        await make_workspace(unit, "T66")
        raise ValueError("mine alone")

    async def keep(unit):
        return (await make_workspace(unit, "T01")).id

    results = await asyncio.gather(together.write(keep), together.write(fail), return_exceptions=True)

    assert results[0] == "T01"
    assert isinstance(results[1], ValueError)
    assert await names(database) == ["T01"]


async def test_a_caller_who_gives_up_does_not_stop_the_others(sqlite_database):
    together = Together(sqlite_database)
    first = asyncio.create_task(together.write(lambda unit: make_workspace(unit, "T01")))
    second = asyncio.create_task(together.write(lambda unit: make_workspace(unit, "T02")))
    await asyncio.sleep(0)

    first.cancel()

    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert "T02" in await names(sqlite_database)
