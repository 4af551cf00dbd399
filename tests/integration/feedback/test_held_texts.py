"""What somebody writes while their feedback is on hold is kept, changes nothing, and counts once it is released."""

from datetime import timedelta

from storage.models import Hold

from .seen import corrections, entered, signals, standing

BRIEF = "Tell the team that the release moved to Thursday"


async def hold_back(house, person, *, since=None):
    """Hold back what a person does, ever or since then; return the hold's id."""
    async with house.services.database.begin() as unit:
        workspace_id = house.sandbox.team_id
        await unit.members.ensure(workspace_id, user_id=person.user_id)
        hold = Hold(
            workspace_id=workspace_id,
            user_id=person.user_id,
            kind="burst",
            facts={"acts": 500, "minutes": 10, "usual_day": 1.0, "busiest_other": 2},
            from_us=int(since.timestamp() * 1_000_000) if since else 0,
            created_at=house.services.clock(),
        )
        await unit.holds.add([hold])
        await unit.holds.mark_members(workspace_id, user_ids=[person.user_id])
        return hold.id


async def test_texts_wait_and_are_there_in_full_after_a_release(house):
    draft = await house.ask(house.ana, BRIEF)
    before = house.sandbox.message(house.channel, ts=draft.ts).blocks
    hold_id = await hold_back(house, house.ben)

    # A reply, one that is taken back, and the whole text in the modal.
    await house.ben.say(house.channel, "Please make it shorter.", thread=draft)
    gone = await house.ben.say(house.channel, "Please make it much longer.", thread=draft)
    await house.ben.delete(gone)
    await house.ben.press(draft, "draft_edit")
    view = await house.ben.next_view()
    sent = await house.ben.submit(view, entered(view, "The release is on Thursday."))
    await house.settled()

    assert "on hold" in str(sent.errors)
    assert house.bot_replies(draft) == []
    assert house.sandbox.message(house.channel, ts=draft.ts).blocks == before
    assert sorted(one.state for one in await corrections(house)) == ["held", "held", "withdrawn"]
    assert {one.reason for one in await signals(house, act="set", status="ignored")} == {"quarantined"}
    assert await standing(house) is None

    await house.services.scoring.quarantine.decide(
        hold_id, workspace_id=house.sandbox.team_id, user_id=house.chloe.user_id, release=True
    )
    await house.settled()

    assert sorted(one.state for one in await corrections(house)) == ["standing", "standing", "withdrawn"]
    assert (await standing(house)).corrections == 2
    texts = {one.text for one in await signals(house, status="counted")}
    assert texts == {"Please make it shorter.", "The release is on Thursday."}
    assert house.sandbox.message(house.channel, ts=draft.ts).blocks == before


async def test_a_reply_that_is_changed_meanwhile_says_the_old_until_it_is_released(house):
    draft = await house.ask(house.ana, BRIEF)
    reply = await house.ben.say(house.channel, "Please make it shorter.", thread=draft)
    await house.settled()
    hold_id = await hold_back(house, house.ben, since=house.services.clock())
    house.clock.jump_to(house.services.clock() + timedelta(minutes=1))

    await house.ben.edit(reply, "Please make it friendlier.")
    await house.settled()
    assert [one.text for one in await corrections(house)] == ["Please make it shorter."]

    await house.services.scoring.quarantine.decide(
        hold_id, workspace_id=house.sandbox.team_id, user_id=house.chloe.user_id, release=True
    )
    await house.settled()
    assert [one.text for one in await corrections(house)] == ["Please make it friendlier."]
