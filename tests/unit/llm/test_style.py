import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.style import Style, apply, conform, style_of_pair, style_of_wish, with_addition
from bot.llm.style_marks import greeting_of, sign_off_of, without_sign_off

STRICT = Style(exclamation=False, emoji=False, greeting=False)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("no exclamation marks please", Style(exclamation=False)),
        ("too many exclamation marks", Style(exclamation=False)),
        ("exclamation marks are fine", Style(exclamation=True)),
        ("don't use emoji", Style(emoji=False)),
        ("please drop the emoji", Style(emoji=False)),
        ("add an emoji", Style(emoji=True)),
        ("No emoji or exclamation marks.", Style(exclamation=False, emoji=False)),
        ("no emoji, but more exclamation marks", Style(exclamation=True, emoji=False)),
        ("No greeting.", Style(greeting=False)),
        ("shorter!", Style(short=True)),
        ("it should be longer", Style(short=False)),
        ('sign off with "The team"', Style(sign_off="The team")),
        ("sign off with “Best, Ana”", Style(sign_off="Best, Ana")),
        ("End with Questions: ask Ana.", Style(sign_off="Questions: ask Ana.")),
        ("end it with: — The team, please", Style(sign_off="— The team")),
        ("end with a question", Style()),
        ("no sign-off", Style(sign_off="")),
        ('No emoji and sign off with "Cheers"', Style(emoji=False, sign_off="Cheers")),
        ('say "launch" instead of "ship"', Style(swaps=(("ship", "launch"),))),
        ("say colleagues instead of team", Style(swaps=(("team", "colleagues"),))),
        ('use "customers", not "users"', Style(swaps=(("users", "customers"),))),
        ('replace "ship" with "release"', Style(swaps=(("ship", "release"),))),
        ("> no emoji\nI like this line", Style()),
        ("make it sing", Style()),
        ("thanks, looks good", Style()),
    ],
)
def test_a_wish_is_read(wish, expected):
    assert style_of_wish(wish) == expected


@pytest.mark.parametrize(
    ("draft", "better", "expected"),
    [
        ("Hi there! 🎉 We ship it today", "Hi there! We ship it today", Style(exclamation=True, emoji=False, greeting=True)),
        ("Hi all! We ship.", "We ship.", Style(exclamation=False, greeting=False)),
        ("We are so happy to say that it ships today", "It ships today", Style(short=True)),
        ("It ships today.", "It ships today. Questions: ask Ana.", Style(short=False, sign_off="Questions: ask Ana.")),
        ("It ships today. Thanks!", "It ships today.", Style(exclamation=False, sign_off="")),
        ("It ships today.", "It ships on Monday.", Style()),
    ],
)  # fmt: skip
def test_a_pair_of_texts_shows_what_changed(draft, better, expected):
    assert style_of_pair(draft, better) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi everyone! 👋\n\nThe release! It's here! 🎉🚀 Yes!", "The release. It's here. Yes."),
        ("Hey team 👋 we moved", "We moved"),
        ("Dear all, welcome. ¡Hola!", "Welcome. Hola."),
        ("🎉 Big news!! Really?! :tada: at 12:30:45", "Big news. Really? at 12:30:45"),
        ("- 🎉 one\n- two 🚀!\n\n🎉\n\nend", "- one\n- two.\n\nend"),
        ("wait... what!", "wait... what."),
        ("Hello World 2.0 is out!", "Hello World 2.0 is out."),
        ("Hi!", "Hi."),
        ("Run `x` 🎉 today", "Run `x` today"),
        ("One line.\n🎉🎉\n\nAnother.\n\n🚀", "One line.\nAnother."),
    ],
)
def test_marks_are_taken_out_and_leave_no_gap(text, expected):
    assert conform(STRICT, text) == expected


@pytest.mark.parametrize(
    "code",
    [
        "`run! :tada: 🎉`",
        "```\nHi all!\nx != 🎉\n```",
        "<!here>",
        "https://example.com/team!",
        "![alt](x)",
        "a != b",
        "12:30:45",
    ],
)
def test_code_and_addresses_stay_as_they_are(code):
    swaps = (("team", "crew"), ("run", "walk"), ("alt", "neu"))

    assert code in conform(Style(exclamation=False, emoji=False), f"Look at {code} now!")
    assert f"`{swaps[0][0]}`" in conform(Style(swaps=swaps), "The team says `team`.")
    assert "https://example.com/team" in conform(Style(swaps=swaps), "See https://example.com/team now")


def test_words_are_swapped_whole_and_all_at_once():
    style = Style(swaps=(("team", "colleagues"), ("colleagues", "team")))

    assert conform(style, "Team and colleagues, steam.") == "Colleagues and team, steam."


@pytest.mark.parametrize(
    ("text", "sign_off", "expected"),
    [
        ("It moved.", "Questions: ask Ana.", "It moved. Questions: ask Ana."),
        ("It moved. Questions: ask Ana", "Questions: ask Ana.", "It moved. Questions: ask Ana"),
        ("It moved.", "— The team", "It moved.\n\n— The team"),
        ("It moved.\n\n— The old team", "— The team", "It moved.\n\n— The team"),
        ("It moved. Thanks!", "", "It moved."),
        ("Thanks!", "", "Thanks!"),
    ],
)
def test_a_text_ends_with_one_sign_off(text, sign_off, expected):
    assert conform(Style(sign_off=sign_off), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A moved. Any questions? Ask Ben.", "Any questions? Ask Ben."),
        ("X.\n\nY.\n\nBest,\nAna", "Best,\nAna"),
        ("Do it. Thanks to Maya for this.", ""),
        ("Agenda:\n- a\n- b", ""),
        ("Questions: ask Ana.", ""),
        ("", ""),
    ],
)
def test_a_closing_formula_is_told_from_news(text, expected):
    assert sign_off_of(text) == expected


def test_an_addition_stands_before_the_sign_off():
    assert with_addition("It moved. Questions: ask Ana.", "lunch is late!") == (
        "It moved. Lunch is late. Questions: ask Ana."
    )


def test_making_a_text_shorter_keeps_its_opening():
    assert apply(Style(short=True), "One. Two. Three.") == "One. Two."


@given(st.text(max_size=80), st.sampled_from(["Questions: ask Ana.", "— The team", ""]))
def test_what_conforms_is_left_alone(text, sign_off):
    style = Style(exclamation=False, emoji=False, sign_off=sign_off)

    once = conform(style, f"News. {text}")

    assert conform(style, once) == once


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    style = style_of_wish(text)
    style_of_pair(text, text[::-1])
    greeting_of(text)

    assert style_of_pair(text, text).swaps == ()
    assert isinstance(apply(style, text), str)
    assert without_sign_off(text, "") == text
