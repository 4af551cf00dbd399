"""A replica is killed while texts are being shown: each draft ends as one whole message, whoever finishes it."""

import pytest

from tests.crash.processes import until
from tests.crash.town import open_town, shows
from tests.crash.truth import keys_of, read_all

pytestmark = pytest.mark.crash
OPENING, END = "Hi everyone!", "Please do not hesitate"


async def test_a_half_shown_draft_is_finished_in_its_own_message(sqlite_url, tmp_path):
    async with open_town(sqlite_url, tmp_path, model_pause=0.15) as town:
        await town.start()
        (replica,), (ana, *_), (channel, *_) = town.replicas, town.people, town.channels
        question = await ana.say(channel, "What is new?")
        await ana.say(channel, f"{await town.slack.mention()} Say that the cake is ready", thread=question)
        assert (await ana.command(channel, "/draft", "Say that the tea is ready")).acked

        async def half_shown():
            said = [one for one in await town.everything_said() if one.bot_id]
            half = [one for one in said if OPENING in str(one) and END not in str(one)]
            return half if len(half) == 2 else None

        half = await until(half_shown, what="a stream and a growing message")
        await replica.kill()
        await replica.start()
        await until(lambda: all_posted(town), what="both drafts are posted")
        await town.quiet()

        said = [one for one in await town.everything_said() if one.bot_id]
        stored = await read_all(town.database)
        assert {one.ts for one in said} == {one.ts for one in half}
        assert [one.streaming for one in said] == [False, False]
        assert all(shows(one, "draft_vote") and END in str(one.blocks) for one in said)
        assert keys_of(said) == {f"draft:{draft_id}:0": 1 for draft_id in stored.drafts}
        assert town.bad_lines() == []


async def all_posted(town):
    drafts = (await read_all(town.database)).drafts.values()
    return len(drafts) == 2 and all(draft.state == "posted" for draft in drafts)
