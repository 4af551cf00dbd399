"""The always-valid test: exact where it can be, else simulated with fixed seeds and bounds of three standard errors."""

from math import comb, fsum, sqrt

import numpy as np
import pytest

from bot.evaluation.significance import (
    LAMBDAS,
    Evidence,
    Measured,
    StopPolicy,
    Unit,
    confidence_sequence,
    decide,
    e_process,
    evidence,
    leave_one_out,
    randomised_evidence,
    randomised_value,
)
from tests.fakes.trial_worlds import cast_votes, crossings, randomised_runs

ALPHA = 0.05
BAR = 1 / ALPHA
POLICY = StopPolicy()


# --- what the statistic is


def test_it_starts_from_the_mixture_of_stakes():
    wins = e_process([1.0])
    losses = e_process([0.0])

    assert wins[0] == pytest.approx(1 + np.mean(LAMBDAS) / 2)
    assert losses[0] == pytest.approx(1 - np.mean(LAMBDAS) / 2)


def test_under_an_equal_challenger_the_expectation_is_exactly_one_at_every_n():
    most = 200
    wins_first = np.tri(
        most + 1, most, -1
    )  # Row k: k wins, then losses; the order does not matter to a product.
    worth = e_process(wins_first)

    expected = [fsum(comb(n, k) / 2**n * worth[k, n - 1] for k in range(n + 1)) for n in range(1, most + 1)]

    assert expected == pytest.approx([1.0] * most, abs=1e-9)


def test_ties_are_evidence_for_nothing():
    ties = e_process([0.5] * 40)

    assert ties == pytest.approx(np.ones(40))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_long_record_neither_overflows_nor_goes_bankrupt(value):
    worth = e_process([value] * 5_000)

    assert np.isfinite(worth).all()
    assert (worth >= 0).all()


def test_seven_unanimous_pairs_cross_the_bar_when_pooled():
    worth = e_process([1.0] * 7)

    assert worth[5] < BAR <= worth[6]


def test_a_unit_that_does_not_count_changes_nothing():
    with_gap = e_process([1.0, np.nan, 1.0, 0.0])

    assert with_gap[[0, 2, 3]] == pytest.approx(e_process([1.0, 1.0, 0.0]))


# --- how often an equal challenger gets through, looked at after every pair


def test_an_equal_challenger_hardly_ever_crosses_under_peeking():
    rng = np.random.default_rng(1)
    ties = np.where(rng.random((3_000, 200)) < 0.4, 0.5, rng.integers(0, 2, (3_000, 200)))

    crossed = (e_process(ties).max(axis=1) >= BAR).mean()

    assert crossed <= at_most(3_000)


@pytest.mark.parametrize(("pairs", "voters", "raters"), [(100, 2, 5), (50, 4, 8)])
def test_one_biased_rater_on_every_pair_does_not_get_an_equal_challenger_through(pairs, voters, raters):
    votes = cast_votes(2, runs=400, pairs=pairs, raters=raters, voters=voters, preferring=0.5, biased=1)

    pooled, least = crossings(votes)

    assert least <= at_most(400)
    assert pooled > 0.9  # It is the leaving out that protects, not luck.


def test_pairs_as_units_and_leaving_out_hold_together_for_clustered_votes_and_a_biased_rater():
    votes = cast_votes(
        3, runs=400, pairs=100, raters=8, voters=2, preferring=0.5, biased=1, concentration=2.0
    )

    _, least = crossings(votes)

    assert least <= at_most(400)


def test_votes_of_one_pair_go_together_so_that_only_pairs_are_units():
    votes = cast_votes(4, runs=1_000, pairs=50, raters=8, voters=4, preferring=0.5, concentration=2.0)
    by_pair = leave_one_out(votes)[:, 0, :]
    by_vote = votes[~np.isnan(votes)].reshape(len(votes), -1)

    as_pairs = (e_process(by_pair).max(axis=1) >= BAR).mean()
    as_votes = (e_process(by_vote).max(axis=1) >= BAR).mean()

    assert as_pairs <= at_most(1_000)
    assert as_votes > 2 * ALPHA  # What counting every vote would cost.


@pytest.mark.parametrize(
    ("raters", "preferring", "floor"), [(4, 0.65, 0.6), (8, 0.65, 0.6), (4, 0.7, 0.9), (8, 0.7, 0.9)]
)
def test_a_better_challenger_gets_through_as_often_as_stated(raters, preferring, floor):
    votes = cast_votes(5, runs=800, pairs=200, raters=raters, voters=1, preferring=preferring)

    _, least = crossings(votes)

    assert least >= floor


def test_a_challenger_that_fails_in_half_of_its_pairs_does_not_get_through():
    rng = np.random.default_rng(6)
    votes = cast_votes(6, runs=300, pairs=120, raters=6, voters=1, preferring=0.7)
    failed = np.where(rng.random((300, 120)) < 0.5, 0.0, np.nan)

    least = e_process(leave_one_out(votes, fixed=failed)).min(axis=1)

    assert (least.max(axis=1) >= BAR).mean() <= at_most(300)


# --- the evidence of a trial


def test_nobody_alone_can_carry_a_trial():
    units = [Unit({"U1": 1.0}) for _ in range(60)]

    found = evidence(units)

    assert found.pooled > 1_000
    assert found.least == 1.0
    assert found.least_without == "U1"
    assert decide(found, policy=POLICY) is None


def test_the_weakest_evidence_names_whom_it_is_without():
    units = [Unit({"fan": 1.0, other: float(n % 2)}) for n, other in enumerate(["U1", "U2"] * 20)]

    found = evidence(units)

    assert found.least_without == "fan"
    assert found.least == pytest.approx(e_process([float(n % 2) for n in range(40)])[-1])


