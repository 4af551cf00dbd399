"""Who may ask, with a real Slack to say who is who."""

import pytest
from pydantic import SecretStr

from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.clients import Clients
from bot.slack.groups import UserGroups
from bot.slack.messenger import Messenger
from bot.team.asking import AskerNotKnown, Asking, NotAsked
from tests.factories import make_channel


@pytest.fixture
async def sandbox():
    async with Sandbox() as running:
        yield running


@pytest.fixture
async def asking(sandbox, sqlite_database):
    settings = Settings(
        _env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=SecretStr(sandbox.bot_token)
    )
    clients = Clients(settings, sqlite_database)
    messenger = Messenger(clients, database=sqlite_database)
    yield Asking(
        sqlite_database,
        admins=Admins(messenger, named=["UNAMED"]),
        groups=UserGroups(clients),
        deadline_seconds=1,
    )
    await messenger.close()


@pytest.fixture
def town(sandbox, sqlite_database, asking):
    ana, ben = sandbox.add_person("Ana"), sandbox.add_person("Ben")
    chloe = sandbox.add_person("Chloe", admin=True)
    group = sandbox.add_group("writers", members=[ben])

    async def may(person, **ways):
        async with sqlite_database.begin() as unit:
            await make_channel(unit, "C1", workspace_id=sandbox.team_id, **ways)
        user_id = person if isinstance(person, str) else person.user_id
        await asking.require(sandbox.team_id, channel_id="C1", user_id=user_id)

    may.ana, may.ben, may.chloe, may.group = ana, ben, chloe, group
    return may


async def test_everybody_may_ask_where_nothing_else_was_said(asking, town):
    await town(town.ana)
    await asking.require("T9", channel_id="C9", user_id="U9")


async def test_where_reviewers_may_ask_they_and_admins_do(town):
    ways = {"who_may_ask": "reviewers", "reviewer_group": town.group.id}

    await town(town.ben, **ways)
    await town(town.chloe, **ways)
    await town("UNAMED", **ways)
    with pytest.raises(NotAsked) as refused:
        await town(town.ana, **ways)

    assert "@writers" in refused.value.sentence


async def test_where_admins_may_ask_only_they_do(town):
    await town(town.chloe, who_may_ask="admins")
    with pytest.raises(NotAsked) as refused:
        await town(town.ben, who_may_ask="admins")

    assert "admins of this workspace" in refused.value.sentence


async def test_a_group_that_is_gone_leaves_admins(town):
    ways = {"who_may_ask": "reviewers", "reviewer_group": "S0GONE"}

    await town(town.chloe, **ways)
    with pytest.raises(NotAsked):
        await town(town.ben, **ways)


@pytest.mark.parametrize("who", ["reviewers", "admins"])
async def test_when_slack_cannot_be_asked_nobody_may_and_is_told_to_try_again(sandbox, town, who):
    sandbox.inject("users.info", "server_error", times=20)
    sandbox.inject("usergroups.users.list", "server_error", times=20)

    with pytest.raises(AskerNotKnown):
        await town(town.chloe, who_may_ask=who, reviewer_group=town.group.id)
