"""The live guard's statistics: it keeps still when nothing declines, sees a decline, and no single person decides."""

import numpy as np
import pytest

from bot.releases.guard import SLACK, build_bar, has_fallen, weigh_decline

PEOPLE = [f"U{number}" for number in range(6)]


def live(dice, *, drafts, loss):
    """Drafts that one person each judges, with thumbs."""
    return [{PEOPLE[dice.integers(len(PEOPLE))]: float(dice.random() < loss)} for _ in range(drafts)]


def falls(drafts, *, bar):
    """Whether the guard rolls back at any look, one look after each draft."""
    return any(has_fallen(weigh_decline(drafts[:n], bar=bar)) for n in range(12, len(drafts) + 1, 4))


def test_a_bar_is_above_what_the_predecessor_lost_and_nears_it_the_more_is_known():
    dice = np.random.default_rng(6)
    few, many = (build_bar(live(dice, drafts=n, loss=0.3)) for n in (20, 400))

    assert 0.3 + SLACK < many < few <= 1.0
    assert many < 0.5


def test_without_a_predecessor_that_anybody_judged_there_is_no_guard():
    always_bad = [{person: 1.0} for person in PEOPLE * 10]

    bar = build_bar([{}, {}])

    assert bar == 1.0
    assert not has_fallen(weigh_decline(always_bad, bar=bar))


def test_a_release_that_stays_at_its_bar_is_rolled_back_in_at_most_one_of_twenty():
    dice = np.random.default_rng(60)

    fallen = sum(falls(live(dice, drafts=80, loss=0.4), bar=0.4) for _ in range(120))

    assert fallen / 120 <= 0.05 + 3 * (0.05 * 0.95 / 120) ** 0.5


def test_a_release_that_declines_far_is_seen_within_fifty_drafts():
    dice = np.random.default_rng(61)

    seen = sum(falls(live(dice, drafts=50, loss=0.9), bar=0.4) for _ in range(40))

    assert seen >= 36


@pytest.mark.parametrize("others", [0.0, 0.2])
def test_one_person_alone_takes_nothing_back(others):
    dice = np.random.default_rng(62)
    drafts = [{"U0BIASED": 1.0, PEOPLE[number % 5]: float(dice.random() < others)} for number in range(120)]

    assert not falls(drafts, bar=0.4)


def test_a_draft_that_nobody_judged_tells_nothing():
    found = weigh_decline([{}, {"U1": 1.0}, {}], bar=0.4)

    assert found.n == 1
