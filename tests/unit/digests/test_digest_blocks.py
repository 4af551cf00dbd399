"""A digest's parts as blocks: quotes stay whole, literal and small."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.sections.changed import build_credit
from bot.sandbox.blocks import message_problems
from bot.slack.blocks.digest import (
    Chart,
    Note,
    Paragraph,
    Quote,
    Quotes,
    Rows,
    Title,
    build_digest,
    build_digest_text,
    shorten,
)
from bot.slack.blocks.stats import Row

FAMILY = "👩‍👩‍👧‍👦"


@given(st.text(min_size=0, max_size=700))
def test_a_shortened_text_is_one_line_of_limited_length(text):
    short = shorten(text, 280)

    assert len(short) <= 280
    assert "\n" not in short


@pytest.mark.parametrize("limit", range(20, 60))
def test_an_emoji_made_of_several_characters_is_not_cut_in_two(limit):
    short = shorten(FAMILY * 20, limit)

    assert set(short.removesuffix("…").split(FAMILY)) == {""}


@pytest.mark.parametrize("limit", range(10, 30))
def test_a_skin_tone_stays_with_its_hand(limit):
    short = shorten("👍🏽" * 40, limit)

    assert set(short.removesuffix("…").split("👍🏽")) == {""}


def test_a_right_to_left_quote_is_isolated():
    (block,) = [
        block
        for block in build_digest([Quotes("Top", (Quote("مرحبا", "— Ann"),))], chart_file_id=None)
        if block["type"] == "rich_text"
    ]

    assert block["elements"][0]["elements"][0]["text"] == "\u2068مرحبا\u2069"  # noqa: RUF001 - Arabic on purpose


def test_the_chart_is_shown_only_with_its_file():
    parts = [Title("T"), Chart("Chart: 75%.")]

    without = build_digest(parts, chart_file_id=None)
    with_file = build_digest(parts, chart_file_id="F0123456789")

    assert [block["type"] for block in without] == ["header"]
    assert with_file[1]["slack_file"] == {"id": "F0123456789"}
    assert with_file[1]["alt_text"] == "Chart: 75%."


def test_parts_of_any_size_are_within_slacks_limits():
    long = "x" * 20_000
    parts = [
        Title(long),
        Paragraph(long, heading="h"),
        Rows(tuple(Row(long, long, long) for _ in range(40))),
        Quotes("q", tuple(Quote(long, long) for _ in range(40))),
        Chart(long),
        Note(long),
        *[Paragraph("p") for _ in range(60)],
    ]

    assert message_problems(build_digest(parts, chart_file_id="F0123456789")) == []
    assert len(build_digest_text(parts)) <= 3_000


@pytest.mark.parametrize(
    ("names", "others", "expected"),
    [
        ([], 1, "everyone who took the time"),
        ([], 2, "everyone who took the time"),
        ([], 3, "all 3 of you"),
        (["Ann"], 0, "Ann"),
        (["Ann", "Bo"], 0, "Ann and Bo"),
        (["Ann"], 1, "Ann and others"),
        (["Ann", "Bo"], 2, "Ann, Bo and others"),
        (["Ann", "Bo"], 4, "Ann, Bo and 4 others"),
    ],
)
def test_credit_counts_nobody_out_of_a_small_group(names, others, expected):
    assert build_credit(names, others=others) == expected
