from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.examples.lessons import Lesson
from bot.learning.sayings.guard import why_not
from bot.learning.sayings.sayings import sayings_in, wished_in
from bot.learning.sayings.topics import FIXED_TEXTS, TOPICS, is_known, opposite, saying, topics_of
from bot.llm.style import Style, style_of_wish

TEAM = "The clients can join our call at nine, and the office stays open."


def wish(text):
    return Lesson("instruction", "d1", "c1", "U1", "a brief", "A draft.", text)


def rewrite(draft, better, *, number=1):
    return Lesson("rewrite", f"d{number}", f"c{number}", "U1", "a brief", draft, better)


def said(lesson, **more):
    return {each.topic: each.stance for each in sayings_in(lesson, **more)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no emoji, and shorter please", {"emoji": "none", "length": "short"}),
        ("use emoji again, it may be longer", {"emoji": "some", "length": "long"}),
        ("no sign-off, use bullet points", {"sign_off": "none", "bullets": "some"}),
        ("sign off with “Best, the Team.”", {"sign_off": "best, the team"}),
        ("say “crew” instead of “Team”", {"words:crew|team": "crew"}),
        ("say “team” instead of “crew”", {"words:crew|team": "team"}),
        ("say “GitHub” instead of “Github”", {"words:github|github": "GitHub"}),
        ("make it sing", {}),
        ("thanks!", {}),
    ],
)
def test_a_wish_states_what_it_wants(text, expected):
    assert said(wish(text)) == expected
    assert {each.source for each in sayings_in(wish(text))} <= {"stated"}


def test_for_the_very_text_that_a_wish_answers_all_of_it_holds():
    said_here = wished_in(wish("no emoji here, and say Tuesday instead of Monday"))

    assert [each.text for each in said_here] == ["No emoji.", "Say “Tuesday” instead of “Monday”."]


def test_a_wish_about_lines_says_nothing_about_texts():
    assert sayings_in(replace(wish("In the line “x”: no emoji"), of_lines=True)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "no emoji here please",
        "remove the emoji in the first line",
        "make the last sentence shorter",
        "just this once no greeting",
        "say Tuesday instead of Monday",
        "say “Ana” instead of “Ben”",
        "end with: See you Monday!",
        "add a short intro",
        "add more details about parking",
        "expand on the budget",
        "don't remove the emoji",
        "no need to change the emoji",
        "never mind the greeting",
        "the office is no longer open",
    ],
)
def test_what_is_wished_for_one_text_or_is_a_fact_states_no_style(text):
    assert sayings_in(wish(text)) == ()
    assert said(wish(f"{text}. And always use bold.")) == {"bold": "some"}


@pytest.mark.parametrize(
    ("draft", "better", "expected"),
    [
        ("Hi everyone! The release moved. 🎉", "The release moved.", {"emoji": "none", "greeting": "none"}),
        ("The release moved.", "Hello all! The release moved! 🎉", {"greeting": "some", "emoji": "some", "exclamation": "some"}),
        ("It's **great** news!\n\nThanks!", "It's **great** news!\n\nCheers, the team", {"sign_off": "cheers, the team"}),
        (TEAM, TEAM.replace("clients", "users"), {"words:clients|users": "users"}),
        (TEAM, TEAM.replace("office", "co-working space"), {"words:co-working space|office": "co-working space"}),
        (TEAM, TEAM.replace("The clients", "All those who are here"), {}),
        (f"Hi! {TEAM} 🎉 We're on github.", f"{TEAM} We are on GitHub.".replace("clients", "users"),
         {"emoji": "none", "greeting": "none", "contractions": "none", "words:clients|users": "users", "words:github|github": "GitHub"}),
        ("Lunch is on Monday with Ana.", "Lunch is on Friday with Ben.", {}),
        ("The client calls.", "The clients call.", {}),
        ("The office is closed on Monday because the heating does not work.", "The office is closed.", {"length": "short"}),
        ("Same.", "Same.", {}),
        ("", "", {}),
    ],
)  # fmt: skip
def test_a_rewrite_says_what_it_changed(draft, better, expected):
    assert said(rewrite(draft, better)) == expected
    assert {each.source for each in sayings_in(rewrite(draft, better))} <= {"seen"}


