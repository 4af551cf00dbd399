"""Reactions, buttons, stars, *Use this* and flags, as people use them."""

from .seen import QUESTION, THANKS, entered, notes, signals, standing

BRIEF = "Tell the team that the release moved to Thursday"


async def test_every_emoji_holds_its_own_value_and_the_last_one_counts(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.react(draft, "+1::skin-tone-3")
    await house.ben.react(draft, "-1")
    await house.ben.unreact(draft, "-1")
    await house.ben.react(draft, "four")
    await house.ben.react(draft, "white_check_mark")
    await house.settled()

    assert await house.opinions(draft) == {
        (house.ben.user_id, "vote"): "positive",
        (house.ben.user_id, "rating"): "4",
        (house.ben.user_id, "approval"): "true",
    }


async def test_emoji_that_say_nothing_and_messages_that_are_no_drafts_store_nothing(house):
    draft = await house.ask(house.ana, BRIEF)
    chat = await house.ben.say(house.channel, "good morning")

    await house.ben.react(draft, "eyes")
    await house.ben.unreact(draft, "eyes")
    await house.ben.react(chat, "+1")
    await house.settled()

    assert await signals(house) == []


async def test_reactions_on_a_revision_in_the_thread_count_for_the_draft(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.say(house.channel, "Use this instead: The release is on Thursday.", thread=draft)
    revision = (await house.until(lambda: house.bot_replies(draft)))[0]

    await house.chloe.react(revision, "tada")
    await house.settled()

    assert await house.opinions(draft) == {(house.chloe.user_id, "vote"): "positive"}


async def test_a_bots_vote_is_stored_and_does_not_count(house):
    draft = await house.ask(house.ana, BRIEF)
    robot = house.sandbox.add_person("Robot", bot=True)
    house.channel.members.append(robot.user_id)
    async with house.services.database.begin() as unit:
        (await unit.members.ensure(house.sandbox.team_id, user_id=robot.user_id)).is_bot = True

    await robot.react(draft, "+1")
    await house.settled()

    assert [(one.status, one.reason) for one in await signals(house)] == [("ignored", "bot")]
    assert await house.opinions(draft) == {}


async def test_a_thumbs_down_is_stored_and_asked_about_once_however_often_it_is_pressed(house):
    draft = await house.ask(house.ana, BRIEF)

    for value in ("positive", "negative", "positive", "negative"):
        await house.ben.press(draft, "draft_vote", value=value)
    await house.settled()

    assert await house.opinions(draft) == {(house.ben.user_id, "vote"): "negative"}
    assert len(notes(house, house.ben, QUESTION)) == 1


async def test_nobody_is_asked_more_than_twice_a_day(house):
    drafts = [await house.ask(house.ana, f"{BRIEF} {number}") for number in range(3)]

    for draft in drafts:
        await house.ben.react(draft, "-1")
    await house.settled()

    assert len(await signals(house, status="counted")) == 3
    assert len(notes(house, house.ben, QUESTION)) == 2


async def test_a_reason_becomes_a_correction_and_a_revised_draft(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.press(draft, "draft_vote", value="negative")
    offer = (await house.until(lambda: notes(house, house.ben, QUESTION)))[0]

    await house.ben.press(offer, "reason_give")
    view = await house.ben.next_view()
    sent = await house.ben.submit(view, entered(view, "shorter"))
    await house.settled()

    assert not sent.errors
    assert notes(house, house.ben, QUESTION) == []
    assert [(one.kind, one.text, one.status) for one in await signals(house, kind="correction")] == [
        ("correction", "shorter", "counted")
    ]
    assert len(house.bot_replies(draft)) == 1


async def test_who_says_stop_is_never_asked_again(house):
    first, second = await house.ask(house.ana, BRIEF), await house.ask(house.ana, f"{BRIEF} again")
    await house.ben.react(first, "-1")
    offer = (await house.until(lambda: notes(house, house.ben, QUESTION)))[0]

    await house.ben.press(offer, "reason_stop")
    await house.ben.react(second, "-1")
    await house.settled()

    assert notes(house, house.ben, QUESTION) == []
    assert notes(house, house.ben, "not ask you again")


async def test_not_now_closes_the_question(house):
    draft = await house.ask(house.ana, BRIEF)
    await house.ben.react(draft, "-1")
    offer = (await house.until(lambda: notes(house, house.ben, QUESTION)))[0]

    await house.ben.press(offer, "reason_not_now")
    await house.settled()

    assert notes(house, house.ben, QUESTION) == []


async def test_stars_can_be_changed(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.press(draft, "draft_stars", selected_option="2")
    await house.ben.press(draft, "draft_stars", selected_option="5")
    await house.settled()

    assert [(one.value, one.status) for one in await signals(house)] == [
        ("2", "superseded"),
        ("5", "counted"),
    ]


async def test_use_this_is_an_approval_and_pressing_it_again_takes_it_back(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.press(draft, "draft_use")
    await house.settled()
    used = await house.opinions(draft)
    await house.ben.press(draft, "draft_use")
    await house.settled()

    assert used == {(house.ben.user_id, "approval"): "true"}
    assert await house.opinions(draft) == {}
    assert len(notes(house, house.ben, "Taken back")) == 1


async def test_the_first_press_is_thanked_for_and_the_second_is_not(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.press(draft, "draft_vote", value="positive")
    await house.ben.press(draft, "draft_stars", selected_option="5")
    await house.chloe.react(draft, "+1")
    await house.settled()

    assert len(notes(house, house.ben, THANKS)) == 1
    assert notes(house, house.chloe, THANKS) == []


async def test_a_flag_has_a_category_and_a_comment_and_can_be_taken_back(house):
    draft = await house.ask(house.ana, BRIEF)

    await house.ben.press(draft, "draft_more", selected_option="flag")
    view = await house.ben.next_view()
    await house.ben.submit(view, entered(view, "inaccurate", "It is on Friday."))
    await house.settled()
    flagged, stood = await house.opinions(draft), await standing(house)
    await house.ben.press(draft, "draft_more", selected_option="flag")
    view = await house.ben.next_view()
    await house.ben.submit(view, entered(view, "none"))
    await house.settled()

    assert flagged == {(house.ben.user_id, "flag"): "inaccurate"}
    assert (stood.flags, stood.verdict) == (1, "rejected")
    assert [one.text for one in await signals(house, act="set")] == ["It is on Friday."]
    assert await house.opinions(draft) == {}


async def test_a_redelivered_press_changes_nothing(house):
    draft = await house.ask(house.ana, BRIEF)

    delivery = await house.ben.press(draft, "draft_use")
    await house.sandbox.redeliver(delivery)
    await house.settled()

    assert await house.opinions(draft) == {(house.ben.user_id, "approval"): "true"}
