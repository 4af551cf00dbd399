"""A draft is watched while it is written: in a thread it streams, in a channel it grows; over both ways in."""

import pytest

from tests.fakes.model_endpoint import Held
from tests.scenarios.house import open_house, shows

BRIEF = "Tell the team that the release moved to Thursday and that the party is on Friday"


@pytest.fixture(params=["socket", "http"])
async def house(request, sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path, way=request.param) as opened:
        yield opened


async def test_a_draft_streams_in_a_thread_grows_in_a_channel_and_takes_votes_like_any_other(house):
    in_thread, in_channel = Held(words=12), Held(words=12)
    house.endpoint.fail(in_thread, in_channel)

    question = await house.ana.say(house.channel, "When is the release?")
    await house.ana.say(house.channel, f"{house.sandbox.mention} {BRIEF}", thread=question)
    streaming = (await house.until(lambda: growing(house.sandbox.messages(house.channel, thread=question))))[
        0
    ]
    assert streaming.streaming
    assert "Writing" in streaming.blocks[0]["title"]
    assert (await house.ben.command(house.channel, "/draft", BRIEF)).acked
    changing = (await house.until(lambda: growing(house.sandbox.messages(house.channel))))[0]
    assert not changing.streaming
    assert "Writing" in str(changing.blocks[0])

    in_thread.go_on.set()
    in_channel.go_on.set()
    for draft in (streaming, changing):
        await house.until(lambda draft=draft: shows(draft, "draft_vote"))
        assert not draft.streaming
        assert "Thursday and that the party is on Friday" in str(draft.blocks)
        await house.ben.react(draft, "+1")
    await house.settled()

    assert [len(house.bot_replies(each)) for each in (question, changing)] == [1, 0]
    for draft in (streaming, changing):
        assert await house.opinions(draft) == {(house.ben.user_id, "vote"): "positive"}


def growing(messages):
    """The bot's messages that show a text which is not whole."""
    return [
        message
        for message in messages
        if message.bot_id and "Hi everyone!" in str(message) and not shows(message, "draft_vote")
    ]
