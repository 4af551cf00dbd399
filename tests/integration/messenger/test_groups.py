"""User groups as Slack tells them, and as little asked as needed."""

import pytest

from bot.sandbox import SCOPES, App, Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.groups import KEPT_SECONDS, UserGroups
from bot.slack.messenger import SlackUnreachable

TEAM = "T0SANDBOX"


class Watch:
    """A clock that goes when it is told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def scopes():
    return SCOPES


@pytest.fixture
async def sandbox(scopes):
    async with Sandbox(app=App(scopes=scopes)) as opened:
        yield opened


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
async def groups(sandbox, sqlite_database, watch):
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    clients = Clients(settings, sqlite_database)
    yield UserGroups(clients, monotonic=watch)
    await clients.close()


async def test_groups_in_use_are_listed_by_handle_with_their_people(sandbox, groups):
    ana, ben = sandbox.add_person("Ana"), sandbox.add_person("Ben")
    writers = sandbox.add_group("writers", members=[ana, ben], name="Writers")
    sandbox.add_group("editors", members=[ben])
    sandbox.add_group("former", members=[ana]).disabled_at = 1

    listed = await groups.all(TEAM)

    assert [(group.handle, group.name) for group in listed] == [
        ("editors", "editors"),
        ("writers", "Writers"),
    ]
    assert await groups.members(TEAM, group_id=writers.id) == [ana.user_id, ben.user_id]
    assert groups.allowed(TEAM)


async def test_slack_is_asked_once_a_minute(sandbox, groups, watch):
    sandbox.add_group("writers", members=[])
    await groups.all(TEAM)
    sandbox.add_group("editors", members=[])

    within, asked = len(await groups.all(TEAM)), len(sandbox.calls)
    watch.now += KEPT_SECONDS + 1
    after = len(await groups.all(TEAM))

    assert (within, asked, after) == (1, 1, 2)


async def test_a_group_that_is_gone_has_nobody_in_it(groups):
    assert await groups.members(TEAM, group_id="S0GONE") == []
    assert groups.allowed(TEAM)


@pytest.mark.parametrize("scopes", [SCOPES - {"usergroups:read"}])
async def test_without_the_scope_there_are_no_groups_and_no_error(sandbox, groups):
    group = sandbox.add_group("writers", members=[sandbox.add_person("Ana")])

    assert await groups.all(TEAM) == []
    assert await groups.members(TEAM, group_id=group.id) == []
    assert not groups.allowed(TEAM)


async def test_only_those_of_a_group_who_are_in_a_channel_are_present_however_many_are(sandbox, groups):
    crowd = [sandbox.add_person(f"Member {number}") for number in range(230)]
    absent = sandbox.add_person("Absent")
    group = sandbox.add_group("writers", members=[absent, crowd[0], crowd[-1]])
    channel = sandbox.add_channel("launch", members=crowd)

    present = await groups.present(TEAM, group_id=group.id, channel_id=channel.id)

    assert present == [crowd[0].user_id, crowd[-1].user_id]


async def test_a_slack_that_is_away_is_no_empty_list(sandbox, groups):
    sandbox.inject("usergroups.list", "error", code="internal_error")

    with pytest.raises(SlackUnreachable):
        await groups.all(TEAM)

    assert await groups.all(TEAM) == []
