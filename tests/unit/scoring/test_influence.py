"""What one side of a question may weigh at most."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.influence import (
    FULL_WEIGHT,
    NEWCOMERS_TOGETHER,
    Piece,
    capped,
    fingerprint_of,
    is_newcomer,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def piece(user_id="U0ANN", weight=1.0, *, newcomer=False, fingerprint="", minutes=0):
    return Piece(user_id, weight, newcomer, fingerprint, AT + timedelta(minutes=minutes))


pieces = st.builds(
    piece,
    st.sampled_from([f"U{n}" for n in range(6)]),
    st.floats(0, FULL_WEIGHT),
    newcomer=st.just(False),
)
anybody = st.builds(
    piece,
    st.sampled_from([f"U{n}" for n in range(12)]),
    st.floats(0, FULL_WEIGHT),
    newcomer=st.booleans(),
    fingerprint=st.sampled_from(["", "", "same", "other"]),
    minutes=st.integers(0, 300),
)


def test_a_few_people_count_in_full():
    assert capped([piece("U1"), piece("U2", 0.5), piece("U3", 1.25)]) == pytest.approx(2.75)


def test_nothing_weighs_nothing():
    assert capped([]) == 0


def test_one_person_alone_never_weighs_more_than_one_verdict():
    assert capped([piece("U1") for _ in range(500)]) == FULL_WEIGHT


def test_one_person_among_others_weighs_no_more_than_they_do_together():
    busy = [piece("U1") for _ in range(500)]

    weight = capped([*busy, piece("U2"), piece("U3")])

    assert weight == pytest.approx(4)


def test_twenty_newcomers_do_not_weigh_what_one_established_person_weighs():
    crowd = [piece(f"U{n}", newcomer=True) for n in range(20)]

    assert capped(crowd) == NEWCOMERS_TOGETHER < 1 == capped([piece()])


def test_newcomers_add_to_somebody_established_at_most_what_that_person_weighs():
    crowd = [piece(f"U{n}", newcomer=True) for n in range(20)]

    assert capped([*crowd, piece("U0ANN", 1.2)]) == pytest.approx(2.4)


def test_the_same_words_within_an_hour_count_once():
    copies = [piece(f"U{n}", fingerprint="same", minutes=n) for n in range(20)]

    assert capped(copies) == 1


def test_the_same_words_on_another_day_count_again():
    copies = [piece(f"U{n}", fingerprint="same", minutes=n * 24 * 60) for n in range(3)]

    assert capped(copies) == 3


def test_of_copies_the_word_of_somebody_established_stands():
    copies = [piece(f"U{n}", newcomer=True, fingerprint="same") for n in range(9)]

    assert capped([*copies, piece("U0ANN", fingerprint="same")]) == 1


@given(st.lists(st.builds(replace, pieces), max_size=12), pieces)
def test_what_somebody_adds_never_makes_a_side_weigh_less(side, more):
    assert capped([*side, more]) >= capped(side) - 1e-9


@given(st.lists(anybody, max_size=15))
def test_caps_only_take_away_and_the_order_does_not_matter(side):
    weight = capped(side)

    assert 0 <= weight <= sum(one.weight for one in side) + 1e-9
    assert weight == pytest.approx(capped(side[::-1]))


@given(st.lists(anybody, max_size=15), st.integers(1, 40))
def test_repeating_oneself_gains_nothing_beyond_the_share_of_the_others(side, times):
    flood = [piece("U0MAD", FULL_WEIGHT) for _ in range(times)]

    gained = capped([*side, *flood]) - capped(side)

    assert gained <= 2 * max(FULL_WEIGHT, capped(side)) + 1e-9


@pytest.mark.parametrize(
    ("days_after_start", "days_ago", "expected"),
    [(0, 1, False), (13, 1, False), (15, 1, True), (15, 6, True), (15, 8, False), (400, 0, True)],
)
def test_who_joined_a_settled_team_lately_is_a_newcomer(days_after_start, days_ago, expected):
    seen = AT - timedelta(days=days_ago)

    found = is_newcomer(seen, workspace_began_at=seen - timedelta(days=days_after_start), now=AT)

    assert found is expected


def test_whom_we_knew_before_first_days_were_noted_is_established():
    assert not is_newcomer(None, workspace_began_at=AT - timedelta(days=900), now=AT)


def test_the_same_words_have_one_fingerprint_however_they_are_set():
    assert fingerprint_of("Please, never use EMOJI!") == fingerprint_of("please never use emoji")


def test_a_few_words_have_no_fingerprint():
    assert fingerprint_of("No emoji, please") == ""
