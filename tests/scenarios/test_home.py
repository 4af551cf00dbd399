"""Somebody opens the Home tab, over both ways in."""

import json

import pytest

from tests.scenarios.house import open_house

BRIEF = "Tell the team that the release moved to <Thursday> & beyond"


@pytest.fixture(params=["socket", "http"])
async def homely_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def told(person):
    return json.dumps(person.home.payload["blocks"], ensure_ascii=False) if person.home else ""


async def test_the_home_tab_greets_and_then_follows_what_a_person_does(homely_house):
    house = homely_house
    ana = house.ana

    await ana.open_home()
    await house.until(lambda: "You have not asked for a draft yet" in told(ana))
    assert "None is planned yet" in told(ana)

    draft = await house.ask(ana, BRIEF)
    await ana.react(draft, "+1")
    await house.settled()
    await ana.open_home()
    await house.until(lambda: "&lt;Thursday&gt; &amp; beyond" in told(ana))
    assert f"<#{house.channel.id}>" in told(ana)
    assert "*100%*" in told(ana)
    assert "accepted" in told(ana)

    # Others see their own.
    await house.ben.open_home()
    await house.until(lambda: "You have not asked for a draft yet" in told(house.ben))


async def test_a_guest_and_a_stranger_open_it_and_nothing_breaks(homely_house):
    house = homely_house
    guest = house.sandbox.add_person("Gus", guest=True)
    stranger = house.sandbox.add_person("Eve", team="T0OTHER")

    await guest.open_home()
    await stranger.open_home()
    await house.settled()

    await house.until(lambda: "You have not asked for a draft yet" in told(guest))
    assert (await house.services.inbox.counts()).get("parked", 0) == 0


async def test_looking_at_the_messages_tab_publishes_nothing(homely_house):
    house = homely_house
    opened = {"type": "app_home_opened", "user": house.ana.user_id, "channel": house.ana.direct.id}

    house.sandbox.publish({**opened, "tab": "messages", "event_ts": "1731000000.000100"})
    await house.settled()

    assert house.ana.home is None


async def test_the_next_digest_is_told_once_it_is_planned(homely_house):
    house = homely_house
    await house.chloe.command(house.channel, "/draftloop", "digest friday 15:00")

    await house.ana.open_home()

    await house.until(lambda: "Friday" in told(house.ana))
    assert "15:00* (UTC)" in told(house.ana)
