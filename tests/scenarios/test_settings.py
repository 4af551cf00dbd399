"""Admins set how the team wants it, over both ways in; everybody else sees it and cannot."""

import json

import pytest

from bot.sandbox.interactivity import view_submission
from tests.scenarios.house import open_house, shows
from tests.surfaces.surface import Surface


@pytest.fixture(params=["socket", "http"])
async def set_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


def told(view):
    return json.dumps(view.payload["blocks"], ensure_ascii=False)


async def places(house):
    """The channels that we know we are in."""
    return await house.services.implicit.places_to_tell(house.sandbox.team_id)


async def open_hub(house, person):
    delivery = await person.command(house.channel, "/draftloop", "settings")
    assert delivery.acked
    return await person.next_view()


async def open_form(person, hub, door):
    assert (await person.press(hub, door)).acked
    form = await person.next_view()
    assert Surface(door, "modal", {"type": "modal", **_built(form)}).problems() == []
    return form


def _built(view):
    kept = ("title", "blocks", "submit", "close", "callback_id", "private_metadata")
    return {name: view.payload[name] for name in kept if view.payload.get(name)}


async def test_an_admin_sets_a_channel_and_its_next_draft_follows(set_house):
    house, chloe = set_house, set_house.chloe
    hub = await open_hub(house, chloe)
    tasks = await open_form(chloe, hub, "settings_tasks")

    # A task of their own, made on top of the list.
    await chloe.press(tasks, "settings_task_new")
    form = await chloe.next_view()
    wrong = await chloe.submit(
        form,
        {
            "title": {"title": "Reply"},
            "instructions": {"instructions": "Sing it."},
            "name": {"name": "reply"},
        },
    )
    assert "already" in wrong.errors["name"]
    kept = await chloe.submit(form, {"title": {"title": "Song"}, "name": {"name": "song"}})
    assert kept.closed
    assert "*Song*" in told(tasks)
    await chloe.close(tasks)

    # It becomes the channel's, with a tone; the hub below follows.
    form = await open_form(chloe, hub, "settings_channel")
    entries = {
        "task": {"task": "song"},
        "tone": {"tone": "Calm & <short>."},
        "digest": {"digest": "off"},
    }
    assert (await chloe.submit(form, entries)).closed
    assert "Song" in told(hub)
    assert "Calm &amp; &lt;short&gt;." in told(hub)

    draft = await house.ask(house.ana, "announce that the office opens at 9")
    assert "Song" in str(draft.blocks[0])
    assert "Sing it." in house.endpoint.requests[-1]["messages"][0]["content"]
    assert "<tone>\nCalm &amp; &lt;short&gt;.\n</tone>" in house.endpoint.prompts[-1]
    async with house.services.database.read() as unit:
        actions = {entry.action for entry in await unit.audit.of_workspace(house.sandbox.team_id)}
    assert {"task.added", "channel.settings"} <= actions


async def test_who_is_no_admin_sees_what_holds_and_can_change_nothing(set_house):
    house, ana, chloe = set_house, set_house.ana, set_house.chloe
    hub = await open_hub(house, ana)
    assert "Who may ask" in told(hub)
    assert "settings_channel" not in told(hub)

    # A form that an admin opened, sent as Ana: the signed request names her.
    form = await open_form(chloe, await open_hub(house, chloe), "settings_channel")
    form.payload["state"] = {"values": {"who": {"who": {"selected_option": {"value": "admins"}}}}}
    forged = view_submission(house.sandbox.workspace, member=ana.member, view=form)
    delivery = await ana._ask("interactive", forged)

    assert "Only admins" in str(delivery.answer["errors"])
    assert (
        await house.services.team.channels.read(house.sandbox.team_id, channel_id=house.channel.id)
    ).who == ("everybody")


