"""Who decides about releases and trials is asked of Slack at each press, and what is decided happens once."""

import pytest

from bot.drafts.casting import Casting
from bot.releases.desk import NoSuchTrial
from bot.releases.release_place import NoSuchRelease, ReleasePlace
from bot.settings import Settings
from bot.slack.access import AdminNotKnown, NotAnAdmin
from tests.factories import NOW
from tests.integration.releases.conftest import add, drop
from tests.integration.releases.desk_room import buttons_of, open_room

DECISIONS = {"release_promote", "release_keep", "release_roll_back"}


@pytest.fixture
async def room(database):
    async with open_room(database) as room:
        yield room


def told(view):
    return str(view.payload["blocks"])


async def test_an_admin_promotes_once_and_the_second_press_says_that_nothing_changed(room):
    release = await room.better_model()

    first = await room.decide(room.boss, release, "promote")
    second = await room.decide(room.boss, release, "promote")

    assert "r2 writes from the next draft on" in first
    assert second == "r2 is as you want it already."
    assert await room.team.live() == 2
    promotions = [each for each in await room.team.audit() if each[0] == "release.promoted"]
    assert promotions == [("release.promoted", room.boss.user_id, "admin")]


async def test_an_admin_keeps_the_old_one_once_and_may_think_again(room):
    release = await room.better_model()

    said = [await room.decide(room.boss, release, deed) for deed in ("keep", "keep", "promote")]

    assert [words.split(".")[0] for words in said] == [
        "*r2 is not taken",
        "r2 is as you want it already",
        "*r2 writes from the next draft on",
    ]
    assert await room.team.live() == 2


async def test_an_admin_rolls_back_once(room):
    release = await room.better_model()
    await room.decide(room.boss, release, "promote")

    first = await room.decide(room.boss, release, "roll_back")
    second = await room.decide(room.boss, release, "roll_back")

    assert "r1 writes again" in first
    assert "nothing to roll back" in second
    assert await room.team.states() == {1: ("live", ""), 2: ("retired", "rolled_back")}


async def test_a_stale_roll_back_button_never_takes_back_a_later_release(room):
    second, third = await room.better_model(), await room.candidate(kind="model", reference="best")
    await room.decide(room.boss, second, "promote")
    await room.decide(room.boss, third, "promote")

    said = await room.decide(room.boss, second, "roll_back")

    assert said == "That release is not live any more, so nothing was changed."
    assert await room.team.live() == 3


async def test_a_roll_back_button_still_works_once_settings_have_changed(room):
    release = await room.better_model()
    await room.decide(room.boss, release, "promote")
    changed = Settings(_env_file=None, model_max_tokens=99)
    await Casting(room.database, settings=changed, clock=lambda: NOW).ensure(room.team.id)
    assert await room.team.live() == 3

    said = await room.decide(room.boss, release, "roll_back")

    assert "r1 writes again" in said


async def test_what_is_live_is_not_kept_out(room):
    release = await room.better_model()
    await room.decide(room.boss, release, "promote")

    assert await room.decide(room.boss, release, "keep") == "That release is live. Roll it back instead."
    assert await room.team.live() == 2


@pytest.mark.parametrize("deed", ["promote", "keep", "roll_back"])
async def test_a_member_decides_nothing(room, deed):
    release = await room.better_model()
    before = await room.team.states()

    with pytest.raises(NotAnAdmin):
        await room.decide(room.mia, release, deed)

    assert await room.team.states() == before


async def test_somebody_who_was_an_admin_when_the_page_opened_decides_nothing_any_more(room):
    release = await room.better_model()
    await room.desk.open(
        room.team.id, user_id=room.boss.user_id, trigger_id=room.trigger(room.boss), words="r2"
    )
    assert buttons_of(room.boss.open_views[0]) == {"release_promote", "release_keep"}
    room.sandbox.change_person(room.boss, is_admin=False)

    with pytest.raises(NotAnAdmin):
        await room.decide(room.boss, release, "promote")

    assert await room.team.live() == 1


@pytest.mark.parametrize(
    ("fault", "refusal"), [({"kind": "error"}, NotAnAdmin), ({"kind": "delay", "seconds": 1}, AdminNotKnown)]
)
async def test_when_slack_does_not_say_who_is_an_admin_nothing_is_decided(room, fault, refusal):
    release = await room.better_model()
    trial_id = await room.try_out(release)

    for work in (
        lambda: room.decide(room.boss, release, "promote"),
        lambda: room.desk.stop_trial(room.team.id, user_id=room.boss.user_id, trial_id=trial_id),
    ):
        room.sandbox.inject("users.info", **fault)
        with pytest.raises(refusal):
            await work()

    assert await room.team.live() == 1
    assert (await room.trial(trial_id)).state == "open"


@pytest.mark.parametrize("fault", [{"kind": "error"}, {"kind": "delay", "seconds": 3}])
async def test_when_slack_does_not_say_who_looks_they_see_what_a_member_sees(room, fault):
    await room.better_model()
    trigger = room.trigger(room.boss)
    room.sandbox.inject("users.info", **fault)

    await room.desk.open(room.team.id, user_id=room.boss.user_id, trigger_id=trigger, words="r2")

    assert not DECISIONS & buttons_of(room.boss.open_views[0])


