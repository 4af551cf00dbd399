import pytest

from bot.feedback.copies import is_copy, words_of
from bot.slack.plain import to_markdown

from .labelled_copies import COPIES, NO_COPIES, OFFICE


@pytest.mark.parametrize(("draft", "message"), COPIES)
def test_a_draft_that_was_posted_is_known_again(draft, message):
    assert is_copy(words_of(to_markdown(message)), words_of(draft))


@pytest.mark.parametrize(("draft", "message"), NO_COPIES)
def test_what_is_only_about_the_same_is_no_copy(draft, message):
    assert not is_copy(words_of(to_markdown(message)), words_of(draft))


def test_a_short_text_is_never_a_copy():
    assert not is_copy(words_of("The office is closed on Monday"), words_of("The office is closed on Monday"))


def test_a_draft_of_a_few_words_is_not_looked_for_in_long_messages():
    assert not is_copy(words_of(OFFICE), words_of("The office is closed on Monday for the holiday."))
