import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.training.near_duplicates import bands_of, is_near, normalise, words_of

BUCKETS = [15031144419048636354, 58016008124416934]  # A change here changes every dataset's hash.


def text_of(words: int, *, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [f"w{draw.randrange(3_000)}" for _ in range(words)]


def meet(one: list[str], other: list[str]) -> bool:
    return bool((bands_of(one, group=7) == bands_of(other, group=7)).any())


def test_texts_that_differ_in_one_word_of_sixty_meet_nearly_always_and_strangers_hardly_ever():
    texts = [text_of(60, seed=seed) for seed in range(300)]
    changed = [[*text[:30], "changed", *text[31:]] for text in texts]

    met = sum(meet(one, other) for one, other in zip(texts, changed, strict=True))
    strangers = sum(meet(one, other) for one, other in pairwise(texts))

    assert met >= 297
    assert strangers <= 3


def test_the_same_words_of_another_group_never_meet():
    words = text_of(20, seed=1)

    assert not (bands_of(words, group=1) == bands_of(words, group=2)).any()


def test_the_buckets_of_a_text_are_the_same_everywhere():
    assert [int(band) for band in bands_of(["a", "b", "c", "d"], group=0)[:2]] == BUCKETS


def test_nine_words_of_ten_in_order_are_near():
    assert is_near(range(10), [*range(9), 99])
    assert not is_near(range(10), [*range(8), 98, 99])
    assert not is_near(range(10), [*reversed(range(10))])


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)

    assert normalise(once) == once


@given(st.text())
def test_whatever_is_written_has_buckets(text):
    assert len(bands_of(words_of(text), group=0)) == 16
