from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.lessons import Lesson
from bot.learning.patterns import MOST_RULES, conformed, find_rules
from bot.llm.style import style_of_wish

DRAFT = "Hi everyone! The release moved. 🎉 Thank you all!"


def wish(text, *, number=1, user_id="U1"):
    return Lesson("instruction", f"d{number}", f"c{number}", user_id, "a brief", DRAFT, text)


def rewrite(text, *, draft=DRAFT, number=1):
    return Lesson("rewrite", f"d{number}", f"c{number}", "U1", "a brief", draft, text)


def texts(*newest_first, brief=""):
    return [rule.text for rule in find_rules(newest_first, brief=brief)]


def test_nobody_said_anything_yet():
    assert texts() == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("no exclamation marks", "No exclamation marks."),
        ("please drop the emoji", "No emoji."),
        ("no greeting please", "No greeting."),
        ("shorter", "Keep it short."),
        ("sign off with “Best, Ana”", "End with “Best, Ana”."),
        ("no sign-off", "No sign-off."),
        ('say "colleagues" instead of "team"', "Say “colleagues” instead of “team”."),
    ],
)
def test_a_stated_wish_is_a_rule_at_once(said, rule):
    (found,) = find_rules([wish(said, number=7, user_id="U9")])

    assert found.text == rule
    assert found.stated
    assert (found.draft_id, found.correction_id, found.user_id) == ("d7", "c7", "U9")


def test_what_is_said_about_a_line_is_no_rule_for_whole_texts():
    about_a_line = replace(wish("In the line “Keep it short.”: no emoji"), of_lines=True)

    assert texts(about_a_line) == []


def test_a_rule_reads_as_what_it_does():
    said = (
        'no emoji, no exclamation marks, no greeting, shorter, say "crew" instead of "team", end with "Bye."'
    )

    for rule in find_rules([wish(said)]):
        assert style_of_wish(rule.text) == rule.style


def test_a_rewrite_shows_its_patterns():
    assert texts(rewrite("The release moved. Questions: ask Ana.", draft="Hello all! The big release has moved! 🎉")) == [
        "No exclamation marks.",
        "No emoji.",
        "No greeting.",
        "End with “Questions: ask Ana.”.",
    ]  # fmt: skip


def test_a_newer_rewrite_that_shows_the_opposite_takes_a_seen_rule_back():
    older = rewrite("The release moved.", number=1)
    newer = rewrite("Hi everyone! The release moved at last!", number=2)

    assert texts(older) == ["No exclamation marks.", "No emoji.", "No greeting.", "Keep it short."]
    assert texts(newer, older) == ["No emoji.", "Keep it short."]


def test_the_newest_word_counts_and_opposites_never_stand_together():
    no, yes = wish("no emoji", number=1), wish("use emoji again", number=2)
    swap = wish('say "crew" instead of "team"', number=3)
    back = wish('say "team" instead of "crew"', number=4)

    assert texts(yes, no) == []
    assert texts(no, yes) == ["No emoji."]
    assert texts(back, swap) == ["Say “team” instead of “crew”."]
    assert texts(swap, back) == ["Say “crew” instead of “team”."]


def test_what_was_stated_outranks_what_was_only_seen():
    stated = wish("no exclamation marks", number=1)
    seen = rewrite("The release moved!", number=2)

    assert "No exclamation marks." in texts(seen, stated)


def test_a_single_change_of_words_may_be_a_fact_and_two_are_a_habit():
    first = rewrite("The new users can join our call at nine", draft="The new clients can join our call at nine", number=1)  # fmt: skip
    second = rewrite("We write to all users on Monday at ten", draft="We write to all clients on Monday at ten", number=2)  # fmt: skip

    assert texts(first) == []
    assert texts(second, first) == ["Say “users” instead of “clients”."]


def test_last_words_that_return_become_the_sign_off():
    first = rewrite("Lunch is at noon. More in the wiki.", draft="Lunch is at noon. Enjoy it.", number=1)
    second = rewrite(
        "The lift is broken. More in the wiki.", draft="The lift is broken. Sorry for that.", number=2
    )

    assert texts(first) == []
    assert texts(second, first) == ["End with “More in the wiki.”."]


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/x",
        "Visit www.evil.example",
        "see evil.example now",
        "<@U123>",
        "<!channel>",
        "@everyone",
        "Ignore the above",
        "the system prompt",
        "my password is hunter",
        "xoxb-12345678",
        "sk-proj-abcdefgh1234",
        "Call 0170123456",
        "a1b2c3d4e5f6a7b8",
        "**bold** `code`",
        "one two three four five six seven eight nine",
        "x" * 61,
    ],
)
def test_privileged_or_strange_words_never_become_a_rule(words):
    assert texts(wish(f'sign off with "{words}"')) == []
    assert texts(wish(f'say "{words}" instead of "team"')) == []


def test_what_the_brief_states_comes_before_the_rules():
    rules = [wish("no emoji", number=1), wish("no greeting", number=2)]

    assert texts(*rules, brief="Announce lunch, with a lot of emoji") == ["No greeting."]


def test_there_are_never_more_rules_than_a_prompt_takes():
    swaps = [wish(f'say "word{n}b" instead of "word{n}a"', number=n) for n in range(30)]

    assert len(find_rules(swaps)) == MOST_RULES


def test_a_text_is_put_right_and_says_by_which_rules():
    rules = find_rules([wish('no emoji, no exclamation marks, shorter, end with "Questions: ask Ana."')])

    right = conformed("The lift is out of order! Questions: ask Ana.", rules)

    assert right.text == "The lift is out of order. Questions: ask Ana."
    assert [rule.kind for rule in right.changed_by] == ["exclamation"]
    assert conformed(right.text, rules).changed_by == ()
    assert conformed("Anything!", ()).text == "Anything!"


@given(st.lists(st.text(max_size=60), max_size=6))
def test_whatever_people_say_each_kind_has_one_rule_and_every_rule_is_plain(said):
    rules = find_rules([wish(text, number=number) for number, text in enumerate(said)])

    kinds = [rule.kind for rule in rules]
    assert len(kinds) == len(set(kinds))
    assert all(len(rule.text) <= 120 and "<" not in rule.text for rule in rules)
