"""What Slack tells us about workspaces, channels and people ends up in the database."""

from dataclasses import dataclass
from functools import partial

import pytest

from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.team.onboarding import Onboarding
from handlers.events import (
    access_revoked,
    channel_archive,
    channel_id_changed,
    channel_rename,
    member_joined_channel,
    member_left_channel,
    user_change,
)
from storage.models import Installation
from tests.factories import make_draft
from tests.fakes.event_path import clock, deliver, eventually, projecting
from tests.fakes.slack_bodies import ALICE, BOT, CHANNEL, WORKSPACE, event_body

LISTENERS = {
    "app_uninstalled": access_revoked.on_access_revoked,
    "channel_archive": channel_archive.on_channel_archive,
    "channel_id_changed": channel_id_changed.on_channel_id_changed,
    "channel_rename": channel_rename.on_channel_rename,
    "group_archive": channel_archive.on_channel_archive,
    "member_joined_channel": member_joined_channel.on_member_joined_channel,
    "member_left_channel": member_left_channel.on_member_left_channel,
    "tokens_revoked": access_revoked.on_access_revoked,
    "user_change": user_change.on_user_change,
}


@dataclass(frozen=True)
class LifecycleServices:
    address_book: AddressBook
    onboarding: Onboarding


@pytest.fixture
async def durable(database):
    """Where work is asked for; nothing runs it here."""
    durable = Durable(database, executor_id="test")
    await durable.ensure_tables()
    yield durable
    await durable.close()


@pytest.fixture
async def tell(make_path, database, store, durable):
    """Send events of Slack and wait until they are applied."""
    messenger = Messenger(Clients(Settings(_env_file=None), database), database=database)
    services = LifecycleServices(
        AddressBook(database, clock=clock),
        Onboarding(database, durable=durable, messenger=messenger, clock=clock),
    )
    listeners = {event: partial(listener, services=services) for event, listener in LISTENERS.items()}
    async with projecting(make_path(listeners)) as path:

        async def send(*events):
            for event in events:
                body = event_body(event)
                await deliver(path, body)
                await eventually(partial(_is_done, store, body["event_id"]))

        yield send


async def _is_done(store, event_id) -> bool:
    return (await store.show(event_id)).state == "done"


async def channel_of(database, channel_id=CHANNEL):
    async with database.read() as unit:
        return await unit.channels.get(WORKSPACE, channel_id=channel_id)


async def test_a_channel_is_greeted_once_and_one_that_knows_us_never(tell, database, durable):
    async with database.begin() as unit:
        await make_draft(unit, workspace_id=WORKSPACE, channel_id="C0KNOWSUS")

    for channel in (CHANNEL, CHANNEL, "C0KNOWSUS", "D0ANA"):
        await tell({"type": "member_joined_channel", "user": BOT, "channel": channel})

    greetings = await durable._list(name="greet")
    assert [greeting.workflow_id for greeting in greetings] == [f"greet:{WORKSPACE}:{CHANNEL}"]


async def test_the_bots_coming_and_going_is_noted(tell, database):
    await tell({"type": "member_joined_channel", "user": BOT, "channel": CHANNEL})
    joined = (await channel_of(database)).bot_is_member
    await tell({"type": "member_left_channel", "user": BOT, "channel": CHANNEL})

    assert (joined, (await channel_of(database)).bot_is_member) == (True, False)


async def test_other_peoples_coming_is_not_collected(tell, database):
    await tell({"type": "member_joined_channel", "user": ALICE, "channel": CHANNEL})

    async with database.read() as unit:
        assert await unit.channels.of_workspace(WORKSPACE) == []
        assert await unit.members.find(WORKSPACE, user_id=ALICE) is None


async def test_a_new_name_is_kept(tell, database):
    await tell({"type": "channel_rename", "channel": {"id": CHANNEL, "name": "release-notes"}})

    assert (await channel_of(database)).name == "release-notes"


@pytest.mark.parametrize("kind", ["channel_archive", "group_archive"])
async def test_an_archived_channel_is_closed(tell, database, kind):
    await tell({"type": kind, "channel": CHANNEL, "user": ALICE})

    assert (await channel_of(database)).archived


async def test_a_channel_with_a_new_id_keeps_its_settings(tell, database):
    async with database.begin() as unit:
        channel = await unit.channels.ensure(WORKSPACE, channel_id=CHANNEL, name="general")
        channel.default_task, channel.digest_time, channel.bot_is_member = "release-notes", "09:30", True
    event = {"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NEW"}

    await tell(event, event)

    moved, old = await channel_of(database, "C0NEW"), await channel_of(database)
    assert (moved.default_task, moved.digest_time, moved.bot_is_member) == ("release-notes", "09:30", True)
    assert (old.archived, old.next_digest_at) == (True, None)


async def test_a_deactivation_of_somebody_we_know_is_noted(tell, database):
    async with database.begin() as unit:
        await unit.members.ensure(WORKSPACE, user_id=ALICE)
    user = {"id": ALICE, "team_id": WORKSPACE, "deleted": True, "real_name": "Alice", "tz": "Europe/Berlin"}

    await tell({"type": "user_change", "user": user})

    async with database.read() as unit:
        member = await unit.members.find(WORKSPACE, user_id=ALICE)
    assert (member.deactivated, member.name, member.timezone) == (True, "Alice", "Europe/Berlin")


async def test_strangers_are_not_collected(tell, database):
    await tell({"type": "user_change", "user": {"id": "U0STRANGER", "team_id": WORKSPACE}})

    async with database.read() as unit:
        assert await unit.members.find(WORKSPACE, user_id="U0STRANGER") is None


@pytest.mark.parametrize(
    "event",
    [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT]}}],
    ids=["uninstalled", "revoked"],
)
async def test_the_token_of_a_workspace_that_put_us_out_is_dropped(tell, database, event):
    async with database.begin() as unit:
        await unit.installations.save(
            Installation(workspace_id=WORKSPACE, bot_token="xoxb-1", bot_user_id=BOT, installed_at=clock())
        )

    await tell(event)

    async with database.read() as unit:
        assert await unit.installations.find(WORKSPACE) is None
