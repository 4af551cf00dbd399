"""What people type that is not quite what was meant: nothing happens by accident, and the answer is true."""

import pytest

from tests.scenarios.house import shows


@pytest.fixture
async def schedule(house):
    """The workspace's own retraining line, after an admin set one."""
    await house.chloe.command(house.admins, "/draftloop", "retrain every 0 2 * * sun")

    async def look():
        async with house.services.database.read() as unit:
            return (await unit.workspaces.get(house.sandbox.team_id)).retrain_cron

    return look


async def test_a_schedule_without_its_time_says_what_is_missing_and_changes_nothing(house, schedule):
    answer = await house.chloe.command(house.admins, "/draftloop", "retrain every")

    assert "retrain every 0 2 * * sun" in answer.text
    assert await schedule() == "0 2 * * sun"


async def test_a_mistyped_word_after_retrain_starts_no_run(house):
    answer = await house.chloe.command(house.admins, "/draftloop", "retrain evry 0 2 * * sun")

    assert "retrain every 0 2 * * sun" in answer.text
    assert "No trainer" not in answer.text


async def test_what_is_confirmed_is_not_called_off(house):
    await house.chloe.command(house.admins, "/draftloop", "attest confirm")

    answer = await house.chloe.command(house.admins, "/draftloop", "attest")

    assert "off until" not in answer.text
    assert "confirmed" in answer.text


async def test_a_time_zone_without_a_name_is_a_question(house):
    await house.chloe.command(house.admins, "/draftloop", "timezone Europe/Berlin")

    answer = await house.chloe.command(house.admins, "/draftloop", "timezone")

    assert "Digests and schedules go by Europe/Berlin" in answer.text


@pytest.mark.parametrize("text", ["write an announcement about the cake", "<@{bot}>"])
async def test_a_direct_message_that_asks_for_nothing_is_told_how_to_ask(house, text):
    await house.ana.say(house.ana.direct, text.format(bot=house.sandbox.workspace.app.bot_user_id))

    note = (await house.until(lambda: house.ana.ephemerals(house.ana.direct)))[0]

    assert "/draft" in note.text
    assert house.sandbox.messages(house.ana.direct)[1:] == []


async def test_a_direct_message_that_names_the_bot_is_a_brief(house):
    asked = await house.ana.say(house.ana.direct, f"{house.sandbox.mention} say that the cake is ready")

    draft = (await house.until(lambda: shown_drafts(house, house.ana.direct)))[0]

    assert "cake is ready" in draft.text
    assert draft.ts != asked.ts
    assert house.ana.ephemerals(house.ana.direct) == []


async def test_a_reply_to_a_draft_in_a_direct_message_is_feedback_and_gets_no_lesson(house):
    await house.ana.command(house.ana.direct, "/draft", "Say that the cake is ready")
    draft = (await house.until(lambda: shown_drafts(house, house.ana.direct)))[0]

    await house.ana.say(house.ana.direct, "Better: The cake is ready.", thread=draft)
    await house.until(
        lambda: [
            reply
            for reply in house.sandbox.messages(house.ana.direct, thread=draft)
            if "Revised" in str(reply.blocks)
        ]
    )

    assert not any("/draft" in note.text for note in house.ana.ephemerals(house.ana.direct))


async def test_a_person_named_in_a_brief_keeps_a_name_and_is_not_pinged(house):
    draft = await house.ask(house.ana, f"Thank <@{house.ben.user_id}|ben> for the cake")

    assert "Thank @ben for the cake" in draft.text


async def test_a_person_mentioned_in_a_mention_is_named_once_we_know_them(house):
    await house.ask(house.ben, "Say hello")

    async def name():
        async with house.services.database.read() as unit:
            return (await unit.members.find(house.sandbox.team_id, user_id=house.ben.user_id)).name

    await house.eventually(name, "Ben")
    before = len(house.drafts())

    await house.ana.say(house.channel, f"{house.sandbox.mention} thank {house.ben.mention} for the cake")

    draft = (await house.until(lambda: house.drafts()[before:]))[0]
    assert "@Ben for the cake" in draft.text
    assert house.ben.user_id not in str(draft.blocks)


def shown_drafts(house, channel):
    return [message for message in house.sandbox.messages(channel) if shows(message, "draft_vote")]
