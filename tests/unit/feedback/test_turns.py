"""Whose turn it is to review: shared out evenly, in an order nobody can foresee."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.reviewers import in_turn

PEOPLE = [f"U{number}" for number in range(8)]


def _asked(drafts, *, per_draft=1):
    """Whom a run of drafts asks, one after the other, with nobody's budget used up."""
    counts, asked = dict.fromkeys(PEOPLE, 0), []
    for draft_id in drafts:
        for user_id in in_turn(counts, draft_id=draft_id)[:per_draft]:
            counts[user_id] += 1
            asked.append(user_id)
    return asked


def test_two_hundred_drafts_are_shared_out_fairly_among_eight():
    asked = _asked([f"draft {number}" for number in range(200)])

    counts = Counter(asked)
    assert set(counts.values()) == {25}
    # In each round everybody once, and the rounds in different orders.
    rounds = [tuple(asked[start : start + 8]) for start in range(0, 200, 8)]
    assert all(len(set(one)) == 8 for one in rounds)
    assert len(set(rounds)) == 25
    assert sum(one == other for one, other in pairwise(asked)) <= 10


@given(st.lists(st.text(min_size=1), unique=True, max_size=60), st.integers(1, 5))
def test_nobody_is_ever_asked_twice_more_than_another(drafts, per_draft):
    counts = Counter(dict.fromkeys(PEOPLE, 0))
    counts.update(_asked(drafts, per_draft=per_draft))

    assert max(counts.values()) - min(counts.values()) <= 1


@given(st.text(min_size=1), st.permutations(PEOPLE))
def test_the_order_hangs_on_the_draft_and_not_on_slacks_list(draft_id, people):
    assert in_turn(dict.fromkeys(people, 0), draft_id=draft_id) == in_turn(
        dict.fromkeys(PEOPLE, 0), draft_id=draft_id
    )
