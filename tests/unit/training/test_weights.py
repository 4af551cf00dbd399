import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.labels import Rating
from bot.training.weights import (
    LEAST_CERTAIN,
    Beliefs,
    is_in_epoch,
    materialised,
    probability,
)

people = st.dictionaries(st.sampled_from("ABCDEFG"), st.booleans(), max_size=7)


@pytest.mark.parametrize(
    ("weight", "expected"), [(1.25, 0.9308), (1.0, 0.8889), (0.5, 0.7388), (0.25, 0.6271), (0.0, 0.5)]
)
def test_a_correction_is_as_certain_as_its_author_is_trusted(weight, expected):
    beliefs = Beliefs(style={("U1", "reply"): weight})

    assert beliefs.of_correction("U1", task="reply") == expected


def test_whoever_is_not_known_in_a_task_is_a_stranger_there():
    beliefs = Beliefs(style={("U1", "reply"): 0.0})

    assert beliefs.of_correction("U1", task="plain") == beliefs.of_correction("U2", task="reply") == 0.8889


def test_one_stranger_who_used_a_text_is_enough_and_one_strangers_thumb_is_not():
    beliefs = Beliefs()

    assert beliefs.of_approval({"U1"}, votes={}, task="plain") == 0.8 >= LEAST_CERTAIN
    assert beliefs.of_votes("d1", votes={"U1": True}, task="plain", only_text=True) == 0.6667 < LEAST_CERTAIN


def test_the_crowds_label_is_asked_where_all_votes_are_about_one_text():
    beliefs = Beliefs(good={"d1": 0.912345})

    assert beliefs.of_votes("d1", votes={"U1": True}, task="plain", only_text=True) == 0.9123
    assert beliefs.of_votes("d1", votes={"U1": True}, task="plain", only_text=False) == 0.6667


def test_votes_of_people_who_are_wrong_about_verified_drafts_make_a_row_less_certain():
    drafts = [f"d{n}" for n in range(40)]
    anchors = {draft: n % 2 == 0 for n, draft in enumerate(drafts[:20])}
    truth = {draft: n % 2 == 0 for n, draft in enumerate(drafts)}
    said = [Rating("RIGHT", draft, truth[draft]) for draft in drafts[:30]]
    said += [Rating("WRONG", draft, not truth[draft]) for draft in (*drafts[:20], *drafts[30:])]

    beliefs = Beliefs.of({"plain": said}, anchors=anchors, style={})

    assert beliefs.votes["RIGHT", "plain"] > 1 > beliefs.votes["WRONG", "plain"] == 0
    assert beliefs.good["d22"] > LEAST_CERTAIN > beliefs.good["d31"]


@given(people)
def test_a_vote_more_for_a_text_never_makes_it_less_certain(votes):
    beliefs = Beliefs()

    before = beliefs.of_approval((), votes=votes, task="plain")

    assert beliefs.of_approval((), votes={**votes, "NEW": True}, task="plain") >= before


@given(st.floats(-50, 50))
def test_a_probability_is_one_also_where_everybody_agrees(verdicts):
    assert 0 <= probability(verdicts) <= 1
    assert probability(verdicts) + probability(-verdicts) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("weight", [0.0, 0.7, 0.9, 1.0])
def test_a_row_is_in_a_share_of_epochs_that_is_its_weight_and_always_in_the_same_ones(weight):
    seen = [is_in_epoch(("Ev1", "Ev2"), weight=weight, seed=1, epoch=epoch) for epoch in range(2_000)]

    again = [is_in_epoch(("Ev1", "Ev2"), weight=weight, seed=1, epoch=epoch) for epoch in range(2_000)]
    assert seen == again
    assert sum(seen) / len(seen) == pytest.approx(weight, abs=0.03)


def test_another_seed_draws_other_rows():
    draws = [[is_in_epoch((f"Ev{n}",), weight=0.5, seed=seed, epoch=0) for n in range(64)] for seed in (1, 2)]

    assert draws[0] != draws[1]


def test_the_lines_of_an_epoch_are_the_stored_ones():
    lines = [json.dumps({"text": n, "weight": 0.5, "source": [f"Ev{n}"]}) for n in range(200)]

    epochs = [list(materialised(lines, seed=3, epoch=epoch)) for epoch in range(2)]

    assert epochs[0] != epochs[1]
    assert all(set(epoch) < set(lines) and 70 < len(epoch) < 130 for epoch in epochs)
