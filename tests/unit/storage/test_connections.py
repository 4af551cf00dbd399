from pathlib import Path
from urllib.parse import unquote

import pytest

from storage.connections import DatabaseUrlError, Location


@pytest.mark.parametrize(
    "url",
    [
        "postgres://user:hunter2@host/db",
        "mysql://user:hunter2@host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///hunter2.db",
        "hunter2",
        "",
        "postgresql://user:hunter2@host:port/db",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(url: str):
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL") as caught:
        Location.parse(url)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///draftloop.db", "draftloop.db"),
        ("sqlite:////var/lib/draft%20loop.db", "/var/lib/draft loop.db"),
    ],
)
def test_a_sqlite_address_is_a_file_with_its_inbox_beside_it(url: str, path: str):
    location = Location.parse(url)

    assert location.dialect == "sqlite"
    assert location.path == Path(path)
    assert location.inbox.path == Path(f"{path}.inbox")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@/draftloop?host=/run/postgresql",
        "postgresql+psycopg://me:hunter2@host:5433/draftloop",
    ],
)
def test_a_postgresql_address_keeps_its_socket_and_password(url: str):
    location = Location.parse(url)

    assert location.dialect == "postgresql"
    assert location.inbox == location
    written = unquote(location.url.render_as_string(hide_password=False))
    assert written.replace("+psycopg", "") == url.replace("+psycopg", "")
    assert location.url.drivername == "postgresql+psycopg"
