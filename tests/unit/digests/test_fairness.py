"""Who is shown in fairness figures, and what stands out."""

from datetime import date

import pytest

from bot.digests.fairness import FairnessReport, diversity_of, rates_of
from bot.digests.fairness_card import build_fairness_card
from bot.digests.figure import share
from bot.digests.stats import Period
from bot.slack.blocks.stats import build_stats_text
from storage.queries.fairness import GroupCounts

PERIOD = Period(first_day=date(2026, 10, 25), last_day=date(2026, 11, 23))


def counts(name, judged, flagged, people):
    return GroupCounts(name, judged, flagged, people)


def told(*, groups=(), given=(), answers=None):
    flags = {"task": rates_of(groups)}
    report = FairnessReport("T", PERIOD, flags, diversity_of(given), answers, share(80, of=100))
    return build_stats_text(build_fairness_card(report))


def test_groups_of_fewer_than_three_people_are_not_shown():
    rates = rates_of([counts("a", 50, 5, 9), counts("b", 9, 9, 2), counts("c", 5, 1, 1)])

    assert [one.name for one in rates.shown] == ["a"]
    assert rates.left_out == 2


def test_one_group_alone_is_not_left_out_because_sums_would_tell_it():
    rates = rates_of([counts("a", 50, 5, 9), counts("b", 40, 5, 4), counts("c", 5, 1, 1)])

    assert [one.name for one in rates.shown] == ["a"]
    assert rates.left_out == 2


def test_a_rate_carries_its_n_and_wilsons_interval():
    [rate] = rates_of([counts("a", 50, 5, 9)]).shown

    assert (rate.figure.value, rate.figure.n) == (0.1, 50)
    assert rate.figure.low == pytest.approx(0.0434, abs=1e-3)
    assert rate.figure.high == pytest.approx(0.2136, abs=1e-3)


@pytest.mark.parametrize(
    ("given", "effective", "one_sided"),
    [([10, 10, 10, 10], 4.0, False), ([97, 1, 1, 1], 1.06, True), ([5, 5, 4], 2.97, False)],
)
def test_feedback_is_as_diverse_as_that_of_so_many_equal_people(given, effective, one_sided):
    diversity = diversity_of(given)

    assert diversity.effective == pytest.approx(effective, abs=0.01)
    assert diversity.is_one_sided is one_sided


def test_fewer_than_three_people_have_no_figures():
    assert diversity_of([9, 9]) is None
    assert "fewer than 3 people" in told(groups=[], given=[9, 9])


def test_what_is_clearly_flagged_more_stands_out():
    text = told(groups=[counts("Reply", 300, 9, 9), counts("News", 200, 60, 8)], given=[9, 8, 7])

    assert "Flagged clearly more often than Reply: News." in text


def test_small_differences_do_not_stand_out():
    text = told(groups=[counts("Reply", 30, 3, 9), counts("News", 20, 4, 8)], given=[9, 8, 7])

    assert "Nothing stands out." in text


def test_names_from_people_are_escaped():
    assert "&lt;!here&gt;" in told(groups=[counts("<!here>", 30, 3, 9)], given=[9, 8, 7])
