import asyncio

import pytest

from bot.settings import Settings
from bot.slack.clients import Clients
from handlers.authorize import Authorizer, SlackNotAnswering
from storage.models import Installation
from tests.fakes.auth_server import GOOD
from tests.fakes.event_path import clock


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
def monotonic():
    return Clock()


@pytest.fixture
def authorizer(clients, monotonic):
    return Authorizer(clients, patience=0.5, monotonic=monotonic)


async def test_many_first_events_ask_slack_once(authorizer, slack):
    found = await asyncio.gather(*(authorizer.who_in("T0TEAM") for _ in range(500)))

    assert slack.calls == 1
    assert {result.bot_user_id for result in found} == {"U0BOT"}


async def test_the_answer_is_kept_for_its_time_and_asked_again_after(authorizer, slack, monotonic):
    await authorizer.who_in("T0TEAM")
    monotonic.now = 599
    await authorizer.who_in("T0TEAM")
    calls_before = slack.calls
    monotonic.now = 601
    await authorizer.who_in("T0TEAM")

    assert (calls_before, slack.calls) == (1, 2)


LATER = [
    {"ok": False, "error": "ratelimited"},
    {"ok": False, "error": "internal_error"},
    {"ok": False, "error": "a_code_of_tomorrow"},
    (500, "text/plain", "oops"),
    (503, "text/html", "<html>We'll be back</html>"),
    (200, "text/html", "<html>proxy</html>"),
    (200, "text/plain", "proxy"),
    (200, "application/json", "{not json"),
    (200, "application/json", "[]"),
]


@pytest.mark.parametrize("answer", LATER, ids=str)
async def test_later_is_never_not_installed(authorizer, slack, answer):
    slack.answer = answer

    with pytest.raises(SlackNotAnswering):
        await authorizer.who_in("T0TEAM")

    slack.answer = GOOD
    assert await authorizer.who_in("T0TEAM") is not None


async def test_a_slack_that_hangs_is_later(authorizer, slack):
    slack.held = asyncio.Event()

    with pytest.raises(SlackNotAnswering):
        await authorizer.who_in("T0TEAM")


async def test_a_known_bot_goes_on_while_slack_is_away(authorizer, slack, monotonic):
    await authorizer.who_in("T0TEAM")
    slack.answer, monotonic.now = (503, "text/html", ""), 10_000

    found = await authorizer.who_in("T0TEAM")

    assert found.bot_user_id == "U0BOT"


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_slacks_clear_no_is_not_installed(authorizer, slack, code):
    slack.answer = {"ok": False, "error": code}

    assert await authorizer.who_in("T0TEAM") is None


async def test_a_workspace_that_is_not_the_tokens_own_is_not_ours(authorizer, slack):
    assert await authorizer.who_in("T0OTHER") is None
    assert await authorizer.who_in("T0OTHER") is None
    assert slack.calls == 1


async def test_each_installed_workspace_has_its_own_token(database, slack, keyring):
    settings = Settings(_env_file=None, slack_api_url=f"{slack.url}/api/")
    clients = Clients(settings, database)
    async with database.begin() as unit:
        installation = Installation(
            workspace_id="T0TEAM", bot_token="xoxb-1", bot_user_id="U0BOT", installed_at=clock()
        )
        await unit.installations.save(installation)

    found = await Authorizer(clients).who_in("T0TEAM")
    other = await Authorizer(clients).who_in("T0OTHER")
    await clients.close()

    assert (found.bot_token, other) == ("xoxb-1", None)


async def test_a_found_workspace_is_remembered(make_path, database):
    path = make_path()

    await path.authorizer.who_in("T0TEAM")

    async with database.read() as unit:
        workspace = await unit.workspaces.get("T0TEAM")
    assert (workspace.name, workspace.bot_user_id, workspace.bot_id) == ("Test", "U0BOT", "B0BOT")


async def test_the_person_of_one_request_is_not_the_person_of_the_next(authorizer):
    first = await authorizer(context={}, enterprise_id=None, team_id="T0TEAM", user_id="U1")
    second = await authorizer(context={}, enterprise_id=None, team_id="T0TEAM", user_id="U2")

    assert (first.user_id, second.user_id) == ("U1", "U2")
