"""A busy channel: live drafts come from both releases, people say what they think of them, and that decides."""

import contextlib
from collections import Counter
from datetime import timedelta
from itertools import count

from bot.releases.registry import ReleaseBook
from bot.training.trainers.base import Artefact
from tests.fakes.model_endpoint import Refusal, house_model
from tests.scenarios.house import open_house

OF_EACH = 7  # drafts of each arm that prove it, however they were drawn
AT_ONCE = 5
NUMBERS = count(1)


@contextlib.asynccontextmanager
async def open_trial(sqlite_url, tmp_path, answer):
    """A house in which every second draft or so is written by a challenger, whose model is called `other`."""
    async with open_house(sqlite_url, tmp_path, trial_mode="randomised") as house:
        await house.ask(house.ana, "The lift works again")  # It makes r1.
        house.endpoint.answer = lambda asked: (
            answer(asked) if asked["model"] == "other" else house_model(asked)
        )
        async with house.services.database.begin() as unit:
            challenger = await ReleaseBook(house.services.database).make(
                unit,
                workspace_id=house.sandbox.team_id,
                task="",
                origin="command",
                artefact=Artefact("model", "other"),
                run_id="run",
                dataset_version_id=None,
                created_by="program",
                now=house.clock(),
            )
        trial_id = await house.services.trials.open(
            house.sandbox.team_id, task="", challenger_id=challenger.id, run_id="run"
        )
        yield house, trial_id


async def outcomes(house, trial_id):
    async with house.services.database.read() as unit:
        return await unit.trials.outcomes_of(trial_id)


async def draft_of(house, message):
    async with house.services.database.read() as unit:
        place = await unit.drafts.find_by_message(
            house.sandbox.team_id, channel_id=message.channel, ts=message.ts
        )
        return place[0]


async def ask_for_some(house):
    """Ask for a few drafts; a draft may not come."""
    for _ in range(AT_ONCE):
        await house.ana.command(house.channel, "/draft", f"The printer works again {next(NUMBERS)}")
    await house.settled()


async def ask_for_enough(house, trial_id):
    """Ask for drafts until each arm has enough of them; return how many these are."""
    drawn = Counter()
    while min(drawn["champion"], drawn["challenger"]) < OF_EACH:
        await ask_for_some(house)
        drawn = Counter(one.arm for one in await outcomes(house, trial_id))
    return drawn.total()


async def like_what(house, *, of_release):
    """Everybody likes the drafts of one release, and no other."""
    for message in house.drafts():
        thumb = "+1" if (await draft_of(house, message)).release == of_release else "-1"
        for person in (house.ana, house.ben, house.chloe):
            await person.react(message, thumb)
    await house.settled()


async def test_people_decide_by_what_they_say_of_live_drafts(sqlite_url, tmp_path):
    async with open_trial(sqlite_url, tmp_path, lambda asked: "Short and clear.") as (house, trial_id):
        asked = await ask_for_enough(house, trial_id)
        await like_what(house, of_release="r2")
        early = await house.services.trials.advance(trial_id)
        house.clock.jump_to(house.clock() + timedelta(hours=49))

        state = await house.services.trials.advance(trial_id)

        result = await house.services.trials.result(trial_id)
        assert (early, state, result.mode) == ("open", "better", "randomised")
        assert (result.n, result.voters) == (asked, 3)
        await ask_for_some(house)
        assert len(await outcomes(house, trial_id)) == asked  # It is over: the champion writes all again.


async def test_a_challenger_that_cannot_write_loses(sqlite_url, tmp_path):
    async with open_trial(sqlite_url, tmp_path, lambda asked: Refusal()) as told:
        house, trial_id = told
        await ask_for_enough(house, trial_id)
        await like_what(house, of_release="r1")
        house.clock.jump_to(house.clock() + timedelta(hours=49))

        state = await house.services.trials.advance(trial_id)

        arms = {(one.arm, one.loss) for one in await outcomes(house, trial_id)}
        assert state == "worse"
        assert arms == {("champion", 0.0), ("challenger", 1.0)}
