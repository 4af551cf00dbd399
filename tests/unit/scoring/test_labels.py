"""Labels from many judgements: held against crowd-kit, against the truth of made-up crowds, and against attacks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.labels import Rating, choose, judge, label
from bot.scoring.rating_models import Votes, by_anchors, dawid_skene, majority
from tests.fakes.crowds import ATTACKS, World, make_crowd
from tests.unit.scoring.reference_crowds import REFERENCE, crowd_kit_labels, reference

GOLDEN = json.loads((Path(__file__).parents[2] / "data" / "crowd_kit.json").read_text("utf-8"))
SEEDS = range(5)


def mean_accuracy(model, world):
    crowds = [make_crowd(world, seed=seed) for seed in SEEDS]
    return float(np.mean([crowd.accuracy(model(crowd.votes)) for crowd in crowds]))


def chosen(votes):
    return choose(votes)[0]


class TestAgainstCrowdKit:
    @pytest.mark.parametrize("name", REFERENCE)
    def test_the_majority_is_the_same(self, name):
        good = majority(reference(name).votes)

        decided = [place for place, share in enumerate(good) if share != 0.5]
        assert all(int(GOLDEN[name]["majority"][place]) == (good[place] > 0.5) for place in decided)

    @pytest.mark.parametrize("name", REFERENCE)
    def test_dawid_and_skene_say_nearly_the_same_and_are_as_often_right(self, name):
        crowd = reference(name)
        theirs = np.array([int(one) for one in GOLDEN[name]["dawid_skene"]], dtype=float)

        ours = dawid_skene(crowd.votes.blind())

        assert ((ours > 0.5) == theirs).mean() >= 0.9
        assert crowd.accuracy(ours) >= crowd.accuracy(theirs) - 0.01

    def test_the_golden_figures_are_those_of_the_package_where_it_is_installed(self):
        pytest.importorskip("crowdkit")

        assert {name: crowd_kit_labels(name) for name in REFERENCE} == GOLDEN


class TestModels:
    def test_dawid_and_skene_see_through_people_who_say_the_opposite(self):
        world = World(raters=12, skill=0.8, votes=7, attack="opposite")

        assert mean_accuracy(dawid_skene, world) > mean_accuracy(majority, world) + 0.03

    def test_anchors_know_people_by_few_verified_items(self):
        world = World(raters=5, skill=0.8, votes=5, attack="opposite", anchors=20)

        assert mean_accuracy(by_anchors, world) > 0.85

    def test_where_votes_tell_nothing_what_is_common_is_expected(self):
        told_by_chance = World(items=300, raters=40, skill=0.5, votes=3, rate=0.8, anchors=40)

        assert mean_accuracy(chosen, told_by_chance) > 0.75
        assert mean_accuracy(majority, told_by_chance) < 0.6

    def test_verified_items_are_what_they_are(self):
        crowd = make_crowd(World(anchors=20), seed=3)

        good, _ = choose(crowd.votes)

        assert all(good[item] == float(truth) for item, truth in crowd.votes.truth.items())


class TestChoice:
    @pytest.mark.parametrize("attack", ATTACKS)
    def test_with_anchors_it_is_about_as_good_as_the_better_model_whoever_attacks(self, attack):
        world = World(raters=12, skill=0.75, votes=5, attack=attack, anchors=30)
        plain = {"majority": majority, "dawid_skene": lambda votes: dawid_skene(votes.blind())}

        best = max(mean_accuracy(model, world) for model in plain.values())

        assert mean_accuracy(chosen, world) >= best - 0.02

    def test_colluders_who_mislead_the_model_are_found_out_by_anchors(self):
        world = World(raters=5, skill=0.7, votes=5, attack="colluding")

        assert mean_accuracy(dawid_skene, world) < 0.6
        assert mean_accuracy(chosen, replace(world, anchors=30)) > 0.7

    def test_without_anchors_few_votes_go_to_the_majority_and_many_to_the_model(self):
        few = make_crowd(World(items=20, raters=20, votes=3), seed=1).votes
        many = make_crowd(World(items=200, raters=8, votes=5), seed=1).votes

        assert choose(few)[1] == "majority"
        assert choose(many)[1] == "dawid_skene"

    def test_a_handful_of_anchors_chooses_nothing(self):
        crowd = make_crowd(World(items=20, raters=20, votes=3, anchors=3), seed=1)

        assert choose(crowd.votes)[1] == "majority"

    def test_many_votes_are_labelled_from_a_sample_of_the_same_quality(self):
        crowd = make_crowd(World(items=8_000, raters=40, votes=9, attack="random", anchors=30), seed=2)

        assert crowd.accuracy(chosen(crowd.votes)) >= crowd.accuracy(majority(crowd.votes)) + 0.03


class TestJudges:
    def test_the_accuracy_of_each_is_about_what_it_is(self):
        crowd = make_crowd(World(items=400, raters=10, skill=0.75, votes=8), seed=4)
        right = crowd.votes.good == crowd.truth[crowd.votes.item]
        true = [right[crowd.votes.rater == rater].mean() for rater in range(10)]

        judges = judge(crowd.votes, chosen(crowd.votes))

        assert [one.accuracy for one in judges] == pytest.approx(true, abs=0.12)

    def test_nobodys_own_vote_counts_for_them(self):
        ratings = [Rating("U1", f"draft {number}", True) for number in range(40)]

        labels = label(ratings, anchors={})

        assert labels.judges["U1"].judged == pytest.approx(0.0, abs=1e-6)
        assert labels.judges["U1"].accuracy == pytest.approx(2 / 3)

    def test_who_says_the_opposite_is_known_by_it(self):
        ratings = [
            Rating(rater, f"draft {number}", (number % 2 == 0) == (rater != "U9"))
            for number in range(20)
            for rater in ("U1", "U2", "U3", "U9")
        ]

        labels = label(ratings, anchors={})

        assert labels.judges["U9"].accuracy < 0.35
        assert labels.judges["U1"].accuracy > 0.8
        assert labels.good["draft 0"] > 0.9
        assert labels.good["draft 1"] < 0.1

    def test_the_last_rating_of_somebody_counts(self):
        labels = label([Rating("U1", "d", True), Rating("U1", "d", False)], anchors={})

        assert labels.good["d"] < 0.5

    def test_nothing_said_is_no_label(self):
        labels = label([], anchors={"d": True})

        assert (labels.good, labels.judges) == ({}, {})


RATINGS = st.lists(
    st.builds(
        Rating,
        rater=st.sampled_from(["U1", "U2", "U3", "U4"]),
        item=st.sampled_from([f"d{number}" for number in range(12)]),
        good=st.booleans(),
    ),
    max_size=80,
)
ANCHORS = st.dictionaries(st.sampled_from([f"d{number}" for number in range(12)]), st.booleans())


class TestAlways:
    @given(RATINGS, ANCHORS)
    def test_everything_is_a_probability(self, ratings, anchors):
        labels = label(ratings, anchors=anchors)

        assert set(labels.good) == {one.item for one in ratings}
        assert all(0 <= share <= 1 for share in labels.good.values())
        assert all(0 < one.accuracy < 1 for one in labels.judges.values())
        assert all(-1e-9 <= one.agreed <= one.judged + 1e-9 for one in labels.judges.values())

    @given(RATINGS, st.permutations(["U1", "U2", "U3", "U4"]))
    def test_people_are_people_whatever_they_are_called(self, ratings, names):
        called = dict(zip(["U1", "U2", "U3", "U4"], names, strict=True))

        before = label(ratings, anchors={})
        after = label([replace(one, rater=called[one.rater]) for one in ratings], anchors={})

        assert after.good == pytest.approx(before.good)
        assert {name: after.judges[called[name]].accuracy for name in before.judges} == pytest.approx(
            {name: one.accuracy for name, one in before.judges.items()}
        )

    @given(RATINGS)
    def test_good_and_bad_are_treated_alike(self, ratings):
        before = label(ratings, anchors={})
        after = label([replace(one, good=not one.good) for one in ratings], anchors={})

        assert after.good == pytest.approx({item: 1 - share for item, share in before.good.items()}, abs=1e-6)


def test_an_empty_set_of_votes_has_no_labels():
    nothing = np.empty(0, dtype=np.int64)

    good, method = choose(Votes(nothing, nothing, nothing, 0, 0))

    assert (len(good), method) == (0, "dawid_skene")
