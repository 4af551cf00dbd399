"""The Home tab on a real database, a real inbox and the sandbox's Slack; its stories are those of the digests."""

from collections.abc import Callable

import pytest

from bot.digests.stats import Stats
from bot.home.home import Home, build_home_service
from bot.slack.access import Admins
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.inbox_store import InboxStore
from tests.factories import NOW
from tests.fakes.release_browser import release_browser
from tests.integration.digests.conftest import general, messenger, sandbox, story

__all__ = ["general", "messenger", "sandbox", "story"]

ADMIN = "U0ADMIN"


@pytest.fixture
def new_home(database: Database, inbox: InboxStore, messenger: Messenger) -> Callable[[], Home]:
    """Return what makes a Home service, as each replica has one; `ADMIN` is an admin without Slack's word."""

    def new() -> Home:
        return build_home_service(
            database,
            stats=Stats(database, clock=lambda: NOW),
            messenger=messenger,
            admins=Admins(messenger, named=[ADMIN]),
            inbox=inbox,
            releases=release_browser(database),
            clock=lambda: NOW,
        )

    return new


@pytest.fixture
def home(new_home: Callable[[], Home]) -> Home:
    return new_home()
