"""The retrain demo's people: what they ask for, what they want, and how they judge two texts blindly."""

import pytest

from bot.sandbox import Message
from bot.slack.blocks.trial import TrialQuestion, trial_question
from handlers.cli.demo.house_style import SIGNATURE, TAUGHT, UNSEEN, is_in_style, likeness, requests
from handlers.cli.demo.retrain_story import Findings, next_morning, report
from handlers.cli.demo.retrain_voters import choice, read
from storage.types import utc_now

BRIEF = "Thank Emil for repairing the library"
GOOD = f"Dear crew, thank you to Emil for repairing the library.\n\n{SIGNATURE}"
LOOSE = "Hi everyone! Thank you Emil for repairing the library!"
EMPTY = f"Dear crew, it is so.\n\n{SIGNATURE}"


def question(first, second):
    text, blocks = trial_question(TrialQuestion("p1", "C1", BRIEF, first, second))
    return Message(channel="D1", ts="1.0", user="U1", text=text, blocks=blocks)


def test_requests_are_different_and_the_same_for_the_same_seed():
    made = requests(TAUGHT, count=64, seed=1)

    assert len({request.brief for request in made}) == 64
    assert made == requests(TAUGHT, count=64, seed=1)
    assert made != requests(TAUGHT, count=64, seed=2)


def test_what_is_tested_was_never_taught():
    assert not {template for template, _ in TAUGHT} & {template for template, _ in UNSEEN}


def test_people_want_what_is_in_style():
    assert all(is_in_style(request.wanted) for request in requests(TAUGHT + UNSEEN, count=40, seed=3))
    assert not is_in_style(LOOSE)
    assert not is_in_style(f"Dear crew, hurray!\n\n{SIGNATURE}")


def test_a_text_in_style_that_forgot_the_matter_is_liked_less():
    assert likeness(GOOD, brief=BRIEF) > likeness(EMPTY, brief=BRIEF)
    assert likeness(GOOD, brief=BRIEF) > likeness(LOOSE, brief=BRIEF)


def test_a_voter_reads_the_request_and_both_texts_out_of_the_message():
    assert read(question(GOOD, LOOSE)) == (BRIEF, GOOD, LOOSE)


@pytest.mark.parametrize(
    ("first", "second", "pressed"),
    [(GOOD, LOOSE, "a"), (LOOSE, GOOD, "b"), (GOOD, GOOD, "tie"), (LOOSE, LOOSE, "both_bad")],
)
def test_a_voter_presses_what_the_texts_deserve(first, second, pressed):
    assert choice(question(first, second)) == pressed


def test_the_next_morning_is_a_working_day():
    mornings = [utc_now()]
    for _ in range(10):
        mornings.append(next_morning(mornings[-1]))

    assert all(morning.isoweekday() < 6 and morning.hour == 10 for morning in mornings[1:])
    assert mornings == sorted(mornings)


@pytest.mark.parametrize(
    ("after", "trained", "untrained", "expected"),
    [
        (12, "promoted", "not_enough", True),
        (11, "promoted", "stopped", True),
        (10, "promoted", "not_enough", False),
        (12, "not_enough", "not_enough", False),
        (12, "promoted", "promoted", False),
    ],
)
def test_only_a_trained_challenger_in_style_and_an_untrained_one_left_behind_is_as_promised(
    after, trained, untrained, expected
):
    found = Findings(
        in_style={"before": 0, "after": after}, outcomes={"trained": trained, "untrained": untrained}
    )

    assert found.is_as_promised is expected
    assert any(str(after) in line for line in report(found))
