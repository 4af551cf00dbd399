"""Lines of a text: what is picked, and that everything else stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.line_text import (
    Span,
    about_lines,
    bare_wish,
    carried_over,
    find_lines,
    lines_at,
    pickable,
    span_of,
    with_lines,
)

DRAFT = "## News\n\n- one\n- two\n\n```\ncode\n\n  more\n```\n| a | b |\n|---|---|"
TEXTS = st.text(alphabet=st.sampled_from("ab \n\r\t-`|éß🎉"), max_size=80)


def test_every_line_with_words_can_be_picked_also_in_code_and_tables():
    places = [place for place, _ in pickable(DRAFT)]

    assert places == [0, 2, 3, 5, 6, 8, 9, 10, 11]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n\n"])
def test_a_text_without_words_has_no_lines_to_pick(text):
    assert pickable(text) == []


@pytest.mark.parametrize(
    ("places", "span"),
    [
        ({2}, Span(2, 2)),
        ({2, 3}, Span(2, 3)),
        ({0, 2}, Span(0, 2)),  # Only an empty line is between them.
        ({6, 8}, Span(6, 8)),
        ({0, 3}, None),
        (set(), None),
        ({1}, None),
        ({2, 400}, None),
    ],
)
def test_lines_that_stand_together_are_one_span(places, span):
    assert span_of(DRAFT, places) == span


@given(TEXTS, TEXTS, st.data())
def test_rewriting_lines_keeps_all_others_byte_for_byte(text, lines, data):
    all_lines = text.split("\n")
    first = data.draw(st.integers(0, len(all_lines) - 1))
    last = data.draw(st.integers(first, len(all_lines) - 1))

    changed = with_lines(text, span=Span(first, last), lines=lines)

    kept_before, kept_after = all_lines[:first], all_lines[last + 1 :]
    assert changed.split("\n") == [*kept_before, *lines.split("\n"), *kept_after]
    assert with_lines(text, span=Span(first, last), lines=lines_at(text, Span(first, last))) == text


@given(TEXTS, st.data())
def test_lines_are_found_where_they_were_picked(text, data):
    spans = [Span(place, place) for place, _ in pickable(text)]
    if not spans:
        return
    span = data.draw(st.sampled_from(spans))

    assert find_lines(text, lines=lines_at(text, span), near=span) == span


def test_lines_are_found_again_where_others_put_lines_before_them():
    assert find_lines("new\none\ntwo", lines="two", near=Span(1, 1)) == Span(2, 2)


def test_lines_that_stand_in_two_places_or_none_are_not_guessed():
    assert find_lines("x\nsame\nsame", lines="same", near=Span(0, 0)) is None
    assert find_lines("x\ny", lines="same", near=Span(0, 0)) is None


def test_a_rewrite_goes_into_the_text_that_others_improved_meanwhile():
    carried = carried_over("ONE\ntwo", base="one\nTWO", span=Span(0, 0), before="one", after="ONE")

    assert carried == "ONE\nTWO"


def test_a_rewrite_of_lines_that_are_gone_is_the_text_as_a_whole():
    carried = carried_over("ONE\ntwo", base="eins\ntwo", span=Span(0, 0), before="one", after="ONE")

    assert carried == "ONE\ntwo"


@given(TEXTS, TEXTS)
def test_a_wish_about_lines_can_be_told_from_the_lines(lines, wish):
    said = about_lines(lines, wish=wish)

    assert bare_wish(said, lines=lines) == wish


def test_a_wish_quotes_a_long_line_shortened():
    said = about_lines("w" * 40_000, wish="shorter")

    assert said.endswith("…”: shorter")
    assert len(said) < 300
