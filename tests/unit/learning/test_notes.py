"""Where rules hold, in words; how they are narrowed; what the buttons of a note carry."""

from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from bot.learning.rules.decisions import NoSuchRule
from bot.learning.rules.learner import Taught
from bot.learning.scopes import WORKSPACE, Cell, Scope
from bot.learning.telling.narrowing import narrower_scopes
from bot.learning.telling.note_lines import build_lines, still_taught, worth_telling
from bot.learning.telling.note_ref import NoteRef
from bot.learning.telling.scope_words import scope_in_words
from bot.sandbox.blocks import message_problems
from bot.slack.blocks.learned import LearnedLine, Standing, learned_message
from bot.team.tasks import TaskBook
from storage.models import Correction, Draft, Rule
from tests.factories import NOW

TASKS = TaskBook.of([])
DRAFT = Draft(workspace_id="T1", channel_id="C1", task="reply", requester_id="U1")


def rule(number=1, **columns):
    given = {"state": "active", "reason": "", "created_at": NOW, "activated_at": NOW, **columns}
    made = Rule(id=f"{number:032x}", workspace_id="T1", number=number, **given)
    made.text = f"Rule {number}."
    return made


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (WORKSPACE, "everywhere"),
        (Scope("C1"), "in <#C1>"),
        (Scope(task="reply"), "for *Reply* drafts"),
        (Scope("C1", "reply"), "in <#C1>, for *Reply* drafts"),
        (Scope("C1", "reply", "U1"), "in <#C1>, for *Reply* drafts that <@U1> asks for"),
        (Scope(requester_id="U1"), "for drafts that <@U1> asks for"),
        (Scope(task="<!channel>"), "for *&lt;!channel&gt;* drafts"),
    ],
)
def test_a_scope_is_told_in_words(scope, words):
    assert scope_in_words(scope, tasks=TASKS) == words


@pytest.mark.parametrize(
    ("scope", "choices"),
    [
        (WORKSPACE, ["channel", "task", "both", "mine"]),
        (Scope("C1"), ["task", "mine"]),
        (Scope(task="reply"), ["channel", "mine"]),
        (Scope("C1", "reply"), ["mine"]),
        (Scope("C1", "reply", "U1"), []),
        (Scope(requester_id="U2"), ["channel", "task", "both"]),
    ],
)
def test_a_rule_can_only_be_narrowed_to_what_is_narrower(scope, choices):
    narrower = narrower_scopes(scope, DRAFT, user_id="U1")

    assert list(narrower) == choices
    assert all(one.narrowness > scope.narrowness for one in narrower.values())
    assert all(one.covers(Cell("C1", "reply", scope.requester_id or "U1")) for one in narrower.values())


def test_what_a_button_carries_is_read_back():
    ref = NoteRef("a" * 32, "b" * 32, ("a" * 32, "c" * 32))

    assert NoteRef.read(ref.value) == ref


@pytest.mark.parametrize(
    "value", ["", "x", "a" * 32, f"{'a' * 32}:{'b' * 32}", f"{'a' * 32}:{'b' * 32}:<!channel>", ":::"]
)
def test_what_we_did_not_write_is_refused(value):
    with pytest.raises(NoSuchRule):
        NoteRef.read(value)


def test_a_first_note_tells_news_only_and_what_drafts_follow_first():
    taught = [
        Taught(rule(1, state="proposed"), is_news=True, missing="evidence"),
        Taught(rule(2), is_news=False),
        *(Taught(rule(number), is_news=True) for number in (3, 4, 5)),
    ]

    told = worth_telling(taught)

    assert [one.rule.number for one in told] == [3, 4, 5]


def test_a_changed_correction_keeps_what_came_with_it_and_leaves_out_older_rules():
    correction = Correction(created_at=NOW)
    older = Taught(rule(1, activated_at=NOW - timedelta(days=1)), is_news=False)
    own = Taught(rule(2, activated_at=NOW + timedelta(seconds=1)), is_news=False)

    assert still_taught([older, own], correction) == [own]


@pytest.mark.parametrize(
    ("columns", "missing", "standing"),
    [
        ({}, "", "follows"),
        ({"state": "proposed"}, "evidence", "unsure"),
        ({"state": "proposed"}, "poll", "undecided"),
        ({"state": "proposed"}, "admin", "needs_admin"),
        ({"state": "proposed"}, "budget", "no_room"),
        ({"state": "retired", "reason": "undone"}, None, "undone"),
        ({"state": "retired", "reason": "outvoted"}, None, "outvoted"),
        ({"state": "expired", "reason": "faded"}, None, "gone"),
    ],
)
def test_a_line_says_how_its_rule_stands(columns, missing, standing):
    shown = rule(1, **columns)
    taught = [] if missing is None else [Taught(shown, is_news=True, missing=missing)]

    (line,) = build_lines([shown], taught=taught, correction_id="c" * 32, tasks=TASKS)

    assert line.standing == standing
    assert NoteRef.read(line.value) == NoteRef(shown.id, "c" * 32, (shown.id,))


def test_a_rule_for_one_person_cannot_be_narrowed_further():
    (line,) = build_lines([rule(1, requester_id="U1")], taught=[], correction_id="c" * 32, tasks=TASKS)

    assert not line.can_be_narrower


@pytest.mark.parametrize("standings", list(product(get_args(Standing), repeat=2)))
def test_any_two_rules_are_told_in_one_message_whatever_became_of_them(standings):
    lines = [LearnedLine("No emoji.", "everywhere", standing, "a:b") for standing in standings]

    text, blocks = learned_message(lines)

    assert "No emoji." in text
    assert message_problems(blocks) == []
