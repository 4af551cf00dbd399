import pytest

from tests.fakes.event_path import clients, make_path, slack, slack_settings, store
from tests.fakes.product_logs import logged

__all__ = ["clients", "database_url", "logged", "make_path", "slack", "slack_settings", "store"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the guard and the health pages do is the same on both databases: once is enough."""
    return sqlite_url
