"""What people see of releases and trials: figures only of what is over, rules and decisions only for admins."""

import pytest

from bot.releases.release_place import NoSuchRelease, ReleasePlace
from bot.slack.blocks.releases import RuleDifference
from tests.factories import make_rule
from tests.fakes.chosen_ends import make_release
from tests.integration.releases.conftest import add, drop, reword
from tests.integration.releases.desk_room import ADMIN, MEMBER, buttons_of, open_room

FIGURES = ("%", "preferred", "Evidence", "interval")


@pytest.fixture
async def room(database):
    async with open_room(database) as room:
        yield room


async def page(room, release, viewer=ADMIN, **place):
    return await room.browser.release_card(
        room.team.id, viewer=viewer, place=ReleasePlace(release.id, **place)
    )


async def test_the_list_says_what_is_live_and_names_every_release_newest_first(room):
    await room.better_model()

    card = await room.browser.card(room.team.id, viewer=MEMBER)

    assert card.live == (":large_green_circle: *r1* writes all drafts since 23 Nov 2026.",)
    assert [row.about.splitlines()[0] for row in card.rows] == ["*r2* · a candidate", "*r1* · live"]
    assert card.rows[0].about.endswith("all drafts · from a retraining of the rules · 23 Nov 2026")


async def test_a_workspace_sees_only_its_own(room):
    foreign = await room.elsewhere(state="live")

    card = await room.browser.card(room.team.id, viewer=ADMIN)

    assert [row.about.split(" ")[0] for row in card.rows] == ["*r1*"]
    with pytest.raises(NoSuchRelease):
        await page(room, foreign)
    assert await room.browser.card("T0NONE", viewer=ADMIN) != card


async def test_only_admins_are_offered_a_run_or_its_end(room):
    offered = [(await room.browser.card(room.team.id, viewer=who)).may for who in (MEMBER, ADMIN)]
    await room.from_run(state="running", progress=0.4)
    under_way = [await room.browser.card(room.team.id, viewer=who) for who in (MEMBER, ADMIN)]

    assert offered == [set(), {"retrain"}]
    assert [card.may for card in under_way] == [set(), {"cancel"}]
    assert under_way[0].now == (":hourglass_flowing_sand: The trainer is at work. 40 % done.",)


async def test_only_admins_are_offered_a_decision_and_only_one_that_makes_sense(room):
    second, third = await room.better_model(), await room.candidate(kind="model", reference="best")
    offered = {"a candidate": (await page(room, second)).may}
    await room.team.promote(second)
    offered |= {"live": (await page(room, second)).may}
    await room.team.promotion.reject(third.id, by="U", reason="kept_old")
    offered |= {"not taken": (await page(room, third)).may}
    async with room.database.read() as unit:
        first = await unit.releases.find_number(room.team.id, number=1)
    offered |= {"retired": (await page(room, first)).may}

    assert offered == {
        "a candidate": {"promote", "keep"},
        "live": {"roll_back"},
        "not taken": {"promote"},
        "retired": {"promote"},
    }
    for release in (first, second, third):
        assert (await page(room, release, MEMBER)).may == set()
        assert (
            buttons_of(await room.browser.page(room.team.id, viewer=MEMBER, place=ReleasePlace(release.id)))
            == set()
        )


async def test_the_first_release_cannot_be_rolled_back(room):
    async with room.database.read() as unit:
        first = await unit.releases.find_number(room.team.id, number=1)

    card = await page(room, first)

    assert (card.state, card.origin, card.may) == ("live", "this deployment's settings", set())
    assert (card.compared_with, card.proof) == ("", ())


async def test_a_page_says_what_differs_from_the_live_release_and_admins_see_the_rules(room):
    async with room.database.begin() as unit:
        emoji = await make_rule(unit, "No emoji.", workspace_id=room.team.id, channel_id="C0SECRET")
        short = await make_rule(unit, "Be short.", topic="length", stance="short", workspace_id=room.team.id)
    changes = (
        drop(emoji),
        reword(short, "Two sentences <at most>."),
        add("Greet.", topic="hi", stance="some"),
    )
    release = await room.candidate(*changes, examples=2)

    seen, told = await page(room, release), await page(room, release, MEMBER)

    assert seen.compared_with == told.compared_with == "r1"
    assert seen.settings == ("• Examples: 4 → 2",)
    assert {*seen.rules} == {
        RuleDifference("dropped", "No emoji.", ""),
        RuleDifference("reworded", "Be short.", "Two sentences <at most>."),
        RuleDifference("added", "", "Greet."),
    }
    assert told.settings == ("• Examples: 4 → 2", "• Admins see which rules differ (3).")
    assert told.rules == ()
    shown = str(await room.browser.page(room.team.id, viewer=MEMBER, place=ReleasePlace(release.id)))
    assert "No emoji." not in shown


