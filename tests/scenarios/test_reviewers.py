"""Reviewers are asked in the thread, may say no, and a channel hears who we are when we come."""

import pytest

from tests.scenarios.house import open_house, shows


@pytest.fixture(params=["socket", "http"])
async def reviewed_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as house:
        group = house.sandbox.add_group("writers", members=[house.ana, house.ben, house.chloe])
        async with house.services.database.begin() as unit:
            channel = await unit.channels.ensure(house.sandbox.team_id, channel_id=house.channel.id)
            channel.reviewer_group = group.id
        yield house


def requests(house, draft):
    return [reply for reply in house.bot_replies(draft) if shows(reply, "review_not_now")]


async def test_a_reviewer_is_asked_and_one_without_time_is_replaced_once(reviewed_house):
    house = reviewed_house
    draft = await house.ask(house.ana, "Tell the team that the release moved")

    (asked,) = await house.until(lambda: requests(house, draft))
    first, second = (house.ben, house.chloe) if house.ben.user_id in asked.text else (house.chloe, house.ben)
    await second.press(asked, "review_not_now")
    await house.until(lambda: "people who are asked" in str(second.ephemerals(house.channel)))
    names = asked.text
    await first.press(asked, "review_not_now")
    (again,) = await house.until(lambda: [one for one in requests(house, draft) if one.ts != asked.ts])
    replaced = again.text
    await second.press(again, "review_stop")
    await house.settled()

    assert house.ana.user_id not in names
    assert second.user_id in replaced
    assert requests(house, draft) == []
    async with house.services.database.read() as unit:
        member = await unit.members.find(house.sandbox.team_id, user_id=second.user_id)
    assert member.asks_stopped


async def test_a_channel_is_greeted_once_with_a_way_to_begin(house):
    fresh = house.sandbox.add_channel("fresh", members=[house.ana], bot=False)

    house.sandbox.invite_bot(fresh)
    (greeting,) = await house.until(lambda: house.sandbox.messages(fresh))
    house.sandbox.remove_bot(fresh)
    house.sandbox.invite_bot(fresh)
    await house.settled()
    await house.ana.press(greeting, "greeting_new_draft")
    modal = await house.ana.next_view()

    assert len(house.sandbox.messages(fresh)) == 1
    assert "/draft" in greeting.text
    assert "Home" in greeting.text
    assert modal.callback_id == "new_draft_modal"
    assert fresh.id in str(modal.blocks)
