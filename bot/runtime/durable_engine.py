"""The synchronous engine that DBOS uses on the product's own database."""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from storage.connections import teach_old_sqlite

_BUSY_TIMEOUT_MS = 30_000
_IDLE_TRANSACTION_MS = 60_000
_CONNECTIONS = 5
_SPARE_CONNECTIONS = 15


def build_durable_engine(url: str) -> Engine:
    """Return a small engine of its own on the database at `url` (`sqlite:///…` or `postgresql://…`).

    It never shares a connection with the product's units of work: a workflow's bookkeeping waits for a
    writer, it cannot deadlock with one.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target.set(drivername="sqlite").render_as_string(hide_password=False))
    given_options = str(target.query.get("options", ""))
    return create_engine(
        target.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=_CONNECTIONS,
        max_overflow=_SPARE_CONNECTIONS,
        pool_pre_ping=True,
        connect_args={
            "application_name": "draftloop-durable",
            # A machine that froze inside a transaction must not hold its locks for ever.
            "options": f"{given_options} -c idle_in_transaction_session_timeout={_IDLE_TRANSACTION_MS}",
        },
    )


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_size=_CONNECTIONS, max_overflow=_SPARE_CONNECTIONS)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "connect", teach_old_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # IMMEDIATE takes the write lock at once, so that two writers queue instead of failing half-way.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
