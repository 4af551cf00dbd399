"""The Home tab says which release writes and how far the newest trial is; admins may stop it there."""

from datetime import timedelta

import pytest

from bot.slack.blocks.home import build_home
from storage.models import ReleaseSeat, Trial, TrialPair
from tests.factories import NOW
from tests.fakes.chosen_ends import make_release
from tests.integration.home.conftest import ADMIN

MEMBER = "U0ANN"
FIGURES = ("preferred", "Evidence", "interval")


async def seated(database, workspace_id, *, trial=None):
    """Two releases, the first of them live; perhaps a trial of the second, with a pair that is judged."""
    async with database.begin() as unit:
        live = await unit.releases.add(make_release(1, workspace_id=workspace_id, state="live"))
        challenger = await unit.releases.add(make_release(2, workspace_id=workspace_id))
        seat = {"champion_id": live.id, "changed_by": "program", "changed_at": NOW}
        await unit.releases.take_seat(ReleaseSeat(workspace_id=workspace_id, task="", **seat))
        if trial is not None:
            await _tried(unit, live, challenger, **trial)


async def _tried(unit, live, challenger, **columns):
    when = {"opened_at": NOW, "closes_at": NOW + timedelta(days=14)}
    trial = Trial(
        workspace_id=live.workspace_id,
        number=1,
        task="",
        champion_id=live.id,
        challenger_id=challenger.id,
        mode="blind",
        alpha=0.05,
        max_pairs=200,
        **{**when, **columns},
    )
    await unit.trials.add(trial)
    pair = {"source_draft_id": "d", "state": "closed", "position": 1, "fixed": 1.0, "closed_at": NOW}
    await unit.trials.add_pairs(
        [TrialPair(trial_id=trial.id, workspace_id=live.workspace_id, number=1, **pair)]
    )


async def shown(home, story, user_id):
    return str(build_home(await home.card(story.workspace_id, user_id=user_id)))


@pytest.mark.parametrize("user_id", [MEMBER, ADMIN])
async def test_everybody_reads_which_release_writes_and_has_the_door_to_all_of_them(
    home, story, database, user_id
):
    await story.begin()
    await seated(database, story.workspace_id)

    tab = await shown(home, story, user_id)

    assert "*r1* writes all drafts since 23 Nov 2026." in tab
    assert "home_releases" in tab
    assert "Trial 1" not in tab


async def test_a_workspace_without_a_release_has_no_such_part_and_sees_nobody_elses(home, story, database):
    await story.begin()
    await seated(database, "T0OTHER", trial={})

    for user_id in (MEMBER, ADMIN):
        assert "home_releases" not in await shown(home, story, user_id)


async def test_an_open_trial_is_counted_without_figures_and_only_admins_may_stop_it(home, story, database):
    await story.begin()
    await seated(database, story.workspace_id, trial={})

    member, admin = [await shown(home, story, user_id) for user_id in (MEMBER, ADMIN)]

    for tab in (member, admin):
        assert "Trial 1: r2 against r1, all drafts" in tab
        assert "1 of 200 comparisons are in" in tab
        assert not any(figure in tab for figure in FIGURES)
    assert "trial_end" not in member
    assert "trial_end" in admin


async def test_a_trial_that_ended_is_told_with_its_figures_and_nobody_may_stop_it(home, story, database):
    await story.begin()
    await seated(
        database, story.workspace_id, trial={"state": "closed", "outcome": "not_enough", "closed_at": NOW}
    )

    for user_id in (MEMBER, ADMIN):
        tab = await shown(home, story, user_id)

        assert "not enough evidence, so r1 stayed." in tab
        assert "1 of 1 comparisons" in tab
        assert "trial_end" not in tab
