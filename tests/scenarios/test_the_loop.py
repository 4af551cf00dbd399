"""The whole loop, told once per way in and per database."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.runtime.schedule import next_weekly
from handlers.cli.demo.telling import readable
from tests.scenarios.house import open_house

BRIEF = "Tell the team that the release moved to Thursday"
BETTER = "The release moved to Thursday. Questions: ask Ana."
TRAINER = Path(__file__).parent.parent / "fakes" / "trainer_script.py"


@pytest.fixture(params=["socket", "http"])
async def looping_house(request, database_url, tmp_path):
    more = {"trainer": "command", "trainer_command": f"{sys.executable} {TRAINER}", "retrain_minimum_rows": 2}
    async with open_house(database_url, tmp_path, way=request.param, **more) as opened:
        yield opened


async def test_a_brief_becomes_drafts_opinions_stats_a_digest_a_dataset_and_a_training_run(looping_house):
    house = looping_house
    ana, ben, chloe = house.ana, house.ben, house.chloe

    # A draft, and what people think of it.
    first = await house.ask(ana, BRIEF)
    await ben.react(first, "+1::skin-tone-3")
    await ben.unreact(first, "+1::skin-tone-3")
    await ben.react(first, "thumbsdown")
    await chloe.press(first, "draft_stars", selected_option="2")
    await house.settled()
    assert await house.opinions(first) == {(ben.user_id, "vote"): "negative", (chloe.user_id, "rating"): "2"}

    # A correction in the thread becomes the next text, at once.
    await ben.say(house.channel, f"Better: {BETTER}", thread=first)
    revision = await house.until(
        lambda: [reply for reply in house.bot_replies(first) if BETTER in readable(reply)]
    )
    assert len(revision) == 1

    # The next draft has seen it.
    second = await house.ask(ben, "Announce that the office is closed on Monday")
    assert BETTER in json.dumps(house.endpoint.requests[-1])
    assert "!" not in readable(second).split("\n", 1)[1]
    await ana.press(second, "draft_use")

    # An edit in the modal changes the message itself.
    await chloe.press(second, "draft_edit")
    view = await chloe.next_view()
    await chloe.submit(view, edited(view, "The office is closed on Monday. Enjoy the day."))
    await house.until(
        lambda: "Enjoy the day." in readable(house.sandbox.message(house.channel, ts=second.ts))
    )
    await house.settled()
    assert (await house.opinions(second))[ana.user_id, "approval"] == "true"

    # The figures say so.
    await ana.command(house.channel, "/draftloop", "stats 7d")
    stats = readable((await house.until(lambda: ana.ephemerals(house.channel)))[-1])
    assert "2 drafts" in stats or "Drafts" in stats

    # Friday, 15:00.
    before = len(house.sandbox.messages(house.channel))
    house.clock.jump_to(next_weekly("fri", "15:00", tz="UTC", after=house.clock()) + timedelta(seconds=1))
    digest = await house.until(lambda: house.sandbox.messages(house.channel)[before:])
    await house.settled()
    assert len(house.sandbox.messages(house.channel)) == before + 1
    assert [file.mimetype for file in house.sandbox.files] == ["image/png"]
    assert "draft" in readable(digest[0]).lower()

    # Training: allowed, asked for, done, told.
    assert "off until an admin" in (await chloe.command(house.admins, "/draftloop", "attest")).text
    await chloe.command(house.admins, "/draftloop", "attest confirm")
    await chloe.command(house.admins, "/draftloop", "retrain")
    report = await house.until(lambda: house.sandbox.messages(house.admins))
    assert "Retraining finished" in report[-1].text
    async with house.services.database.read() as unit:
        runs = await unit.runs.of_workspace(house.sandbox.team_id)
    assert [run.state for run in runs] == ["succeeded"]


def edited(view, text):
    block = next(block for block in view.blocks if block["type"] == "input")
    return {block["block_id"]: {block["element"]["action_id"]: text}}
