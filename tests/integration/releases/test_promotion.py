"""A promotion is one press, and so is its end; what people decided in between stays."""

import asyncio

import pytest

from bot.drafts.casting import Casting
from bot.learning.scopes import Scope
from bot.releases.promote import Promoted, Promotion, Refused, Rejected, RolledBack, Unchanged
from bot.settings import Settings
from tests.integration.learning.conftest import ADMIN
from tests.integration.releases.conftest import add, drop, reword


async def taught(team, text="No emoji."):
    """A rule that two people taught."""
    await team.house.teach(text, by=0)
    await team.house.teach(text, by=1)
    return await team.rule(text)


async def test_a_promoted_release_is_live_and_the_old_one_retired(team):
    release = await team.make(add())

    done = await team.promote(release)

    seat = await team.seat()
    assert done == Promoted(2, rules=1, left=0)
    assert (await team.live(), seat.version) == (2, 2)
    assert await team.states() == {1: ("retired", "replaced"), 2: ("live", "")}
    assert ("release.promoted", ADMIN, "admin") in await team.audit()


async def test_a_second_press_changes_nothing(team):
    release = await team.make(add())
    await team.promote(release)

    assert await team.promote(release) == Unchanged(2)
    assert (await team.seat()).version == 2
    assert [action for action, *_ in await team.audit()].count("release.promoted") == 1


async def test_two_presses_at_once_promote_once(team):
    release = await team.make(add())

    done = await asyncio.gather(team.promote(release), team.promote(release))

    assert sorted(type(one).__name__ for one in done) == ["Promoted", "Unchanged"]


async def test_drafts_see_after_the_promotion_what_they_saw_in_the_trial(team):
    rule = await taught(team)
    short = await taught(team, "Keep it short.")
    release = await team.make(
        drop(rule),
        reword(short, "Two sentences at most."),
        add("Begin with a greeting.", topic="greeting", stance="some", scope=Scope("C1")),
    )
    tried = await team.seen(release)

    await team.promote(release)

    assert await team.seen() == tried
    assert await team.playbook() == tried  # In the playbook now, and not applied a second time.


async def test_what_a_release_brought_survives_the_nightly_look(team):
    rule = await taught(team)
    await team.promote(await team.make(drop(rule), add()))
    before = await team.playbook()

    await team.house.learner.sweep(team.id)

    assert await team.playbook() == before


async def test_what_was_said_before_does_not_undo_a_release_when_people_go_on_correcting(team):
    for person in (0, 1, 2):
        await team.house.teach("No emoji.", by=person)
        await team.house.teach("Keep it short.", by=person)
    rule, short = await team.rule("No emoji."), await team.rule("Keep it short.")
    await team.promote(await team.make(drop(rule), reword(short, "Give more detail.", stance="long")))
    before = await team.playbook()

    await team.house.teach("Begin with a greeting.", by=3)
    await team.house.learner.sweep(team.id)
    await team.house.learner.sweep(team.id)

    after = await team.playbook()
    assert {place: told.get("length") for place, told in after.items()} == {
        place: told.get("length") for place, told in before.items()
    }
    assert all("emoji" not in told for told in after.values())


async def test_after_a_rollback_people_change_rules_as_ever(team):
    for person in (0, 1, 2):
        await team.house.teach("No emoji.", by=person)
    rule = await team.rule("No emoji.")
    await team.promote(await team.make(drop(rule), add()))
    await team.roll_back()

    for person in (0, 1, 2):
        await team.house.teach("Give more detail.", by=person, asked_by=person)
    await team.house.learner.sweep(team.id)

    told = (await team.playbook())["C1", "plain"]
    assert (told["emoji"][0], told["length"][0]) == ("none", "long")


async def test_a_rollback_brings_back_what_was_there(team):
    rule, short = await taught(team), await taught(team, "Keep it short.")
    before = await team.playbook()
    changes = (
        drop(rule),
        reword(short, "Give more detail.", stance="long"),
        add("Begin with a greeting.", topic="greeting", stance="some"),
    )
    await team.promote(await team.make(*changes))

    done = await team.roll_back()

    assert done == RolledBack(1, rules=3, left=0)
    assert await team.playbook() == before
    await team.house.learner.sweep(team.id)
    assert await team.playbook() == before
    assert (await team.states())[2] == ("retired", "rolled_back")
    assert ("release.rolled_back", ADMIN, "admin") in await team.audit()


