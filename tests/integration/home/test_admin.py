"""What admins find in their Home tab besides."""

from datetime import timedelta

import pytest

from bot.home.checklist import Checklist
from bot.home.state import HomeState
from bot.slack.blocks.home_admin import CHANNELS_A_PAGE
from storage.inbox_store import NewEvent
from storage.models import Opinion, RecurringBrief
from tests.factories import NOW, make_channel, make_draft, make_workspace
from tests.integration.digests.conftest import EARLIER
from tests.integration.home.conftest import ADMIN

FRIDAY = NOW + timedelta(days=4, hours=5)


async def admins_part(home, story, **state):
    card = await home.card(story.workspace_id, user_id=ADMIN, state=HomeState(**state))
    return card.admin


async def test_only_admins_have_it(home, story, sandbox, general):
    await story.begin()
    boss = sandbox.add_person("Boss", admin=True)
    guest = sandbox.add_person("Gus", guest=True)
    stranger = sandbox.add_person("Eve", team="T0OTHER", admin=True)

    cards = {
        user_id: await home.card(story.workspace_id, user_id=user_id)
        for user_id in (ADMIN, boss.user_id, general.members[0], guest.user_id, stranger.user_id)
    }

    assert [card.admin is not None for card in cards.values()] == [True, True, False, False, False]
    assert [bool(card.steps) for card in cards.values()] == [True, True, False, False, False]


async def test_channels_are_listed_with_what_is_drafted_there_how_well_and_when(home, story, database):
    await story.begin(default_task="announcement", digest_weekday="mon", digest_time="09:30")
    accepted, _ = [await story.draft(at=NOW - timedelta(days=2)) for _ in range(2)]
    await story.draft(at=NOW - timedelta(days=40))
    await story.likes("U0ANN", accepted)
    async with database.begin() as unit:
        workspace = {"workspace_id": story.workspace_id}
        await make_channel(unit, "C1QUIET", **workspace, digest_enabled=False)
        await make_channel(unit, "C2LEFT", **workspace, bot_is_member=False)
        await make_draft(unit, channel_id="C2LEFT", posted_at=NOW - timedelta(days=60), **workspace)
        await make_channel(unit, "C3NEVER", **workspace, bot_is_member=False)
        await make_channel(unit, "C4GONE", **workspace, archived=True)
        await make_channel(unit, "D0DIRECT", **workspace)
        await make_channel(unit, "C5OTHER", workspace_id="T0OTHER")

    channels = (await admins_part(home, story)).channels

    assert channels.total == 3
    assert tuple(row.about for row in channels.rows) == (
        (
            "*<#C0GENERAL>* · Announcement · digest Monday 09:30\n"
            "2 drafts, 100% (n = 1, 21\N{EN DASH}100%) accepted · last one on 21 Nov"
        ),
        "*<#C2LEFT>* · Draft · digest Friday 15:00 · I am not in it any more\nno drafts · last one on 24 Sep",
        "*<#C1QUIET>* · Draft · no digest\nno drafts",
    )


async def test_a_thousand_channels_come_in_pages_with_one_set_of_queries_each(home, story, database):
    await story.begin()
    async with database.begin() as unit:
        for number in range(1, 35):
            await make_channel(
                unit, f"C{number:04}", workspace_id=story.workspace_id, name=f"channel {number:04}"
            )

    pages = [(await admins_part(home, story, channels=page)).channels for page in (0, 3, 999)]

    assert [(page.page, page.total, len(page.rows)) for page in pages] == [
        (0, 35, CHANNELS_A_PAGE),
        (3, 35, 5),
        (3, 35, 5),
    ]
    assert pages[1].rows == pages[2].rows
    assert set(pages[0].rows).isdisjoint(pages[1].rows)


async def test_one_channel_can_be_found(home, story, database):
    await story.begin()
    async with database.begin() as unit:
        await make_channel(unit, "C1OTHER", workspace_id=story.workspace_id)

    found = (await admins_part(home, story, channel_id="C1OTHER")).channels
    unknown = (await admins_part(home, story, channel_id="C9UNKNOWN")).channels

    assert [row.channel_id for row in found.rows] == ["C1OTHER"]
    assert (unknown.rows, unknown.channel_id) == ((), "C9UNKNOWN")


async def test_parked_events_are_told_without_a_text_and_only_those_of_the_workspace(home, story, inbox):
    await story.begin()
    for number in range(4):
        await park(inbox, f"Ev{number}", workspace_id=story.workspace_id)
    await park(inbox, "EvElsewhere", workspace_id="T0OTHER")

    parked = (await admins_part(home, story)).parked

    assert parked.count == 4
    assert [line.event_id for line in parked.latest] == ["Ev3", "Ev2", "Ev1"]
    assert parked.latest[0].type == "message"
    assert parked.latest[0].received == "Monday 23 November, 10:00"
    assert parked.latest[0].error == "KeyError 8f3a11c0"
    assert "secret" not in str(parked)


