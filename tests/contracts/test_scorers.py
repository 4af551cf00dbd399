"""What every scorer must do: a new one joins by its line in `SCORERS`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.scorers import SCORERS, score_of
from tests.fakes.exercises import make_exercise, wish

EXERCISES = {
    "announcement": make_exercise(wishes=(wish("emoji", "none", "No emoji."),)),
    "without wishes": make_exercise(),
    "résumé": make_exercise(
        task="resume-bullet",
        brief="Cut build times by 40 % with Bazel and Python. Job description: We need Python, Bazel and Rust.",
        target="Cut build times by 40 % by moving Python builds to Bazel.",
    ),
    "no words": make_exercise(brief="?", original="!", target="…"),
}
TEXTS = [
    "",
    "👋",
    "The office moves to Berlin on Friday.",
    "x" * 5_000,
    "a\n\n- b\n- c\n\n```\ncode!\n```",
    "\x00\ud800",
]

scorers = pytest.mark.parametrize("scorer", SCORERS, ids=lambda scorer: scorer.name)
exercises = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES.keys())


@scorers
@exercises
def test_a_score_is_from_0_to_1_for_any_text(scorer, exercise):
    found = [scorer.score(exercise, text) for text in TEXTS]

    assert all(part is None or 0 <= part <= 1 for part in found)


@scorers
@exercises
def test_whether_it_applies_depends_on_the_exercise_alone(scorer, exercise):
    found = {scorer.score(exercise, text) is None for text in TEXTS}

    assert len(found) == 1


@scorers
@exercises
def test_no_text_is_worth_more_than_the_one_that_people_wanted(scorer, exercise):
    best = scorer.score(exercise, exercise.target)

    assert best in (None, 1.0)


@scorers
def test_the_same_text_has_the_same_score(scorer):
    exercise = EXERCISES["résumé"]

    assert scorer.score(exercise, TEXTS[2]) == scorer.score(exercise, TEXTS[2])


def test_names_are_different_and_weights_count():
    assert len({scorer.name for scorer in SCORERS}) == len(SCORERS)
    assert all(scorer.weight > 0 for scorer in SCORERS)


@given(st.text())
def test_the_whole_score_is_from_0_to_1_for_any_text(text):
    assert 0 <= score_of(EXERCISES["announcement"], text).total <= 1


@exercises
def test_what_people_wanted_is_worth_1_and_a_text_that_was_never_written_0(exercise):
    assert score_of(exercise, exercise.target).total == pytest.approx(1)
    assert score_of(exercise, None).total == 0