async def test_there_is_one_step_back_and_then_a_kind_sentence(team):
    await team.promote(await team.make(add()))
    await team.roll_back()

    done = await team.roll_back()

    assert isinstance(done, Refused)
    assert "nothing to roll back" in done.sentence
    assert await team.live() == 1


async def test_what_people_decided_about_a_changed_rule_outlives_the_rollback(team):
    rule, short = await taught(team), await taught(team, "Keep it short.")
    await team.promote(await team.make(reword(rule, "Leave emoji out."), reword(short, "Two sentences.")))
    await team.house.decisions.edit(
        team.id, rule_id=rule.id, text="No emoji in announcements.", user_id=ADMIN
    )

    done = await team.roll_back()

    rules = await team.rules()
    assert done == RolledBack(1, rules=1, left=1)
    assert rules[rule.id].text == "No emoji in announcements."
    assert rules[short.id].text == "Keep it short."


async def test_an_added_rule_that_somebody_undid_does_not_come_back(team):
    release = await team.make(add())
    await team.promote(release)
    await team.house.decisions.undo(team.id, rule_id="a" * 32, user_id=ADMIN)

    assert await team.seen(release) == await team.playbook()
    assert (await team.playbook())["C1", "plain"] == {}
    assert await team.roll_back() == RolledBack(1, rules=0, left=1)
    assert await team.promote(release) == Promoted(2, rules=0, left=1)
    assert (await team.seen())["C1", "plain"] == {}


async def test_an_added_rule_that_an_admin_approved_stays_after_the_rollback(team):
    await team.promote(await team.make(add()))
    await team.house.decisions.approve(team.id, rule_id="a" * 32, user_id=ADMIN)
    async with team.database.begin() as unit:
        rule = await unit.rules.get(team.id, rule_id="a" * 32)
        rule.approved_by = ADMIN

    assert await team.roll_back() == RolledBack(1, rules=0, left=1)
    assert (await team.playbook())["C1", "plain"] == {"length": ("short", "Keep it short.")}


async def test_a_release_can_go_live_again_after_a_rollback(team):
    rule = await taught(team)
    release = await team.make(drop(rule), add())
    tried = await team.seen(release)
    await team.promote(release)
    await team.roll_back()
    assert await team.seen(release) == tried

    done = await team.promote(release)

    assert done == Promoted(2, rules=2, left=0)
    assert await team.playbook() == tried
    assert await team.roll_back() == RolledBack(1, rules=2, left=0)


async def test_changes_of_rules_that_people_changed_first_are_left_out(team):
    rule = await taught(team)
    release = await team.make(drop(rule), add())
    await team.house.decisions.edit(team.id, rule_id=rule.id, text="No emoji at all.", user_id=ADMIN)

    done = await team.promote(release)

    assert done == Promoted(2, rules=1, left=1)
    assert "emoji" in (await team.playbook())["C1", "plain"]


async def test_an_added_rule_gives_way_to_one_that_people_taught_meanwhile(team):
    release = await team.make(add("Give more detail.", stance="long"))
    await team.house.decisions.propose(team.id, text="Keep it short.", scope=Scope(), user_id=ADMIN)

    done = await team.promote(release)

    assert done == Promoted(2, rules=0, left=1)
    assert (await team.playbook())["C1", "plain"] == {"length": ("short", "Keep it short.")}


async def test_people_who_correct_against_an_added_rule_are_heard_without_an_admin(team):
    await team.promote(await team.make(add()))

    for person in (0, 1, 2):
        await team.house.teach("Give more detail.", by=person, asked_by=person)

    assert (await team.playbook())["C1", "plain"]["length"][0] == "long"


