"""What corrections teach: at once, exactly, and no more than what people said."""

from datetime import timedelta

import pytest

from bot.learning.rules import lifecycle
from bot.learning.scopes import WORKSPACE, Scope

HERE = Scope("C1", "plain")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_what_somebody_states_holds_for_the_very_next_draft_of_that_kind_and_channel(house):
    await house.teach("No emoji, please.")

    assert await house.rules() == ["No emoji."]
    assert await house.rules(channel="C2") == []
    assert await house.rules(task="reply") == []
    assert await house.kept() == [("No emoji.", "active", "", HERE)]
    assert await house.audit() == [("rule.activated", "program")]


@on_sqlite
async def test_what_is_plain_in_an_edit_holds_where_it_was_made_and_nowhere_else(house):
    await house.rewrite("We shipped the release.", draft="We shipped the release! 🎉")
    await house.learner.catch_up(house.team)

    assert set(await house.rules()) == {"No emoji.", "No exclamation marks."}
    assert await house.rules(channel="C2") == []


@on_sqlite
async def test_a_withdrawn_correction_takes_back_just_what_it_taught(house):
    await house.teach("No emoji.")
    second = await house.teach("Keep it short.", by=1)

    await house.change(second, state="withdrawn")

    assert await house.rules() == ["No emoji."]
    assert ("Keep it short.", "expired", "unsupported", HERE) in await house.kept()

    await house.change(second, state="standing")

    assert set(await house.rules()) == {"No emoji.", "Keep it short."}
    assert len(await house.kept()) == 2  # Under its old number.


@on_sqlite
async def test_a_changed_correction_teaches_what_it_says_now(house):
    correction_id = await house.teach("No emoji.")

    await house.change(correction_id, text="No greeting.")

    assert await house.rules() == ["No greeting."]


@on_sqlite
async def test_learning_twice_changes_nothing(house):
    await house.teach("No emoji.")
    before = await house.kept(), await house.audit()

    assert await house.learner.catch_up(house.team) == 0
    await house.learner.sweep(house.team)

    assert (await house.kept(), await house.audit()) == before


@on_sqlite
async def test_where_places_agree_a_rule_holds_everywhere_and_keeps_its_number(house):
    await house.teach("No emoji.")
    await house.teach("No emoji.", by=1, channel="C2", task="reply")
    await house.learner.sweep(house.team)

    assert [(one[0], one[3]) for one in await house.kept() if one[1] == "active"] == [
        ("No emoji.", WORKSPACE)
    ]
    assert (await house.rule("No emoji.")).number == 1
    assert await house.rules(channel="C3", task="announcement") == ["No emoji."]


@on_sqlite
async def test_a_place_that_differs_gets_an_exception(house):
    for by, channel, task in ((0, "C1", "plain"), (1, "C2", "reply"), (2, "C3", "plain")):
        await house.teach("No emoji.", by=by, channel=channel, task=task)

    await house.teach("Use emoji.", by=3, channel="C2", task="announcement")

    assert await house.rules(channel="C2", task="announcement") == ["Use emoji."]
    assert await house.rules(channel="C2", task="reply") == ["No emoji."]


async def test_two_who_contradict_each_other_get_neither_and_the_channel_is_asked_once(house):
    await house.teach("No emoji.", by=0, asked_by=2)
    await house.teach("Use emoji.", by=1, asked_by=2)
    await house.learner.sweep(house.team)

    assert await house.rules(asked_by=2) == []
    assert {(text, state, reason) for text, state, reason, _ in await house.kept()} == {
        ("No emoji.", "proposed", "poll"),
        ("Use emoji.", "proposed", "poll"),
    }
    async with house.database.read() as unit:
        (poll,) = await unit.polls.of_channel(house.team, channel_id="C1", opened_since=house.now)
    assert poll.state == "open"


