"""A brief that comes round by itself, handled by command, by button and in the settings."""

from datetime import timedelta

import pytest

from tests.scenarios.house import open_house


@pytest.fixture(params=["socket", "http"])
async def busy_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def notes(house, person):
    return [note for note in person.ephemerals(house.channel) if note.blocks]


async def test_a_recurring_brief_is_set_up_comes_and_is_paused_by_a_press(busy_house):
    house = busy_house

    set_up = await house.ana.command(
        house.channel, "/draftloop", "every day 09:00 Tell the team what is planned"
    )
    next_morning = (house.clock() + timedelta(days=1)).replace(hour=9, minute=1)
    house.clock.jump_to(next_morning)
    await house.until(house.drafts)
    await house.settled()
    await house.ana.command(house.channel, "/draftloop", "every list")
    await house.ana.press(notes(house, house.ana)[-1], "recurring_pause")

    assert "Every day at 09:00 (UTC)" in set_up.text
    assert len(house.drafts()) == 1
    await house.until(lambda: "paused" in str(notes(house, house.ana)[-1].blocks))
    assert "Resume" in str(notes(house, house.ana)[-1].blocks)


async def test_what_is_not_understood_gets_examples_and_others_briefs_stay(house):
    await house.ana.command(house.channel, "/draftloop", "every monday 8:00 plan the week")

    monthly = await house.ben.command(house.channel, "/draftloop", "every month 9:00 the report")
    foreign = await house.ben.command(house.channel, "/draftloop", "every delete 1")
    unknown = await house.ben.command(house.channel, "/draftloop", "every delete 7")
    by_admin = await house.chloe.command(house.channel, "/draftloop", "every delete 1")

    assert "every friday 15:00" in monthly.text
    assert "Only the person who set this recurring brief up" in foreign.text
    assert "do not find" in unknown.text
    assert "Deleted: number 1" in by_admin.text


async def test_the_settings_show_everybodys_briefs_to_an_admin(house):
    await house.ana.command(house.channel, "/draftloop", "every monday 8:00 plan the secret week")

    await house.chloe.command(house.channel, "/draftloop", "settings")
    hub = await house.chloe.next_view()
    await house.chloe.press(hub, "settings_recurring")
    page = await house.chloe.next_view()
    listed = str(page.blocks)
    await house.chloe.press(page, "recurring_delete")

    assert "every Monday at 08:00" in listed
    assert "secret" not in listed
    await house.until(lambda: "Nobody here" in str(house.chloe.open_views[-1].blocks))
