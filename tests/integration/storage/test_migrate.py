import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import migrate
from storage.engine import Database
from storage.keyring import Keyring
from tests import factories

ROOT = Path(__file__).parents[3]
UPGRADE = "import asyncio, sys; from storage import migrate; asyncio.run(migrate.upgrade(sys.argv[1]))"


@pytest.mark.parametrize("schema", migrate.SCHEMAS, ids=lambda schema: schema.name)
async def test_each_migration_goes_up_down_and_up_again(empty_database_url: str, schema: migrate.Schema):
    def climb(connection: Connection) -> None:
        config = schema.config(connection)
        for revision in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
            command.upgrade(config, revision.revision)
            command.downgrade(config, revision.down_revision or "base")
            assert revision.down_revision or tables(connection) <= {schema.version_table}
            command.upgrade(config, revision.revision)

    await migrate.run(empty_database_url, schema=schema, work=climb)

    left = await migrate.run(empty_database_url, schema=schema, work=tables)
    assert left == {*schema.metadata.tables, schema.version_table}


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@pytest.mark.parametrize("schema", migrate.SCHEMAS, ids=lambda schema: schema.name)
async def test_the_models_are_what_the_migrations_make(database_url: str, schema: migrate.Schema):
    def differences(connection: Connection) -> list[object]:
        options = {
            "version_table": schema.version_table,
            "compare_type": True,
            # On PostgreSQL the other schema lives in the same database.
            "include_name": lambda name, kind, _: kind != "table" or name in schema.metadata.tables,
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata)

    found = await migrate.run(database_url, schema=schema, work=differences)

    assert found == []


async def test_upgrading_twice_changes_nothing_and_keeps_the_rows(database_url: str, keyring: Keyring):
    before = Database.connect(database_url, keyring=keyring)
    async with before.begin() as unit:
        await factories.make_workspace(unit)
    await before.close()

    state = await migrate.upgrade(database_url)

    assert state.current == state.head == (await migrate.check(database_url)).head
    after = Database.connect(database_url, keyring=keyring)
    async with after.read() as unit:
        assert await unit.workspaces.find(factories.WORKSPACE) is not None
    await after.close()


def test_processes_that_upgrade_at_once_wait_for_one_another(empty_database_url: str):
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", UPGRADE, empty_database_url],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert [(process.returncode, error) for process, error in zip(processes, errors, strict=True)] == [
        (0, "")
    ] * 3


async def test_an_empty_database_is_told_how_to_get_its_tables(empty_database_url: str):
    with pytest.raises(migrate.SchemaOutdated, match="no tables yet: run `draftloop db upgrade`"):
        await migrate.check(empty_database_url)


async def test_a_database_of_another_version_is_refused_with_what_to_do(database_url: str):
    def age(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    await migrate.run(database_url, schema=migrate.PRODUCT, work=age)

    with pytest.raises(
        migrate.SchemaOutdated, match=r"at version 0000/.* needs .*: run `draftloop db upgrade`"
    ):
        await migrate.check(database_url)


def test_looking_at_a_sqlite_database_that_is_not_there_makes_no_file(tmp_path: Path):
    state = asyncio.run(migrate.state(f"sqlite:///{tmp_path}/draftloop.db"))

    assert state.current is None
    assert list(tmp_path.iterdir()) == []


async def test_an_upgrade_makes_the_folder_of_a_sqlite_database(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/deep/down/draftloop.db"

    state = await migrate.upgrade(url)

    assert state.current == state.head
    names = {path.name for path in (tmp_path / "deep/down").iterdir()}
    assert {"draftloop.db", "draftloop.db.inbox"} <= names
