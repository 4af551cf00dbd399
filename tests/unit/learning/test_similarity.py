import pytest

from bot.learning.examples.similarity import mentioned


def test_a_text_mentions_a_word_in_any_of_its_forms():
    brief = "Tell the team that the release moved to Thursday"

    assert mentioned(brief, "The release moves on Thursday.") == 1
    assert mentioned(brief, "Our kitchen is closed on Thursday.") == pytest.approx(1 / 3)
    assert mentioned(brief, "") == 0


def test_a_brief_without_a_word_asks_for_nothing():
    assert mentioned("!?", "anything") == 1


def test_a_brief_of_empty_words_alone_is_looked_for_by_them():
    assert mentioned("tell the team", "Tell the team") == 1
