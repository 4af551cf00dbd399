"""`draftloop tokens` and `draftloop webhooks`."""

import asyncio
import re

import pytest

from storage.engine import Database
from storage.keyring import Keyring
from tests.conftest import TEST_KEY
from tests.factories import make_workspace


@pytest.fixture
def team(sqlite_url):
    """The one workspace there is."""

    async def make():
        database = Database.connect(sqlite_url, keyring=Keyring([TEST_KEY]))
        async with database.begin() as unit:
            await make_workspace(unit, "T0TEAM")
        await database.close()

    asyncio.run(make())


def test_a_token_is_made_shown_once_listed_and_revoked(draftloop, team):
    made = draftloop("tokens", "create", "--name", "Careers site", "--scope", "drafts:write")
    listed = draftloop("tokens", "list")
    token_id = re.search(r"Token ([0-9a-f]{32})", made.stderr)[1]
    revoked = draftloop("tokens", "revoke", token_id)
    again = draftloop("tokens", "revoke", token_id)

    assert re.fullmatch(r"dl_[\w-]{43}\n", made.stdout)
    assert (listed.exit_code, revoked.exit_code, again.exit_code) == (0, 0, 1)
    assert made.stdout.strip() not in listed.output
    assert "no usable token" in again.output


def test_what_cannot_be_made_is_said_in_a_sentence(draftloop, team):
    for words in (
        ("tokens", "create", "--name", " "),
        ("tokens", "create", "--name", "x", "--scope", "everything"),
        ("tokens", "create", "--name", "x", "--workspace", "T0NONE"),
        ("webhooks", "add", "http://127.0.0.1/hook"),
        ("webhooks", "test", "0"),
        ("webhooks", "enable", "0"),
        ("webhooks", "remove", "0"),
        ("webhooks", "replay", "0", "--since", "2026-11-01"),
    ):
        finished = draftloop(*words)
        assert finished.exit_code == 1, words
        assert finished.output.strip().endswith("."), words
        assert "Traceback" not in finished.output


def test_a_webhook_is_added_listed_replayed_and_removed(draftloop, team):
    added = draftloop("webhooks", "add", "https://hooks.example.com/secret-path")
    webhook_id = re.search(r"Webhook ([0-9a-f]{32})", added.stderr)[1]
    listed = draftloop("webhooks", "list")
    rest = [
        draftloop("webhooks", "replay", webhook_id, "--since", "2026-11-01"),
        draftloop("webhooks", "enable", webhook_id),
        draftloop("webhooks", "remove", webhook_id),
    ]

    assert re.fullmatch(r"dlw_[\w-]{43}\n", added.stdout)
    assert "secret-path" not in listed.output
    assert [finished.exit_code for finished in rest] == [0, 0, 0]
    assert "no webhook yet" in draftloop("webhooks", "list").output


def test_without_a_workspace_there_is_nothing_to_make_a_token_for(draftloop):
    finished = draftloop("tokens", "create", "--name", "x")

    assert finished.exit_code == 1
    assert "No workspace is known yet" in finished.output
