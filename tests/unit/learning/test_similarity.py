import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.examples import most_telling
from bot.learning.similarity import mentioned, similarity


def test_what_a_brief_is_about_counts_not_how_it_asks():
    asked = "Tell the team that the release moved to Thursday"

    assert similarity(asked, "Announce the release") > similarity(
        asked, "Tell the team that the lift is broken"
    )


def test_a_brief_of_empty_words_alone_is_compared_by_them():
    assert similarity("tell the team", "tell the team") == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_similarity_is_a_share_and_has_no_direction(one, other):
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)


def test_the_newest_is_not_displaced_by_slightly_more_similar_old_ones():
    newest_first = [
        "The lift is out of order",
        "The bike shed opens",
        "The bike shed closes",
        "The bike shed moves",
    ]

    chosen = most_telling(newest_first, brief="The bike shed opens on Monday", limit=2)

    assert chosen == [1, 0]


def test_the_limit_holds_and_nothing_is_chosen_from_nothing():
    assert most_telling(["a", "b", "c"], brief="c", limit=0) == []
    assert most_telling([], brief="c", limit=3) == []


def test_a_text_mentions_a_word_in_any_of_its_forms():
    brief = "Tell the team that the release moved to Thursday"

    assert mentioned(brief, "The release moves on Thursday.") == 1
    assert mentioned(brief, "Our kitchen is closed on Thursday.") == pytest.approx(1 / 3)
    assert mentioned(brief, "") == 0


def test_a_brief_without_a_word_asks_for_nothing():
    assert mentioned("!?", "anything") == 1