async def test_two_releases_are_compared_in_the_order_that_was_asked_for(room):
    second = await room.better_model()
    third = await room.candidate(kind="model", reference="best")

    there, back = await page(room, third, compared=2), await page(room, second, compared=3)

    assert (there.name, there.compared_with, there.settings) == ("r3", "r2", ("• Model: better → best",))
    assert (back.name, back.compared_with, back.settings) == ("r2", "r3", ("• Model: best → better",))


async def test_the_live_release_is_compared_with_the_one_before_it(room):
    release = await room.better_model()
    await room.team.promote(release)

    card = await page(room, release)

    assert (card.compared_with, card.settings) == ("r1", ("• Model: gpt-4o-mini → better",))


async def test_a_release_of_one_task_is_compared_with_whatever_writes_that_task(room):
    everywhere, reply = (
        await room.better_model(),
        await room.candidate(kind="model", reference="r", task="reply"),
    )
    await room.team.promote(everywhere)

    before = await page(room, reply)
    await room.team.promote(reply)
    after = await page(room, reply)
    card = await room.browser.card(room.team.id, viewer=MEMBER)

    assert (before.compared_with, before.may) == ("r2", {"promote", "keep"})
    assert after.may == {"roll_back"}
    assert [line.split(" since")[0] for line in card.live] == [
        ":large_green_circle: *r2* writes all drafts",
        ":large_green_circle: *r3* writes drafts of the task *reply*",
    ]


async def test_what_speaks_for_a_release_has_no_figures_of_a_trial_that_is_open(room):
    release, run_id = await room.from_run(state="trying")
    trial_id = await room.try_out(release, run_id=run_id)
    await room.judge(trial_id, 1.0, 1.0, 0.0)

    during = (await page(room, release)).proof
    await room.trials.stop(trial_id, by="U", reason="admin")
    after = (await page(room, release)).proof

    assert len(during) == 1
    assert "n = 40" in during[0]
    assert len(after) == 2
    assert "2 of 3 comparisons" in after[1]


@pytest.mark.parametrize("viewer", [MEMBER, ADMIN])
async def test_an_open_trial_shows_counts_and_no_figures_to_anybody(room, viewer):
    trial_id = await room.try_out(await room.better_model())
    await room.judge(trial_id, 1.0, 1.0, 0.0)

    (card,) = await room.browser.trials(room.team.id, viewer=viewer)
    modal = await room.browser.trials_modal(room.team.id, viewer=viewer)

    assert card.title == "Trial 1: r2 against r1, all drafts"
    assert card.state.endswith("at the latest: 3 of 200 comparisons are in.")
    assert card.findings == ()
    assert not any(figure in f"{card.title}{card.state}" for figure in FIGURES)
    assert buttons_of(modal) == ({"trial_end"} if viewer.is_admin else set())


@pytest.mark.parametrize("viewer", [MEMBER, ADMIN])
async def test_a_closed_trial_shows_its_figures_and_cannot_be_stopped(room, viewer):
    trial_id = await room.try_out(await room.better_model())
    await room.judge(trial_id, 1.0, 1.0, 0.0)
    await room.trials.stop(trial_id, by="U", reason="admin")

    (card,) = await room.browser.trials(room.team.id, viewer=viewer)

    assert card.state == "Ended on 23 Nov 2026: stopped without a decision."
    assert "2 of 3 comparisons" in card.findings[0]
    assert card.may_stop is False


async def test_the_home_part_names_what_is_live_and_the_newest_trial_only(room):
    async with room.database.begin() as unit:
        await unit.releases.add(make_release(1, workspace_id="T0NONE"))
    at_first = await room.browser.part(room.team.id, viewer=MEMBER)
    release = await room.better_model()
    old = await room.try_out(release, run_id="run")
    await room.judge(old, 1.0)
    await room.trials.stop(old, by="U", reason="admin")
    await room.trials.open(room.team.id, task="", challenger_id=release.id, run_id="later", mode="blind")

    part = await room.browser.part(room.team.id, viewer=MEMBER)
    admins = await room.browser.part(room.team.id, viewer=ADMIN)

    assert at_first.trial is None
    assert part.live == at_first.live == (":large_green_circle: *r1* writes all drafts since 23 Nov 2026.",)
    assert (part.trial.title.split(":")[0], part.trial.findings, part.trial.may_stop) == (
        "Trial 2",
        (),
        False,
    )
    assert admins.trial.may_stop is True
    assert await room.browser.part("T0NONE", viewer=ADMIN) == type(part)()
