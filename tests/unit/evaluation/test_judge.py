import pytest

from bot.evaluation.judge import Agreement, Pair, blended, pairs_of
from tests.fakes.exercises import make_exercise


@pytest.mark.parametrize(
    ("n", "agreed", "low", "is_enough"),
    [
        (40, 36, 0.77, True),
        (19, 19, 0.83, False),
        (40, 26, 0.5, False),
        (40, 27, 0.52, False),
        (0, 0, 0.0, False),
    ],
)
def test_a_judge_counts_only_after_enough_pairs_and_enough_agreement(n, agreed, low, is_enough):
    assert Agreement(n, agreed, low, 1.0).is_enough is is_enough


def test_corrections_are_pairs_in_which_people_wanted_their_own_text():
    told = make_exercise(brief="Say it", original="Bad.", target="Good.")
    unchanged, unknown = make_exercise(original="Same.", target="Same."), make_exercise(original="")

    assert pairs_of([told, unchanged, unknown]) == [Pair("Say it", "Good.", "Bad.")]


def test_the_judge_moves_a_score_and_keeps_it_within_0_and_1():
    assert blended(1, preferred=1) == 1
    assert blended(0, preferred=0) == 0
    assert blended(0.5, preferred=0) < 0.5 < blended(0.5, preferred=1)
