"""Getting to know people: what they said is judged anew before they count as known."""

import pytest

from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.directory import SlackUser
from bot.slack.introductions import Introductions
from bot.slack.messenger import Messenger
from tests.factories import NOW

TEAM = "T0SANDBOX"


@pytest.fixture
async def sandbox():
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def ana(sandbox):
    return sandbox.add_person("Ana")


@pytest.fixture
async def messenger(sandbox, sqlite_database):
    settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
    made = Messenger(Clients(settings, sqlite_database), database=sqlite_database)
    yield made
    await made.close()


@pytest.fixture
async def address_book(sqlite_database, ana):
    async with sqlite_database.begin() as unit:
        await unit.members.ensure(TEAM, user_id=ana.user_id)
    return AddressBook(sqlite_database, clock=lambda: NOW)


async def test_somebody_whose_votes_could_not_be_judged_anew_is_met_again(
    sqlite_database, messenger, address_book, ana
):
    judged = []

    async def reconsider(workspace_id: str, user_id: str) -> None:
        judged.append((workspace_id, user_id))
        if len(judged) == 1:
            raise ZeroDivisionError

    introductions = Introductions(
        sqlite_database, messenger=messenger, address_book=address_book, reconsider=reconsider
    )

    with pytest.raises(ZeroDivisionError):
        await introductions.run(NOW)
    await introductions.run(NOW)
    await introductions.run(NOW)

    assert judged == [(TEAM, ana.user_id)] * 2


async def test_a_change_of_profile_is_no_introduction(sqlite_database, messenger, address_book, ana):
    judged = []

    async def reconsider(_workspace_id: str, user_id: str) -> None:
        judged.append(user_id)

    introductions = Introductions(
        sqlite_database, messenger=messenger, address_book=address_book, reconsider=reconsider
    )
    changed = SlackUser.from_body({"id": ana.user_id, "team_id": TEAM, "real_name": "Ana B."})

    await address_book.person_changed(TEAM, user=changed)
    await introductions.run(NOW)

    assert judged == [ana.user_id]