async def test_only_those_may_ask_who_may(set_house):
    house, chloe = set_house, set_house.chloe
    writers = house.sandbox.add_group("writers", members=[house.ben], name="Writers")
    form = await open_form(chloe, await open_hub(house, chloe), "settings_channel")
    missing = await chloe.submit(form, {"who": {"who": "reviewers"}})
    assert "Choose a group" in missing.errors["who"]
    chosen = {"who": {"who": "reviewers"}, "group": {"group": writers.id}, "reviewers": {"reviewers": "2"}}
    assert (await chloe.submit(form, chosen)).closed

    refused = await house.ana.command(house.channel, "/draft", "say hi")
    assert "@writers" in refused.answer["text"]
    await house.ana.say(house.channel, f"{house.sandbox.mention} say hi")
    note = await house.until(lambda: house.ana.ephemerals(house.channel)[-1:])
    await house.until(lambda: "@writers" in house.ana.ephemerals(house.channel)[-1].text)
    assert note
    await house.ana.command(house.channel, "/draft")
    modal = await house.ana.next_view()
    said = await house.ana.submit(modal, {"brief": {"brief": "say hi"}})
    assert "@writers" in said.errors["channel"]

    assert shows(await house.ask(house.ben, "announce that the office opens at 9"), "draft_vote")
    assert shows(await house.ask(chloe, "announce that lunch is at noon"), "draft_vote")
    assert len(house.drafts()) == 2


async def test_an_admin_maps_an_emoji_and_it_counts_from_then_on(set_house):
    house, chloe = set_house, set_house.chloe
    draft = await house.ask(house.ana, "announce that the office opens at 9")
    hub = await open_hub(house, chloe)
    form = await open_form(chloe, hub, "settings_emoji")
    typed = {"emoji": {"emoji": ":eyes: = positive\n:boom = 7"}}
    await chloe.press(form, "settings_emoji_preview", state=typed)
    assert "1 of 2 lines cannot be saved yet" in told(form)
    assert "Line 2" in (await chloe.submit(form, typed)).errors["emoji"]
    assert (await chloe.submit(form, {"emoji": {"emoji": ":eyes: = positive\n:fire: = none"}})).closed
    assert "2 of your own" in told(hub)

    await house.ben.react(draft, "eyes")
    await house.ana.react(draft, "fire")
    await house.settled()

    assert await house.opinions(draft) == {(house.ben.user_id, "vote"): "positive"}


async def test_an_admin_sets_the_workspace(set_house):
    house, chloe = set_house, set_house.chloe
    await house.ask(house.ana, "announce that the office opens at 9")
    await house.eventually(lambda: places(house), [house.channel.id])
    hub = await open_hub(house, chloe)
    form = await open_form(chloe, hub, "settings_workspace")
    offered = await chloe.suggest(form, "settings_zone", "berl")
    assert [option["value"] for option in offered] == ["Europe/Berlin"]
    elsewhere = house.sandbox.add_channel("elsewhere", members=[chloe], bot=False)
    entries = {
        "zone": {"settings_zone": "Europe/Berlin"},
        "quorum": {"quorum": "1"},
        "implicit": {"implicit": "on"},
        "admin_channel": {"admin_channel": elsewhere.id},
    }
    assert "Invite me" in (await chloe.submit(form, entries)).errors["admin_channel"]
    entries["admin_channel"]["admin_channel"] = house.admins.id
    assert "2 to 20" in (await chloe.submit(form, entries)).errors["quorum"]
    entries["quorum"]["quorum"] = "2"
    assert (await chloe.submit(form, entries)).closed

    assert "Europe/Berlin" in told(hub)
    ways = await house.services.team.workspaces.read(house.sandbox.team_id)
    assert (ways.zone, ways.flag_quorum, ways.implicit, ways.admin_channel) == (
        "Europe/Berlin",
        2,
        True,
        house.admins.id,
    )
    await house.until(lambda: "From now on I also count" in str(house.sandbox.messages(house.channel)))
    await house.settled()
    assert str(house.sandbox.messages(house.channel)).count("From now on I also count") == 1
    assert (await house.services.inbox.counts()).get("parked", 0) == 0


async def test_a_slow_slack_still_opens_the_hub_and_nobody_passes_unchecked(house):
    chloe = house.chloe
    house.sandbox.inject("users.info", "delay", seconds=1.5)

    slow = await open_hub(house, chloe)
    assert "did not tell me in time" in told(slow)
    assert "settings_workspace" not in told(slow)

    await chloe.close(slow)
    hub = await open_hub(house, chloe)
    house.sandbox.inject("users.info", "delay", seconds=3)
    await chloe.press(hub, "settings_workspace")
    note = await house.until(lambda: house.sandbox.messages(chloe.direct)[-1:])
    assert "did not tell me in time" in note[0].text
    assert len(chloe.open_views) == 1
