import pytest

from tests.scenarios.house import open_house


@pytest.fixture
async def house(sqlite_url, tmp_path):
    """A house on SQLite and Socket Mode: what most stories play in."""
    async with open_house(sqlite_url, tmp_path) as opened:
        yield opened
