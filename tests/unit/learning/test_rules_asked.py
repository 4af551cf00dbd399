"""What somebody types after `/draftloop rules`, and what they find by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.rulebook.rules_asked import Asked, read_asked, search, stored_states
from bot.learning.rulebook.rules_place import RulesPlace
from bot.slack.blocks.rules import STATES
from bot.team.tasks import TaskBook

TASKS = TaskBook.of([])
TEXTS = [
    ("a", 12, "Use no emoji."),
    ("b", 7, "Say “customers”, not “users”."),
    ("c", 112, "Dates like \N{FULLWIDTH DIGIT THREE} November."),
]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", Asked()),
        ("no emoji", Asked(words="no emoji")),
        ("proposed", Asked(state="proposed")),
        ("expired", Asked(state="closed")),
        ("<#C1|launch> reply", Asked(channel_id="C1", task="reply")),
        ("#launch proposed dates", Asked(channel_name="launch", state="proposed", words="dates")),
        ("#12", Asked(words="#12")),
        ("proposed retired", Asked(state="proposed", words="retired")),
        ("Release-Notes", Asked(task="release-notes")),
        ("plain words", Asked(words="plain words")),
    ],
)
def test_words_are_read_in_any_order(typed, asked):
    assert read_asked(typed, tasks=TASKS) == asked


@given(st.text())
def test_whatever_is_typed_is_read(typed):
    asked = read_asked(typed, tasks=TASKS)

    assert asked.state in STATES
    assert len(asked.words) <= 80


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("EMOJI", ["a"]),
        ("12", ["a"]),
        ("#7", ["b"]),
        ("3 november", ["c"]),
        ("customers dates", []),
        ("  ", ["a", "b", "c"]),
    ],
)
def test_rules_are_found_by_all_their_words_or_their_number(words, found):
    assert search(words, TEXTS) == found


def test_every_choice_of_state_stands_for_states_of_rules():
    assert {state for choice in STATES for state in stored_states(choice)} == {
        "active",
        "proposed",
        "retired",
        "expired",
    }


@given(
    st.builds(
        RulesPlace,
        here=st.none() | st.text(max_size=9),
        state=st.sampled_from(sorted(STATES)),
        page=st.integers(0, 10**6),
        searched=st.booleans(),
        rule_id=st.none() | st.text(max_size=32),
        version=st.integers(0, 10**6),
    )
)
def test_a_place_comes_back_as_it_went(place):
    assert RulesPlace.from_json(place.to_json()) == RulesPlace(
        **{**vars(place), "here": place.here or None, "rule_id": place.rule_id or None}
    )


@pytest.mark.parametrize(
    "odd", ["", "[]", "{", '{"page": -1}', '{"state": "x"}', '{"page": "1", "rule_id": 5, "other": 1}']
)
def test_odd_metadata_is_the_usual_list(odd):
    assert RulesPlace.from_json(odd) == RulesPlace()
