"""An admin verifies drafts; people's judgement is measured by them, and each is told of their own weight alone."""

from datetime import timedelta

from bot.slack.pieces import built, button, buttons
from tests.scenarios.house import shows


def working_time(now):
    """Noon of the Monday that comes, or of today."""
    return (now + timedelta(days=-now.weekday() % 7)).replace(hour=12, minute=0)


async def draft_id_of(house, draft):
    async with house.services.database.read() as unit:
        found = await unit.drafts.find_by_message(
            house.sandbox.team_id, channel_id=draft.channel, ts=draft.ts
        )
    return found[0].id


async def why(house, person, draft):
    """The note behind *Why this draft?*, newly asked for."""
    before = len(person.ephemerals(house.channel))
    await person.press(draft, "draft_more", selected_option="why")
    return (await house.until(lambda: person.ephemerals(house.channel)[before:]))[0]


async def verify(house, draft, action):
    note = await why(house, house.chloe, draft)
    await house.chloe.press(note, action)
    await house.until(lambda: [one for one in house.chloe.ephemerals(house.channel) if says_so(one, action)])


def says_so(message, action):
    return f"verified as *{action.removeprefix('anchor_')}*" in message.text


async def forged(house, draft_id):
    """A message with a button that the bot would not have put there."""
    blocks = built(*buttons(button("anchor_bad", "Verified bad", value=draft_id)))
    ts = await house.services.messenger.post(
        house.sandbox.team_id, channel_id=house.channel.id, text="forged", blocks=blocks, key=draft_id
    )
    return next(one for one in house.sandbox.messages(house.channel) if one.ts == ts)


def heard(house, person):
    return str([note.text for note in person.ephemerals(house.channel)])


async def verified(house):
    async with house.services.database.read() as unit:
        return {a.draft_id: a.verdict for a in await unit.anchors.of_workspace(house.sandbox.team_id)}


async def stats_of(house, person):
    before = len(person.ephemerals(house.channel))
    await person.command(house.channel, "/draftloop", "stats me")
    return (await house.until(lambda: person.ephemerals(house.channel)[before:]))[0].text


async def test_people_are_measured_by_what_an_admin_verified_and_each_hears_of_their_own_weight(house):
    good = await house.ask(house.ana, "Tell the team that the release moved")
    bad = await house.ask(house.ana, "Thank everybody for the launch")
    for draft in (good, bad):
        await house.ben.react(draft, "+1")
    await house.settled()

    await verify(house, good, "anchor_good")
    await verify(house, bad, "anchor_bad")
    await house.services.scoring.weights.measure(house.sandbox.team_id)

    assert sorted((await verified(house)).values()) == ["bad", "good"]
    assert "right on 1 of 2 verified drafts" in await stats_of(house, house.ben)
    assert "verified drafts" not in await stats_of(house, house.ana)


async def test_only_an_admin_of_now_can_verify_and_only_drafts_of_the_workspace(house):
    draft = await house.ask(house.ana, "Tell the team that the release moved")

    shown = await why(house, house.ana, draft)
    await house.ana.press(await forged(house, await draft_id_of(house, draft)), "anchor_bad")
    await house.chloe.press(await forged(house, "f" * 32), "anchor_bad")
    await house.until(lambda: "Only admins" in heard(house, house.ana))
    await house.until(lambda: "cannot find that draft" in heard(house, house.chloe))

    assert not shows(shown, "anchor_good")
    assert await verified(house) == {}


async def test_somebody_active_is_asked_once_and_the_answer_counts_nowhere_else(house):
    judged = await house.ask(house.ana, "Tell the team that the release moved")
    other = await house.ask(house.ana, "Thank everybody for the launch")
    await house.ben.react(other, "+1")
    await house.settled()
    await verify(house, judged, "anchor_good")
    now = working_time(house.clock())

    asked = [await house.services.scoring.questions.choose(house.sandbox.team_id, now=now) for _ in range(2)]
    (question,) = await house.until(lambda: house.sandbox.messages(house.ben.direct))
    await house.ben.press(question, "anchor_answer_bad")
    await house.until(lambda: "Thank you" in house.sandbox.messages(house.ben.direct)[0].text)
    await house.settled()

    assert asked == [1, 0]
    assert await house.opinions(judged) == {}
    async with house.services.database.read() as unit:
        (kept,) = await unit.anchors.answers_of_workspace(house.sandbox.team_id)
    assert (kept.user_id, kept.answer) == (house.ben.user_id, "bad")