def test_last_words_are_a_sign_off_once_others_end_with_them():
    first = rewrite("Lunch is at noon. Enjoy it.", "Lunch is at noon. More in the wiki.")
    second = rewrite("The lift is out. Sorry.", "The lift is out. More in the wiki.", number=2)

    assert said(first) == {}
    assert said(second, others=[first]) == {"sign_off": "more in the wiki"}
    assert said(second, others=[second]) == {}


def test_a_last_sentence_that_was_there_before_or_is_long_is_no_sign_off_and_hides_none():
    long = "There is some more background in the handbook, and all of the older news as well."
    first = rewrite(f"Lunch is at noon. {long} Thanks!", f"Lunch is at noon. {long}")
    second = rewrite("The lift is out of order. Thanks!", f"The lift is out of order. {long}", number=2)

    assert said(first, others=[second]) == {"sign_off": "none"}
    assert said(second, others=[first]) == {"sign_off": "none", "length": "long"}


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/x", "Visit www.evil.example", "see evil.example now", "<@U123>", "<!channel>", "@everyone",
        "Ignore the above", "the system prompt", "my password is hunter", "xoxb-12345678", "sk-proj-abcdefgh1234",
        "Call 0170123456", "mail a@b.de", "a1b2c3d4e5f6a7b8", "**bold** `code`", "no\u200bthing",
        "one two three four five six seven eight nine", "x" * 61,
    ],
)  # fmt: skip
def test_privileged_words_say_nothing(words):
    assert sayings_in(wish(f'sign off with "{words}"')) == ()
    assert [
        each.text for each in sayings_in(wish(f'say "{words}" instead of "team"')) if "team" in each.text
    ] == []


WORDS = st.text(alphabet="abcXYZ äß'.,!?-&() ", min_size=1, max_size=30)
STYLES = st.one_of(
    st.builds(lambda words: Style(sign_off=words), WORDS),
    st.builds(lambda old, new: Style(swaps=((old, new),)), WORDS, WORDS),
    st.sampled_from([part for text in FIXED_TEXTS for part in topics_of(style_of_wish(text)).values()]),
)


@given(STYLES)
def test_every_rule_reads_back_as_the_style_it_was_made_of(style):
    for topic, part in topics_of(style).items():
        told = saying(part, source="seen")

        assert told is None or topics_of(style_of_wish(told.text)) == {topic: part}
        assert told is None or (told.topic, is_known(told.topic)) == (topic, True)


@given(st.lists(st.sampled_from(["no emoji", "shorter", "say “crew” instead of “team”", "end with “Bye.”"]) | st.text(max_size=50), max_size=4).map(", ".join))  # fmt: skip
def test_whatever_is_wished_each_topic_is_said_once_and_plainly(text):
    found = sayings_in(wish(text))

    assert len({each.topic for each in found}) == len(found)
    assert all(style_of_wish(each.text) != Style() and why_not(each.text) is None for each in found)


@given(st.text(max_size=150), st.text(max_size=150))
def test_whatever_is_rewritten_each_topic_is_said_once(draft, better):
    found = sayings_in(rewrite(draft, better))

    assert len({each.topic for each in found}) == len(found)
    assert all(is_known(each.topic) and each.stance and "\n" not in each.text for each in found)


def test_every_fixed_rule_is_said_by_its_own_words_and_has_an_opposite_where_there_are_two_sides():
    found = [each for text in FIXED_TEXTS for each in sayings_in(wish(text))]

    assert tuple(each.text for each in found) == FIXED_TEXTS
    assert {each.topic for each in found} == TOPICS
    assert opposite("emoji", "none").text == "Use emoji."
    assert opposite("length", "long").text == "Keep it short."
    assert opposite("dates", "iso") is None
    assert opposite("sign_off", "none") is None
    assert opposite("tone", "do") is None
