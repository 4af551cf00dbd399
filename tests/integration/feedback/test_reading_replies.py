"""The replies that the rules are not sure about: the model says what they are, unless somebody is quicker."""

import asyncio
import json

from aiohttp import web

from bot.feedback.reading_prompt import SCHEMA
from bot.llm.scripted import completion_body
from handlers.cli.demo.telling import readable
from tests.fakes.model_endpoint import Fault, house_model

from .seen import corrections, marks, notes, signals, standing

BRIEF = "Tell the team that the release moved to Thursday"
UNCLEAR = "Our customers would rather read about the reason"
BETTER = "I imagined it more like so, Release on Thursday, tests first"


def reads(kind, first=None, last=None):
    """A model that reads every reply as one kind, and writes as ever."""

    def answer(request):
        if "response_format" not in request:
            return house_model(request)
        return json.dumps({"kind": kind, "first_words": first, "last_words": last})

    return answer


class Held(Fault):
    """An answer about a reply that comes when the story lets it."""

    def __init__(self, kind):
        self.asked, self.released, self._kind = asyncio.Event(), asyncio.Event(), kind

    def __call__(self, request):
        return self if "response_format" in request else house_model(request)

    async def respond(self, request, text):
        self.asked.set()
        await self.released.wait()
        return web.json_response(completion_body(reads(self._kind)({"response_format": {}})))


def questions(house):
    return [one for one in house.endpoint.requests if "response_format" in one]


async def reply(house, text):
    draft = await house.ask(house.ana, BRIEF)
    return draft, await house.ben.say(house.channel, text, thread=draft)


async def held_reply(house, kind):
    house.endpoint.answer = held = Held(kind)
    draft, said = await reply(house, UNCLEAR)
    await asyncio.wait_for(held.asked.wait(), 20)
    return held, draft, said


async def test_the_model_settles_what_the_rules_leave_open(house):
    house.endpoint.answer = reads("instruction")

    draft, said = await reply(house, UNCLEAR)
    await house.settled()

    [correction] = await corrections(house)
    assert (correction.interpretation, correction.interpreted_by) == ("instruction", "model")
    assert [one.status for one in await signals(house)] == ["counted"]
    assert (await standing(house)).corrections == 1
    assert marks(house, said) == ["memo"]
    assert notes(house, house.ben, "wish how to change")
    assert len(house.bot_replies(draft)) == 1
    [question] = questions(house)
    assert question["response_format"]["json_schema"]["schema"] == SCHEMA
    assert question["max_tokens"] <= 150


async def test_the_better_text_that_the_model_points_out_is_used_word_for_word(house):
    house.endpoint.answer = reads("rewrite", "Release on", "tests first")

    draft, _ = await reply(house, BETTER)
    await house.settled()

    assert [one.text for one in await corrections(house)] == ["Release on Thursday, tests first"]
    assert "Release on Thursday, tests first" in readable(house.bot_replies(draft)[0])


async def test_talk_that_the_model_recognises_stays_quiet(house):
    house.endpoint.answer = reads("talk")

    draft, said = await reply(house, UNCLEAR)
    await house.settled()

    assert [(one.interpretation, one.interpreted_by) for one in await corrections(house)] == [
        ("talk", "model")
    ]
    assert (marks(house, said), house.ben.ephemerals(house.channel), house.bot_replies(draft)) == ([], [], [])


async def test_without_an_answer_the_guess_stands_and_is_called_one(house):
    # The house's model is a script, which answers no questions.
    await reply(house, UNCLEAR)
    await house.settled()

    [correction] = await corrections(house)
    assert correction.interpreted_by == "program"
    assert notes(house, house.ben, "not sure")


async def test_while_it_is_read_a_reply_counts_for_nothing(house):
    held, draft, said = await held_reply(house, "instruction")

    before = (await standing(house), marks(house, said), house.bot_replies(draft))
    held.released.set()
    await house.settled()

    assert before == (None, [], [])
    assert (await standing(house)).corrections == 1


async def test_an_edit_in_the_meantime_is_what_counts(house):
    held, _, said = await held_reply(house, "rewrite")

    await house.ben.edit(said, "please make it shorter")
    await house.until(lambda: marks(house, said) == ["memo"])
    held.released.set()
    await house.settled()

    assert [(one.interpretation, one.text, one.version) for one in await corrections(house)] == [
        ("instruction", "please make it shorter", 2)
    ]
    assert len(questions(house)) == 1  # The rules are sure about the new text.


async def test_a_deletion_in_the_meantime_is_what_counts(house):
    held, draft, said = await held_reply(house, "instruction")

    await house.ben.delete(said)
    await house.eventually(lambda: states(house), ["withdrawn"])
    held.released.set()
    await house.settled()

    assert (await states(house), house.bot_replies(draft)) == (["withdrawn"], [])


async def test_a_press_in_the_meantime_is_what_counts(house):
    held, _, _ = await held_reply(house, "instruction")
    [correction] = await corrections(house)

    await house.services.feedback.replies.put_right(
        correction.id, workspace_id=house.sandbox.team_id, user_id=house.ben.user_id, kind="talk"
    )
    held.released.set()
    await house.settled()

    assert [(one.interpretation, one.interpreted_by) for one in await corrections(house)] == [
        ("talk", house.ben.user_id)
    ]


async def test_reading_twice_is_reading_once(house):
    house.endpoint.answer = reads("instruction")
    draft, _ = await reply(house, UNCLEAR)
    await house.settled()
    [correction] = await corrections(house)

    again = [await house.services.feedback.reader.ask(correction.id, 1) for _ in range(2)]
    await house.settled()

    assert again == [None, None]
    assert len(questions(house)) == len(house.bot_replies(draft)) == 1


async def states(house):
    return [one.state for one in await corrections(house)]
