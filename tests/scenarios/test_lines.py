"""One line of a draft: rewritten, wished different, or chosen from two other phrasings; and what is kept of it."""

import json

import pytest

from handlers.cli.demo.telling import readable
from tests.fakes.model_endpoint import Finished, Status
from tests.scenarios.house import open_house

BRIEF = "Tell the team that the release moved to Thursday"
NEWS = "The release moved to Thursday."
WAYS = [("socket", "sqlite_url"), ("http", "postgresql_url")]


@pytest.fixture(params=WAYS, ids=[way for way, _ in WAYS])
def way_and_url(request):
    way, database = request.param
    return way, request.getfixturevalue(database)


@pytest.fixture
async def either_house(way_and_url, tmp_path):
    way, url = way_and_url
    async with open_house(url, tmp_path, way=way) as opened:
        yield opened


async def test_lines_are_rewritten_and_rephrased_and_become_training_rows(either_house):
    house = either_house
    draft = await asked(house)
    original = await text_of(house)

    # Ben picks the second line, and writes it better.
    view = await choose(house, house.ben, draft, "lines")
    sent = await house.ben.submit(view, picking(view, 1))
    assert written(sent.view) == original.split("\n")[2]
    await house.ben.submit(sent.view, {"better": {"better": NEWS}})
    revision = (
        await house.until(lambda: [one for one in house.bot_replies(draft) if NEWS in readable(one)])
    )[0]
    await house.settled()
    [rewrite] = await corrections(house)
    first, _, last = original.split("\n\n")
    assert rewrite.text == await text_of(house) == f"{first}\n\n{NEWS}\n\n{last}"
    assert (rewrite.source, rewrite.interpretation, rewrite.original) == ("line", "rewrite", original)
    assert (rewrite.first_line, rewrite.last_line, rewrite.lines_after) == (2, 2, NEWS)

    # Chloe asks for two other phrasings of the last line of the revised text, and takes the second.
    view = await choose(house, house.chloe, revision, "phrasing")
    sent = await house.chloe.submit(view, picking(view, 2))
    assert sent.closed
    note = (await house.until(lambda: notes(house, house.chloe, "Two other ways")))[0]
    assert notes(house, house.ben, "Two other ways") == []
    await house.chloe.press(note, "phrasing_use_1")
    await house.settled()
    chosen = (await corrections(house))[-1]
    assert (chosen.user_id, chosen.source, chosen.lines_before) == (house.chloe.user_id, "line", last)
    assert chosen.lines_after.startswith("Just so you know, ")
    assert chosen.text == await text_of(house) == f"{first}\n\n{NEWS}\n\n{chosen.lines_after}"
    assert chosen.lines_after in readable(house.bot_replies(draft)[-1])
    assert notes(house, house.chloe, "Two other ways") == []

    # Both are in the datasets: the whole text that was accepted last, and each pair of original and better text.
    await house.services.training.consent.attest(
        house.sandbox.team_id, user_id=house.chloe.user_id, now=house.clock()
    )
    datasets = house.services.training.datasets
    dataset = await datasets.build(house.sandbox.team_id)
    completions = [row async for row in datasets.rows(dataset, kind="sft")]
    pairs = [row async for row in datasets.rows(dataset, kind="preference")]
    exported = await feedback_rows(house)
    assert [(row["kind"], row["status"]) for row in exported] == [("correction", "counted")] * 2
    assert [row["text"] for row in exported] == [rewrite.text, chosen.text]
    assert [row.text for row in completions] == [chosen.text]
    assert [(row.text, row.rejected) for row in pairs] == [
        (rewrite.text, original),
        (chosen.text, rewrite.text),
    ]
    assert [row.source for row in pairs] == [(row["event_id"],) for row in exported]


async def test_what_is_wrong_with_a_line_goes_through_the_model(house):
    draft = await asked(house)
    first, *others = (await text_of(house)).split("\n")

    view = await choose(house, house.ben, draft, "lines")
    sent = await house.ben.submit(view, picking(view, 0))
    await house.ben.submit(sent.view, {"wish": {"wish": "no exclamation marks"}})
    await house.until(lambda: house.bot_replies(draft))
    await house.settled()

    [wish] = await corrections(house)
    assert (wish.source, wish.interpretation, wish.lines_before) == ("line", "instruction", first)
    assert wish.text == f"In the line “{first}”: no exclamation marks"
    assert await text_of(house) == "\n".join([first.replace("!", "."), *others])
    await house.ask(house.ana, "Announce that the office is closed on Monday")
    assert "<rule>" not in house.endpoint.prompts[-1]  # What is said about a line is no rule for whole texts.
    assert f"<wish>\n{wish.text}\n</wish>" in house.endpoint.prompts[-1]


async def test_a_model_that_fails_says_so_to_whoever_asked_and_a_press_tries_again(house):
    draft = await asked(house)
    house.endpoint.fail(Finished("stop", text="Sure! One way is …"), Finished("stop", text="{}"), Status(401))
    view = await choose(house, house.ben, draft, "phrasing")

    await house.ben.submit(view, picking(view, 1, wish="friendlier"))
    failed = (await house.until(lambda: notes(house, house.ben, "two that differ")))[0]
    await house.ben.press(failed, "phrasing_retry")
    failed = (await house.until(lambda: notes(house, house.ben, "does not accept")))[0]
    await house.ben.press(failed, "phrasing_retry")
    note = (await house.until(lambda: notes(house, house.ben, "Two other ways")))[0]
    await house.ben.press(note, "phrasing_none")
    await house.settled()

    assert "<wish>\nfriendlier\n</wish>" in house.endpoint.prompts[-1]
    assert await corrections(house) == []
    assert notes(house, house.ben, "") == []
    assert house.bot_replies(draft) == []


async def asked(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.settled()
    return draft


async def choose(house, person, message, choice):
    await person.press(message, "draft_more", selected_option=choice)
    return await person.next_view()


def picking(view, *numbers, wish=None):
    """Entries that pick lines by their place in the list."""
    options = next(block for block in view.blocks if block["block_id"] == "lines")["element"]["options"]
    picked = {"lines": {"lines": [options[number]["value"] for number in numbers]}}
    return picked | ({"wish": {"wish": wish}} if wish else {})


def written(view):
    return next(block for block in view.blocks if block["block_id"] == "better")["element"]["initial_value"]


def notes(house, person, words):
    return [one for one in person.ephemerals(house.channel) if words in one.text and one.blocks]


async def text_of(house):
    """The current text of the latest draft."""
    async with house.services.database.read() as unit:
        draft = (await unit.drafts.recent(house.sandbox.team_id))[0]
        return (await unit.drafts.revision(draft.current_revision_id)).text


async def corrections(house):
    async with house.services.database.read() as unit:
        return await unit.corrections.of_workspace(house.sandbox.team_id)


async def feedback_rows(house):
    chunks = [chunk async for chunk, _ in house.services.training.feedback_export.lines("jsonl")]
    return [json.loads(line) for line in "".join(chunks).splitlines()]
