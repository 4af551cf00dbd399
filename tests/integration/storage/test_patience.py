"""What a deadline does to work with the database that is under way."""

import asyncio
import contextlib
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.connections import reader_engine
from storage.engine import Database
from storage.patience import passes_by_itself

_COUNTED = "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 4000000) "
_LONG = text(f"{_COUNTED} SELECT count(*) FROM counted")
_LONG_AND_WRONG = text(f"{_COUNTED} SELECT abs(-9223372036854775807 - (count(*) > 0)) FROM counted")


async def _work_too_long(database: Database) -> None:
    async with asyncio.timeout(0.05), database.begin() as unit:
        await unit.run_sync(lambda connection: connection.execute(_LONG).scalar_one())


async def test_a_deadline_in_the_middle_of_a_statement_is_a_timeout_and_cancels_nothing_else(
    database: Database,
):
    task = asyncio.current_task()
    assert task is not None

    with pytest.raises(TimeoutError):
        await _work_too_long(database)

    assert task.cancelling() == 0
    async with database.read() as unit:
        assert await unit.workspaces.all() == []


async def test_a_cancellation_in_the_middle_of_a_deadline_stays_a_cancellation(database: Database):
    async def work() -> None:
        async with asyncio.timeout(60), database.begin() as unit:
            await unit.run_sync(lambda connection: connection.execute(_LONG).scalar_one())

    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.read() as unit:
        assert await unit.workspaces.all() == []


async def test_a_cancellation_is_not_lost_when_the_statement_it_waits_for_fails(sqlite_database: Database):
    went_on = False

    async def work() -> None:
        nonlocal went_on
        with contextlib.suppress(DBAPIError):
            async with sqlite_database.begin() as unit:
                await unit.run_sync(lambda connection: connection.execute(_LONG_AND_WRONG))
        await asyncio.sleep(0)
        went_on = True

    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not went_on


async def test_a_database_that_is_busy_for_long_is_a_trouble_that_passes(sqlite_url: str):
    quick = create_engine(sqlite_url, connect_args={"timeout": 0.01, "isolation_level": "IMMEDIATE"})
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(OperationalError) as caught, quick.begin() as connection:
            connection.execute(text("DELETE FROM posts"))

    quick.dispose()
    assert passes_by_itself(caught.value)


async def test_a_database_that_ends_our_connection_is_a_trouble_that_passes(postgresql_url: str):
    engine = create_engine(postgresql_url)

    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    engine.dispose()
    assert passes_by_itself(caught.value)


async def test_a_mistake_of_ours_does_not_pass(database: Database):
    with pytest.raises(DBAPIError) as caught:
        async with database.begin() as unit:
            await unit.run_sync(
                lambda connection: connection.execute(text("SELECT no_such_column FROM posts"))
            )

    assert not passes_by_itself(caught.value)
    assert not passes_by_itself(ValueError())


@pytest.mark.parametrize("batch", [None, 7, 499, 500, 501, 5000])
@pytest.mark.parametrize("count", [0, 1, 500, 501, 1203])
async def test_a_statement_brings_all_of_its_rows_however_many_are_taken_at_once(
    sqlite_database: Database, count: int, batch: int | None
):
    numbers = text(
        f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT {count}"
    )
    engine = reader_engine(sqlite_database.location)

    async with engine.connect() as connection:
        if batch is None:
            found = list((await connection.execute(numbers)).scalars())
        else:
            rows = await connection.stream(numbers, execution_options={"yield_per": batch})
            found = [number async for number in rows.scalars()]

    await engine.dispose()
    assert found == list(range(count))
