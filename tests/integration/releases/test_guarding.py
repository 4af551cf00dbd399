"""The live guard on real tables: opened once per promotion, measured once per draft, and it takes back what declines."""

from datetime import timedelta

import pytest

from bot.drafts.casting import Casting
from bot.releases.guarding import WATCHED, Guard
from bot.releases.promote import Promotion
from bot.releases.registry import ReleaseBook
from bot.settings import Settings
from bot.training.trainers.base import Artefact
from storage.models import Opinion
from tests.factories import NOW, make_correction, make_draft, make_workspace

TEAM = "T0SANDBOX"
PEOPLE = ("U1", "U2", "U3", "U4", "U5")


class Watch:
    """A guard with a clock that a test moves, and releases whose drafts people judge."""

    def __init__(self, database):
        self.database, self.now = database, NOW
        self.casting = Casting(database, settings=Settings(_env_file=None), clock=lambda: self.now)
        self.promotion = Promotion(database, clock=lambda: self.now)
        self.guard = Guard(database, promotion=self.promotion, clock=lambda: self.now)

    async def open(self):
        async with self.database.begin() as unit:
            await make_workspace(unit, TEAM)
        await self.casting.ensure(TEAM)

    async def promote(self):
        """Make a release with another model, and let it go live."""
        made = {"task": "", "origin": "command", "run_id": None, "dataset_version_id": None}
        async with self.database.begin() as unit:
            release = await ReleaseBook(self.database).make(
                unit,
                workspace_id=TEAM,
                artefact=Artefact("model", "better"),
                created_by="program",
                now=self.now,
                **made,
            )
        await self.promotion.promote(release.id, by="program", reason="trial")
        return release.id

    async def roll_back(self):
        await self.promotion.roll_back(TEAM, task="", by="UADMIN", reason="admin")

    async def judge(self, release, *, good, bad, at=NOW):
        """Post drafts of a release; one person each says what they think."""
        async with self.database.begin() as unit:
            for number in range(good + bad):
                posted_at = at + timedelta(minutes=number)
                draft = await make_draft(
                    unit, workspace_id=TEAM, release=release, created_at=posted_at, posted_at=posted_at
                )
                unit._session.add(
                    make_opinion(draft, PEOPLE[number % 5], "positive" if number < good else "negative")
                )

    async def seat(self):
        async with self.database.read() as unit:
            return (await unit.releases.seats(TEAM))[0]

    async def guard_of(self, release_id):
        async with self.database.read() as unit:
            return await unit.trials.find_guard(release_id)

    async def champion(self):
        async with self.database.read() as unit:
            return (await unit.releases.get((await self.seat()).champion_id)).number


def make_opinion(draft, user_id, value, *, slot="vote", dimension="vote", kind="reaction"):
    return Opinion(
        draft_id=draft.id,
        user_id=user_id,
        slot=slot,
        workspace_id=draft.workspace_id,
        dimension=dimension,
        kind=kind,
        value=value,
        signal_id="s",
        event_us=1,
    )


@pytest.fixture
async def watch(database):
    watch = Watch(database)
    await watch.open()
    return watch


async def test_a_promotion_is_guarded_once_against_what_its_predecessor_lost(watch):
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    release_id = await watch.promote()

    for _ in range(2):
        await watch.guard.tick(watch.now)

    guard = await watch.guard_of(release_id)
    assert (guard.mode, guard.state, guard.closes_at) == ("guard", "open", NOW + WATCHED)
    assert 20 / 90 < guard.bar < 0.6
    async with watch.database.read() as unit:
        assert len(await unit.trials.of_workspace(TEAM)) == 1
        assert await unit.trials.find_open(TEAM, task="") is None


async def test_a_release_that_people_have_to_correct_more_is_taken_back_by_itself(watch):
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    release_id = await watch.promote()
    await watch.guard.tick(watch.now)
    await watch.judge("r2", good=2, bad=40, at=NOW + timedelta(hours=1))

    watch.now = NOW + timedelta(days=1)
    await watch.guard.tick(watch.now)
    too_early = await watch.champion()
    watch.now = NOW + timedelta(days=4)
    for _ in range(3):
        await watch.guard.tick(watch.now)

    guard = await watch.guard_of(release_id)
    assert (too_early, await watch.champion()) == (2, 1)
    assert (guard.state, guard.outcome, guard.reason) == ("closed", "worse", "guard_fallen")
    async with watch.database.read() as unit:
        actions = [entry.action for entry in await unit.audit.of_workspace(TEAM)]
    assert (actions.count("guard.fallen"), actions.count("release.rolled_back")) == (1, 1)


async def test_what_came_back_is_not_guarded_again(watch):
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    await watch.promote()
    await watch.roll_back()

    await watch.guard.tick(watch.now)

    async with watch.database.read() as unit:
        assert await unit.trials.guards() == []


async def test_a_release_that_is_as_good_is_kept_and_watched_no_longer(watch):
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    release_id = await watch.promote()
    await watch.guard.tick(watch.now)
    await watch.judge("r2", good=40, bad=10, at=NOW + timedelta(hours=1))

    watch.now = NOW + WATCHED
    await watch.guard.tick(watch.now)

    guard = await watch.guard_of(release_id)
    assert (guard.state, guard.outcome, guard.reason) == ("closed", "not_enough", "guard_kept")
    assert await watch.champion() == 2


async def test_a_guard_ends_when_an_admin_was_faster(watch):
    await watch.judge("r1", good=70, bad=20, at=NOW - timedelta(days=3))
    release_id = await watch.promote()
    await watch.guard.tick(watch.now)

    await watch.roll_back()
    await watch.guard.tick(watch.now)

    guard = await watch.guard_of(release_id)
    assert (guard.state, guard.outcome) == ("closed", "cancelled")


async def test_without_the_setting_nothing_is_guarded(watch):
    release_id = await watch.promote()
    off = Guard(watch.database, promotion=watch.promotion, clock=lambda: watch.now, on=False)

    await off.tick(watch.now)

    assert await watch.guard_of(release_id) is None


async def test_what_a_person_made_of_a_draft_is_the_mean_of_all_that_they_said(database):
    async with database.begin() as unit:
        await make_workspace(unit, TEAM)
        draft = await make_draft(unit, workspace_id=TEAM, release="r1", posted_at=NOW)
        await make_correction(unit, draft, user_id="U2", control="reply:1", edit_distance=0.5)
        await make_correction(
            unit, draft, user_id="U3", control="reply:2", edit_distance=0.0, interpretation="talk"
        )
        unit._session.add_all(
            [
                make_opinion(draft, "U1", "negative"),
                make_opinion(draft, "U1", "5", slot="rating", dimension="rating", kind="rating"),
                make_opinion(draft, "U2", "0", slot="reply:1", dimension="text", kind="correction"),
                make_opinion(draft, "U3", "0", slot="reply:2", dimension="text", kind="correction"),
                make_opinion(draft, "U4", "inaccurate", slot="flag", dimension="flag", kind="flag"),
            ]
        )

    async with database.read() as unit:
        losses = await unit.release_news.losses_of(TEAM, draft_ids=[draft.id])

    assert losses == {draft.id: {"U1": 0.5, "U2": 0.5}}
