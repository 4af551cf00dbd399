"""Bullet points, bold print, contractions, numbers, dates and times: wished for, seen, and put right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.style import Style, conform, style_of_pair, style_of_wish


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("use bullets", Style(bullets=True)),
        ("bullet points please", Style(bullets=True)),
        ("as a list", Style(bullets=True)),
        ("no bullet points", Style(bullets=False)),
        ("write it as prose", Style(bullets=False)),
        ("make the deadline bold", Style(bold=True)),
        ("too much bold", Style(bold=False)),
        ("be bold, use a bold tone", Style()),
        ("avoid contractions", Style(contractions=False)),
        ("use contractions", Style(contractions=True)),
        ("numbers as digits", Style(numbers="digits")),
        ("please spell out the numbers", Style(numbers="words")),
        ("use ISO dates", Style(dates="iso")),
        ("not american dates", Style()),
        ("write dates like 5 May 2026", Style(dates="day_first")),
        ("dates as May 5, please", Style(dates="month_first")),
        ("24h clock", Style(clock="24")),
        ("times with am/pm", Style(clock="12")),
        ("write times like 3:30 pm", Style(clock="12")),
        ("thousands separators please", Style(thousands="comma")),
        ("no thousands separators", Style(thousands="plain")),
        ("emoji please", Style(emoji=True)),
        ("start with hello", Style(greeting=True)),
        ("don't say hello", Style(greeting=False)),
        ("don't be afraid of emoji", Style()),
        ("the meeting on 5 May is at 3 pm, room 12000", Style()),
    ],
)
def test_a_wish_is_read(wish, expected):
    assert style_of_wish(wish) == expected


@pytest.mark.parametrize(
    ("draft", "better", "expected"),
    [
        ("- We fixed it.\n- It ships now.", "We fixed it. It ships now.", Style(bullets=False)),
        ("We fixed it and it ships now.", "- We fixed it\n- it ships now", Style(bullets=True)),
        (
            "- a list of old things\n- and more of it",
            "Something quite else was put in here, so it seems",
            Style(),
        ),
        ("The **deadline** is noon.", "The deadline is noon.", Style(bold=False)),
        ("The deadline is noon.", "The **deadline** is noon.", Style(bold=True)),
        ("We don't know. It's late.", "We do not know. It is late.", Style(contractions=False)),
        ("We do not know yet.", "We don't know yet.", Style(contractions=True)),
        ("It's gone.", "It went.", Style()),
        ("three fixes", "3 fixes", Style(numbers="digits")),
        ("3 fixes", "three fixes", Style(numbers="words")),
        ("three fixes", "4 fixes", Style()),
        ("on May 5, 2026", "on 5 May 2026", Style(dates="day_first")),
        ("on 5 May 2026", "on 2026-05-05", Style(dates="iso")),
        ("on May 5", "on 6 May", Style()),
        ("at 3 pm", "at 15:00", Style(clock="24")),
        ("at 15:30", "at 3:30 pm", Style(clock="12")),
        ("10000 users", "10,000 users", Style(thousands="comma")),
    ],
)
def test_a_pair_of_texts_shows_what_changed(draft, better, expected):
    assert style_of_pair(draft, better) == expected


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        (Style(bullets=False), "News:\n- One.\n- Two.\n\nEnd", "News:\nOne. Two.\n\nEnd"),
        (Style(bullets=False), "- milk\n- eggs", "- milk\n- eggs"),  # Only a person can make prose of that.
        (Style(bullets=False), "```\n- One.\n- Two.\n```", "```\n- One.\n- Two.\n```"),
        (Style(bold=False), "The **deadline** and `**x**`", "The deadline and `**x**`"),
        (Style(contractions=False), "We're sure it's fine. Don't wait, I won't.", "We are sure it is fine. Do not wait, I will not."),
        (Style(contractions=False), "It\u2019s been long; Ana's bike can\u2019t move", "It\u2019s been long; Ana's bike cannot move"),
        (Style(contractions=True), "We are sure. Do not go. Yes, it is.", "We're sure. Don't go. Yes, it is."),
        (Style(numbers="digits"), "Twenty-one of three hundred, one by one, two-thirds, two left", "21 of three hundred, one by one, two-thirds, 2 left"),
        (Style(numbers="words"), "3 fixes, version 3, 3 pm, 3%, 12 May, 1.3, $3, 30 more", "three fixes, version 3, 3 pm, 3%, 12 May, 1.3, $3, 30 more"),
        (Style(numbers="words"), "3. Third\n4. Fourth", "3. Third\n4. Fourth"),
        (Style(dates="iso"), "On May 5, 2026, or on May 6.", "On 2026-05-05, or on May 6."),
        (Style(dates="day_first"), "On May 5, 2026 and Nov. 6. From 2026-02-30.", "On 5 May 2026 and 6 Nov. From 2026-02-30."),
        (Style(dates="month_first"), "From 23rd November to 5 May.", "From November 23 to May 5."),
        (Style(dates="month_first"), "23-25 November", "23-25 November"),
        (Style(clock="24"), "3 pm, 9:05 a.m. and 12 am", "15:00, 09:05 and 00:00"),
        (Style(clock="12"), "15:00, 09:05, 0:30, 12:30:45", "3 pm, 9:05 am, 12:30 am, 12:30:45"),
        (Style(thousands="comma"), "10000 users, ticket 48213, 2026", "10,000 users, ticket 48213, 2026"),
        (Style(thousands="plain"), "1,234,567 users", "1234567 users"),
        (Style(swaps=(("ship", "launch"), ("launch", "start"))), "We ship it, then launch.", "We start it, then start."),
    ],
)  # fmt: skip
def test_a_text_is_put_right(style, text, expected):
    assert conform(style, text) == expected


STYLES = [
    Style(bullets=False, bold=False, contractions=False, numbers="digits", dates="iso", clock="24", thousands="plain"),
    Style(contractions=True, numbers="words", dates="day_first", clock="12", thousands="comma"),
    Style(dates="month_first"),
]  # fmt: skip
PIECES = [
    "It's", "we", "are", "don't", "do not", "3", "three", "twenty-one", "12,000", "12000 users", "May 5, 2026", "5 May",
    "2026-05-05", "3 pm", "15:30", "- a point.", "**bold**", "`it's 3`", "\n", ".", "https://x.example/3", "Nov. 6",
]  # fmt: skip


@given(st.sampled_from(STYLES), st.lists(st.sampled_from(PIECES), max_size=9).map(", ".join))
def test_what_conforms_is_left_alone_and_code_stays(style, text):
    once = conform(style, text)

    assert conform(style, once) == once
    assert once.count("`it's 3`") == text.count("`it's 3`")


@given(st.text(max_size=120), st.sampled_from(STYLES))
def test_no_text_breaks_the_reading(text, style):
    assert isinstance(conform(style, text), str)
    assert style_of_pair(text, text).bullets is None
    assert isinstance(style_of_wish(text), Style)
