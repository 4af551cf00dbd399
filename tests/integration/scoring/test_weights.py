"""Weights are measured from what is stored, kept for the person concerned, and measured anew when something was said."""

from datetime import timedelta

import pytest

from bot.scoring.weights import Weights
from storage.models import Anchor, AnchorAnswer, Observation, Opinion
from tests.factories import NOW, WORKSPACE, make_draft, make_member, make_workspace

HOUR = timedelta(hours=1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def weights(database):
    async with database.begin() as unit:
        await make_workspace(unit)
    return Weights(database, clock=lambda: NOW)


async def says(unit, user_id, draft, value="positive", *, dimension="vote", at=NOW):
    opinion = Opinion(
        draft_id=draft.id,
        user_id=user_id,
        slot=dimension,
        workspace_id=draft.workspace_id,
        dimension=dimension,
        kind="reaction",
        value=value,
        signal_id="s",
        event_us=round(at.timestamp() * 1_000_000),
    )
    unit._session.add(opinion)
    await unit.flush()


async def verify(unit, draft, verdict, *, at=NOW):
    await unit.anchors.put(
        Anchor(
            draft_id=draft.id,
            workspace_id=draft.workspace_id,
            revision_id=draft.current_revision_id,
            task=draft.task,
            verdict=verdict,
            marked_by="U0ADMIN",
            marked_at=at,
        )
    )


async def observe(unit, user_id, topic, stance, **columns):
    given = {"task": "plain", "source": "stated", "observed_at": NOW, "channel_id": "C1", **columns}
    row = Observation(
        workspace_id=WORKSPACE, user_id=user_id, topic=topic, stance=stance, text=stance, **given
    )
    unit._session.add(row)
    await unit.flush()


async def kept(database, user_id):
    async with database.read() as unit:
        rows = await unit.rater_weights.of_person(WORKSPACE, user_id=user_id)
    return {(row.task, row.kind): row for row in rows}


async def test_opinions_anchors_answers_and_observations_become_weights(database, weights):
    async with database.begin() as unit:
        for number in range(10):
            draft = await make_draft(unit)
            await verify(unit, draft, "good" if number % 2 else "bad")
            await says(unit, "U0RIGHT", draft, "positive" if number % 2 else "negative")
            await says(unit, "U0WRONG", draft, "negative" if number % 2 else "positive")
        await unit.anchors.answer(
            AnchorAnswer(
                draft_id=draft.id,
                user_id="U0ASKED",
                workspace_id=WORKSPACE,
                answer="good",
                answered_at=NOW,
            )
        )
        for topic in range(14):
            for user_id in ("U0RIGHT", "U0ANN", "U0BEN", "U0WRONG"):
                await observe(unit, user_id, f"topic {topic}", "b" if user_id == "U0WRONG" else "a")

    await weights.measure(WORKSPACE)

    right, wrong, asked = [await kept(database, name) for name in ("U0RIGHT", "U0WRONG", "U0ASKED")]
    assert right["plain", "label"].weight > 1.0
    assert (right["plain", "label"].anchors_right, right["plain", "label"].anchors) == (10, 10)
    assert wrong["plain", "label"].weight == 0.0
    assert wrong["plain", "style"].weight < 1.0 < right["plain", "style"].weight
    assert asked["plain", "label"].anchors_right == 1
    async with database.read() as unit:
        style = await unit.rater_weights.of_task(WORKSPACE, task="plain", kind="style")
    assert style["U0WRONG"] == wrong["plain", "style"].weight


@on_sqlite
async def test_people_who_take_no_part_have_no_weight_in_style(database, weights):
    async with database.begin() as unit:
        await make_member(unit, "U0OUT", opted_out=True)
        await observe(unit, "U0OUT", "emoji", "none")
        await observe(unit, "U0HELD", "emoji", "none", state="held")
        await observe(unit, "U0ANN", "emoji", "none")

    await weights.measure(WORKSPACE)

    assert [bool(await kept(database, name)) for name in ("U0OUT", "U0HELD", "U0ANN")] == [False, False, True]


async def test_they_are_measured_again_only_when_something_was_said(database, weights):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        await says(unit, "U0ANN", draft)
    first = await weights.run_due(NOW)
    nothing_new = await weights.run_due(NOW + HOUR)
    async with database.begin() as unit:
        await verify(unit, draft, "good", at=NOW + 2 * HOUR)

    again = await weights.run_due(NOW + 3 * HOUR)

    assert (first, nothing_new, again) == (1, 0, 1)
    assert (await kept(database, "U0ANN"))["plain", "label"].anchors == 1


@on_sqlite
async def test_a_weight_nothing_stands_behind_any_more_is_forgotten(database, weights):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        await verify(unit, draft, "good")
        await unit.anchors.answer(
            AnchorAnswer(
                draft_id=draft.id, user_id="U0ANN", workspace_id=WORKSPACE, answer="good", answered_at=NOW
            )
        )
    await weights.measure(WORKSPACE)
    before = await kept(database, "U0ANN")
    async with database.begin() as unit:
        await unit.anchors.remove(draft.id, workspace_id=WORKSPACE)

    await weights.measure(WORKSPACE)

    assert before
    assert await kept(database, "U0ANN") == {}


@on_sqlite
async def test_an_anchor_of_another_workspace_is_out_of_reach(database, weights):
    async with database.begin() as unit:
        draft = await make_draft(unit)
        await verify(unit, draft, "good")

    async with database.begin() as unit:
        found = await unit.anchors.find(draft.id, workspace_id="T0OTHER")
        removed = await unit.anchors.remove(draft.id, workspace_id="T0OTHER")

    assert (found, removed) == (None, False)
