"""Krippendorff's alpha, checked against the package of that name."""

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.scoring.agreement import agreement, alpha
from bot.scoring.labels import Rating

STARS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=2, max_size=12)


class TestAlpha:
    @given(STARS, st.sampled_from(["nominal", "ordinal", "interval"]))
    def test_is_that_of_the_reference_package(self, stars, level):
        comparable = {value for given in stars if len(given) > 1 for value in given}
        assume(len(comparable) > 1)
        widest = max(map(len, stars))
        table = np.array([[*given, *[np.nan] * (widest - len(given))] for given in stars], dtype=float).T

        ours = alpha({str(number): given for number, given in enumerate(stars)}, level=level)

        assert ours == pytest.approx(krippendorff.alpha(table, level_of_measurement=level), abs=1e-9)

    def test_is_one_where_everybody_agrees_on_different_items(self):
        assert alpha({"a": [1, 1, 1], "b": [0, 0]}) == 1.0

    def test_is_below_zero_where_people_always_differ(self):
        value = alpha({"a": [1, 0], "b": [0, 1], "c": [1, 0]})

        assert value is not None
        assert value < 0

    @pytest.mark.parametrize("ratings", [{}, {"a": [1]}, {"a": [1], "b": [0]}, {"a": [1, 1], "b": [1, 1]}])
    def test_is_not_known_where_there_is_nothing_to_compare(self, ratings):
        assert alpha(ratings) is None

    def test_a_near_miss_costs_less_on_a_scale(self):
        near = {"a": [4, 5], "b": [1, 2], "c": [3, 3]}

        assert (alpha(near, level="ordinal") or 0) > (alpha(near) or 0)


def judged(goods):
    """Ratings of items: for each the votes of U0, U1 …"""
    return [
        Rating(f"U{rater}", f"d{item}", bool(vote))
        for item, votes in enumerate(goods)
        for rater, vote in enumerate(votes)
    ]


class TestAgreement:
    @given(st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=5, max_size=15))
    def test_it_is_alpha_with_an_interval_around_it(self, goods):
        told = agreement(judged(goods))

        if told is not None:
            expected = alpha({str(item): [float(vote) for vote in votes] for item, votes in enumerate(goods)})
            assert told.alpha == pytest.approx(expected)
            assert told.low <= told.alpha <= told.high <= 1
            assert told.items == sum(len(votes) > 1 for votes in goods)

    def test_more_items_make_it_surer(self):
        few = agreement(judged([[1, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 1, 1], [0, 0, 1]]))
        many = agreement(judged([[1, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 1, 1], [0, 0, 1]] * 20))

        assert many.high - many.low < few.high - few.low

    @pytest.mark.parametrize("goods", [[[1, 0]] * 20, [[1, 1, 0]] * 4, [[1], [0]] * 20, [[1, 1, 1]] * 20, []])
    def test_two_people_few_drafts_or_one_opinion_only_are_not_told(self, goods):
        assert agreement(judged(goods)) is None
