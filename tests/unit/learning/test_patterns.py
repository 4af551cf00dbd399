import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import HouseRule
from bot.learning.sayings.patterns import conformed, says_only_what_is_known
from bot.learning.sayings.sayings import sayings_in
from bot.learning.scopes import WORKSPACE

DRAFT = "Hi everyone! The release moved. 🎉 Thank you all!"


def rules_of(wish):
    said = sayings_in(Lesson("instruction", "d1", "c1", "U1", "a brief", DRAFT, wish))
    return [rule(each.text, topic=each.topic, number=number) for number, each in enumerate(said, 1)]


def rule(text, *, topic, number=1):
    return HouseRule(f"r{number}", number, topic, "", text, WORKSPACE)


def test_a_text_is_put_right_and_says_by_which_rules():
    rules = rules_of('no emoji, no exclamation marks, shorter, end with "Questions: ask Ana."')

    right = conformed("The lift is out of order! Questions: ask Ana.", rules)

    assert right.text == "The lift is out of order. Questions: ask Ana."
    assert [rule.topic for rule in right.changed_by] == ["exclamation"]
    assert conformed(right.text, rules).changed_by == ()
    assert conformed("Anything!", ()).text == "Anything!"


def test_the_earlier_rule_counts_and_a_rule_only_does_what_it_says_about_its_topic():
    narrow = rule("Say “crew” instead of “team”.", topic="words:crew|team", number=1)
    wide = rule("Say “group” instead of “team”.", topic="words:group|team", number=2)
    free = rule("No emoji where they hide the news.", topic="tone", number=3)

    right = conformed("The team is here. 🎉", [narrow, wide, free])

    assert right.text == "The crew is here. 🎉"
    assert [each.number for each in right.changed_by] == [1, 2]


@pytest.mark.parametrize(
    ("wish", "is_known"),
    [
        ("no emoji", True),
        ("no contractions", True),
        ("write dates like 5 May 2026", True),
        ("use emoji", False),
        ("no bullet points", False),
        ("end with https://x.example", False),
        ("make it sing", False),
    ],
)
def test_what_can_be_done_without_a_model_is_known(wish, is_known):
    assert says_only_what_is_known(wish) is is_known


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=120))
def test_whatever_people_say_a_text_that_was_put_right_needs_it_no_more(said, text):
    rules = rules_of("; ".join(["no emoji", *said]))

    once = conformed(text, rules)

    assert conformed(once.text, once.changed_by).text == once.text
