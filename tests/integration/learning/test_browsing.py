"""Which rules people find, who sees what, and what a rule's page says, on both databases."""

from dataclasses import replace

import pytest

from bot.digests.effects import RuleEffects
from bot.errors import FormError
from bot.learning.rulebook.browsing import OPERATOR, RuleBrowser, Viewer
from bot.learning.rulebook.rule_forms import RuleForms
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.rules.rights import NoSuchRule
from bot.learning.scopes import Scope
from bot.slack.access import AdminNotKnown
from bot.slack.blocks.rules import PAGE
from bot.team.policy import Policy
from storage.models import AuditEntry
from storage.queries.rule_list import RuleCounts
from tests.factories import (
    CHANNEL,
    NOW,
    WORKSPACE,
    make_channel,
    make_correction,
    make_draft,
    make_member,
    make_observation,
    make_rule,
    make_workspace,
)

ALICE = Viewer("U0ALICE", is_admin=False, channels=frozenset({CHANNEL}))
CHLOE = Viewer("U0CHLOE", is_admin=True)
EVERY = RulesPlace(state="all")


class Doors:
    """Who is an admin and who may look into which channel, as Slack would say."""

    def __init__(self, channels=()):
        self.channels = channels

    async def knows(self, workspace_id, *, user_id, deadline_seconds):
        if user_id == "U0SLOW":
            raise AdminNotKnown
        return user_id == CHLOE.user_id

    async def may_see(self, workspace_id, *, channel_id, user_id):
        return channel_id in self.channels


@pytest.fixture
def browser(database):
    return RuleBrowser(database, admins=Doors(), membership=Doors({CHANNEL}), effects=RuleEffects())


async def numbers(browser, viewer, place=EVERY, words=""):
    card, _ = await browser.list_card(WORKSPACE, viewer=viewer, place=place, words=words)
    return [row.number for row in card.rows]


@pytest.fixture
async def rules(database):
    """Rules 1 … 7 in every kind of scope and state, and one of another workspace."""
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_workspace(unit, "T0OTHER")
        made = [
            await make_rule(unit, "Use no emoji."),
            await make_rule(unit, "Write dates like 3 November.", task="announcement"),
            await make_rule(unit, "Be short.", channel_id=CHANNEL, state="proposed"),
            await make_rule(unit, "Call them customers.", channel_id="C0SECRET"),
            await make_rule(unit, "Sign off with Ana.", requester_id="U0BEN"),
            await make_rule(unit, "Greet nobody.", state="retired"),
            await make_rule(unit, "Say hi.", channel_id="D0BEN"),
        ]
        await make_rule(unit, "Use many emoji.", workspace_id="T0OTHER")
    return made


async def test_everybody_finds_what_they_may_see_and_nothing_of_others(browser, rules):
    assert await numbers(browser, ALICE) == [3, 6, 2, 1]
    assert await numbers(browser, CHLOE) == [3, 6, 5, 4, 2, 1]
    assert await numbers(browser, Viewer("U0BEN", None, frozenset({"D0BEN"}))) == [7, 6, 5, 2, 1]
    assert await numbers(browser, OPERATOR) == [3, 7, 6, 5, 4, 2, 1]


async def test_what_somebody_sees_is_asked_of_slack_each_time(browser, database):
    here, secret = RulesPlace(here=CHANNEL), RulesPlace(here="C0SECRET", channel_id=CHANNEL)

    admin = await browser.viewer(WORKSPACE, user_id="U0CHLOE", place=here)
    outside = await browser.viewer(WORKSPACE, user_id="U0ALICE", place=secret)
    inside = await browser.viewer(WORKSPACE, user_id="U0ALICE", place=secret, is_here=True)
    nobody_knows = await browser.viewer(WORKSPACE, user_id="U0SLOW", place=RulesPlace())

    assert (admin.is_admin, admin.channels) == (True, {CHANNEL})
    assert (outside.is_admin, outside.channels) == (False, {CHANNEL})
    assert inside.channels == {CHANNEL, "C0SECRET"}
    assert (nobody_knows.is_admin, nobody_knows.sight.everywhere) == (None, False)
    shown = await browser.list_modal(WORKSPACE, viewer=nobody_knows, place=RulesPlace())
    assert "did not tell me in time" in str(shown["blocks"][0])


async def test_rules_are_narrowed_by_state_channel_task_and_words(browser, rules):
    assert await numbers(browser, CHLOE, RulesPlace()) == [3, 5, 4, 2, 1]
    assert await numbers(browser, CHLOE, RulesPlace(state="closed")) == [6]
    assert await numbers(browser, CHLOE, RulesPlace(channel_id="C0SECRET")) == [5, 4, 2, 1]
    assert await numbers(browser, CHLOE, RulesPlace(task="reply")) == [3, 5, 4, 1]
    assert await numbers(browser, CHLOE, EVERY, "NO emoji") == [1]
    assert await numbers(browser, CHLOE, EVERY, "4") == [4]
    assert await numbers(browser, CHLOE, EVERY, "haiku") == []


