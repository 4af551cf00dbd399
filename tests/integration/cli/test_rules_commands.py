"""`draftloop rules`: the operator sees every rule and may end one."""

import asyncio
import json

import pytest

from storage.engine import Database
from storage.keyring import Keyring
from tests.conftest import TEST_KEY
from tests.factories import make_rule, make_workspace


@pytest.fixture
def rules(sqlite_url):
    """Three rules of the one workspace there is."""

    async def make():
        database = Database.connect(sqlite_url, keyring=Keyring([TEST_KEY]))
        async with database.begin() as unit:
            await make_workspace(unit, "T0TEAM")
            await make_rule(unit, "Use no emoji.\x1b[2J", channel_id="C0LAUNCH", task="reply", supporters=2)
            await make_rule(unit, "Be short.", topic="length", stance="short", requester_id="U0ANA")
            await make_rule(unit, "Greet nobody.", topic="greeting", state="retired")
        await database.close()

    asyncio.run(make())


def test_rules_are_listed_searched_and_shown(draftloop, rules):
    listed = draftloop("rules", "list")
    found = json.loads(draftloop("rules", "list", "--search", "EMOJI", "--format", "json").stdout)
    closed = draftloop("rules", "list", "--state", "closed").stdout
    shown = draftloop("rules", "show", "1").stdout
    told = json.loads(draftloop("rules", "show", "2", "--format", "json").stdout)

    assert "2 of 2 rules." in listed.stdout
    assert "C0LAUNCH, reply · active since" in listed.stdout
    assert "drafts that U0ANA asks for" in listed.stdout
    assert [(rule["number"], rule["channel_id"], rule["supporters"]) for rule in found] == [
        (1, "C0LAUNCH", 2)
    ]
    assert "Greet nobody." in closed
    assert "Holds: in C0LAUNCH, for Reply drafts" in shown
    assert "For it: 2 people" in shown
    assert "Not known yet" in shown
    assert told["text"] == "Be short."
    assert "\x1b" not in listed.stdout + shown


def test_a_rule_is_retired_once(draftloop, rules):
    first, again = draftloop("rules", "retire", "1"), draftloop("rules", "retire", "1")

    assert (first.exit_code, first.stdout) == (0, "Rule 1 is retired.\n")
    assert (again.exit_code, again.stdout) == (0, "Rule 1 was ended already.\n")
    assert "Whoever runs me retired it" in draftloop("rules", "show", "1").stdout
    assert "1 of 1 rules." in draftloop("rules", "list").stdout


def test_what_is_not_there_is_said_in_a_sentence(draftloop, rules):
    for words in (("show", "9"), ("retire", "9"), ("show", "1", "--workspace", "T0NONE")):
        finished = draftloop("rules", *words)

        assert finished.exit_code == 1
        assert finished.output.strip().endswith(".")
    assert draftloop("rules", "list", "--search", "haiku").stdout == "There is no such rule.\n"
