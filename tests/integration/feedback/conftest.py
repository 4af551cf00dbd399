import pytest

from tests.scenarios.house import open_house


@pytest.fixture
async def house(sqlite_url, tmp_path):
    """A running bot in the sandbox's Slack, on SQLite and Socket Mode."""
    async with open_house(sqlite_url, tmp_path) as opened:
        yield opened
