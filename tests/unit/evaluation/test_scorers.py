import pytest

from bot.evaluation.scorers import score_of
from bot.evaluation.scorers.content import Content
from bot.evaluation.scorers.distance import Distance
from bot.evaluation.scorers.keywords import Keywords, keywords_of
from bot.evaluation.scorers.length import Length
from bot.evaluation.scorers.rules import Rules
from tests.fakes.exercises import make_exercise, wish

NO_EMOJI = wish("emoji", "none", "No emoji.")
NO_EXCLAMATION = wish("exclamation", "none", "No exclamation marks.")
JOB = "Job description: Senior engineer with Kubernetes, Python and Terraform. Experience in a strong team."


def test_distance_is_the_share_of_words_that_nobody_has_to_change():
    exercise = make_exercise(target="Lunch is at noon today.")

    assert Distance().score(exercise, "Lunch is at one today.") == pytest.approx(1 - 1 / 6)


def test_rules_are_the_share_of_wishes_that_are_honoured():
    exercise = make_exercise(wishes=(NO_EMOJI, NO_EXCLAMATION))

    assert Rules().score(exercise, "The office moves! See you there.") == 0.5


def test_rules_do_not_apply_where_nothing_was_said_that_can_be_checked():
    assert Rules().score(make_exercise(wishes=(wish("tone", "do", "Sound calm."),)), "Hi!") is None


def test_content_sees_that_the_style_is_right_and_the_sense_is_lost():
    exercise = make_exercise(
        brief="Thank Emil for repairing the library", target="Thanks, Emil, for repairing the library."
    )

    told = Content().score(exercise, "Thank you, Emil: the library is repaired.")
    lost = Content().score(exercise, "The office is closed on Friday.")

    assert told == 1
    assert lost == 0


def test_content_does_not_miss_what_the_human_left_out_of_the_brief_too():
    exercise = make_exercise(
        brief="Write two friendly sentences: the lift is broken", target="The lift is broken."
    )

    assert Content().score(exercise, "The lift is broken until Monday.") == 1


def test_content_asks_for_the_whole_brief_where_the_human_kept_none_of_it():
    exercise = make_exercise(brief="Lift broken", target="Bitte die Treppe nehmen.")

    assert Content().score(exercise, "The lift works.") == 0.5


def test_length_falls_with_too_many_and_with_too_few_words():
    exercise = make_exercise(target="one two three four")

    assert Length().score(exercise, "one two") == 0.5
    assert Length().score(exercise, "a b c d e f g h") == 0.5


def bullet(brief, **given):
    return make_exercise(task="resume-bullet", brief=brief, **given)


def test_keywords_are_those_of_the_job_description_that_somebody_vouches_for():
    exercise = bullet(f"Moved the deployment to Kubernetes using Python scripts. {JOB}", target="Led it.")

    assert keywords_of(exercise) == {"kubernet", "python"}


def test_keywords_count_once_and_only_where_they_are_true():
    exercise = bullet(f"Moved the deployment to Kubernetes using Python scripts. {JOB}", target="Led it.")

    assert Keywords().score(exercise, "Moved deployments to Kubernetes.") == 0.5
    assert Keywords().score(exercise, "Kubernetes, Kubernetes, Terraform.") == 0.5
    assert Keywords().score(exercise, "Moved deployments to Kubernetes with Python.") == 1


def test_the_context_is_the_job_description_where_the_brief_has_none():
    exercise = bullet(
        "Led five people", context="We want somebody who led people.", target="Led five people."
    )

    assert keywords_of(exercise) == {"led"}


def test_keywords_apply_to_resume_bullets_with_a_description_alone():
    assert Keywords().score(make_exercise(brief=f"Announce the job. {JOB}"), "Python") is None
    assert Keywords().score(bullet("Led five people", target="Led five."), "Led five.") is None


def test_the_whole_score_is_the_weighted_mean_of_what_applies():
    exercise = make_exercise(target="The office moves to Berlin on Friday.", wishes=(NO_EMOJI,))

    score = score_of(exercise, "The office moves to Berlin on Friday. 🎉")

    assert score.parts["rules"] == 0
    assert score.parts["content"] == 1
    expected = (0.35 * score.parts["distance"] + 0.25 * 0 + 0.25 * 1 + 0.1 * score.parts["length"]) / 0.95
    assert score.total == pytest.approx(expected)