async def test_a_correction_taken_back_meanwhile_does_not_speak_again_after_the_rollback(team):
    first = await team.house.teach("No emoji.", by=0)
    await team.house.teach("No emoji.", by=1)
    rule = await team.rule("No emoji.")
    await team.promote(await team.make(drop(rule)))
    await team.house.change(first, state="withdrawn")

    await team.roll_back()

    async with team.database.read() as unit:
        states = {
            one.user_id: one.state
            for one in await unit.observations.of_person(team.id, user_id=team.house.people[0])
        } | {
            one.user_id: one.state
            for one in await unit.observations.of_person(team.id, user_id=team.house.people[1])
        }
    assert states[team.house.people[0]] != "counts"
    assert states[team.house.people[1]] == "counts"


async def test_a_release_made_of_an_older_champion_goes_live_all_the_same(team):
    older = await team.make(kind="model", reference="ft:older")
    await team.promote(await team.make(add()))

    done = await team.promote(older)

    assert done == Promoted(2, rules=0, left=0)
    assert (await team.live(), (await team.seat()).version) == (2, 3)
    assert await team.states() == {1: ("retired", "replaced"), 2: ("live", ""), 3: ("retired", "replaced")}
    assert await team.roll_back() == RolledBack(3, rules=0, left=0)


async def test_settings_that_changed_since_do_not_stand_in_the_way_of_a_rollback(team):
    rule = await taught(team)
    before = await team.playbook()
    await team.promote(await team.make(drop(rule)))
    later = Casting(
        team.database, settings=Settings(_env_file=None, model_max_tokens=99), clock=team.house.clock
    )
    await later.ensure(team.id)
    assert await team.live() == 3

    done = await team.roll_back()

    assert done == RolledBack(1, rules=1, left=0)
    assert await team.playbook() == before
    await later.ensure(team.id)
    async with team.database.read() as unit:
        assert (await unit.releases.find_number(team.id, number=4)).max_tokens == 99


async def test_a_tasks_release_has_its_own_seat_and_leaves_it_when_it_is_rolled_back(team):
    await team.house.decisions.propose(team.id, text="No emoji.", scope=Scope(), user_id=ADMIN)
    rule = await team.rule("No emoji.")
    release = await team.make(drop(rule), task="reply")

    done = await team.promote(release)

    assert done == Promoted(
        2, rules=0, left=1
    )  # The rule is everybody's: only the task's drafts do without it.
    assert (await team.live("reply"), await team.live("plain")) == (2, 1)
    assert (await team.seen(release))["C1", "reply"] == {}
    assert (await team.playbook())["C1", "reply"] != {}
    assert await team.roll_back(task="reply") == RolledBack(1, rules=0, left=0)
    assert await team.live("reply") == 1
    assert (await team.states())[2] == ("retired", "rolled_back")


async def test_what_was_trained_on_erased_texts_does_not_go_live(team):
    release = await team.make(add())
    async with team.database.begin() as unit:
        (await unit.releases.get(release.id)).marked_at = team.house.now

    assert isinstance(await team.promote(release), Refused)
    assert await team.live() == 1


async def test_a_candidate_is_rejected_once_and_may_go_live_later(team):
    release = await team.make(add())

    done = [await team.promotion.reject(release.id, by=ADMIN, reason="kept_old") for _ in range(2)]

    assert done == [Rejected(2), Unchanged(2)]
    assert (await team.states())[2] == ("rejected", "kept_old")
    assert isinstance(await team.promote(release), Promoted)
    assert isinstance(await team.promotion.reject(release.id, by=ADMIN, reason="kept_old"), Refused)


async def test_a_guards_rollback_says_so(team):
    await team.promote(await team.make(add()))

    await team.promotion.roll_back(team.id, task="", by="program", reason="guard")

    assert (await team.states())[2] == ("retired", "guard")


@pytest.mark.parametrize("task", ["", "reply"])
async def test_where_nothing_was_promoted_there_is_nothing_to_roll_back(team, task):
    assert isinstance(await team.roll_back(task=task), Refused)


async def test_a_release_that_is_not_there_is_refused(team):
    promotion = Promotion(team.database, clock=team.house.clock)

    assert isinstance(await promotion.promote("f" * 32, by=ADMIN, reason="admin"), Refused)
