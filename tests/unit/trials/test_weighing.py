"""What pairs amount to, and when a trial is over."""

from datetime import timedelta

import pytest

from bot.evaluation.replay import Written
from bot.evaluation.significance import Evidence
from bot.trials.pairs import fixed_value, is_a_choice, room
from bot.trials.weighing import Weighed, decided, weigh_pairs
from storage.models import Trial, TrialPair
from storage.queries.trials import CountedVote
from tests.factories import NOW

NOTHING = Evidence(0, 0, 1.0, 1.0, "", 1.0, None, None, None)
FAILED = Written(None, "model_refused")


def trial(**columns):
    given = {
        "mode": "blind",
        "alpha": 0.05,
        "max_pairs": 200,
        "closes_at": NOW + timedelta(days=14),
        **columns,
    }
    return Trial(id="trial", workspace_id="T", number=1, task="", champion_id="1", challenger_id="2", **given)


def pair(name, position=None, *, state="closed", fixed=None):
    return TrialPair(
        id=name,
        trial_id="trial",
        workspace_id="T",
        number=1,
        source_draft_id=name,
        state=state,
        position=position,
        fixed=fixed,
    )


def vote(name, user_id, pressed, *, flipped=True):
    return CountedVote(name, user_id, pressed, flipped)


@pytest.mark.parametrize(
    ("pressed", "flipped", "value"),
    [("a", True, 1.0), ("b", True, 0.0), ("a", False, 0.0), ("b", False, 1.0), ("tie", True, 0.5)],
)
def test_a_press_is_worth_what_stood_on_that_side(pressed, flipped, value):
    weighed = weigh_pairs(trial(), [pair("p", 1)], [vote("p", "U1", pressed, flipped=flipped)])

    assert weighed.evidence.mean == value


def test_pairs_are_counted_by_what_most_of_their_voters_said():
    pairs = [
        pair("won", 1),
        pair("split", 2),
        pair("bad", 3),
        pair("failed", 4, fixed=0.0),
        pair("open", state="open"),
    ]
    votes = [
        vote("won", "U1", "a"),
        vote("won", "U2", "tie"),
        vote("split", "U1", "a"),
        vote("split", "U2", "b"),
        vote("bad", "U1", "both_bad"),
        vote("open", "U1", "a"),
    ]

    weighed = weigh_pairs(trial(), pairs, votes)

    assert (weighed.evidence.n, weighed.wins, weighed.ties, weighed.both_bad, weighed.done) == (4, 1, 1, 1, 4)


def test_pairs_enter_in_the_order_in_which_they_closed():
    votes = [vote("late", "U1", "a"), vote("early", "U2", "b")]

    weighed = weigh_pairs(trial(), [pair("late", 2), pair("early", 1)], votes)

    assert weighed == weigh_pairs(trial(), [pair("early", 1), pair("late", 2)], votes)


@pytest.mark.parametrize(
    ("weighed", "when", "ending"),
    [
        (Weighed(NOTHING), 1, None),
        (Weighed(NOTHING), 14, ("not_enough", "time")),
        (Weighed(NOTHING, done=200), 1, ("not_enough", "all_pairs")),
        (Weighed(NOTHING, alike=30), 1, ("not_enough", "alike")),
        (Weighed(NOTHING, ratio_off=True), 1, ("stopped", "ratio")),
        (Weighed(Evidence(12, 3, 99.0, 20.0, "", 0.0, 1.0, 0.6, 1.0)), 1, ("better", "proved")),
        (
            Weighed(Evidence(12, 3, 99.0, 20.0, "", 0.0, 1.0, 0.6, 1.0), ratio_off=True),
            1,
            ("stopped", "ratio"),
        ),
        (Weighed(Evidence(12, 0, 0.0, 0.0, "", 20.0, 0.0, 0.0, 0.3)), 1, ("worse", "proved")),
    ],
)
def test_a_trial_ends_for_one_reason(weighed, when, ending):
    assert decided(trial(), weighed, now=NOW + timedelta(days=when)) == ending


def test_a_failure_is_a_loss_and_two_are_nothing():
    text = Written("A text")

    assert fixed_value(text, FAILED) == 0.0
    assert fixed_value(FAILED, text) == 1.0
    assert fixed_value(FAILED, FAILED) is fixed_value(text, text) is None
    assert not is_a_choice(FAILED, FAILED)
    assert not is_a_choice(text, Written(" a  TEXT\n"))
    assert is_a_choice(text, Written("Another text"))


@pytest.mark.parametrize(
    ("states", "most", "wanted"),
    [
        ([], 200, 10),
        (["open"] * 4, 200, 6),
        (["open"] * 10, 200, 0),
        (["closed"] * 8, 10, 2),
        (["dropped"] * 20, 10, 0),
    ],
)
def test_few_pairs_stand_open_at_once_and_a_trial_has_an_end(states, most, wanted):
    assert (
        room(trial(max_pairs=most), [pair(str(at), state=state) for at, state in enumerate(states)]) == wanted
    )
