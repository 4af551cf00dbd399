"""What is said about a rule's effect: never more than the figures bear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.effects import Effect, Side
from storage.queries.effects import Arm


def effect(with_rule, without):
    return Effect(Side.of(with_rule), Side.of(without))


@pytest.mark.parametrize(
    ("with_rule", "without", "sentence"),
    [
        (Arm(), Arm(90, 80, 40, 80, 9.0), "Not known yet"),
        (Arm(3, 0, 0, 0, 0.0), Arm(90, 80, 40, 80, 9.0), "Not known yet"),
        (Arm(90, 80, 40, 80, 9.0), Arm(), "nothing to compare"),
        (Arm(60, 50, 48, 50, 0.5), Arm(90, 80, 40, 80, 24.0), "did better"),
        (Arm(60, 50, 10, 50, 25.0), Arm(90, 80, 60, 80, 4.0), "did worse"),
        (Arm(60, 50, 48, 50, 30.0), Arm(90, 80, 40, 80, 4.0), "some got worse"),
        (Arm(4, 3, 3, 3, 0.0), Arm(9, 4, 2, 3, 0.6), "No clear change"),
    ],
)
def test_the_sentence_follows_from_both_figures(with_rule, without, sentence):
    assert sentence in effect(with_rule, without).sentence()


def test_every_figure_comes_with_its_n_and_its_interval():
    lines = effect(Arm(60, 50, 48, 50, 0.5), Arm()).lines()

    assert lines[0] == "Accepted: 96% (n = 50, 87-99%) with it, no drafts without it".replace(
        "-", "\N{EN DASH}"
    )
    assert "n = 50" in lines[1]


counts = st.integers(0, 200).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(0, n), st.floats(0, n, allow_nan=False))
)


@given(counts, counts)
def test_of_two_sides_at_most_one_is_said_to_be_better(one, other):
    arms = [Arm(n, n, accepted, n, changed) for n, accepted, changed in (one, other)]
    there, back = effect(*arms).sentence(), effect(*reversed(arms)).sentence()

    assert ("better" in there and "worse" not in there) <= ("better" not in back or "worse" in back)
