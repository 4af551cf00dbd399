import pytest

from bot.evaluation.rule_checks import checked, honoured
from tests.fakes.exercises import make_exercise, wish

CASES = [
    (wish("exclamation", "none", "No exclamation marks."), "Done.", "Done!"),
    (wish("exclamation", "some", "Use exclamation marks."), "Done!", "Done."),
    (wish("emoji", "none", "No emoji."), "Done.", "Done 🎉"),
    (wish("emoji", "some", "Use emoji."), "Done 🎉", "Done."),
    (wish("greeting", "none", "No greeting."), "We moved.", "Hi everyone! We moved."),
    (wish("greeting", "some", "Begin with a greeting."), "Hi everyone! We moved.", "We moved."),
    (wish("sign_off", "— ops", "End with “— Ops”."), "We moved.\n\n— Ops", "We moved."),
    (wish("bullets", "some", "Use bullet points."), "News:\n- one\n- two", "News: one, two."),
    (wish("bullets", "none", "No bullet points."), "News: one, two.", "News:\n- one\n- two"),
    (wish("bold", "some", "Use bold."), "**News**: one.", "News: one."),
    (wish("bold", "none", "No bold."), "News: one.", "**News**: one."),
    (wish("dates", "iso", "Write dates like 2026-11-23."), "On 2026-11-23.", "On 23 November 2026."),
    (wish("clock", "24", "Write times like 15:30."), "At 15:30.", "At 3:30 pm."),
    (wish("contractions", "none", "No contractions."), "It is done now.", "It's done now."),
    (wish("words:clients|users", "users", "Say “users” instead of “clients”."), "Our users.", "Our clients."),
]


@pytest.mark.parametrize(("said", "kept", "lost"), CASES, ids=[f"{w.topic} {w.stance}" for w, *_ in CASES])
def test_what_patterns_know_is_checked_in_both_directions(said, kept, lost):
    exercise = make_exercise(wishes=(said,))

    assert checked(exercise, kept) == {said.topic: True}
    assert checked(exercise, lost) == {said.topic: False}


SHORT = wish("length", "short", "Keep it short.")
LONG = wish("length", "long", "Give more detail.")


@pytest.mark.parametrize(("words", "is_kept"), [(4, True), (7, True), (8, False), (10, False)])
def test_short_is_nearer_to_the_text_people_wanted_than_to_the_one_they_had(words, is_kept):
    exercise = make_exercise(original="word " * 10, target="word " * 4, wishes=(SHORT,))

    assert honoured(exercise, "word " * words) is is_kept


def test_more_detail_is_checked_the_other_way_round():
    exercise = make_exercise(original="word " * 4, target="word " * 10, wishes=(LONG,))

    assert honoured(exercise, "word " * 9) is True
    assert honoured(exercise, "word " * 4) is False


def test_length_is_no_check_where_the_wanted_text_does_not_show_it():
    exercise = make_exercise(original="word " * 4, target="word " * 4, wishes=(SHORT,))

    assert honoured(exercise, "word") is None


def test_a_correction_is_honoured_only_as_a_whole():
    exercise = make_exercise(wishes=(CASES[0][0], CASES[2][0]))

    assert honoured(exercise, "Done.") is True
    assert honoured(exercise, "Done. 🎉") is False


def test_what_only_a_model_understands_is_left_to_other_scorers():
    assert honoured(make_exercise(wishes=(wish("tone", "do", "Sound calm."),)), "Hi!") is None
    assert honoured(make_exercise(), "Hi!") is None
