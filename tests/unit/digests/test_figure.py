"""The arithmetic of figures: known values, edge cases, and how often the intervals hold."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.figure import Figure, _difference, count, direction, mean_stars, share


@pytest.mark.parametrize(
    ("part", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # Values of R's prop.test without continuity correction.
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_a_share_has_wilsons_interval(part, of, low, high):
    figure = share(part, of=of)

    assert (figure.value, figure.n) == (part / of, of)
    assert figure.low == pytest.approx(low, abs=5e-4)
    assert figure.high == pytest.approx(high, abs=5e-4)


def test_no_cases_is_no_value_rather_than_zero():
    assert share(0, of=0) == Figure(None, 0)
    assert mean_stars([0, 0, 0, 0, 0]) == Figure(None, 0)


def test_a_count_is_exact():
    assert count(7) == Figure(7, 7, 7, 7)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_the_interval_in_the_unit(case):
    part, of = case

    figure = share(part, of=of)

    assert 0 <= figure.low <= figure.value <= figure.high <= 1


@given(st.lists(st.integers(0, 1_000), min_size=5, max_size=5).filter(any))
def test_a_mean_of_stars_lies_in_its_interval_and_on_the_scale(stars):
    figure = mean_stars(stars)

    assert 1 <= figure.low <= figure.value <= figure.high <= 5
    assert figure.n == sum(stars)


def test_two_equal_ratings_are_not_certainty():
    figure = mean_stars([0, 0, 0, 0, 2])

    assert figure.value == 5
    assert figure.low < 2


def test_many_ratings_narrow_the_interval():
    figure = mean_stars([0, 0, 20, 100, 80])

    assert figure.value == pytest.approx(4.3)
    assert figure.high - figure.low < 0.25


@pytest.mark.parametrize("weights", [(1, 1, 2, 4, 4), (4, 1, 1, 1, 4), (0, 0, 0, 1, 9), (1, 2, 3, 2, 1)])
@pytest.mark.parametrize("n", [3, 8, 30, 120])
def test_the_interval_of_ratings_holds_the_true_mean_about_as_often_as_it_says(weights, n):
    chance = random.Random(f"{weights}{n}")
    truth = sum(star * weight for star, weight in enumerate(weights, start=1)) / sum(weights)

    def one_sample():
        drawn = chance.choices(range(5), weights, k=n)
        return mean_stars([drawn.count(star) for star in range(5)])

    hits = sum(figure.low <= truth <= figure.high for figure in (one_sample() for _ in range(1_500)))

    assert hits / 1_500 > 0.93


def test_a_mean_of_values_between_nought_and_one_has_an_interval_that_is_wide_enough():
    chance = random.Random(3)
    samples = [[chance.betavariate(2, 5) for _ in range(12)] for _ in range(1_500)]

    figures = [share(sum(sample), of=len(sample)) for sample in samples]

    assert sum(figure.low <= 2 / 7 <= figure.high for figure in figures) / 1_500 > 0.95


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (share(9, of=10), share(5, of=10), "no clear change"),
        (share(90, of=100), share(50, of=100), "up"),
        (share(50, of=100), share(90, of=100), "down"),
        (share(10, of=10), share(10, of=10), "no clear change"),
        (share(1, of=1), share(0, of=1), "no clear change"),
        (Figure(None, 0), share(9, of=10), "no clear change"),
        (share(9, of=10), Figure(None, 0), "no clear change"),
        (mean_stars([0, 0, 0, 10, 40]), mean_stars([10, 20, 10, 0, 0]), "up"),
    ],
)
def test_a_change_is_claimed_only_if_the_intervals_say_so(now, before, expected):
    assert direction(now, before=before) == expected


@pytest.mark.parametrize(
    ("now", "before", "interval"),
    [  # Newcombe 1998, table II, method 10
        (share(56, of=70), share(48, of=80), (0.0524, 0.3339)),
        (share(9, of=10), share(3, of=10), (0.1705, 0.8090)),
        (share(6, of=7), share(2, of=7), (0.0582, 0.8062)),
        (share(10, of=10), share(0, of=20), (0.6791, 1.0)),
    ],
)
def test_a_difference_agrees_with_newcombes_published_intervals(now, before, interval):
    assert _difference(now, before) == pytest.approx(interval, abs=5e-5)


def test_chance_alone_is_seldom_called_a_change():
    chance = random.Random(11)

    def sample(n):
        return share(sum(chance.random() < 0.7 for _ in range(n)), of=n)

    claims = sum(direction(sample(20), before=sample(80)) != "no clear change" for _ in range(2_000))

    assert claims / 2_000 < 0.06
