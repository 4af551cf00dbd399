"""What corrections teach, from the correction to the next text, in both layouts."""

import json

import pytest

from storage.models import Revision
from tests.factories import make_correction
from tests.fakes.model_endpoint import Finished

CHATTY = "Hi everyone! Lunch is at noon! 🎉 Thank you all!"


async def posted(office, brief="announce that the office opens at 9"):
    draft_id = await office.ask(brief, task="announcement")
    assert await office.write(draft_id) is None
    return await office.draft(draft_id)


async def correct(office, draft, text, *, interpretation="instruction", user_id=None):
    async with office.database.begin() as unit:
        original = (await unit.drafts.revision(draft.current_revision_id)).text
        return await make_correction(
            unit,
            draft,
            text=text,
            original=original,
            interpretation=interpretation,
            user_id=user_id or office.ana.user_id,
        )


async def current(office, draft) -> Revision:
    async with office.database.read() as unit:
        draft = await unit.drafts.get(draft.id)
        return await unit.drafts.revision(draft.current_revision_id)


def rules_in(revision):
    return [(rule["text"], rule["changed_text"]) for rule in json.loads(revision.prompt)["rules"]]


async def explained(office):
    message = office.shown()[-1]
    why = await office.explainer.explain(
        office.sandbox.team_id, channel_id=office.general.id, message_ts=message.ts
    )
    return why.lines


async def test_a_model_that_does_not_listen_is_put_right(office):
    await correct(office, await posted(office), 'no emoji, no greeting, end with "Questions: ask Ana."')
    office.endpoint.fail(Finished("stop", CHATTY))

    second = await posted(office, "announce that lunch is at noon")

    revision = await current(office, second)
    assert revision.text == "Lunch is at noon! Questions: ask Ana."
    assert "<rule>\nNo emoji.\n</rule>" in office.endpoint.prompts[-1]
    assert rules_in(revision) == [
        ("No emoji.", True),
        ("No greeting.", True),
        ("End with “Questions: ask Ana.”.", True),
    ]


async def test_another_task_another_channel_and_an_opted_out_person_teach_nothing(office):
    first = await posted(office)
    await correct(office, first, "no emoji", user_id="U-out")
    async with office.database.begin() as unit:
        await unit.members.opt_out(first.workspace_id, user_id="U-out")
    await correct(office, first, "no greeting")
    office.endpoint.fail(Finished("stop", CHATTY))

    draft_id = await office.ask("announce lunch", task="plain")
    await office.write(draft_id)

    revision = await current(office, await office.draft(draft_id))
    assert (revision.text, rules_in(revision)) == (CHATTY, [])


async def test_a_rule_goes_with_its_correction(office):
    correction = await correct(office, await posted(office), "no emoji")
    await posted(office, "announce dinner")
    async with office.database.begin() as unit:
        withdrawn = await unit.corrections.get(correction.id)
        withdrawn.state, withdrawn.version = "withdrawn", withdrawn.version + 1

    second = await posted(office, "announce lunch")

    assert rules_in(await current(office, second)) == []


@pytest.mark.parametrize("agreed", [True, False])
async def test_why_this_draft_tells_the_rules_and_names_only_those_who_agreed(office, agreed):
    first = await posted(office)
    await correct(office, first, "no emoji")
    async with office.database.begin() as unit:
        member = await unit.members.ensure(first.workspace_id, user_id=office.ana.user_id)
        member.named_in_reports = agreed
    office.endpoint.fail(Finished("stop", CHATTY))

    await posted(office, "announce lunch")

    who = f"; taught by {office.ana.mention}" if agreed else ""
    where = f"in <#{first.channel_id}>, for *Announcement* drafts"
    assert f"Rule 1: No emoji. ({where}{who}; the model's text was put right by it)" in await explained(
        office
    )


async def test_a_draft_records_which_rules_it_saw_and_which_changed_it(office):
    first = await posted(office)
    await correct(office, first, "no emoji, no exclamation marks")
    office.endpoint.fail(Finished("stop", "Lunch is at noon! See you there."))

    second = await posted(office, "announce lunch")

    kept = json.loads((await current(office, second)).prompt)["rules"]
    async with office.database.read() as unit:
        sightings = await unit.sightings.of_draft(second.id)
        rules = {rule.text: rule for rule in await unit.rules.live(first.workspace_id)}
    changed = {sighting.rule_id: sighting.changed_text for sighting in sightings}
    assert changed == {
        rules["No emoji."].id: False,
        rules["No exclamation marks."].id: True,
    }
    assert [rule.used for rule in rules.values()] == [1, 1]
    assert {rule["id"]: rule["version"] for rule in kept} == {
        rule.id: rule.version for rule in rules.values()
    }


async def test_what_the_brief_says_itself_comes_before_a_rule(office):
    await correct(office, await posted(office), "no emoji, no greeting")
    office.endpoint.fail(Finished("stop", CHATTY))

    second = await posted(office, "announce lunch, with emoji")

    assert rules_in(await current(office, second)) == [("No greeting.", True)]
    assert "🎉" in (await current(office, second)).text


