import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.splitting import size
from bot.slack.text import split_text

PARAGRAPH = "The office opens at nine. " * 3


def _balanced(part):
    return len(re.findall(r"^ {0,3}```", part, re.MULTILINE)) % 2 == 0


def test_a_text_that_fits_is_one_part():
    assert split_text("Hello\n\nworld", 100) == ["Hello\n\nworld"]


def test_an_empty_text_has_no_parts():
    assert split_text(" \n\n ", 100) == []


def test_cuts_are_between_paragraphs_where_possible():
    text = "\n\n".join([PARAGRAPH.strip()] * 4)

    parts = split_text(text, 200)

    assert parts == ["\n\n".join([PARAGRAPH.strip()] * 2)] * 2


def test_else_between_lines_and_keeping_their_indentation():
    text = "\n".join(f"    - point {number:03}" for number in range(20))

    parts = split_text(text, 100)

    assert "\n".join(parts) == text
    assert all(part.startswith("    - point") for part in parts)


def test_else_between_words():
    parts = split_text("word " * 100, 103)

    assert {word for part in parts for word in part.split()} == {"word"}
    assert sum(len(part.split()) for part in parts) == 100


def test_a_word_without_end_is_cut():
    parts = split_text("x" * 250, 100)

    assert parts == ["x" * 100, "x" * 100, "x" * 50]


def test_a_split_code_block_is_closed_and_opened_again():
    code = "\n".join(f"line {number:03}" for number in range(40))
    text = f"Before.\n\n```python\n{code}\n```\n\nAfter."

    parts = split_text(text, 150)

    assert all(_balanced(part) and len(part) <= 150 for part in parts)
    assert parts[1].startswith("```python\nline")
    assert [line for part in parts for line in part.split("\n") if line.startswith("line")] == code.split(
        "\n"
    )
    assert parts[-1].endswith("After.")


def test_no_empty_code_block_is_left_behind():
    text = "```\n" + "y" * 84 + "\n```\nAfter " + "z" * 80

    parts = split_text(text, 100)

    assert not any(re.search(r"```\n+```", part) for part in parts)


def test_a_code_block_that_fits_is_not_split():
    block = "```\n" + "x" * 80 + "\n```"
    text = f"{PARAGRAPH}\n\n{block}\n\n{PARAGRAPH}"

    parts = split_text(text, 120)

    assert block in parts


def test_emoji_count_twice():
    parts = split_text("🙂" * 120, 100)

    assert [len(part) for part in parts] == [50, 50, 20]


def test_a_limit_without_room_is_refused():
    with pytest.raises(ValueError, match="100"):
        split_text("x", 99)


LINES = st.sampled_from(
    [
        "```",
        "```python",
        "~~~",
        "``````",
        "    indented",
        "- point",
        "a line of some words",
        "x" * 130,
        "",
        "🙂 ok",
        "`" * 30,
        "```" + "long info " * 30,
        "`inline` code",
        "\t",
        "Ende.",
    ]
)


@given(st.lists(LINES, max_size=40).map("\n".join) | st.text(max_size=600), st.integers(100, 300))
def test_nothing_is_lost_and_every_part_fits(text, limit):
    parts = split_text(text, limit)

    assert all(size(part) <= limit for part in parts)
    assert _solid("".join(parts)) == _solid(text)


def _solid(text):
    """What must survive: everything but white space and the marks of code blocks with their language."""
    return re.sub(r"\s|[`~]+(?:python|long\s*inf?o?)?", "", text)
