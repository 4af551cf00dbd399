"""What people read about a challenger: the decision first, then n, interval and evidence, and no text of anybody's."""

import pytest

from bot.evaluation.gate import GateVerdict
from bot.evaluation.significance import Evidence
from bot.releases.change_words import Change, build_change
from bot.releases.outcome_words import (
    build_gate_words,
    build_guard_words,
    build_outcome,
    build_trial_words,
)
from bot.trials.results import TrialResult
from storage.models import TrainingRun
from tests.fakes.chosen_ends import VERDICTS, make_release

FOUND = TrialResult(
    "closed", "better", "blind", 88, 9, 61, 4, 2, 0.727, 0.62, 0.81, evidence=41.3, least_without="U1"
)


def run(outcome, **columns):
    return TrainingRun(state="succeeded", outcome=outcome, **columns)


def told(ended, *, verdict=None, result=None):
    return build_outcome(ended, old="r6", new="r7", verdict=verdict, result=result)


def test_a_trial_is_told_with_n_interval_voters_and_evidence():
    assert build_trial_words(FOUND) == (
        "People preferred the new version in 61 of 88 comparisons and the old one in 21; 6 without a preference (4 a tie, "
        "2 both bad): 73 % for the new one, with those counted half, 95 % interval 62 to 81 % (9 people). Evidence 41 to 1 that it is better whoever of them is left out (20 to 1 decides)."
    )


def test_a_trial_that_nobody_took_part_in_claims_nothing():
    assert build_trial_words(TrialResult("closed", "not_enough", "blind")) == (
        "Trial: nobody has judged anything that counts."
    )


def test_a_trial_on_live_drafts_is_told_by_what_people_had_to_correct():
    found = TrialResult("closed", "better", "randomised", 120, 6, share_preferring=0.2, low=0.05, high=0.31)

    assert "On 120 live drafts people found 20 points less to correct" in build_trial_words(found)


def test_the_gate_is_told_with_its_interval_and_too_few_is_no_praise():
    assert "+0.08 on a scale of 0 to 1 (95 % interval +0.02 to +0.14)" in build_gate_words(VERDICTS["passed"])
    assert build_gate_words(VERDICTS["too_few"]) == (
        "Held-out corrections: only 3, too few to tell; people decide."
    )


@pytest.mark.parametrize("reason", ["worse", "breaks"])
def test_what_the_gate_stopped_is_told_with_the_reason(reason):
    verdict = GateVerdict("stopped", reason, 40, -0.2, -0.3, -0.1)

    headline = told(run("stopped"), verdict=verdict)[0]

    assert headline.startswith("*r6 stays.* r7 was stopped before anybody had to read it")


@pytest.mark.parametrize(
    ("reason", "why"),
    [("ratio", "not as mixed as they were drawn"), ("admin", "stopped by an admin"), ("", "")],
)
def test_a_trial_that_was_stopped_proves_nothing(reason, why):
    result = TrialResult("closed", "stopped", "blind", reason=reason)

    headline = told(run("stopped", trial_id="t"), verdict=VERDICTS["passed"], result=result)[0]

    assert why in headline
    assert headline.endswith("so nothing is proved.")


@pytest.mark.parametrize("outcome", ["promoted", "offered", "worse", "not_enough", "archived"])
def test_every_outcome_has_its_words(outcome):
    lines = told(run(outcome, trial_id="t"), verdict=VERDICTS["passed"], result=FOUND)

    assert "{" not in "".join(lines)
    assert len(lines) == 3


def test_a_guard_tells_losses_and_the_bar():
    words = build_guard_words(Evidence(42, 5, 90.0, 33.0, "U1", 0.1, 0.85, 0.7, 0.95), bar=0.4)

    assert "42 live drafts that people judged stand at 82 (95 % interval 64 to 94)" in words
    assert "up to 40 would have been no worse" in words
    assert "Evidence 33 to 1, whoever of the 5 people is left out" in words


@pytest.mark.parametrize(
    ("kind", "by", "said"),
    [
        ("promoted", "UANA", "*r7 writes all drafts from now on,* in place of r6. <@UANA> promoted it."),
        ("promoted", "operator", "in place of r6. Whoever runs me promoted it."),
        ("promoted", "program", "It proved to be better, and went live by itself."),
        ("settings", "program", "this deployment's settings have changed."),
        ("rolled_back", "program", "so I took it back by myself."),
        ("rolled_back", "UANA", "*r7 writes all drafts again:* <@UANA> rolled r6 back."),
    ],
)
def test_who_changed_what_is_said_as_it_was(kind, by, said):
    assert said in build_change(Change(kind, "", make_release(7), make_release(6), by))
