import asyncio
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.engine import Database
from storage.keyring import Keyring
from storage.repositories import NotFound
from tests import factories
from tests.factories import WORKSPACE


async def workspaces(database: Database) -> list[str]:
    async with database.read() as unit:
        return [workspace.id for workspace in await unit.workspaces.all()]


async def test_a_transaction_is_kept_whole_at_its_end(database: Database):
    async with database.begin() as unit:
        await factories.make_workspace(unit, "T1")
        await factories.make_workspace(unit, "T2")
        assert await workspaces(database) == []

    assert await workspaces(database) == ["T1", "T2"]


async def test_an_error_leaves_nothing_behind(database: Database):
    with pytest.raises(ZeroDivisionError):
        await _fail(database)

    assert await workspaces(database) == []


async def _fail(database: Database) -> None:
    async with database.begin() as unit:
        await factories.make_workspace(unit)
        raise ZeroDivisionError


async def test_a_cancelled_transaction_leaves_nothing_behind_and_frees_its_connection(database: Database):
    started = asyncio.Event()

    async def dawdle() -> None:
        async with database.begin() as unit:
            await factories.make_workspace(unit, "T1")
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(dawdle())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with database.begin() as unit:
        await factories.make_workspace(unit, "T2")
    assert await workspaces(database) == ["T2"]


async def test_cancellations_at_any_moment_leave_whole_transactions_and_a_free_writer(database: Database):
    kept: set[str] = set()

    async def write(number: int) -> None:
        async with database.begin() as unit:
            await factories.make_workspace(unit, f"T{number:02}")
            await factories.make_channel(unit, workspace_id=f"T{number:02}")
        kept.add(f"T{number:02}")

    tasks = [asyncio.create_task(write(number)) for number in range(24)]
    for number, task in enumerate(tasks):
        await asyncio.sleep(number % 5 / 500)
        if number % 3:
            task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(20):
        await write(99)

    assert {type(outcome) for outcome in outcomes} <= {type(None), asyncio.CancelledError}
    async with database.read() as unit:
        stored = {workspace.id for workspace in await unit.workspaces.all()}
        halves = [one for one in stored if not await unit.channels.of_workspace(one)]
    assert kept <= stored
    assert halves == []


async def test_reading_cannot_write(database: Database):
    async with database.read() as unit:
        with pytest.raises(DBAPIError, match=r"read-?only"):
            await factories.make_workspace(unit)

    assert await workspaces(database) == []


async def test_a_reader_sees_one_state_while_others_write(database: Database):
    async with database.read() as unit:
        before = [workspace.id for workspace in await unit.workspaces.all()]
        async with database.begin() as writer:
            await factories.make_workspace(writer)

        after = [workspace.id for workspace in await unit.workspaces.all()]

    assert before == after == []
    assert await workspaces(database) == [WORKSPACE]


async def test_many_writers_at_once_all_get_their_turn(database: Database):
    async def write(number: int) -> None:
        async with database.begin() as unit:
            await factories.make_workspace(unit, f"T{number:02}")

    await asyncio.gather(*(write(number) for number in range(40)))

    assert len(await workspaces(database)) == 40


async def test_work_on_the_plain_connection_is_part_of_the_transaction(database: Database):
    async def rename(name: str) -> None:
        async with database.begin() as unit:
            await factories.make_workspace(unit)
            statement = text("UPDATE workspaces SET name = :name")
            changed = await unit.run_sync(lambda c: c.execute(statement, {"name": name}).rowcount)
            if changed != 1 or name == "undone":
                raise ZeroDivisionError

    await rename("kept")
    with pytest.raises(ZeroDivisionError):
        await rename("undone")

    async with database.read() as unit:
        assert (await unit.workspaces.get(WORKSPACE)).name == "kept"


async def test_what_is_not_there_is_not_found_by_a_name_and_an_id(database: Database):
    async with database.read() as unit:
        with pytest.raises(NotFound, match="no draft 'nope'"):
            await unit.drafts.get("nope")


async def test_an_error_of_the_database_shows_no_parameters(database: Database):
    async with database.begin() as unit:
        draft = await factories.make_draft(unit)
        with pytest.raises(DBAPIError) as caught:
            await unit.run_sync(
                lambda connection: connection.execute(
                    text("INSERT INTO drafts (id, task) VALUES (:id, :task)"),
                    {"id": draft.id, "task": "confidential"},
                )
            )
        assert "confidential" not in str(caught.value).split("DETAIL", maxsplit=1)[0]
        await unit._session.rollback()


async def test_sqlite_syncs_every_commit_and_lets_readers_in_meanwhile(sqlite_database: Database):
    async with sqlite_database.begin() as unit:
        found = {
            name: await unit.run_sync(lambda c, name=name: c.exec_driver_sql(f"PRAGMA {name}").scalar())
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


async def test_sqlite_waits_for_another_process_that_writes(sqlite_database: Database, sqlite_url: str):
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.2, other.execute, "COMMIT")

        async with sqlite_database.begin() as unit:
            await factories.make_workspace(unit)

    assert await workspaces(sqlite_database) == [WORKSPACE]


async def test_an_engine_without_a_loop_sees_the_same_database(database: Database):
    async with database.begin() as unit:
        await factories.make_workspace(unit)
    engine = database.sync_engine()

    with engine.connect() as connection:
        found = connection.execute(text("SELECT id FROM workspaces")).scalars().all()

    engine.dispose()
    assert found == [WORKSPACE]


async def test_a_database_that_was_never_used_closes_quietly(database_url: str, keyring: Keyring):
    database = Database.connect(database_url, keyring=keyring)

    await database.close()

    assert database.dialect in database.sync_url


async def test_an_old_sqlite_knows_the_clock_that_dbos_asks_for_with_newer_pythons(sqlite_database):
    # DBOS' tables have this default with Python 3.12 and later; SQLite before 3.42 would answer NULL.
    table = "CREATE TABLE clocks (id INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"

    async with sqlite_database.begin() as unit:
        await unit.run_sync(lambda connection: connection.exec_driver_sql(table))
        await unit.run_sync(
            lambda connection: connection.exec_driver_sql("INSERT INTO clocks (id) VALUES (1)")
        )
        found = await unit.run_sync(
            lambda connection: connection.exec_driver_sql("SELECT at FROM clocks").scalar()
        )
    engine = sqlite_database.sync_engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO clocks (id) VALUES (2)")
    engine.dispose()

    assert abs(found / 1000 - time.time()) < 60