def test_a_pair_with_several_voters_is_worth_their_mean():
    found = evidence([Unit({"U1": 1.0, "U2": 0.0}), Unit({"U1": 1.0, "U2": 0.5})])

    assert found.pooled == pytest.approx(e_process([0.5, 0.75])[-1])
    assert found.n == 2
    assert found.voters == 2


def test_a_failed_text_counts_whoever_is_left_out_and_whatever_was_said():
    found = evidence([Unit({}, fixed=0.0), Unit({"U1": 1.0}, fixed=0.0)])

    assert found.least == found.pooled == pytest.approx(e_process([0.0, 0.0])[-1])
    assert found.voters == 0


def test_a_pair_that_nobody_judged_counts_nowhere():
    judged = [Unit({"U1": 1.0}), Unit({"U2": 0.0})]

    found = evidence([*judged, Unit({})])

    assert found == evidence(judged)


def test_no_pairs_are_no_evidence():
    found = evidence([])

    assert found == Evidence(0, 0, 1.0, 1.0, "", 1.0, None, None, None)


# --- when it stops


def test_a_clear_winner_is_better_only_with_enough_voters_and_pairs():
    voters = ["U1", "U2", "U3"]
    clear = [Unit({voters[n % 3]: 1.0}) for n in range(30)]

    assert decide(evidence(clear), policy=POLICY) == "better"
    assert decide(evidence(clear[:11]), policy=POLICY) is None
    assert decide(evidence([Unit({voters[n % 2]: 1.0}) for n in range(30)]), policy=POLICY) is None


def test_a_clear_loser_is_worse():
    units = [Unit({f"U{n % 4}": 0.0}) for n in range(30)]

    assert decide(evidence(units), policy=POLICY) == "worse"


def test_a_challenger_that_never_writes_is_worse_without_a_single_vote():
    units = [Unit({}, fixed=0.0) for _ in range(12)]

    assert decide(evidence(units), policy=POLICY) == "worse"


def test_several_challengers_share_the_chance_of_error():
    units = [Unit({f"U{n % 4}": 1.0}) for n in range(13)]
    found = evidence(units)

    alone = decide(found, policy=POLICY)
    among_ten = decide(found, policy=StopPolicy(challengers=10))

    assert alone == "better"
    assert among_ten is None


# --- the interval


def test_limits_hold_at_every_look():
    rng = np.random.default_rng(7)
    missed = sum(misses(rng.random(80) < 0.7, 0.7) for _ in range(60))

    assert missed / 60 <= at_most(60)


def test_limits_close_in_on_the_share():
    wins = np.tile([1.0, 1.0, 0.0], 67)[:200]

    few, many = confidence_sequence(wins[:30]), confidence_sequence(wins)

    assert few[0] <= many[0] < 2 / 3 < many[1] <= few[1]
    assert many[1] - many[0] < 0.25


# --- drafts of both arms


def test_equal_arms_are_worth_a_half_on_average_for_every_share():
    share, loss, expected = 0.2, 0.7, 0.4

    mine = randomised_value(challenger=True, share=share, expected=expected, loss=loss)
    theirs = randomised_value(challenger=False, share=share, expected=expected, loss=loss)

    assert share * mine + (1 - share) * theirs == pytest.approx(0.5)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("loss", [0.0, 1.0])
@pytest.mark.parametrize("challenger", [True, False])
def test_a_randomised_value_stays_within_bounds(share, loss, challenger):
    value = randomised_value(challenger=challenger, share=share, expected=1 - loss, loss=loss)

    assert 0 <= value <= 1


@pytest.mark.parametrize("share", [0.5, 0.2])
def test_equal_arms_hardly_ever_cross_under_peeking(share):
    worth = randomised_runs(8, runs=1_000, share=share, challenger_loss=0.4, champion_loss=0.4)

    assert (worth.max(axis=1) >= BAR).mean() <= at_most(1_000)


def test_arms_that_differ_much_are_told_apart():
    worth = randomised_runs(9, runs=300, share=0.5, challenger_loss=0.2, champion_loss=0.4)

    assert (worth.max(axis=1) >= BAR).mean() >= 0.8


def test_the_fall_of_the_loss_is_told_with_its_limits():
    rng = np.random.default_rng(10)
    arms = rng.random(600) < 0.5
    drafts = [Measured(bool(arm), {f"U{n % 6}": 0.1 if arm else 0.6}) for n, arm in enumerate(arms)]

    found = randomised_evidence(drafts)

    assert found.mean == pytest.approx(0.5, abs=0.1)
    assert found.low < 0.5 < found.high
    assert decide(found, policy=POLICY) == "better"


def test_one_rater_alone_decides_nothing_about_arms_either():
    rng = np.random.default_rng(11)
    drafts = [Measured(bool(arm), {"fan": 0.0 if arm else 1.0}) for arm in rng.random(200) < 0.5]

    found = randomised_evidence(drafts)

    assert found.pooled > BAR
    assert found.least_without == "fan"
    assert decide(found, policy=POLICY) is None


def test_no_drafts_are_no_evidence():
    found = randomised_evidence([])

    assert found.n == 0
    assert found.mean is None


# --- simulations


def at_most(runs: int) -> float:
    """Alpha and three standard errors."""
    return ALPHA + 3 * sqrt(ALPHA * (1 - ALPHA) / runs)


def misses(said, truth) -> bool:
    values = said.astype(float)
    limits = [confidence_sequence(values[:n]) for n in range(5, len(values) + 1, 5)]
    return any(not low <= truth <= high for low, high in limits)
