"""A rule's measured effect is counted from what people did with drafts that saw it and drafts that did not."""

from datetime import timedelta

from storage.models import DraftStanding
from storage.queries.effects import Arm
from tests.factories import (
    CHANNEL,
    NOW,
    WORKSPACE,
    make_correction,
    make_draft,
    make_rule,
    make_sighting,
    make_workspace,
)


async def judged(unit, verdict, *, rule=None, distances=(), **columns):
    """A posted draft with a verdict, corrected by so much, that saw the rule if one is given."""
    draft = await make_draft(unit, **columns)
    unit._session.add(DraftStanding(draft_id=draft.id, workspace_id=draft.workspace_id, verdict=verdict))
    for distance in distances:
        await make_correction(unit, draft, edit_distance=distance)
    if rule is not None:
        await make_sighting(unit, rule, draft)
    return draft


async def test_both_sides_are_counted_where_the_rule_holds(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        rule = await make_rule(unit, channel_id=CHANNEL, task="reply")
        here = {"task": "reply"}
        await judged(unit, "accepted", rule=rule, **here)
        await judged(unit, "rejected", rule=rule, distances=(0.2, 0.4), **here)
        await judged(unit, "rejected", rule=rule, distances=(None,), **here)
        await judged(unit, "open", rule=rule, **here)
        await judged(unit, "accepted", rule=rule, task="plain")  # it holds elsewhere now
        await judged(unit, "rejected", distances=(0.5,), **here)
        await judged(unit, "accepted", channel_id="C0OTHER", **here)
        await judged(unit, "accepted", workspace_id="T0OTHER", **here)
        await judged(unit, "accepted", posted_at=NOW - timedelta(days=100), **here)
        withdrawn = await judged(unit, "accepted", **here)
        await make_correction(unit, withdrawn, edit_distance=0.9, state="withdrawn")

    async with database.read() as unit:
        with_rule = await unit.effects.with_rule(rule, at_most=100)
        without = await unit.effects.without_rule(rule, since=NOW - timedelta(days=90), at_most=100)
        sample = await unit.effects.with_rule(rule, at_most=2)

    assert (with_rule.drafts, with_rule.judged, with_rule.accepted, with_rule.measured) == (4, 3, 1, 2)
    assert abs(with_rule.changed - 0.3) < 1e-9
    assert without == Arm(drafts=2, judged=2, accepted=1, measured=2, changed=0.5)
    assert 1 <= sample.drafts <= 2  # of those two that it takes, one may stand elsewhere


async def test_a_requesters_rule_is_compared_with_their_own_drafts(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        rule = await make_rule(unit, requester_id="U0BEN")
        await judged(unit, "accepted", requester_id="U0BEN")
        await judged(unit, "accepted", requester_id="U0ALICE")

    async with database.read() as unit:
        without = await unit.effects.without_rule(rule, since=NOW - timedelta(days=90), at_most=100)

    assert (rule.workspace_id, without.drafts) == (WORKSPACE, 1)