@on_sqlite
async def test_a_channel_is_asked_about_one_thing_a_week(house):
    await house.teach("No emoji.", by=0)
    await house.teach("Use emoji.", by=1)
    await house.teach("No greeting.", by=0)
    await house.teach("Use a greeting.", by=1)

    async with house.database.read() as unit:
        asked = await unit.polls.of_channel(
            house.team, channel_id="C1", opened_since=house.now - timedelta(days=1)
        )

    assert len(asked) == 1


@on_sqlite
async def test_whoever_opts_out_takes_what_they_taught_along_and_brings_it_back(house):
    await house.teach("No emoji.")

    async with house.database.begin() as unit:
        await unit.members.opt_out(house.team, user_id=house.people[0])
    await house.learner.reconsider(house.team, user_id=house.people[0])

    assert await house.rules() == []

    async with house.database.begin() as unit:
        await unit.members.opt_out(house.team, user_id=house.people[0], opted_out=False)
    await house.learner.reconsider(house.team, user_id=house.people[0])

    assert await house.rules() == ["No emoji."]


@on_sqlite
async def test_where_an_admin_must_approve_nothing_holds_by_evidence_alone(house):
    async with house.database.begin() as unit:
        (await unit.channels.get(house.team, channel_id="C1")).rules_need_admin = True

    correction_id = await house.teach("No emoji.")

    assert await house.rules() == []
    async with house.database.read() as unit:
        (taught,) = await house.learner.taught(unit, correction_id)
    assert (taught.is_news, taught.missing) == (True, "admin")


@on_sqlite
async def test_what_a_correction_taught_is_known_and_is_news_once(house):
    first = await house.teach("No emoji.")
    second = await house.teach("No emoji.", by=1)

    async with house.database.read() as unit:
        (by_first,), (by_second,) = [await house.learner.taught(unit, one) for one in (first, second)]

    assert by_first.rule.id == by_second.rule.id
    assert (by_first.is_news, by_second.is_news) == (True, False)


async def test_corrections_from_before_an_upgrade_are_learned_by_the_schedule(house):
    await house.correct("No emoji.")

    assert await house.learner.run_due(house.now) == 1
    assert await house.rules() == ["No emoji."]


@on_sqlite
async def test_old_evidence_fades_until_its_rule_expires(house):
    await house.teach("No emoji.")
    async with house.database.begin() as unit:
        (said,) = await unit.observations.counting(house.team, limit=10)
        said.drafts_before -= 1_000  # As if a thousand drafts had come since.

    await house.learner.sweep(house.team)

    assert await house.rules() == []
    assert await house.kept() == [("No emoji.", "expired", "unsupported", HERE)]


@on_sqlite
async def test_what_other_channels_agree_on_does_not_hold_where_an_admin_must_approve(house):
    async with house.database.begin() as unit:
        (await unit.channels.get(house.team, channel_id="C3")).rules_need_admin = True

    await house.teach("No emoji.")
    await house.teach("No emoji.", by=1, channel="C2", task="reply")

    assert await house.rules(channel="C1") == ["No emoji."]
    assert await house.rules(channel="C3") == []


@on_sqlite
async def test_what_an_admin_narrows_to_somebody_elses_drafts_stays_there(house):
    await house.teach("No emoji.", by=0, asked_by=1)
    rule = await house.rule("No emoji.")

    await house.decisions.narrow(
        house.team, rule_id=rule.id, scope=Scope("C1", "plain", house.people[1]), user_id="U0ADMIN"
    )
    await house.learner.sweep(house.team)

    assert await house.rules(asked_by=1) == ["No emoji."]
    assert await house.rules(asked_by=0) == []


@on_sqlite
async def test_in_a_full_scope_the_least_useful_rule_makes_room(house, monkeypatch):
    monkeypatch.setattr(lifecycle, "BUDGET", 1)
    await house.teach("No emoji.")
    await house.teach("Keep it short.", by=1)

    await house.teach("Keep it short.", by=2)
    await house.learner.sweep(house.team)

    assert await house.rules() == ["Keep it short."]
    assert ("No emoji.", "proposed", "budget", HERE) in await house.kept()  # It waits for room.
