"""Which drafts are exercises, and what they ask for."""

import pytest

from bot.learning.scopes import Cell
from storage.models import Anchor, ReleaseSeat
from tests.factories import (
    CHANNEL,
    NOW,
    USER,
    WORKSPACE,
    make_correction,
    make_draft,
    make_member,
    make_observation,
    make_revision,
)


async def the_only_one(lab, draft_id):
    (found,) = await lab.replay.exercises_of(WORKSPACE, draft_ids=[draft_id])
    return found


async def change(lab, table, row_id, **columns):
    async with lab.database.begin() as unit:
        row = await getattr(unit, table).get(row_id)
        for name, value in columns.items():
            setattr(row, name, value)


async def correction_of(lab, draft_id):
    async with lab.database.read() as unit:
        return (await unit.corrections.of_drafts([draft_id]))[0]


async def test_a_corrected_draft_asks_for_the_text_that_people_wanted(lab):
    draft_id = await lab.correct(0)

    found = await the_only_one(lab, draft_id)

    assert found.cell == Cell(CHANNEL, "announcement", USER)
    assert found.brief == "Announce that the gym is open on Friday"
    assert found.original.startswith("Hi everyone!")
    assert found.target == "The gym is open on Friday."
    assert found.order.name == "announcement"
    assert {("emoji", "none"), ("greeting", "none")} <= {(wish.topic, wish.stance) for wish in found.wishes}


async def test_what_is_on_record_about_a_correction_counts_and_what_was_dropped_does_not(lab):
    draft_id = await lab.correct(0)
    correction = await correction_of(lab, draft_id)
    async with lab.database.begin() as unit:
        draft = await unit.drafts.get(draft_id)
        await make_observation(
            unit,
            correction,
            draft,
            topic="calm",
            stance="do",
            text="Sound calm.",
            source="model",
            state="counts",
        )
        await make_observation(unit, correction, draft, state="dropped")

    wishes = {wish.topic: wish.text for wish in (await the_only_one(lab, draft_id)).wishes}

    assert wishes["calm"] == "Sound calm."
    assert "emoji" not in wishes
    assert "greeting" in wishes


async def test_the_latest_of_several_rewrites_is_the_target(lab):
    draft_id = await lab.correct(0)
    async with lab.database.begin() as unit:
        await make_correction(
            unit,
            await unit.drafts.get(draft_id),
            text="Gym: open on Friday.",
            created_at=NOW.replace(hour=10),
            user_id="U0BEN",
        )

    assert (await the_only_one(lab, draft_id)).target == "Gym: open on Friday."


async def test_a_wish_asks_for_what_the_bot_made_of_it(lab):
    async with lab.database.begin() as unit:
        draft = await make_draft(unit, text="We moved! 🎉")
        wish = await make_correction(
            unit, draft, text="no emoji here please", original="We moved! 🎉", interpretation="instruction"
        )
        await make_revision(unit, draft, text="We moved!", kind="revised", correction_id=wish.id)

    found = await the_only_one(lab, draft.id)

    assert found.target == "We moved!"
    assert [said.text for said in found.wishes] == ["No emoji."]


async def test_a_draft_that_was_merely_accepted_is_none(lab):
    async with lab.database.begin() as unit:
        draft = await make_draft(unit)

    assert await lab.replay.exercises_of(WORKSPACE, draft_ids=[draft.id]) == []


@pytest.mark.parametrize(
    "columns", [{"state": "withdrawn"}, {"state": "held"}, {"interpretation": "talk"}, {"lesson": "undone"}]
)
async def test_a_correction_that_does_not_stand_makes_none(lab, columns):
    draft_id = await lab.correct(0)
    await change(lab, "corrections", (await correction_of(lab, draft_id)).id, **columns)

    assert await lab.replay.exercises_of(WORKSPACE, draft_ids=[draft_id]) == []


async def test_a_hidden_draft_and_one_whose_requester_opted_out_are_none(lab):
    hidden, refused = await lab.correct(0), await lab.correct(1, requester_id="U0RUTH")
    await change(lab, "drafts", hidden, hidden_at=NOW)
    async with lab.database.begin() as unit:
        await make_member(unit, "U0RUTH", opted_out=True)

    assert await lab.replay.exercises_of(WORKSPACE, draft_ids=[hidden, refused]) == []


@pytest.mark.parametrize("columns", [{"opted_out": True}, {"is_bot": True}])
async def test_corrections_of_people_who_opted_out_and_of_bots_make_none(lab, columns):
    draft_id = await lab.correct(0, requester_id="U0BEN")
    async with lab.database.begin() as unit:
        await make_member(unit, USER, **columns)

    assert await lab.replay.exercises_of(WORKSPACE, draft_ids=[draft_id]) == []


async def test_drafts_of_another_workspace_are_none(lab):
    draft_id = await lab.correct(0)

    assert await lab.replay.exercises_of("T0OTHER", draft_ids=[draft_id]) == []


async def test_a_version_gives_its_split_in_an_order_that_stays(lab):
    draft_ids = [await lab.correct(number) for number in range(4)]
    version_id = await lab.freeze(*draft_ids[:3])

    found = await lab.replay.exercises(WORKSPACE, version_id=version_id)
    two = await lab.replay.exercises(WORKSPACE, version_id=version_id, limit=2)
    train = await lab.replay.exercises(WORKSPACE, version_id=version_id, split="train")

    assert [one.draft_id for one in found] == sorted(draft_ids[:3])
    assert two == found[:2]
    assert train == []


async def test_a_task_with_a_seat_of_its_own_is_not_among_all_others(lab):
    version_id = await lab.freeze(await lab.correct(0))
    everything = await lab.replay.exercises(WORKSPACE, version_id=version_id)
    async with lab.database.begin() as unit:
        seat = ReleaseSeat(
            workspace_id=WORKSPACE,
            task="announcement",
            champion_id="r1",
            changed_by="U0ADMIN",
            changed_at=NOW,
        )
        await unit.releases.take_seat(seat)

    assert len(everything) == 1
    assert await lab.replay.exercises(WORKSPACE, version_id=version_id) == []
    assert len(await lab.replay.exercises(WORKSPACE, version_id=version_id, task="announcement")) == 1
    assert await lab.replay.exercises(WORKSPACE, version_id=version_id, task="plain") == []


async def test_a_verified_draft_is_measured_on_and_never_trained_on(lab):
    draft_id = await lab.correct(0)
    held_out, train = await lab.freeze(draft_id), await lab.freeze(train=[draft_id])
    async with lab.database.begin() as unit:
        await unit.anchors.put(
            Anchor(
                draft_id=draft_id,
                workspace_id=WORKSPACE,
                revision_id="v1",
                task="announcement",
                verdict="good",
                marked_by="U0ADMIN",
                marked_at=NOW,
            )
        )

    assert len(await lab.replay.exercises(WORKSPACE, version_id=held_out)) == 1
    assert await lab.replay.exercises(WORKSPACE, version_id=train, split="train") == []
