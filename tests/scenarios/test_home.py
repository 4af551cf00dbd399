"""Somebody opens the Home tab, over both ways in."""

import json

import pytest

from bot.home.checklist import DISMISSED
from storage.inbox_store import NewEvent
from tests.scenarios.house import open_house

BRIEF = "Tell the team that the release moved to <Thursday> & beyond"


@pytest.fixture(params=["socket", "http"])
async def homely_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def publishes(house):
    return len([call for call in house.sandbox.calls if call.method == "views.publish"])


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


async def test_opening_it_again_publishes_nothing_when_nothing_changed(homely_house):
    house = homely_house
    await house.ana.open_home()
    await house.until(lambda: told(house.ana))

    for _ in range(3):
        await house.ana.open_home()
        await house.settled()

    assert publishes(house) == 1


async def test_what_people_decide_about_themselves_holds_at_once_and_is_shown(homely_house):
    house = homely_house
    ana, ben = house.ana, house.ben
    draft = await house.ask(ana, BRIEF)
    await ben.react(draft, "+1")
    await house.settled()
    await ben.open_home()
    await house.until(lambda: "Your feedback is used" in told(ben))

    await ben.press(ben.home, "home_settings", selected={"selected_options": ["named", "asked"]})
    await house.until(lambda: "home_settings_101" in told(ben))
    wishes = await house.services.members.read(house.sandbox.team_id, user_id=ben.user_id)
    assert (wishes.named, wishes.receipts, wishes.asked) == (True, False, True)

    await ben.press(ben.home, "home_opt_out")
    await house.until(lambda: "Your feedback is not used" in told(ben))
    assert await house.opinions(draft) == {}

    await ben.press(ben.home, "home_opt_in")
    await house.until(lambda: "Your feedback is used" in told(ben))
    assert await house.opinions(draft) == {(ben.user_id, "vote"): "positive"}


async def test_a_request_waits_at_home_until_it_is_put_off(homely_house):
    house = homely_house
    ben = house.ben
    draft = await house.ask(house.ana, BRIEF)
    await ben.react(draft, "-1")
    await house.settled()
    await ben.open_home()
    await house.until(lambda: "What should be different?" in told(ben))
    assert "|Open the draft>" in told(ben)

    await ben.press(ben.home, "home_ask_give")
    await house.until(lambda: ben.open_views)
    await ben.close(ben.open_views[0])
    await ben.press(ben.home, "home_ask_not_now")

    await house.until(lambda: "What should be different?" not in told(ben))
    await house.ana.open_home()
    await house.until(lambda: BRIEF[:20] in told(house.ana))
    assert "What should be different?" not in told(house.ana)


async def test_an_admin_sees_to_the_house_as_long_as_they_are_one(homely_house):
    house = homely_house
    chloe = house.chloe
    await house.services.inbox.put(unreadable_event(house))
    await house.eventually(lambda: parked(house), 1)
    await chloe.open_home()
    await house.until(lambda: "First steps" in told(chloe))
    for said in ("Parked events", "What comes next", "Find a channel"):
        assert said in told(chloe)

    await chloe.press(chloe.home, "home_parked_replay")
    await house.until(lambda: "1 event is being tried again" in told(chloe))
    await house.eventually(lambda: parked(house), 1)  # It is as broken as before.
    await chloe.press(chloe.home, "home_channels_find", selected={"selected_conversation": house.channel.id})
    await house.until(lambda: "Show all channels" in told(chloe))
    await chloe.press(chloe.home, "home_hub")
    await house.until(lambda: chloe.open_views)
    await chloe.press(chloe.home, "home_checklist_dismiss")
    await house.until(lambda: "First steps" not in told(chloe))
    assert "Show all channels" in told(chloe)  # One is still where one was.

    chloe.member.is_admin = False
    await chloe.press(chloe.home, "home_parked_replay")
    await house.until(lambda: house.sandbox.messages(chloe.direct))
    assert "Only admins" in house.sandbox.messages(chloe.direct)[-1].text
    assert await replays(house) == 1
    await chloe.open_home()
    await house.until(lambda: "Parked events" not in told(chloe))


def unreadable_event(house):
    """An event without what every one of its kind has: it is parked at once."""
    body = {"type": "event_callback", "team_id": house.sandbox.team_id, "event": {"type": "app_home_opened"}}
    return NewEvent("EvOdd", house.sandbox.team_id, "app_home_opened", json.dumps(body), house.clock())


async def parked(house):
    return (await house.services.inbox.counts())["parked"]


async def replays(house):
    async with house.services.database.read() as unit:
        entries = await unit.audit.of_workspace(house.sandbox.team_id)
        workspace = await unit.workspaces.get(house.sandbox.team_id)
    assert workspace.settings[DISMISSED]
    return len([entry for entry in entries if entry.action == "inbox.replayed"])
