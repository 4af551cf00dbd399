import pytest

from tests.fakes.api import running_api
from tests.fakes.product_logs import logged

__all__ = ["logged"]


@pytest.fixture
async def api(database):
    """The API on both databases."""
    async with running_api(database) as running:
        yield running


@pytest.fixture
async def one_api(sqlite_database):
    """The API where the database makes no difference."""
    async with running_api(sqlite_database) as running:
        yield running
