import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.diffs import edit_distance, readable_diff


@pytest.mark.parametrize(
    ("before", "after", "distance"),
    [
        ("", "", 0),
        ("same words", "same words", 0),
        ("same  words\n", "same words", 0),
        ("one two three four", "one two three five", 0.25),
        ("Hello!", "Hello.", 0.5),
        ("", "new", 1),
        ("a b c", "x y z", 1),
    ],
)
def test_the_distance_is_the_share_of_tokens_that_changed(before, after, distance):
    assert edit_distance(before, after) == distance


@given(st.text(), st.text())
def test_the_distance_is_symmetric_and_between_none_and_all(before, after):
    assert edit_distance(before, after) == edit_distance(after, before)
    assert 0 <= edit_distance(before, after) <= 1


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("We ship on Monday.", "We ship on Tuesday.", "We ship on ~~Monday.~~ **Tuesday.**"),
        ("Hello team! All good.", "All good.", "~~Hello team!~~ All good."),
        ("All good.", "All good.\n\n— The team", "All good. \n\n**— The team**"),
        ("Be *bold*", "Be calm", "Be ~~\\*bold\\*~~ **calm**"),
        ("same", "same", "same"),
        ("", "new", "**new**"),
        ("", "", ""),
    ],
)
def test_the_diff_shows_what_went_and_what_came(before, after, diff):
    assert readable_diff(before, after) == diff


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_have_a_diff(before, after):
    assert isinstance(readable_diff(before, after), str)