@pytest.mark.parametrize("deed", ["promote", "keep", "roll_back"])
async def test_a_release_of_another_workspace_is_not_there_for_anybody(room, deed):
    foreign = await room.elsewhere()

    with pytest.raises(NoSuchRelease):
        await room.decide(room.boss, foreign, deed)
    with pytest.raises(NoSuchRelease):
        await room.desk.open_release(
            room.team.id,
            user_id=room.boss.user_id,
            trigger_id=room.trigger(room.boss),
            place=ReleasePlace(foreign.id),
        )

    async with room.database.read() as unit:
        assert (await unit.releases.get(foreign.id)).state == "candidate"


async def test_an_admin_stops_a_trial_and_a_second_press_says_that_it_is_over(room):
    trial_id = await room.try_out(await room.better_model())
    boss = {"user_id": room.boss.user_id, "trial_id": trial_id}

    await room.desk.stop_trial(room.team.id, **boss)
    with pytest.raises(NoSuchTrial):
        await room.desk.stop_trial(room.team.id, **boss)

    trial = await room.trial(trial_id)
    assert (trial.state, trial.outcome, trial.reason) == ("closed", "cancelled", "admin")
    assert await room.team.live() == 1


async def test_a_member_stops_no_trial_and_nobody_one_of_elsewhere(room):
    trial_id = await room.try_out(await room.better_model())
    foreign = await room.foreign_trial()

    with pytest.raises(NotAnAdmin):
        await room.desk.stop_trial(room.team.id, user_id=room.mia.user_id, trial_id=trial_id)
    with pytest.raises(NoSuchTrial):
        await room.desk.stop_trial(room.team.id, user_id=room.boss.user_id, trial_id=foreign.id)

    assert (await room.trial(trial_id)).state == (await room.trial(foreign.id)).state == "open"


async def test_the_operator_stops_a_trial_by_its_number(room):
    trial_id = await room.try_out(await room.better_model())

    for number in (2, 0):
        with pytest.raises(NoSuchTrial):
            await room.desk.stop_number(room.team.id, number=number, by="operator")
    await room.desk.stop_number(room.team.id, number=1, by="operator")
    with pytest.raises(NoSuchTrial):
        await room.desk.stop_number(room.team.id, number=1, by="operator")

    assert (await room.trial(trial_id)).reason == "operator"


@pytest.mark.parametrize("words", ["r9", "9", "r1 r9", "r9 r1"])
async def test_a_number_that_no_release_has_opens_nothing(room, words):
    with pytest.raises(NoSuchRelease):
        await room.desk.open(
            room.team.id, user_id=room.mia.user_id, trigger_id=room.trigger(room.mia), words=words
        )

    assert room.mia.open_views == []


async def test_two_numbers_open_the_second_release_beside_the_first(room):
    await room.better_model()
    await room.candidate(kind="model", reference="best")

    await room.desk.open(
        room.team.id, user_id=room.mia.user_id, trigger_id=room.trigger(room.mia), words="r2 r3"
    )

    (view,) = room.mia.open_views
    assert view.title == "Release r3"
    assert "What it does differently from r2" in told(view)
    assert "• Model: better → best" in told(view)


async def test_after_a_decision_the_page_and_the_list_below_it_show_what_is(room):
    release = await room.better_model()
    here = {"user_id": room.boss.user_id}
    await room.desk.open(room.team.id, trigger_id=room.trigger(room.boss), **here)
    below = room.boss.open_views[0]
    place = ReleasePlace(release.id, list_id=below.id)
    await room.desk.open_release(
        room.team.id, trigger_id=room.trigger(room.boss, view=below), place=place, **here
    )
    page = room.boss.open_views[1]

    notice = await room.decide(room.boss, release, "promote")
    await room.desk.refresh(room.team.id, view_id=page.id, place=place, notice=notice, **here)

    below, page = room.boss.open_views
    assert "r2 writes from the next draft on" in told(page)
    assert buttons_of(page) == {"release_roll_back"}
    assert "*r2* writes all drafts" in told(below)


async def test_a_decision_stands_though_its_screen_cannot_be_refreshed(room):
    release = await room.better_model()

    await room.decide(room.boss, release, "promote")
    await room.desk.refresh(
        room.team.id, user_id=room.boss.user_id, view_id="V0GONE", place=ReleasePlace(release.id)
    )

    assert await room.team.live() == 2


async def test_rules_that_a_promotion_brought_go_with_the_roll_back(room):
    await room.team.house.teach("No emoji.", by=0)
    await room.team.house.teach("No emoji.", by=1)
    rule = await room.team.rule("No emoji.")
    before = await room.team.playbook()
    release = await room.candidate(drop(rule), add())

    await room.decide(room.boss, release, "promote")
    assert await room.team.playbook() != before
    await room.decide(room.boss, release, "roll_back")

    assert await room.team.playbook() == before
