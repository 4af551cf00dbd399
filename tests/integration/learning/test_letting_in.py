"""Where no admin is needed any more, what people said counts at once."""

import pytest

from bot.learning.rules.letting_in import LettingIn

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def letting_in(house):
    return LettingIn(house.database, durable=house.durable, clock=house.clock)


async def need_admin(house, *, needed):
    async with house.database.begin() as unit:
        (await unit.channels.get(house.team, channel_id="C1")).rules_need_admin = needed


async def test_what_waited_for_an_admin_holds_once_none_is_needed(house, letting_in):
    await need_admin(house, needed=True)
    await house.teach("No emoji.")
    assert await letting_in.follow(house.team, channel_id="C1") == 0
    assert await house.rules() == []

    await need_admin(house, needed=False)
    assert await letting_in.follow(house.team, channel_id="C2") == 0
    assert await letting_in.follow(house.team, channel_id="C1") == 1

    assert await house.rules() == ["No emoji."]
    assert await letting_in.follow(house.team, channel_id="C1") == 0
