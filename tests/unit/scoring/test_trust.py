"""Trust in people's judgement of style: what raises it, what lowers it, and what must not."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scoring.trust import (
    ANY_TASK,
    LEAST,
    MOST,
    UNKNOWN,
    Trust,
    Verdict,
    style_trust,
    trust_of,
    weight_of_accuracy,
)

TOPICS = [f"topic {number}" for number in range(14)]


def said(rater: str, topic: str, stance: str, *, age: float = 0.0, channel: str = "C1", task: str = "reply"):
    return Verdict(rater, channel, task, topic, stance, age)


def team(stances: dict[str, str], *, task: str = "reply"):
    return [said(rater, topic, stance, task=task) for rater, stance in stances.items() for topic in TOPICS]


class TestWeight:
    def test_somebody_nobody_can_be_compared_with_counts_in_full(self):
        trusts = style_trust([said("U1", "emoji", "none")])

        assert trusts["U1", "reply"] == UNKNOWN
        assert trust_of(trusts, rater="U9", task="reply").weight == 1.0

    def test_nothing_said_is_nothing_known(self):
        assert style_trust([]) == {}

    def test_who_opposes_a_team_that_agrees_loses_all_weight(self):
        trusts = style_trust(team({**{f"U{n}": "honest" for n in range(6)}, "M1": "wrong", "M2": "wrong"}))

        assert trusts["M1", "reply"] == Trust(0.0, 0, 14, trusts["M1", "reply"].accuracy)
        assert trusts["M2", "reply"].weight == 0.0
        assert trusts["U0", "reply"].weight == MOST
        assert (trusts["U0", "reply"].agreed, trusts["U0", "reply"].judged) == (14, 14)

    @pytest.mark.parametrize("people", [2, 4, 8, 20])
    def test_a_team_in_two_halves_loses_nothing(self, people):
        trusts = style_trust(team({f"U{number}": str(number % 2) for number in range(people)}))

        assert {trust.weight for trust in trusts.values()} == {1.0}

    def test_one_dissent_is_a_matter_of_taste(self):
        stances = {f"U{number}": "none" for number in range(5)}
        verdicts = [said(rater, topic, "none") for rater in stances for topic in TOPICS]
        verdicts.append(said("U5", "emoji", "some"))
        verdicts += [said(rater, "emoji", "none") for rater in stances]

        trusts = style_trust(verdicts)

        assert trusts["U5", "reply"].weight > 0.6

    @pytest.mark.parametrize(
        ("accuracy", "weight"),
        [(0.0, 0.0), (0.34, 0.0), (0.35, LEAST), (0.5, LEAST), (2 / 3, 1.0), (0.9, MOST), (1.0, MOST)],
    )
    def test_follows_from_how_often_somebody_is_right(self, accuracy, weight):
        assert weight_of_accuracy(accuracy) == weight


class TestFewWords:
    def test_two_who_mislead_are_known_after_some_weeks_and_the_honest_hardly_pay_for_it(self):
        dice = random.Random(3)
        verdicts = [
            said(
                rater := f"U{dice.randrange(8)}",
                dice.choice(TOPICS),
                "wrong" if rater in {"U0", "U1"} else "right",
                channel=f"C{dice.randrange(4)}",
                age=float(number) / 4,
            )
            for number in range(200)
        ]

        weights = {rater: trust.weight for (rater, task), trust in style_trust(verdicts).items() if task}

        assert max(weights["U0"], weights["U1"]) <= 0.5
        assert min(weights[f"U{number}"] for number in range(2, 8)) >= 0.9

    def test_where_tastes_differ_everybody_is_forgiven_what_the_one_in_the_middle_needs(self):
        dice = random.Random(5)
        verdicts = [
            said(f"U{dice.randrange(6)}", dice.choice(TOPICS), dice.choice("ab"), age=float(number))
            for number in range(300)
        ]

        weights = [trust.weight for trust in style_trust(verdicts).values()]

        assert sum(weights) / len(weights) > 0.85


class TestTime:
    def test_who_spoke_before_the_team_changed_its_mind_is_not_wrong(self):
        early = [said(f"U{number}", topic, "old", age=600) for number in range(4) for topic in TOPICS]
        late = [said(f"U{number}", topic, "new", age=5) for number in range(1, 4) for topic in TOPICS]

        trusts = style_trust([*early, *late])

        assert trusts["U0", "reply"].weight >= 1.0

    def test_the_first_to_ask_for_something_new_is_not_wrong_before_others_follow(self):
        old = [said(f"U{number}", topic, "old", age=400) for number in range(4) for topic in TOPICS]
        mover = [said("U0", topic, "new", age=3) for topic in TOPICS]

        trusts = style_trust([*old, *mover])

        assert trusts["U0", "reply"].weight >= 0.9

    def test_the_latest_word_is_the_one_that_is_judged(self):
        others = [said(f"U{number}", topic, "new", age=5) for number in range(1, 5) for topic in TOPICS]
        turned = [said("U0", topic, "old", age=20) for topic in TOPICS]
        turned += [said("U0", topic, "new", age=2) for topic in TOPICS]

        trusts = style_trust([*others, *turned])

        assert trusts["U0", "reply"].agreed == len(TOPICS)


class TestTasks:
    def test_weights_are_per_task_and_half_of_a_record_elsewhere_counts(self):
        good = team({f"U{number}": "honest" for number in range(6)} | {"M": "honest"}, task="reply")
        bad = team({f"U{number}": "honest" for number in range(6)} | {"M": "wrong"}, task="notes")

        trusts = style_trust([*good, *bad])

        assert trusts["M", "reply"].weight > trusts["M", "notes"].weight
        assert (trusts["M", ANY_TASK].agreed, trusts["M", ANY_TASK].judged) == (14, 28)

    def test_a_bad_record_follows_into_a_new_task(self):
        trusts = style_trust(team({f"U{number}": "honest" for number in range(6)} | {"M": "wrong"}))

        assert trust_of(trusts, rater="M", task="new") == trusts["M", ANY_TASK]
        assert trust_of(trusts, rater="M", task="new").weight == LEAST


NAMES = st.sampled_from(["U1", "U2", "U3", "U4", "U5"])
VERDICTS = st.lists(
    st.builds(
        Verdict,
        rater=NAMES,
        channel=st.sampled_from(["C1", "C2"]),
        task=st.sampled_from(["reply", "notes"]),
        topic=st.sampled_from(["emoji", "length", "words:a"]),
        stance=st.sampled_from(["a", "b", "c"]),
        age=st.floats(0, 5_000),
    ),
    max_size=60,
)


class TestAlways:
    @given(VERDICTS)
    def test_everybody_who_spoke_has_a_weight_within_the_bounds(self, verdicts):
        trusts = style_trust(verdicts)

        assert {key for key in trusts if key[1]} == {(one.rater, one.task) for one in verdicts}
        assert all(trust.weight == 0 or LEAST <= trust.weight <= MOST for trust in trusts.values())
        assert all(0 <= trust.agreed <= trust.judged for trust in trusts.values())

    @given(VERDICTS, st.randoms(use_true_random=False))
    def test_the_order_of_the_rows_does_not_matter(self, verdicts, shuffler):
        ages = list(range(len(verdicts)))  # Two words of one person at the very same time have no order.
        distinct = [replace(one, age=float(age)) for one, age in zip(verdicts, ages, strict=True)]
        shuffled = shuffler.sample(distinct, len(distinct))

        assert _rounded(style_trust(shuffled)) == _rounded(style_trust(distinct))

    @given(VERDICTS, st.integers(2, 20))
    def test_saying_it_again_and_again_changes_nothing(self, verdicts, times):
        assert style_trust(verdicts * times) == style_trust(verdicts)

    @given(VERDICTS)
    def test_nobodys_own_word_counts_for_them(self, verdicts):
        alone = [one for one in verdicts if one.rater == "U1"]

        assert all(trust == UNKNOWN for trust in style_trust(alone).values())

    def test_two_thousand_verdicts_are_few(self):
        dice = random.Random(7)
        verdicts = [
            said(f"U{dice.randrange(20)}", dice.choice(TOPICS), dice.choice("ab"), age=float(number))
            for number in range(2_000)
        ]

        assert len({rater for rater, _ in style_trust(verdicts)}) == 20


def _rounded(trusts):
    return {key: (round(trust.weight, 5), trust.agreed, trust.judged) for key, trust in trusts.items()}
