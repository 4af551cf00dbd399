import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feedback.emoji_map import (
    MOST_LINES,
    WORDS,
    as_lines,
    grouped,
    silenced,
    told_problems,
    understand,
    words_for,
)
from bot.feedback.signals import EMOJI, meaning_of


def test_lines_are_read_with_their_words():
    text = (
        ":eyes: = positive\n\n :no_entry: =Negative \n:memo:=approval\n:four: = 2\n:siren: = flag: off-brand"
    )

    understood = understand(text)

    assert understood.problems == ()
    assert understood.emoji == {
        "eyes": "positive",
        "no_entry": "negative",
        "memo": "approval",
        "four": "2",
        "siren": "flag:off_brand",
    }


@pytest.mark.parametrize(
    "written", [":thumbsup:", ":+1::skin-tone-3:", ":+1:", ":THUMBSUP:", ":wave::skin-tone-2:"]
)
def test_aliases_and_skin_tones_are_one_emoji(written):
    (name,) = understand(f"{written} = none").emoji

    assert name in {"+1", "wave"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("eyes = positive", "`eyes` is no single emoji"),
        (":a: :b: = positive", "is no single emoji"),
        ("= positive", "The emoji is missing"),
        (":eyes: positive", "has no `=`"),
        (":eyes: = lovely", "I do not know `lovely`"),
        (":eyes: = 6", "I do not know `6`"),
        (":eyes: =", "The meaning is missing"),
        (":eyes: = flag:ugly", "I do not know `flag:ugly`"),
    ],
)
def test_a_mistake_says_what_is_wrong_and_how_to_write_it(line, told):
    (problem,) = understand(line).problems

    assert told in problem.problem
    assert "Write it like" in problem.problem or "`positive`" in problem.problem


def test_a_duplicate_names_the_earlier_line_also_under_another_name():
    understood = understand(":thumbsup: = positive\n:eyes: = none\n:+1: = negative")

    assert [(line.number, line.problem) for line in understood.problems] == [
        (3, "`:+1:` stands in line 1 already.")
    ]


def test_more_than_a_hundred_lines_are_too_many():
    text = "\n".join(f":e{number}: = none" for number in range(MOST_LINES + 5))

    understood = understand(text)

    assert len(understood.emoji) == MOST_LINES
    assert "more than 100 lines" in understood.problems[0].problem
    assert len(understood.problems) == 1


def test_what_counts_is_grouped_with_own_emoji_on_top_of_ours():
    own = {"eyes": "positive", "fire": "none", "rocket": "negative"}

    groups = {words_for(meaning): names for meaning, names in grouped(own)}

    assert groups["Like"][-1] == "eyes"
    assert "rocket" in groups["Dislike"]
    assert all("fire" not in names for names in groups.values())
    assert silenced(own) == ["fire"]
    assert list(groups)[:3] == ["Like", "Dislike", "Approval, like *Use this*"]


def test_what_is_wrong_is_told_in_plain_words_below_the_field():
    told = told_problems(understand("x\n:a: = y").problems)

    assert told.startswith("Line 1: x has no =.")
    assert "Line 2: I do not know y." in told
    assert "`" not in told


@given(st.dictionaries(st.sampled_from([*EMOJI, "eyes", "team_cat", "übung"]), st.sampled_from(WORDS)))
def test_a_map_written_out_and_read_again_is_the_same_map(own):
    assert understand(as_lines(own)).emoji == own


@given(st.text())
def test_any_text_is_understood_or_told_about(text):
    understood = understand(text)

    assert all(line.problem or line.word in WORDS for line in understood.lines)
    assert all(
        meaning_of(name, own_map=understood.emoji) or word == "none"
        for name, word in understood.emoji.items()
    )
