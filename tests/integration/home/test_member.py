"""What everybody finds in their Home tab: their own, and nobody else's."""

from datetime import timedelta

from bot.home.member import NO_DIGEST, NO_FEEDBACK
from bot.home.state import HomeState
from bot.slack.blocks.home_member import OwnSettings
from bot.team.members import MemberSettings
from storage.models import Ask
from tests.factories import NOW, make_channel, make_draft
from tests.integration.digests.conftest import EARLIER

FRIDAY = NOW + timedelta(days=4)


async def test_somebody_new_in_a_new_workspace_is_invited(home):
    card = await home.card("T0NEW", user_id="U0NEW")

    assert (card.feedback.summary, card.drafts.drafts, card.digest) == (NO_FEEDBACK, (), NO_DIGEST)
    assert (card.own, card.requests, card.admin, card.steps) == (OwnSettings(), (), None, ())


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


async def test_the_drafts_of_the_person_are_listed_newest_first_a_page_at_a_time(home, story, database):
    await story.begin()
    for days in range(7):
        await story.draft(at=NOW - timedelta(days=days), requester_id="U0ANN", brief=f"Brief {days}")
    await story.draft(requester_id="U0BEN", brief="Somebody else's")
    async with database.begin() as unit:
        await make_draft(unit, workspace_id=story.workspace_id, text=None, requester_id="U0ANN")

    first, second, beyond = [
        (await home.card(story.workspace_id, user_id="U0ANN", state=HomeState(drafts=page))).drafts
        for page in (0, 1, 9)
    ]

    assert [draft.brief for draft in first.drafts] == [f"Brief {days}" for days in range(5)]
    assert first.drafts[0].about == "Draft in <#C0GENERAL>, 23 Nov · no verdict yet"
    assert [draft.brief for draft in second.drafts] == ["Brief 5", "Brief 6"]
    assert [(page.page, page.more) for page in (first, second, beyond)] == [(0, True), (1, False), (0, True)]


async def test_what_became_of_a_draft_is_told(home, story):
    await story.begin()
    draft = await story.draft(at=EARLIER, requester_id="U0ANN")
    await story.draft(at=EARLIER, requester_id="U0ANN", hidden_at=NOW)
    await story.likes("U0BEN", draft)

    card = await home.card(story.workspace_id, user_id="U0ANN")

    ends = sorted(draft.about.partition("· ")[2] for draft in card.drafts.drafts)
    assert ends == ["accepted", "hidden, because people flagged it"]
    assert "of the 1 judged, *100%" in card.drafts.accepted


async def test_a_draft_links_to_its_message_and_one_in_direct_messages_has_no_channel(
    home, story, sandbox, general
):
    await story.begin()
    message = await sandbox.people[general.members[0]].say(general, "The draft's place")
    async with story.database.begin() as unit:
        await make_draft(
            unit,
            workspace_id=story.workspace_id,
            channel_id=general.id,
            ts=message.ts,
            requester_id="U0ANN",
            posted_at=NOW,
        )
    await story.draft(at=EARLIER, requester_id="U0ANN", channel_id="D0ANN")

    card = await home.card(story.workspace_id, user_id="U0ANN")

    linked, direct = [draft.about for draft in card.drafts.drafts]
    assert linked.endswith("|Open>")
    assert message.ts.replace(".", "") in linked
    assert "in a direct message" in direct
    assert "|Open>" not in direct


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


async def test_requests_of_the_last_week_wait_until_they_are_answered_in_some_way(home, story, database):
    await story.begin()
    asked = [await story.draft(at=EARLIER) for _ in range(8)]
    for disliked in asked[1:6]:
        await story.dislikes("U0ANN", disliked)
    await story.says("U0ANN", asked[5], "correction", control="reply:1.000001")
    await story.likes("U0ANN", asked[6])
    await story.likes("U0ANN", asked[7])
    async with database.begin() as unit:
        unit._session.add_all(
            [
                ask_for(asked[0], kind="review", day=1),
                ask_for(asked[1], day=2),
                ask_for(asked[2], day=3, answer="not_now"),
                ask_for(asked[3], day=8),
                ask_for(asked[4], day=1, user_id="U0BEN"),
                ask_for(asked[5], day=4),  # They wrote what should be different.
                ask_for(asked[6], day=5),  # They changed their mind.
                ask_for(asked[7], day=6, kind="review"),  # They voted.
            ]
        )

    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert [(request.draft_id, request.kind) for request in card.requests] == [
        (asked[0].id, "review"),
        (asked[1].id, "reason"),
    ]
    assert card.requests[0].about.startswith("Draft in <#C0GENERAL>, asked 22 Nov")


async def test_settings_are_as_the_person_chose_them_and_with_asking_stopped_nothing_waits(
    home, story, database
):
    await story.begin()
    draft = await story.draft(at=EARLIER)
    async with database.begin() as unit:
        unit._session.add(ask_for(draft, day=1))
    settings = MemberSettings(database)

    chosen = await settings.choose(
        story.workspace_id, user_id="U0ANN", named=True, receipts=False, asked=False
    )
    card = await home.card(story.workspace_id, user_id="U0ANN")

    assert card.own == OwnSettings(named=True, receipts=False, asked=False)
    assert card.requests == ()
    assert await settings.read(story.workspace_id, user_id="U0ANN") == chosen
    assert not (await settings.read(story.workspace_id, user_id="U0BEN")).named


def ask_for(draft, *, day, kind="reason", user_id="U0ANN", answer=None):
    """A request that was put to somebody some days ago."""
    at = NOW - timedelta(days=day)
    return Ask(
        workspace_id=draft.workspace_id,
        user_id=user_id,
        draft_id=draft.id,
        day=at.date(),
        place=1,
        kind=kind,
        asked_at=at,
        answer=answer,
    )
