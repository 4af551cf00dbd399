"""What a poll decided holds until those change their minds who decided it, or others come who want something else."""

from datetime import timedelta

import pytest

from storage.models import RulePollVote
from tests.factories import NOW

EMOJI, NONE = "Use emoji.", "No emoji."
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def settle(house, *, winner, votes):
    """Let Ana and Ben contradict each other, and people vote; `votes` are the texts by person's number."""
    await house.teach(NONE, by=0)
    await house.teach(EMOJI, by=1)
    async with house.database.begin() as unit:
        (poll,) = await unit.polls.of_channel(house.team, channel_id="C1", opened_since=house.now)
        sides = {rule.text: rule.id for rule in await unit.rules.all(house.team)}
        choices = {text: "first" if sides[text] == poll.first_rule_id else "second" for text in (EMOJI, NONE)}
        for number, text in votes.items():
            await unit.polls.vote(
                RulePollVote(
                    poll_id=poll.id,
                    user_id=house.people[number],
                    workspace_id=house.team,
                    choice=choices[text],
                    voted_at=house.now,
                )
            )
        outcome = choices.get(winner, winner)
        poll.state, poll.outcome, poll.closed_at = "closed", outcome, house.now
    await house.decisions.settle_poll(poll.id, outcome=outcome)


async def times_asked(house):
    async with house.database.read() as unit:
        return len(await unit.polls.of_channel(house.team, channel_id="C1", opened_since=NOW))


async def test_who_was_outvoted_does_not_get_the_question_back_by_correcting_on(house):
    await settle(house, winner=EMOJI, votes={0: NONE, 1: EMOJI, 2: EMOJI})

    for _ in range(4):
        await house.teach(NONE, by=0)
    await house.teach(NONE, by=3)

    assert await house.rules() == [EMOJI]
    assert (await house.rule(EMOJI)).approved_by == "poll"


async def test_once_those_who_won_say_otherwise_evidence_decides(house):
    await settle(house, winner=EMOJI, votes={0: NONE, 1: EMOJI, 2: EMOJI})

    await house.teach(NONE, by=1)
    one_turned = await house.rules()
    await house.teach(NONE, by=2)

    assert one_turned == [EMOJI]
    assert await house.rules() == [NONE]
    assert ("rule.reopened", "program") in await house.audit()


@on_sqlite
async def test_people_who_did_not_vote_count_as_well(house):
    await settle(house, winner=EMOJI, votes={0: NONE, 1: EMOJI, 2: EMOJI})

    await house.teach(NONE, by=1)
    await house.teach(NONE, by=3)

    assert await house.rules() == [NONE]


@on_sqlite
async def test_what_is_said_elsewhere_does_not_reopen_it(house):
    await settle(house, winner=EMOJI, votes={0: NONE, 1: EMOJI, 2: EMOJI})

    for channel in ("C2", "C3"):
        for person in (1, 2):
            await house.teach(NONE, by=person, channel=channel)

    assert await house.rules() == [EMOJI]


@on_sqlite
async def test_where_people_are_split_everybody_keeps_what_they_said_and_is_not_asked_again(house):
    await settle(house, winner="split", votes={0: NONE, 1: EMOJI})

    await house.teach(NONE, by=0, channel="C2")
    house.now += timedelta(days=8)
    await house.teach(EMOJI, by=1, channel="C2")
    await house.learner.sweep(house.team)

    assert await house.rules(asked_by=0) == [NONE]
    assert await house.rules(asked_by=1) == [EMOJI]
    assert await times_asked(house) == 1
