"""Kinds of raters: people who only repeat each other, people who always say the same, and few votes per item."""

import numpy as np

from bot.scoring.rater_kinds import rater_kinds
from bot.scoring.rating_models import Votes, dawid_skene, majority
from tests.fakes.crowds import World, make_crowd

SEEDS = range(6)


def mean_accuracy(model, world):
    crowds = [make_crowd(world, seed=seed) for seed in SEEDS]
    return float(np.mean([crowd.accuracy(model(crowd.votes)) for crowd in crowds]))


def test_a_brigade_is_one_voice_and_not_the_best_judges():
    world = World(items=300, raters=12, skill=0.7, votes=5, attack="colluding")

    assert mean_accuracy(dawid_skene, world) < 0.6
    assert mean_accuracy(rater_kinds, world) > mean_accuracy(majority, world) + 0.02


def test_good_judges_who_agree_because_they_are_right_are_no_brigade():
    world = World(items=300, raters=12, skill=0.9, votes=5)

    assert mean_accuracy(rater_kinds, world) >= mean_accuracy(majority, world) - 0.005


def test_people_who_always_press_good_tell_nothing():
    world = World(items=300, raters=12, skill=0.85, votes=5, attack="always good")

    assert mean_accuracy(rater_kinds, world) > mean_accuracy(majority, world) + 0.05


def test_verified_items_are_what_they_are():
    crowd = make_crowd(World(attack="colluding", anchors=20), seed=1)

    good = rater_kinds(crowd.votes)

    assert all(good[item] == float(truth) for item, truth in crowd.votes.truth.items())


def test_good_and_bad_are_treated_alike():
    votes = make_crowd(World(attack="colluding"), seed=2).votes
    other = Votes(votes.item, votes.rater, 1 - votes.good, votes.items, votes.raters)

    assert np.allclose(rater_kinds(other), 1 - rater_kinds(votes), atol=1e-3)
