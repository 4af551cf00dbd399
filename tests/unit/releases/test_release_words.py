"""What people read about releases and trials: names, states, and no figure of an open trial."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.releases.promote import Promoted, Refused, Rejected, RolledBack, Unchanged
from bot.releases.release_words import build_done, build_row, read_name
from bot.releases.trial_words import build_trial_card
from bot.trials.results import TrialLine, TrialResult
from storage.models import Release

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def make_release(number, **columns):
    return Release(number=number, task="", created_at=NOW, **{"origin": "settings", **columns})


def line(result, *, closed_at=NOW):
    return TrialLine("t", 4, "", 7, 8, NOW - timedelta(days=7), NOW + timedelta(days=7), closed_at, result)


def closed(outcome, *, mode="blind", **figures):
    return line(TrialResult("closed", outcome, mode, **figures))


@pytest.mark.parametrize("word", ["r7", "7", "R7", " r7 "])
def test_a_release_is_found_by_its_name(word):
    assert read_name(word) == 7


@pytest.mark.parametrize("word", ["", "r", "seven", "r-7", "r7.5", "r99999999", "²"])
def test_other_words_name_no_release(word):
    assert read_name(word) is None


def test_a_release_that_was_not_taken_says_why():
    release = make_release(6, origin="command", state="rejected", reason="gate")

    told = build_row(release)

    assert "*r6* · not taken (it did worse on held-out corrections)" in told
    assert "your own trainer" in told


def test_a_release_trained_on_erased_words_says_so():
    release = make_release(6, marked_at=NOW)

    assert "has been erased since" in build_row(release)


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (Promoted(8), "*r8 writes from the next draft on.*"),
        (RolledBack(7), "From the next draft on r7 writes again."),
        (Rejected(8), "*r8 is not taken.*"),
        (Unchanged(8), "r8 is as you want it already."),
        (Refused("Nothing is there."), "Nothing is there."),
    ],
)
def test_a_decision_is_told_in_words(done, told):
    assert told in build_done(make_release(8), done)


def test_an_open_trial_tells_how_far_it_is_and_nothing_else():
    result = TrialResult("open", None, "blind", done=12, planned=60)

    card = build_trial_card(line(result, closed_at=None), may_stop=True)

    assert card.title == "Trial 4: r8 against r7, all drafts"
    assert "12 of 60 comparisons are in" in card.state
    assert card.findings == ()
    assert card.may_stop


def test_a_closed_trial_tells_what_it_found_and_cannot_be_stopped():
    figures = {
        "n": 88,
        "voters": 9,
        "wins": 61,
        "ties": 7,
        "share_preferring": 0.73,
        "low": 0.58,
        "high": 0.82,
    }

    card = build_trial_card(closed("better", evidence=26.0, **figures), may_stop=True)

    assert card.state == "Ended on 23 Nov 2026: r8 is better."
    assert "61 of 88" in card.findings[0]
    assert "82 %" in card.findings[0]
    assert not card.may_stop


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("worse", "r8 is worse, so r7 stayed."),
        ("not_enough", "not enough evidence, so r7 stayed."),
        ("stopped", "no figure means anything"),
        ("cancelled", "stopped without a decision."),
    ],
)
def test_every_other_end_of_a_trial_keeps_the_old_release(outcome, told):
    assert told in build_trial_card(closed(outcome), may_stop=False).state


def test_a_guard_that_fell_is_told_as_a_rollback():
    assert "was rolled back" in build_trial_card(closed("worse", mode="guard"), may_stop=False).state


def test_nobody_stops_a_guard():
    guard = line(TrialResult("open", None, "guard", done=3, planned=40), closed_at=None)

    assert not build_trial_card(guard, may_stop=True).may_stop