@pytest.mark.parametrize("is_admin", [True, False])
async def test_only_admins_are_shown_the_buttons_that_verify_a_draft(office, is_admin):
    boss = office.sandbox.add_person("Boss", admin=is_admin)
    await boss.join(office.general)
    draft = await posted(office)

    await office.explainer.tell(
        draft.workspace_id,
        channel_id=draft.channel_id,
        message_ts=office.shown()[-1].ts,
        user_id=boss.user_id,
    )

    (note,) = boss.ephemerals(office.general)
    presses = [one for block in note.blocks for one in block.get("elements", []) if "action_id" in one]
    values = {one["action_id"]: one["value"] for one in presses}
    assert values == ({"anchor_good": draft.id, "anchor_bad": draft.id} if is_admin else {})


async def test_a_prompt_from_before_rules_were_kept_is_still_explained(office):
    first = await posted(office)
    old = {"kind": "emoji", "text": "No emoji.", "stated": True, "changed_text": False, "user_id": "U1"}
    async with office.database.begin() as unit:
        (await unit.drafts.revision(first.current_revision_id)).prompt = json.dumps({"rules": [old]})

    assert await explained(office) == ("House style: No emoji. (said)",)


async def test_a_wish_about_one_text_is_not_undone_by_a_rule(office):
    await correct(office, await posted(office), 'end with "Questions: ask Ana."')
    office.endpoint.fail(Finished("stop", "Lunch is at noon."), Finished("stop", "Lunch is at noon."))
    second = await posted(office, "announce lunch")

    correction = await correct(office, second, "leave out the last line")
    await office.reviser.rewrite(correction.id, 1)

    assert (await current(office, second)).text == "Lunch is at noon."


class TestTurns:
    @pytest.fixture
    def house_settings(self):
        return {"prompt_layout": "turns", "prompt_examples": 2}

    async def test_the_next_draft_is_asked_for_by_example(self, office):
        await correct(
            office, await posted(office), "It opens at 9. Questions: ask Ana.", interpretation="rewrite"
        )

        second = await posted(office, "announce lunch")

        messages = office.endpoint.requests[-1]["messages"]
        assert messages[-3:] == [
            {"role": "user", "content": "announce that the office opens at 9"},
            {"role": "assistant", "content": "It opens at 9. Questions: ask Ana."},
            {"role": "user", "content": "announce lunch"},
        ]
        kept = json.loads((await current(office, second)).prompt)
        assert (kept["layout"], kept["messages"]) == ("turns", messages)

    async def test_a_text_that_never_ends_is_tried_once_more(self, office):
        office.endpoint.fail(
            Finished("length", "and so on and so on"), Finished("stop", "The office opens at 9.")
        )

        draft = await posted(office)

        assert (await current(office, draft)).text == "The office opens at 9."
        assert [asked["max_tokens"] for asked in office.endpoint.requests] == [300, 300]

    async def test_an_example_said_again_is_tried_once_more_unless_its_brief_is_asked_again(self, office):
        better = "It opens at 9. Questions: ask Ana."
        office.endpoint.fail(Finished("stop", "The office opens at 9."))
        first = await posted(office)
        await correct(office, first, better, interpretation="rewrite")
        office.endpoint.fail(
            Finished("stop", better), Finished("stop", "Lunch is at noon."), Finished("stop", better)
        )

        other, same = await posted(office, "announce lunch"), await posted(office, first.brief)

        assert (await current(office, other)).text == "Lunch is at noon. Questions: ask Ana."
        assert (await current(office, same)).text == better
        assert len(office.endpoint.requests) == 4

    async def test_a_text_about_something_else_is_tried_again_and_the_nearest_counts(self, office):
        office.endpoint.fail(
            *(
                Finished("stop", text)
                for text in ("The kitchen is closed.", "Our office is nice.", "The lift is out of order.")
            )
        )

        draft = await posted(office, "announce that the office opens on Monday")

        assert (await current(office, draft)).text == "Our office is nice."
        assert len(office.endpoint.requests) == 3

    async def test_a_model_that_never_comes_to_an_end_is_asked_three_times(self, office):
        office.endpoint.fail(*[Finished("length", "and so on")] * 3)

        draft_id = await office.ask("announce lunch", task="announcement")
        problem = await office.write(draft_id)

        assert "broke off" in str(problem)
        assert len(office.endpoint.requests) == 3

    async def test_a_plain_wish_needs_no_model_and_says_so(self, office):
        office.endpoint.fail(Finished("stop", CHATTY))
        draft = await posted(office, "announce lunch")
        correction = await correct(office, draft, "no emoji and mention that there is cake")

        revision_id = await office.reviser.rewrite(correction.id, 1)
        await office.reviser.show(correction.id, 1, revision_id)

        assert (
            await current(office, draft)
        ).text == "Hi everyone! Lunch is at noon! There is cake. Thank you all!"
        assert len(office.endpoint.requests) == 1
        (reply,) = office.replies(office.shown()[0])
        why = await office.explainer.explain(
            draft.workspace_id, channel_id=draft.channel_id, message_ts=reply.ts
        )
        assert why.model == "none: the wish was plain enough to do without one"

    async def test_a_wish_that_takes_more_goes_to_the_model_and_what_it_states_holds(self, office):
        office.endpoint.fail(Finished("stop", CHATTY), Finished("stop", "Hello! It is lunch! 🎉"))
        draft = await posted(office, "announce lunch")
        correction = await correct(office, draft, "make it sing, but no emoji")

        await office.reviser.rewrite(correction.id, 1)

        revision = await current(office, draft)
        assert revision.text == "Hello! It is lunch!"
        assert office.endpoint.prompts[-1].startswith(f"Text: {CHATTY}\n\nChange: make it sing, but no emoji")
