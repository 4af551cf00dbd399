import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.gate import GatePolicy, Replayed, decide_gate, mean_interval

POLICY = GatePolicy(fewest=8)


def results(*pairs, broke=()):
    return [
        Replayed(f"d{number}", champion, challenger, broke=number in broke)
        for number, (champion, challenger) in enumerate(pairs)
    ]


def test_a_challenger_that_writes_worse_throughout_is_stopped_as_worse():
    verdict = decide_gate(results(*[(0.9, 0.6), (0.8, 0.7), (0.7, 0.5)] * 4), POLICY)

    assert (verdict.state, verdict.reason, verdict.n) == ("stopped", "worse", 12)
    assert verdict.low <= verdict.difference <= verdict.high < 0


def test_a_better_challenger_passes():
    verdict = decide_gate(results(*[(0.6, 0.9), (0.7, 0.8)] * 5), POLICY)

    assert (verdict.state, verdict.reason) == ("passed", "")
    assert verdict.low > 0
    assert verdict.regressions == ()


def test_an_equal_challenger_passes_as_people_decide_in_the_trial():
    verdict = decide_gate(results(*[(0.7, 0.7)] * 20), POLICY)

    assert verdict.state == "passed"
    assert (verdict.low, verdict.difference, verdict.high) == (0.0, 0.0, 0.0)


def test_with_few_drafts_nothing_is_decided_whatever_they_show():
    better, worse = results(*[(0.1, 1.0)] * 7), results(*[(1.0, 0.0)] * 7, broke=range(7))

    assert {decide_gate(better, POLICY).state, decide_gate(worse, POLICY).state} == {"too_few"}
    assert len(decide_gate(worse, POLICY).regressions) == 7


def test_without_any_draft_nothing_is_known():
    verdict = decide_gate([], POLICY)

    assert (verdict.state, verdict.n, verdict.low, verdict.high) == ("too_few", 0, -1.0, 1.0)


@pytest.mark.parametrize(("won", "state"), [(0, "stopped"), (1, "stopped"), (2, "stopped"), (3, "passed")])
def test_broken_corrections_have_to_be_outnumbered_by_drafts_that_are_won(won, state):
    same = [(0.8, 0.8)] * (10 - won)

    verdict = decide_gate(results((0.8, 0.75), (0.8, 0.75), *same, *[(0.7, 0.9)] * won, broke=(0, 1)), POLICY)

    assert (verdict.state, verdict.breaks, verdict.gains) == (state, 2, won)


def test_a_draft_that_is_broken_is_no_win_even_where_its_score_is_higher():
    verdict = decide_gate(results(*[(0.7, 0.9)] * 2, *[(0.8, 0.8)] * 8, broke=(0, 1)), POLICY)

    assert (verdict.state, verdict.reason, verdict.gains) == ("stopped", "breaks", 0)


def test_regressions_are_listed_draft_by_draft_the_broken_ones_first():
    pairs = [(0.9, 0.6), (0.9, 0.89), (0.8, 0.75), (0.9, 0.2), (0.5, 0.9)]

    verdict = decide_gate(results(*pairs, broke=(2,)), POLICY)

    assert verdict.regressions == ("d2", "d3", "d0")


def test_the_verdict_says_that_rules_of_these_corrections_are_live_for_both():
    assert "live for both releases" in decide_gate(results(*[(0.5, 0.5)] * 9)).note


scores = st.floats(0, 1)


@given(st.lists(st.tuples(scores, scores), max_size=30), st.randoms())
def test_the_decision_does_not_depend_on_the_order_of_drafts(pairs, random):
    drafts = results(*pairs)
    shuffled = random.sample(drafts, len(drafts))

    one, other = decide_gate(drafts, POLICY), decide_gate(shuffled, POLICY)

    assert (one.state, one.low, one.high, one.regressions) == (
        other.state,
        other.low,
        other.high,
        other.regressions,
    )


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_the_interval_lies_within_the_differences_and_around_their_middle(differences):
    low, high = mean_interval(differences, confidence=0.95)

    assert min(differences) - 1e-9 <= low <= high <= max(differences) + 1e-9
