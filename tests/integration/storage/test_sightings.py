from storage.models import Rule
from tests.factories import NOW, WORKSPACE, make_draft


async def make_rule(unit, number, *, workspace_id=WORKSPACE):
    rule = Rule(
        workspace_id=workspace_id,
        topic="emoji",
        stance="none",
        text="No emoji.",
        origin="learned",
        state="active",
        number=number,
        created_at=NOW,
        changed_at=NOW,
    )
    return await unit.rules.add(rule)


async def seen(database, draft_id, rule_ids, changed_by=()):
    async with database.begin() as unit:
        await unit.sightings.record(
            WORKSPACE, draft_id=draft_id, rule_ids=rule_ids, changed_by=set(changed_by), now=NOW
        )


async def used(database, rule):
    async with database.read() as unit:
        return (await unit.rules.get(rule.workspace_id, rule_id=rule.id)).used


async def test_a_draft_is_counted_once_for_each_rule_it_saw(database):
    async with database.begin() as unit:
        draft, first, second = await make_draft(unit), await make_rule(unit, 1), await make_rule(unit, 2)

    await seen(database, draft.id, [second.id, first.id], changed_by=[first.id])
    await seen(database, draft.id, [first.id])

    async with database.read() as unit:
        sightings = {one.rule_id: one.changed_text for one in await unit.sightings.of_draft(draft.id)}
    assert sightings == {first.id: True, second.id: False}
    assert (await used(database, first), await used(database, second)) == (1, 1)


async def test_rules_that_are_gone_or_of_another_workspace_are_not_noted(database):
    async with database.begin() as unit:
        draft, strange = await make_draft(unit), await make_rule(unit, 1, workspace_id="T2")

    await seen(database, draft.id, ["gone", strange.id])
    await seen(database, draft.id, [])

    async with database.read() as unit:
        assert await unit.sightings.of_draft(draft.id) == []
    assert await used(database, strange) == 0
