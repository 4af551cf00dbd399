"""The Home tab is published when it says something else than the person sees, and only then."""

import asyncio
from dataclasses import replace

import pytest

from bot.home.home import ADMIN_NOT_KNOWN
from bot.home.state import OnScreen
from bot.slack.messenger import SlackUnreachable
from tests.integration.digests.conftest import EARLIER
from tests.integration.home.conftest import ADMIN


@pytest.fixture
def ana(sandbox, general):
    return sandbox.people[general.members[0]]


def seen_by(person):
    """What Slack sends along of the Home tab in front of somebody."""
    view = person.home.payload
    return OnScreen.read(view["private_metadata"], view_hash=view["hash"])


def publishes(sandbox):
    return len([call for call in sandbox.calls if call.method == "views.publish"])


async def test_it_is_shown_and_shown_again_as_it_is_then(home, story, ana):
    await story.begin()
    await home.show(story.workspace_id, user_id=ana.user_id)
    before = str(ana.home.payload["blocks"])

    await story.draft(requester_id=ana.user_id, brief="The office moves")
    shown = await home.show(story.workspace_id, user_id=ana.user_id, on_screen=seen_by(ana))

    assert shown
    after = str(ana.home.payload["blocks"])
    assert ("The office moves" in before, "The office moves" in after) == (False, True)


async def test_what_is_on_the_screen_already_is_not_published_again_by_any_replica(
    new_home, story, sandbox, ana
):
    await story.begin()
    first, second = new_home(), new_home()
    await first.show(story.workspace_id, user_id=ana.user_id)

    await first.show(story.workspace_id, user_id=ana.user_id)
    await first.show(story.workspace_id, user_id=ana.user_id, on_screen=seen_by(ana))
    await second.show(story.workspace_id, user_id=ana.user_id, on_screen=seen_by(ana))

    assert publishes(sandbox) == 1


async def test_of_two_replicas_that_publish_at_once_the_slower_reads_everything_again(
    new_home, story, sandbox, ana
):
    await story.begin()
    slower, faster = new_home(), new_home()
    await slower.show(story.workspace_id, user_id=ana.user_id)
    old = seen_by(ana)
    await story.draft(at=EARLIER, requester_id=ana.user_id, brief="The first")
    await faster.show(story.workspace_id, user_id=ana.user_id, on_screen=old)
    await story.draft(requester_id=ana.user_id, brief="The second")

    shown = await slower.show(story.workspace_id, user_id=ana.user_id, on_screen=old)

    told = str(ana.home.payload["blocks"])
    assert (shown, "The first" in told, "The second" in told) == (True, True, True)
    assert publishes(sandbox) == 4  # One of them was refused.


async def test_the_page_one_is_on_is_kept_in_the_view_itself(new_home, story, ana):
    await story.begin()
    for number in range(7):
        await story.draft(requester_id=ana.user_id, brief=f"Brief {number}")
    first = new_home()
    await first.show(story.workspace_id, user_id=ana.user_id)
    await first.show(
        story.workspace_id,
        user_id=ana.user_id,
        on_screen=seen_by(ana),
        turn=lambda state: replace(state, drafts=1),
    )

    await story.draft(at=EARLIER, requester_id=ana.user_id, brief="An old one")
    await new_home().show(story.workspace_id, user_id=ana.user_id, on_screen=seen_by(ana))

    assert seen_by(ana).state.drafts == 1
    assert "An old one" in str(ana.home.payload["blocks"])


async def test_somebody_for_whom_slack_has_no_home_is_no_failure(home, story):
    await story.begin()

    assert await home.show(story.workspace_id, user_id="U0NOBODY") is False


async def test_when_slack_is_away_it_is_tried_again_later(home, story, sandbox):
    await story.begin()
    sandbox.inject("views.publish", "server_error", times=20)

    with pytest.raises(SlackUnreachable):
        await home.show(story.workspace_id, user_id=ADMIN)


async def test_when_slack_does_not_say_who_is_an_admin_everybodys_part_is_shown_with_a_word_about_it(
    home, story, sandbox, ana
):
    await story.begin()
    boss = sandbox.add_person("Boss", admin=True)
    sandbox.inject("users.info", "server_error", times=20)

    async with asyncio.timeout(10):
        card = await home.card(story.workspace_id, user_id=boss.user_id)

    assert (card.admin, card.notice) == (None, ADMIN_NOT_KNOWN)
