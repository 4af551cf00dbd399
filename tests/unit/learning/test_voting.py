"""How polls end: caps hold for votes too, and nobody decides alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.telling.voting import CHOICES, Electorate, may_close_early, outcome_of, tally_of
from bot.slack.blocks.polls import Tally
from storage.models import Member, RulePollVote, Workspace
from tests.factories import NOW

LONG_AGO = NOW - timedelta(days=300)


def electorate(*people, settings=None, count_others=False, began_at=LONG_AGO):
    workspace = Workspace(id="T1", bot_user_id="U0BOT", settings=settings or {}, created_at=began_at)
    return Electorate(workspace, {member.id: member for member in people}, count_others)


def member(user_id, **columns):
    given_columns = {
        "is_bot": False,
        "deactivated": False,
        "opted_out": False,
        "home_team_id": "T1",
        "first_seen_at": LONG_AGO,
        **columns,
    }
    return Member(workspace_id="T1", id=user_id, **given_columns)


def votes_for(**choices):
    return [
        RulePollVote(poll_id="p", user_id=user_id, workspace_id="T1", choice=choice, voted_at=NOW)
        for choice, people in choices.items()
        for user_id in people
    ]


def ended(votes, people=None):
    everybody = people or [member(vote.user_id) for vote in votes]
    return outcome_of(votes, electorate(*everybody), now=NOW)


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        ({}, "nobody"),
        ({"first": ["a"]}, "nobody"),
        ({"first": ["a", "b"]}, "first"),
        ({"first": ["a", "b"], "second": ["c"]}, "first"),
        ({"first": ["a"], "second": ["b", "c", "d"]}, "second"),
        ({"first": ["a", "b"], "second": ["c", "d"]}, "split"),
        ({"either": ["a", "b", "c"], "first": ["d"]}, "either"),
        ({"either": ["a"], "first": ["b"]}, "first"),
    ],
)
def test_the_side_with_more_people_holds(votes, outcome):
    assert ended(votes_for(**votes)) == outcome


def test_twenty_newcomers_do_not_outvote_one_established_person():
    crowd = [f"n{number}" for number in range(20)]
    people = [member(one, first_seen_at=NOW) for one in crowd]

    outcome = ended(votes_for(first=crowd, second=["a"]), [*people, member("a")])

    assert outcome == "second"


def test_newcomers_alone_decide_nothing():
    crowd = [f"n{number}" for number in range(20)]

    outcome = ended(votes_for(first=crowd), [member(one, first_seen_at=NOW) for one in crowd])

    assert outcome == "nobody"


def test_in_a_fresh_workspace_everybody_is_established():
    people = [member(one, first_seen_at=NOW) for one in ("a", "b")]

    outcome = outcome_of(votes_for(first=["a", "b"]), electorate(*people, began_at=NOW), now=NOW)

    assert outcome == "first"


@given(st.lists(st.sampled_from(CHOICES), max_size=12))
def test_swapping_the_sides_swaps_the_outcome(choices):
    swap = {"first": "second", "second": "first"}
    votes = [vote for number, choice in enumerate(choices) for vote in votes_for(**{choice: [f"u{number}"]})]
    mirrored = [
        vote
        for number, choice in enumerate(choices)
        for vote in votes_for(**{swap.get(choice, choice): [f"u{number}"]})
    ]

    outcome = ended(votes)

    assert ended(mirrored) == swap.get(outcome, outcome)
    assert tally_of(votes).total == len(votes)


def test_a_poll_closes_early_once_most_who_differ_and_three_in_all_have_voted():
    both_sides = {"a", "b", "c"}

    def may_close(**votes):
        return may_close_early(votes_for(**votes), teachers=both_sides, regulars=())

    assert not may_close(first=["a", "b"])
    assert not may_close(first=["a", "x", "y", "z"])
    assert may_close(first=["a", "b"], either=["x"])


def test_three_who_are_quick_do_not_close_a_poll_of_eight():
    team = set("abcdefgh")

    def may_close(voters):
        return may_close_early(votes_for(first=list(voters)), teachers={"a", "b"}, regulars=team)

    assert not may_close("abc")
    assert not may_close("abcd")
    assert not may_close("abcxyz")
    assert may_close("abcde")


@pytest.mark.parametrize(
    ("columns", "may"),
    [
        ({}, True),
        ({"home_team_id": None}, True),
        ({"is_bot": True}, False),
        ({"deactivated": True}, False),
        ({"opted_out": True}, False),
        ({"held_from_us": 1}, False),
        ({"home_team_id": "T2"}, False),
    ],
)
def test_only_those_whose_feedback_counts_may_vote(columns, may):
    assert electorate(member("a", **columns)).may_vote("a") is may


def test_people_of_other_organisations_vote_where_they_count():
    guest = member("a", home_team_id="T2")

    assert electorate(guest, count_others=True).may_vote("a")
    assert electorate(guest, settings={"other_organisations": True}).may_vote("a")
    assert not electorate(guest, settings={"other_organisations": False}, count_others=True).may_vote("a")


def test_the_bot_and_strangers_have_no_vote():
    assert not electorate(member("U0BOT")).may_vote("U0BOT")
    assert not electorate().may_vote("nobody")


def test_a_tally_counts_people_by_choice():
    votes = votes_for(first=["a"], second=["b", "c"], either=["d"])

    assert tally_of(votes) == Tally(1, 2, 1)
