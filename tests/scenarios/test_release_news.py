"""A release is offered in a message; whoever presses, everybody sees what became of it, and the buttons are gone."""

from bot.releases.registry import ReleaseBook
from bot.slack.blocks.release_news import Offer, run_news
from bot.training.trainers.base import Artefact
from tests.scenarios.house import shows

DECISIONS = ("release_promote", "release_keep")


async def offered_twice(house):
    """r1 wrote a draft, r2 waits with another model, and two messages offer it."""
    await house.ask(house.ana, "announce that the office opens at 9")
    team = house.sandbox.team_id
    async with house.services.database.begin() as unit:
        release = await ReleaseBook(house.services.database).make(
            unit,
            workspace_id=team,
            task="",
            origin="manual",
            artefact=Artefact(kind="model", reference="better"),
            run_id=None,
            dataset_version_id=None,
            created_by=house.chloe.user_id,
            now=house.clock(),
        )
    offers = (Offer("promote", release.id, "r2"), Offer("keep", release.id, "r1"))
    text, blocks = run_news(["*r2 is better, and an admin decides:* promote it, or keep r1."], offers=offers)
    for number in range(2):
        await house.services.messenger.post(
            team, channel_id=house.admins.id, text=text, blocks=blocks, key=f"offer:{number}"
        )
    return [one for one in house.sandbox.messages(house.admins) if shows(one, "release_promote")]


async def test_after_a_press_the_message_says_what_became_of_it_and_offers_nothing_more(house):
    first, second = await offered_twice(house)

    await house.chloe.press(first, "release_promote")
    await house.chloe.press(second, "release_keep")

    for message in (first, second):
        assert not any(shows(message, action) for action in DECISIONS)
        assert "an admin decides" in str(message.blocks)
        assert f"<@{house.chloe.user_id}>" in str(message.blocks[-1])
    assert "r2 writes from the next draft on" in str(first.blocks[-1])
    assert "r2 writes from the next draft on" not in str(second.blocks[-1])


async def test_a_member_who_presses_changes_neither_the_release_nor_the_message(house):
    house.admins.members.append(house.ana.user_id)
    first, _ = await offered_twice(house)

    await house.ana.press(first, "release_promote")

    assert shows(first, "release_promote")
    async with house.services.database.read() as unit:
        (seat,) = await unit.releases.seats(house.sandbox.team_id)
        assert (await unit.releases.get(seat.champion_id)).number == 1
