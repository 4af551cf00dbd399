"""What ratings are made of opinions, what weights follow from them, and how their person reads it."""

from datetime import UTC, datetime

import pytest

from bot.scoring.explain import MOST_ROWS, explain
from bot.scoring.trust import Verdict
from bot.scoring.weights import Evidence, measured, ratings_of
from storage.models import Anchor, AnchorAnswer, RaterWeight
from storage.repositories.rater_weights import Judgement

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def thinks(user_id, draft_id, value="positive", *, dimension="vote", task="reply"):
    return Judgement(user_id, draft_id, task, dimension, value)


def anchor(draft_id, verdict="good", *, by="U0ADMIN", task="reply"):
    return Anchor(
        draft_id=draft_id, workspace_id="T", revision_id="r", task=task, verdict=verdict, marked_by=by
    )


def evidence(*, judgements=(), anchors=(), answers=(), verdicts=()):
    return Evidence(verdicts, judgements, {one.draft_id: one for one in anchors}, answers)


def label_weight(weights, user_id, task="reply"):
    return next(one for one in weights if (one.user_id, one.task, one.kind) == (user_id, task, "label"))


class TestRatings:
    @pytest.mark.parametrize(
        ("dimension", "value", "good"),
        [
            ("vote", "positive", True),
            ("vote", "negative", False),
            ("approval", "true", True),
            ("flag", "unsafe", False),
            ("rating", "5", True),
            ("rating", "4", True),
            ("rating", "2", False),
        ],
    )
    def test_every_plain_word_says_good_or_bad(self, dimension, value, good):
        (rating,) = ratings_of([thinks("U1", "d", value, dimension=dimension)])

        assert rating.good is good

    def test_three_stars_say_neither(self):
        assert ratings_of([thinks("U1", "d", "3", dimension="rating")]) == []

    def test_a_flag_goes_before_a_vote_and_a_vote_before_stars(self):
        said = [
            thinks("U1", "d", "5", dimension="rating"),
            thinks("U1", "d", "unsafe", dimension="flag"),
            thinks("U1", "d", "positive"),
            thinks("U2", "d", "negative"),
            thinks("U2", "d", "5", dimension="rating"),
        ]

        assert {one.rater: one.good for one in ratings_of(said)} == {"U1": False, "U2": False}


class TestMeasured:
    def test_who_was_right_on_verified_drafts_weighs_more(self):
        anchors = [anchor(f"d{number}") for number in range(10)]
        right = [thinks("U1", f"d{number}") for number in range(10)]
        wrong = [thinks("U2", f"d{number}", "negative") for number in range(10)]

        weights = measured(evidence(judgements=[*right, *wrong], anchors=anchors))

        one, other = label_weight(weights, "U1"), label_weight(weights, "U2")
        assert (one.anchors_right, one.anchors, other.anchors_right, other.anchors) == (10, 10, 0, 10)
        assert one.weight > 1.0
        assert other.weight == 0.0

    def test_an_answer_to_a_question_counts_like_an_opinion_but_of_an_anchor_only(self):
        answers = [
            AnchorAnswer(draft_id="d1", user_id="U1", workspace_id="T", answer="bad"),
            AnchorAnswer(draft_id="gone", user_id="U1", workspace_id="T", answer="bad"),
        ]

        weights = measured(evidence(anchors=[anchor("d1", "bad")], answers=answers))

        assert (label_weight(weights, "U1").anchors_right, label_weight(weights, "U1").anchors) == (1, 1)

    def test_who_verified_a_draft_is_not_judged_by_it(self):
        weights = measured(evidence(judgements=[thinks("U1", "d")], anchors=[anchor("d", by="U1")]))

        assert weights == []

    def test_tasks_are_apart(self):
        said = [thinks("U1", "d1"), thinks("U1", "d2", task="notes")]

        weights = measured(evidence(judgements=said, anchors=[anchor("d1"), anchor("d2", task="notes")]))

        assert {one.task for one in weights} == {"reply", "notes"}

    def test_style_has_weights_of_its_own(self):
        verdicts = [
            Verdict(rater, "C", "reply", f"topic {number}", "a" if rater != "U9" else "b", 0.0)
            for number in range(14)
            for rater in ("U1", "U2", "U3", "U4", "U9")
        ]

        weights = {one.user_id: one for one in measured(evidence(verdicts=verdicts))}

        assert weights["U1"].kind == weights["U9"].kind == "style"
        assert weights["U9"].weight < weights["U1"].weight


def row(**columns):
    given = {
        "task": "reply",
        "kind": "label",
        "weight": 1.0,
        "agreed": 0.0,
        "judged": 0.0,
        "anchors_right": 0,
        "anchors": 0,
    }
    return RaterWeight(
        workspace_id="T", user_id="U1", method="majority", measured_at=NOW, **{**given, **columns}
    )


class TestExplained:
    @pytest.mark.parametrize(
        ("weight", "words"),
        [
            (0.0, "0%, does not count at the moment"),
            (0.25, "25%, counts less than most"),
            (1.0, "100%, counts in full"),
            (1.25, "125%, counts more than most"),
        ],
    )
    def test_the_weight_is_said_in_words(self, weight, words):
        (line,) = explain([row(weight=weight)], titles={"reply": "Reply"}, task=None)

        assert line.value == words

    def test_it_says_what_it_rests_on(self):
        (line,) = explain([row(agreed=7.6, judged=9.2, anchors_right=3, anchors=4)], titles={}, task=None)

        assert line.evidence == "agreed with the others in 8 of 9; right on 3 of 4 verified drafts"

    def test_it_says_when_there_is_nothing_yet(self):
        (line,) = explain([row()], titles={"reply": "Reply"}, task=None)

        assert line.label == "Reply: whether drafts are good"
        assert line.evidence == "nothing to compare with yet"

    def test_one_task_can_be_asked_for_and_no_list_is_endless(self):
        rows = [row(task=f"task {number}", kind="style") for number in range(30)]

        assert len(explain(rows, titles={}, task=None)) == MOST_ROWS
        assert [line.label for line in explain(rows, titles={}, task="task 7")] == [
            "task 7: how texts should be"
        ]
