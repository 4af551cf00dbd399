"""The Home tab reads what is stored, and shows it in Slack."""

from datetime import timedelta

import pytest

from bot.digests.home import NO_DIGEST, NO_FEEDBACK, Home
from bot.digests.stats import Stats
from bot.slack.messenger import SlackUnreachable
from tests.factories import NOW, make_channel, make_draft
from tests.integration.digests.conftest import EARLIER

FRIDAY = NOW + timedelta(days=4)


@pytest.fixture
def home(database, messenger):
    stats = Stats(database, clock=lambda: NOW)
    return Home(database, stats=stats, messenger=messenger, clock=lambda: NOW)


async def test_somebody_new_in_a_new_workspace_is_invited(home):
    card = await home.card("T0NEW", user_id="U0NEW")

    assert (card.feedback.summary, card.drafts, card.digest) == (NO_FEEDBACK, (), NO_DIGEST)


async def test_ones_own_feedback_is_counted_and_nobody_elses(home, story):
    await story.begin()
    draft = await story.draft(at=EARLIER)
    await story.likes("U0ANN", draft)
    await story.dislikes("U0BEN", draft)

    card = await home.card(story.workspace_id, user_id="U0ANN")

    values = {row.label: row.value for group in card.feedback.groups for row in group.rows}
    assert values["Your thumbs up"] == "100%"
    assert [group.heading for group in card.feedback.groups] == ["You gave"]
    assert card.feedback.summary == "You gave feedback 1 time. Thank you!"


async def test_the_latest_drafts_of_the_person_are_listed_newest_first(home, story, database):
    await story.begin()
    for days in range(7):
        await story.draft(at=NOW - timedelta(days=days), requester_id="U0ANN", brief=f"Brief {days}")
    await story.draft(requester_id="U0BEN", brief="Somebody else's")
    async with database.begin() as unit:
        await make_draft(unit, workspace_id=story.workspace_id, text=None, requester_id="U0ANN")

    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert [draft.brief for draft in card.drafts] == [f"Brief {days}" for days in range(5)]
    assert card.drafts[0].about == "Draft in <#C0GENERAL>, 23 Nov · no verdict yet"


async def test_what_became_of_a_draft_is_told(home, story):
    await story.begin()
    draft = await story.draft(at=EARLIER, requester_id="U0ANN")
    await story.likes("U0BEN", draft)

    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert card.drafts[0].about.endswith("· accepted")
    assert card.accepted.startswith("Last 30 days: 1 draft for you; of the 1 judged, *100%")


async def test_a_draft_in_direct_messages_has_no_channel_to_link(home, story):
    await story.begin()
    await story.draft(requester_id="U0ANN", channel_id="D0ANN")

    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert "in a direct message" in card.drafts[0].about


async def test_the_next_digest_is_the_first_that_will_really_come(home, story, database):
    await story.begin(next_digest_at=FRIDAY)
    soon = NOW + timedelta(hours=1)
    async with database.begin() as unit:
        for number, columns in enumerate(({"archived": True}, {"digest_enabled": False})):
            await make_channel(
                unit, f"C{number}", workspace_id=story.workspace_id, next_digest_at=soon, **columns
            )
        await make_channel(unit, "C9", workspace_id="T0OTHER", next_digest_at=soon)

    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert card.digest.startswith("*Friday 27 November, 10:00* (Europe/Berlin)")


async def test_it_is_shown_in_slack_and_shown_again_as_it_is_then(home, story, sandbox, general):
    ana = sandbox.people[general.members[0]]
    await story.begin()
    await home.show(story.workspace_id, user_id=ana.user_id)
    before = str(ana.home.payload["blocks"])

    await story.draft(requester_id=ana.user_id, brief="The office moves")
    shown = await home.show(story.workspace_id, user_id=ana.user_id)

    assert shown
    assert ("The office moves" in before, "The office moves" in str(ana.home.payload["blocks"])) == (
        False,
        True,
    )


async def test_somebody_for_whom_slack_has_no_home_is_no_failure(home, story):
    await story.begin()

    assert await home.show(story.workspace_id, user_id="U0NOBODY") is False


async def test_when_slack_is_away_it_is_tried_again_later(home, story, sandbox, general):
    await story.begin()
    sandbox.inject("views.publish", "server_error", times=20)

    with pytest.raises(SlackUnreachable):
        await home.show(story.workspace_id, user_id="U0ANN")
