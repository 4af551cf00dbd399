"""Who lets a rule stand speaks for it: silence is no longer only on the side of those who are against it."""

from datetime import timedelta

import pytest

from tests.factories import make_draft, make_sighting

ON_TOP = "We shipped the release."


@pytest.fixture
async def taught(house):
    """A house in which Ana wished for no emoji, and the rule holds."""
    await house.teach("No emoji.", by=0)
    return house


async def follow(house, *, likes=(), text=ON_TOP):
    """Let a draft follow the rule, and people like it."""
    house.now += timedelta(minutes=1)
    rule = await house.rule("No emoji.")
    async with house.database.begin() as unit:
        draft = await make_draft(
            unit, workspace_id=house.team, channel_id="C1", task="plain", text=text, created_at=house.now
        )
        await make_sighting(unit, rule, draft)
        for person in likes:
            await unit.ledger.run(
                lambda tables, who=house.people[person]: like(tables, draft, who, house.now)
            )
    return draft


def like(tables, draft, user_id, now):
    tables.put_opinion(
        draft_id=draft.id,
        user_id=user_id,
        slot="vote",
        workspace_id=draft.workspace_id,
        dimension="vote",
        kind="button",
        value="positive",
        signal_id="s" * 32,
        event_us=int(now.timestamp() * 1_000_000),
    )


async def test_one_edit_against_it_does_not_end_a_rule_that_others_let_stand(taught):
    await follow(taught, likes=[1])
    await follow(taught, likes=[2])

    await taught.teach("With emoji, please.", by=3)

    assert await taught.rules() == ["No emoji."]


async def test_without_them_the_two_who_spoke_hold_each_other_off(taught):
    await taught.teach("With emoji, please.", by=3)

    assert await taught.rules() == []


async def test_letting_it_stand_keeps_no_rule_that_was_undone(taught):
    await follow(taught, likes=[1, 2])
    rule = await taught.rule("No emoji.")

    await taught.decisions.undo(taught.team, user_id=taught.people[0], rule_id=rule.id)
    await taught.learner.sweep(taught.team)

    assert await taught.rules() == []


async def test_letting_it_stand_keeps_no_rule_whose_words_were_taken_back(house):
    correction = await house.teach("No emoji.", by=0)
    await follow(house, likes=[1, 2])

    await house.change(correction, state="withdrawn")

    assert await house.rules() == []
