"""What a rule's page says, and to whom."""

from datetime import timedelta

import pytest

from bot.learning.rulebook.rule_history import Readers, build_history
from bot.learning.rulebook.rule_page import Told, build_rule_card
from bot.learning.rulebook.rule_words import build_done, build_row, build_state
from bot.learning.rules.decisions import Decided
from bot.learning.rules.rights import OPERATOR
from bot.learning.rules.rule_changes import PROGRAM
from bot.team.tasks import TaskBook
from storage.models import AuditEntry, Correction, Observation, Rule
from storage.queries.rule_list import Said
from tests.factories import CHANNEL, NOW, WORKSPACE

TASKS = TaskBook.of([])
DECIDES = Told(user_id="U0CHLOE", is_admin=True, decides=True, channels=frozenset({CHANNEL}), tasks=TASKS)
READS = Told(user_id="U0ALICE", is_admin=False, decides=False, channels=frozenset({CHANNEL}), tasks=TASKS)


def rule(**columns):
    given = {
        "workspace_id": WORKSPACE,
        "number": 41,
        "topic": "emoji",
        "stance": "none",
        "text": "Use no <emoji>.",
        "origin": "learned",
        "state": "active",
        "created_at": NOW,
        "changed_at": NOW + timedelta(days=2),
        "activated_at": NOW + timedelta(days=1),
        "supporters": 2,
        **columns,
    }
    return Rule(**given)


def said(
    user_id, *, stance="none", named=True, hidden=False, channel=CHANNEL, state="standing", text="Words."
):
    correction = Correction(workspace_id=WORKSPACE, draft_id="d", user_id=user_id, text=text, state=state)
    observation = Observation(
        workspace_id=WORKSPACE,
        channel_id=channel,
        user_id=user_id,
        topic="emoji",
        stance=stance,
        observed_at=NOW,
    )
    return Said(observation, correction, hidden=hidden, named=named)


def told(base, *evidence, **more):
    return Told(**{**vars(base), "said": evidence, **more})


def test_numbers_are_of_people_and_of_corrections_on_both_sides():
    evidence = (said("U1"), said("U1"), said("U2"), said("U3", stance="some"))

    card = build_rule_card(rule(opposers=1), told(READS, *evidence))

    assert card.evidence == ("For it: 2 people, 3 corrections", "Against it: 1 person, 1 correction")


@pytest.mark.parametrize(
    "hushed",
    [
        said("U1", named=False),
        said("U1", hidden=True),
        said("U1", channel="C0SECRET"),
        said("U1", state="withdrawn"),
        said("U1", stance="some"),
    ],
)
def test_words_are_only_quoted_by_consent_standing_and_where_one_may_read(hushed):
    assert build_rule_card(rule(), told(READS, hushed)).examples == ()
    assert build_rule_card(rule(), told(DECIDES, hushed)).examples == ()


def test_ones_own_words_are_shown_to_oneself():
    card = build_rule_card(rule(), told(READS, said("U0ALICE", named=False), said("U2")))

    assert [example.about.split(" in ")[0] for example in card.examples] == ["you", "<@U2>"]


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("proposed", {"approve", "edit", "rescope", "retire"}),
        ("active", {"edit", "rescope", "retire"}),
        ("retired", {"bring_back"}),
        ("expired", {"bring_back"}),
    ],
)
def test_buttons_are_for_those_who_decide_and_fit_the_state(state, may):
    assert build_rule_card(rule(state=state), DECIDES).may == may
    assert build_rule_card(rule(state=state), READS).may == set()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "active since 24 Nov 2026"),
        ({"state": "proposed"}, "proposed 23 Nov 2026: waits for more people or drafts that say so"),
        ({"state": "proposed", "origin": "written"}, "proposed 23 Nov 2026: waits for a decision"),
        ({"state": "retired", "reason": "undone"}, "retired since 25 Nov 2026: somebody undid it"),
        ({"state": "expired", "reason": "odd"}, "expired since 25 Nov 2026"),
    ],
)
def test_a_state_is_said_with_its_day_and_reason(columns, words):
    assert build_state(rule(**columns)) == words


def test_a_row_says_what_there_is_to_say():
    row = build_row(rule(channel_id="C1", used=3, opposers=1), tasks=TASKS, effect="accepted 80%")

    assert (row.text, row.where) == ("Use no <emoji>.", "in <#C1>")
    assert row.about == ("active", "2 for, 1 against", "in 3 drafts", "accepted 80%")


@pytest.mark.parametrize(
    ("readers", "actor", "called"),
    [
        (Readers("U1", is_admin=False, named=()), "U1", "You"),
        (Readers("U1", is_admin=False, named=()), "U2", "Somebody"),
        (Readers("U1", is_admin=False, named={"U2"}), "U2", "<@U2>"),
        (Readers("U1", is_admin=True, named=()), "U2", "<@U2>"),
        (Readers("U1", is_admin=False, named=()), PROGRAM, "I"),
        (Readers(None, is_admin=True, named=()), OPERATOR, "Whoever runs me"),
    ],
)
def test_history_names_by_consent_and_admins_know_who_decided(readers, actor, called):
    entry = AuditEntry(workspace_id=WORKSPACE, at=NOW, actor_id=actor, action="rule.approved", subject="r")

    assert build_history(entry, readers=readers, tasks=TASKS) == f"23 Nov 2026 · {called} approved it"


def test_what_was_proposed_is_told_with_its_number_and_whether_it_holds():
    active, waiting = Decided("proposed", (rule(),)), Decided("proposed", (rule(state="proposed"),))

    assert "Rule 41" in build_done(active)
    assert "next draft" in build_done(active)
    assert "waits for a decision" in build_done(waiting)
    assert build_done(Decided("opposed")) == ""
    assert build_done(Decided("unchanged", (rule(),))) == "It was so already (rule 41)."


def test_history_says_where_a_rule_went_and_why_it_ended():
    given = {"workspace_id": WORKSPACE, "at": NOW, "actor_id": PROGRAM, "subject": "r"}
    scope = {"channel_id": "C1", "task": None, "requester_id": None}
    moved = AuditEntry(action="rule.narrowed", details={"scope": scope}, **given)
    ended = AuditEntry(action="rule.expired", details={"scope": scope, "reason": "faded"}, **given)
    odd = AuditEntry(action="rule.sung", details={}, **given)

    said = [build_history(entry, readers=READS.readers, tasks=TASKS) for entry in (moved, ended, odd)]

    assert said == [
        "23 Nov 2026 · I narrowed where it holds: in <#C1>",
        "23 Nov 2026 · I let it expire: nobody said so for a long time",
        "23 Nov 2026 · I changed it",
    ]