async def test_a_page_past_the_end_is_the_last_one(browser, database):
    async with database.begin() as unit:
        await make_workspace(unit)
        for number in range(PAGE + 1):
            await make_rule(unit, f"Rule {number}.")

    card, place = await browser.list_card(WORKSPACE, viewer=CHLOE, place=RulesPlace(page=9), words="rule")

    assert ([row.number for row in card.rows], card.total, place.page) == ([1], PAGE + 1, 1)


async def test_a_rule_of_elsewhere_is_not_there(browser, database, rules):
    async with database.read() as unit:
        foreign = await unit.rules.find_by_number("T0OTHER", number=1)

    for viewer, rule in ((ALICE, rules[3]), (ALICE, rules[4]), (CHLOE, foreign), (CHLOE, rules[6])):
        with pytest.raises(NoSuchRule):
            await browser.rule_card(WORKSPACE, viewer=viewer, rule_id=rule.id)


async def test_a_page_tells_evidence_quotes_history_and_who_may_decide(browser, database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit, "U0ALICE", named_in_reports=True)
        await make_member(unit, "U0BEN")
        rule = await make_rule(unit, supporters=2, opposers=1)
        for user_id, text, stance in (
            ("U0ALICE", "No emoji in here, please.", "none"),
            ("U0BEN", "Ben's own words.", "none"),
            ("U0DORA", "More emoji.", "some"),
        ):
            draft = await make_draft(unit)
            correction = await make_correction(unit, draft, user_id=user_id, text=text)
            await make_observation(unit, correction, draft, stance=stance)
            await make_observation(unit, correction, draft, topic="length", stance="short")
        unit_of = {"workspace_id": WORKSPACE, "at": NOW, "subject": rule.id, "details": {}}
        await unit.audit.add(AuditEntry(actor_id="U0BEN", action="rule.approved", **unit_of))

    card, _ = await browser.rule_card(WORKSPACE, viewer=ALICE, rule_id=rule.id)
    admins, _ = await browser.rule_card(
        WORKSPACE, viewer=replace(CHLOE, channels=ALICE.channels), rule_id=rule.id
    )

    assert card.evidence == ("For it: 2 people, 2 corrections", "Against it: 1 person, 1 correction")
    assert [example.text for example in card.examples] == ["No emoji in here, please."]
    assert card.history == ("23 Nov 2026 · Somebody approved it",)
    assert card.effect[0].startswith("Not known yet")
    assert (card.may, admins.may) == (set(), {"edit", "rescope", "retire"})
    assert "<@U0BEN>" in admins.history[0]


async def test_where_the_team_decides_everybody_who_counts_has_the_buttons(browser, database, rules):
    async with database.begin() as unit:
        Policy(rules_by="team").write(await unit.workspaces.lock(WORKSPACE, now=NOW))
        await make_member(unit, "U0ALICE")
        await make_member(unit, "U0EVE", home_team_id="T0OTHER")

    card, _ = await browser.rule_card(WORKSPACE, viewer=ALICE, rule_id=rules[0].id)
    foreign, _ = await browser.rule_card(
        WORKSPACE, viewer=Viewer("U0EVE", is_admin=False), rule_id=rules[0].id
    )

    assert card.may == {"edit", "rescope", "retire"}
    assert foreign.may == set()


async def test_home_knows_how_many_rules_there_are_and_how_many_one_taught(database, rules):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        correction = await make_correction(unit, draft, user_id="U0ALICE")
        await make_observation(unit, correction, draft)
        await make_observation(unit, correction, draft, topic="length", stance="short")
        await make_observation(unit, await make_correction(unit, draft), draft, state="dropped")

    async with database.read() as unit:
        assert await unit.rule_list.counts(WORKSPACE, user_id="U0ALICE") == RuleCounts(5, 1, 1)
        assert await unit.rule_list.counts("T0NONE", user_id="U0ALICE") == RuleCounts()


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"place": "channel"}, "channel"),
        ({"place": "channel", "channel": "C0SECRET"}, "channel"),
        ({"task": "haiku"}, "task"),
    ],
)
async def test_a_rule_cannot_be_put_where_one_may_not_look(database, values, wrong):
    forms = RuleForms(database, membership=Doors({CHANNEL}))
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit, "C0SECRET")

    with pytest.raises(FormError) as refused:
        await forms.read_scope(WORKSPACE, values=values, user_id="U0ALICE")

    assert list(refused.value.fields) == [wrong]


async def test_a_rule_is_put_where_somebody_chose(database):
    forms = RuleForms(database, membership=Doors({CHANNEL}))
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit)
        secret = await make_rule(unit, channel_id="C0SECRET", task="gone", requester_id="U0BEN")

    async def read(rule=None, **values):
        return await forms.read_scope(WORKSPACE, values=values, user_id="U0ALICE", rule=rule)

    assert await read() == Scope()
    assert await read(place="everywhere", channel=CHANNEL, task="*", whose="everybody") == Scope()
    assert await read(place="channel", channel=CHANNEL, task="reply", whose="person") == Scope(
        CHANNEL, "reply", "U0ALICE"
    )
    kept = {"place": "channel", "channel": "C0SECRET", "task": "gone", "whose": "person"}
    assert await read(secret, **kept) == Scope.of(secret)
