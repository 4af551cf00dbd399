"""What happens to drafts without a word: counted only where it is turned on, and never as an opinion."""

import json
from datetime import timedelta

import pytest

from handlers.cli.demo.telling import readable
from tests.scenarios.house import open_house
from tests.scenarios.policies import decide

BRIEF = "Tell the team that the release moved to Thursday"
APART = "Implicit signals (not opinions)"


async def implicit(house):
    """{value: (person, status)} of the implicit signals, oldest first."""
    async with house.services.database.read() as unit:
        drafts = await unit.drafts.recent(house.sandbox.team_id)
        signals = [one for draft in drafts for one in await unit.feedback.signals_of_draft(draft.id)]
    return [
        (one.value, one.user_id, one.status) for one in signals if one.kind == "implicit" and one.act == "set"
    ]


async def standing_of(house, draft):
    async with house.services.database.read() as unit:
        found = await unit.drafts.find_by_message(
            house.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
        )
        return await unit.feedback.find_standing(found[0].id)


async def stats(house, person):
    await person.command(house.channel, "/draftloop", "stats 30d")
    card = (await house.until(lambda: person.ephemerals(house.channel)))[-1]
    return readable(card)


def text_of(house, draft):
    blocks = house.sandbox.message(house.channel, ts=draft.ts).blocks
    return next(block["text"] for block in blocks if block["type"] == "markdown")


async def test_nothing_is_counted_until_it_is_turned_on(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.settled()

    await house.ben.press(draft, "draft_use")
    await house.chloe.say(house.channel, text_of(house, draft))
    await house.settled()

    assert await implicit(house) == []
    assert await house.opinions(draft) == {(house.ben.user_id, "approval"): "true"}
    assert APART not in await stats(house, house.ana)


@pytest.fixture(params=["socket", "http"])
async def watchful_house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


async def test_used_posted_on_and_left_alone_are_counted_apart(watchful_house):
    house = watchful_house
    ana, ben, chloe = house.ana, house.ben, house.chloe
    await decide(house, implicit=True)
    assert await house.services.implicit.announce(house.sandbox.team_id, channel_id=house.channel.id)
    await house.services.implicit.announce(house.sandbox.team_id, channel_id=house.channel.id)
    told = [one for one in house.sandbox.messages(house.channel) if "without a word" in one.text]
    assert len(told) == 1

    # Used, and taken back; used again.
    draft = await house.ask(ana, BRIEF)
    await house.settled()
    for _ in range(3):
        await ben.press(draft, "draft_use")
    await house.settled()
    assert await implicit(house) == [("used", ben.user_id, "withdrawn"), ("used", ben.user_id, "counted")]

    # Posted in the channel by a person: counted. In the draft's own thread it is a correction, in a request a brief.
    text = text_of(house, draft)
    posted = await chloe.say(house.channel, f"Hi all! {text}")
    await ana.say(
        house.channel, "A long message about the weather, lunch and many other things that happen here"
    )
    await house.settled()
    assert (await implicit(house))[2:] == [("reposted", chloe.user_id, "counted")]
    assert await house.opinions(draft) == {
        (ben.user_id, "approval"): "true",
        (ben.user_id, "implicit"): "used",
        (chloe.user_id, "implicit"): "reposted",
    }
    standing = await standing_of(house, draft)
    assert (standing.approvals, standing.positives, standing.corrections) == (1, 0, 0)
    await chloe.delete(posted)
    await house.settled()
    assert (await implicit(house))[2:] == [("reposted", chloe.user_id, "withdrawn")]

    # Another one is left alone for a week.
    await house.ask(ana, "Announce that the office is closed on Monday")
    await house.settled()
    house.clock.jump_to(house.clock() + timedelta(days=8))
    await house.services.implicit.note_left_alone(house.clock())
    await house.services.implicit.note_left_alone(house.clock())
    assert [one for one in await implicit(house) if one[0] == "ignored"] == [
        ("ignored", ana.user_id, "counted")
    ]

    # Stats show them apart, and nowhere else.
    shown = await stats(house, ben)
    assert APART in shown
    assert "Left alone" in shown
    await ben.open_home()
    await house.until(
        lambda: ben.home and "Implicit signals are on here" in json.dumps(ben.home.payload["blocks"])
    )
    await decide(house, implicit=False)
    assert APART not in await stats(house, chloe)
    rows = [line async for line, _ in house.services.training.feedback_export.lines("jsonl")]
    kinds = [json.loads(line) for chunk in rows for line in chunk.splitlines()]
    values = sorted(row["value"] for row in kinds if row["kind"] == "implicit")
    assert values == ["ignored", "reposted", "used", "used"]
