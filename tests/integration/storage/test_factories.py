from storage.engine import Database
from tests import factories


async def test_a_made_draft_is_found_by_its_message_with_all_its_texts(database: Database):
    async with database.begin() as unit:
        await factories.make_workspace(unit)
        await factories.make_channel(unit)
        await factories.make_member(unit, name="Alice")
        draft = await factories.make_draft(unit, text="Hello\0 there \ud800", context="A thread")
        await factories.make_signal(unit, draft, text="Why\0")
        await factories.make_correction(unit, draft, text="Hi there")

    async with database.read() as unit:
        hit = await unit.drafts.find_by_message(
            factories.WORKSPACE, channel_id=factories.CHANNEL, ts=draft.message_ts or ""
        )
        revisions = await unit.drafts.revisions_of(draft.id)
        signals = await unit.feedback.signals_of_slot(draft.id, user_id=factories.USER, slot="vote")
        corrections = await unit.corrections.of_drafts([draft.id])
        members = await unit.members.of_ids(factories.WORKSPACE, user_ids=[factories.USER, "U0NOBODY"])

    assert hit is not None
    assert (hit[0].brief, hit[0].context) == ("Write something.", "A thread")
    assert [(text.number, text.text) for text in revisions] == [(1, "Hello there \N{REPLACEMENT CHARACTER}")]
    assert [signal.text for signal in signals] == ["Why"]
    assert [(one.text, one.original) for one in corrections] == [("Hi there", "The draft.")]
    assert {user_id: member.name for user_id, member in members.items()} == {factories.USER: "Alice"}
