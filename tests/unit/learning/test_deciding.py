"""Which rules evidence amounts to: few, where they belong, and the same in whatever order it came."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.learning.rules.deciding import Limit, decide
from bot.learning.rules.evidence import Evidence
from bot.learning.rules.trusting import trusted
from bot.learning.scopes import WORKSPACE, Cell, Scope

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HERE = Scope("C1", "plain")


def said(stance, *, by="U1", channel="C1", task="plain", minute=0, source="stated", **more):
    return Evidence(
        user_id=by,
        cell=Cell(channel, task, by),
        topic="emoji",
        stance=stance,
        text=f"{stance} emoji",
        source=source,
        edit=f"{by} {channel} {task} {minute}",
        at=NOW + timedelta(minutes=minute),
        **more,
    )


def held(evidence, **given):
    """Return what is active: scope and stance."""
    return {(one.scope, one.side.stance) for one in decide(evidence, **given).wanted if one.is_active}


def test_one_stated_voice_holds_in_its_own_place_only():
    assert held([said("none")]) == {(HERE, "none")}


def test_what_is_plain_in_one_edit_holds_where_it_was_made():
    assert held([said("none", source="seen")]) == {(HERE, "none")}


def test_what_the_model_read_in_one_edit_is_only_proposed_and_a_second_one_decides():
    first = said("none", source="model")

    (waiting,) = decide([first]).wanted

    assert not waiting.is_active
    assert held([first, said("none", by="U2", minute=1, source="model")]) == {(HERE, "none")}
    assert held([first, said("none", minute=1, source="model")]) == {(HERE, "none")}


def test_somebody_who_is_hardly_trusted_decides_nothing_by_one_edit():
    assert held([said("none", source="seen", trust=0.5)]) == set()


def test_two_people_in_different_places_make_a_rule_for_all():
    evidence = [said("none"), said("none", by="U2", channel="C2", task="reply", minute=1)]

    assert held(evidence) == {(WORKSPACE, "none")}


def test_a_task_that_differs_is_an_exception():
    evidence = [
        said("none", by=by, channel=channel, task=task, minute=minute)
        for minute, (by, channel, task) in enumerate(
            [("U1", "C1", "plain"), ("U2", "C2", "plain"), ("U3", "C1", "note"), ("U1", "C2", "note")]
        )
    ]
    evidence += [
        said("some", by=by, channel=channel, task="reply", minute=9)
        for by, channel in (("U1", "C1"), ("U2", "C2"))
    ]

    assert held(evidence) == {(WORKSPACE, "none"), (Scope(task="reply"), "some")}


def test_a_tie_is_a_conflict_and_nothing_holds():
    decision = decide([said("none", by="U1"), said("some", by="U2", minute=1)])

    assert not [one for one in decision.wanted if one.is_active]
    assert [(one.scope, {one.first.stance, one.second.stance}) for one in decision.conflicts] == [
        (HERE, {"none", "some"})
    ]


def test_who_differs_everywhere_gets_what_they_want_for_their_own_drafts():
    team = [
        said("none", by=by, channel=channel, minute=1)
        for by in ("U1", "U2", "U3")
        for channel in ("C1", "C2")
    ]
    own = [said("some", by="U4", channel=channel, minute=2) for channel in ("C1", "C2", "C3")]

    assert (Scope(requester_id="U4"), "some") in held(team + own)


def test_a_second_opinion_of_the_same_person_replaces_the_first():
    assert held([said("none"), said("some", minute=1)]) == {(HERE, "some")}


def test_one_person_without_trust_changes_nothing():
    assert held([said("none", trust=0.0)]) == set()


def test_newcomers_alone_make_no_rule():
    crowd = [said("none", by=f"U{number}", is_newcomer=True) for number in range(20)]

    assert held(crowd) == set()
    assert held([*crowd, said("none", by="U99")]) == {(HERE, "none")}


def test_what_is_too_broad_stays_where_somebody_said():
    evidence = [said("none"), said("none", by="U2", task="reply", minute=1)]

    assert held(evidence) == {(Scope("C1"), "none")}
    assert held(evidence, limits=[Limit(HERE, "none")]) == {(HERE, "none"), (Scope("C1", "reply"), "none")}


def test_a_voice_without_words_speaks_against_but_is_no_rule():
    against = [
        Evidence("U2", Cell("C1", "plain"), "tone", "not do", "", "press", str(n), NOW) for n in range(3)
    ]

    assert decide(against).wanted == ()


def test_who_pushes_the_opposite_of_all_others_is_not_trusted():
    evidence = [
        said("none" if by != "U9" else "some", by=by, channel=channel, task=task, minute=3)
        for by in ("U1", "U2", "U3", "U4", "U9")
        for channel in ("C1", "C2", "C3")
        for task in ("plain", "reply")
    ]

    trust = {one.user_id: one.trust for one in trusted(evidence)}

    assert trust["U9"] == 0
    assert min(weight for user_id, weight in trust.items() if user_id != "U9") == 1


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["none", "some"]),
            by=st.sampled_from(["U1", "U2", "U3"]),
            channel=st.sampled_from(["C1", "C2"]),
            task=st.sampled_from(["plain", "reply"]),
            minute=st.integers(0, 5),
            source=st.sampled_from(["stated", "seen"]),
        ),
        max_size=12,
        unique_by=lambda one: one.edit,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_evidence_is_read_changes_nothing_and_a_scope_has_one_rule(evidence, dice):
    shuffled = list(evidence)
    dice.shuffle(shuffled)

    once, again = held(evidence), held(shuffled)

    assert once == again
    assert len({scope for scope, _ in once}) == len(once)
