from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.learning.examples.choosing import ALIKE_ENOUGH, Candidate, choose, distinct
from bot.learning.examples.examples import Example

NOW = 1_000 * 86_400.0


def candidate(name, *, similarity=0.0, days=10.0, brief=None, kind="rewrite", is_here=True):
    example = Example(kind, f"d-{name}", brief or f"brief {name}", better=f"text {name}", correction_id=name)
    return Candidate(example, NOW - days * 86_400, similarity, is_here)


def names(examples):
    return [example.correction_id for example in examples]


def test_the_newest_correction_is_always_among_them():
    alike = [candidate(name, similarity=0.9, days=50) for name in "abc"]

    chosen = choose([*alike, candidate("new", days=1)], limit=2, now=NOW)

    assert names(chosen)[1] == "new"


def test_corrections_come_before_accepted_drafts_and_this_channel_before_others():
    chosen = choose(
        [
            candidate("far", similarity=0.9, is_here=False),
            candidate("accepted", similarity=0.9, kind="accepted"),
            candidate("corrected"),
        ],
        limit=4,
        now=NOW,
    )

    assert names(chosen) == ["corrected", "accepted", "far"]


def test_other_channels_fill_at_most_half_and_only_with_what_is_alike():
    far = [candidate(str(number), similarity=0.9 - number / 100, is_here=False) for number in range(5)]
    unlike = candidate("unlike", similarity=ALIKE_ENOUGH - 0.01, is_here=False)

    assert names(choose(far, limit=4, now=NOW)) == ["0", "1"]
    assert choose([unlike], limit=4, now=NOW) == ()


def test_two_of_a_kind_make_room_for_something_else():
    twins = [candidate(name, similarity=0.8, brief="the bike shed opens", days=90) for name in "ab"]
    other = candidate("c", similarity=0.6, brief="a rack for cycling", days=90)

    chosen = choose([*twins, other], limit=2, now=NOW)

    assert names(chosen) == ["a", "c"]


def test_an_old_draft_counts_less_than_a_young_one_as_similar():
    old, young, newest = (
        candidate("old", similarity=0.7, days=300),
        candidate("young", similarity=0.7, days=20),
        candidate("newest", days=1),
    )

    assert names(choose([old, young, newest], limit=2, now=NOW)) == ["young", "newest"]


def test_the_same_words_twice_are_one_example():
    once = candidate("a", days=5)
    again = replace(candidate("b", days=2), example=replace(once.example, draft_id="d-b", correction_id="b"))

    assert names(one.example for one in distinct([once, again])) == ["b"]


candidates = st.builds(
    lambda number, similarity, days, kind, is_here: candidate(
        str(number), similarity=similarity, days=days, kind=kind, is_here=is_here
    ),
    st.integers(0, 50),
    st.floats(0, 1),
    st.floats(0, 400),
    st.sampled_from(["rewrite", "instruction", "accepted"]),
    st.booleans(),
)


@given(st.lists(candidates, max_size=12, unique_by=lambda one: one.example.draft_id), st.integers(0, 6))
def test_the_limit_holds_nothing_comes_twice_and_order_does_not_matter(them, limit):
    chosen = choose(them, limit=limit, now=NOW)

    assert len(chosen) <= limit
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) == set(choose(them[::-1], limit=limit, now=NOW))