async def test_an_event_is_replayed_only_from_its_own_workspace_only_if_parked_and_is_recorded(
    home, story, inbox, database
):
    await story.begin()
    await park(inbox, "Ev1", workspace_id=story.workspace_id)
    await park(inbox, "Ev2", workspace_id=story.workspace_id)
    await park(inbox, "EvElsewhere", workspace_id="T0OTHER")
    replay = home.parked.replay

    counts = [
        await replay(story.workspace_id, user_id=ADMIN, event_id=event_id)
        for event_id in ("Ev1", "Ev1", "EvElsewhere")
    ]
    rest = await replay(story.workspace_id, user_id=ADMIN)

    assert (counts, rest) == ([1, 0, 0], 1)
    assert [event.event_id for event in await inbox.list(state="parked")] == ["EvElsewhere"]
    async with database.read() as unit:
        entries = await unit.audit.of_workspace(story.workspace_id)
    assert {(entry.action, entry.actor_id) for entry in entries} == {("inbox.replayed", ADMIN)}
    assert sorted(entry.subject for entry in entries) == ["Ev1", "Ev1", "EvElsewhere", "all"]


async def test_what_comes_next_is_told_in_local_time(home, story, database):
    await story.begin(next_digest_at=FRIDAY)
    async with database.begin() as unit:
        workspace = await unit.workspaces.get(story.workspace_id)
        workspace.next_retrain_at = NOW + timedelta(days=6)
        for number in range(1, 4):
            channel = f"C{number}MORE"
            later = FRIDAY + timedelta(hours=number)
            await make_channel(unit, channel, workspace_id=story.workspace_id, next_digest_at=later)
        unit._session.add_all([a_brief(story, 1), a_brief(story, 2, state="paused", next_at=None)])

    schedule = (await admins_part(home, story)).schedule

    assert schedule.timezone == "Europe/Berlin"
    assert schedule.digests[0] == "Friday 27 November, 15:00 in <#C0GENERAL>"
    assert (len(schedule.digests), schedule.digests[-1]) == (4, "… and more")
    assert schedule.retraining == "Sunday 29 November, 10:00"
    assert schedule.briefs == ("Friday 27 November, 15:00 in <#C0GENERAL> (number 1)",)


async def test_the_first_steps_are_ticked_by_what_was_done_and_go_when_all_are(home, story, database):
    checklist = Checklist(database, clock=lambda: NOW)
    async with database.begin() as unit:
        await make_workspace(unit, story.workspace_id)
    fresh = await checklist.steps(story.workspace_id)

    await story.begin(next_digest_at=FRIDAY)
    draft = await story.draft(at=EARLIER)
    await story.likes("U0ANN", draft)
    nearly = await checklist.steps(story.workspace_id)
    async with database.begin() as unit:
        channel = await unit.channels.get(story.workspace_id, channel_id=story.channel_id)
        channel.default_task = "reply"
    done = await checklist.steps(story.workspace_id)

    assert [step.title for step in fresh if step.done] == []
    assert [step.title for step in nearly if not step.done] == [
        "Choose what a channel's drafts are like",
        "Name reviewers",
        "Allow training",
    ]
    assert done == ()


@pytest.mark.parametrize("other", ["T0SANDBOX", "T0OTHER"])
async def test_the_first_steps_stay_away_once_an_admin_hid_them(home, story, database, other):
    checklist = Checklist(database, clock=lambda: NOW)
    async with database.begin() as unit:
        await make_workspace(unit, story.workspace_id, settings={"emoji": {"ship": "+1"}})
        await make_workspace(unit, "T0OTHER")

    await checklist.dismiss(story.workspace_id, user_id=ADMIN)
    await checklist.dismiss(story.workspace_id, user_id=ADMIN)

    hidden = other == story.workspace_id
    assert (await checklist.steps(other) == ()) is hidden
    async with database.read() as unit:
        workspace = await unit.workspaces.get(story.workspace_id)
        entries = await unit.audit.of_workspace(story.workspace_id)
    assert workspace.settings["emoji"] == {"ship": "+1"}
    assert [(entry.action, entry.actor_id) for entry in entries] == [("checklist.dismissed", ADMIN)]


async def test_the_steps_of_another_workspace_tick_nothing(database, story):
    await story.begin(next_digest_at=FRIDAY, reviewer_group="S1", default_task="reply")
    async with database.begin() as unit:
        draft = await make_draft(unit, workspace_id=story.workspace_id)
        unit._session.add(an_opinion(draft))
        await make_workspace(unit, "T0OTHER")

    steps = await Checklist(database, clock=lambda: NOW).steps("T0OTHER")

    assert [step.title for step in steps if step.done] == []


def a_brief(story, number, *, state="active", next_at=FRIDAY):
    return RecurringBrief(
        workspace_id=story.workspace_id,
        number=number,
        channel_id=story.channel_id,
        creator_id="U0ANN",
        request_key=f"command:{number}",
        brief="What happened this week",
        weekdays="fri",
        local_time="15:00",
        state=state,
        next_at=next_at,
        created_at=NOW,
    )


def an_opinion(draft):
    return Opinion(
        draft_id=draft.id,
        user_id="U0ANN",
        slot="vote",
        workspace_id=draft.workspace_id,
        dimension="vote",
        kind="reaction",
        value="positive",
        signal_id="s1",
        event_us=1,
    )


async def park(inbox, event_id, *, workspace_id):
    body = '{"event": {"text": "a secret"}}'
    await inbox.put(NewEvent(event_id, workspace_id, "message", body, NOW))
    claimed = await inbox.claim(replica_id="replica-1", now=NOW)
    await inbox.park(
        next(event.sequence for event in claimed if event.event_id == event_id), error="KeyError 8f3a11c0"
    )
