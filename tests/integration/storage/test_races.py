"""Twenty at once, each in its own transaction: one row, and everybody is told the same."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from storage.engine import Database
from storage.models import Correction, Draft, Revision, Signal, TrainingRun
from storage.repositories import TallyDelta
from storage.unit_of_work import UnitOfWork
from tests import factories
from tests.factories import CHANNEL, NOW, USER, WORKSPACE

T = TypeVar("T")
CROWD = 20


async def crowd(database: Database, act: Callable[[UnitOfWork, int], Awaitable[T]]) -> list[T]:
    async def one(number: int) -> T:
        async with database.begin() as unit:
            return await act(unit, number)

    return await asyncio.gather(*(one(number) for number in range(CROWD)))


async def posted_draft(database: Database) -> Draft:
    async with database.begin() as unit:
        return await factories.make_draft(unit)


async def test_one_request_makes_one_draft(database: Database):
    async def ask(unit: UnitOfWork, number: int) -> tuple[str, str]:
        draft = await factories.make_draft(unit, request_key="same", brief=f"Brief {number}", text=None)
        return draft.id, draft.brief

    answers = await crowd(database, ask)

    assert len(set(answers)) == 1


async def test_one_event_makes_one_signal(database: Database):
    draft = await posted_draft(database)

    async def react(unit: UnitOfWork, number: int) -> bool:
        signal = Signal(
            workspace_id=WORKSPACE, event_id="Ev1", draft_id=draft.id, channel_id=CHANNEL, message_ts="1.1",
            user_id=USER, kind="reaction", control="emoji:+1", slot="vote", value="positive",
            event_us=number, received_at=NOW, status="counted",
        )  # fmt: skip
        return await unit.feedback.add_signal(signal)

    stored = await crowd(database, react)

    assert stored.count(True) == 1


async def test_one_reply_makes_one_correction(database: Database):
    draft = await posted_draft(database)

    async def correct(unit: UnitOfWork, number: int) -> Correction:
        return await factories.make_correction(unit, draft, control="reply:1.1", text=f"Text {number}")

    corrections = await crowd(database, correct)

    assert len({(correction.id, correction.text) for correction in corrections}) == 1


async def test_one_correction_makes_one_revision(database: Database):
    draft = await posted_draft(database)

    async def revise(unit: UnitOfWork, number: int) -> Revision:
        return await factories.make_revision(
            unit, draft, text=f"Text {number}", correction_id="c", kind="revised"
        )

    revisions = await crowd(database, revise)

    assert {(revision.number, revision.text) for revision in revisions} == {(2, revisions[0].text)}


async def test_revisions_are_numbered_without_gaps(database: Database):
    draft = await posted_draft(database)

    async def edit(unit: UnitOfWork, number: int) -> Revision:
        return await factories.make_revision(unit, draft, text=f"Text {number}", kind="edited")

    await crowd(database, edit)

    async with database.read() as unit:
        numbers = [revision.number for revision in await unit.drafts.revisions_of(draft.id)]
    assert numbers == list(range(1, CROWD + 2))


async def test_one_cause_starts_one_run(database: Database):
    async def start(unit: UnitOfWork, number: int) -> TrainingRun:
        run = TrainingRun(
            workspace_id=WORKSPACE, key="threshold:25", trigger="threshold", trainer="command", state="asked",
            submission_key=str(number), created_at=NOW,
        )  # fmt: skip
        return await unit.runs.add(run)

    runs = await crowd(database, start)

    assert len({(run.id, run.submission_key) for run in runs}) == 1


async def test_one_week_has_one_digest(database: Database):
    async def begin(unit: UnitOfWork, _: int) -> bool:
        return await unit.digests.begin(WORKSPACE, channel_id=CHANNEL, period="2026-W47", due_at=NOW)

    claimed = await crowd(database, begin)

    assert claimed.count(True) == 1


async def test_nobody_is_asked_more_often_than_the_budget_says(database: Database):
    async def ask(unit: UnitOfWork, number: int) -> bool:
        day = date(2026, 11, 23)
        return await unit.ledger.run(
            lambda tables: tables.try_ask(WORKSPACE, user_id=USER, draft_id=f"d{number}", day=day)
        )

    asked = await crowd(database, ask)

    assert asked.count(True) == 2


async def test_nobody_is_asked_twice_for_the_same_draft(database: Database):
    async def ask(unit: UnitOfWork, number: int) -> bool:
        day = date(2026, 11, 1 + number)
        return await unit.ledger.run(
            lambda tables: tables.try_ask(WORKSPACE, user_id=USER, draft_id="d", day=day)
        )

    asked = await crowd(database, ask)

    assert asked.count(True) == 1


async def test_strangers_that_arrive_together_are_noted_once(database: Database):
    async def arrive(unit: UnitOfWork, _: int) -> tuple[str, str, str]:
        workspace = await unit.workspaces.ensure(WORKSPACE, now=NOW, name="Team")
        channel = await unit.channels.ensure(WORKSPACE, channel_id=CHANNEL, name="general")
        member = await unit.members.ensure(WORKSPACE, user_id=USER)
        return workspace.name, channel.name, member.id

    answers = await crowd(database, arrive)

    assert set(answers) == {("Team", "general", USER)}


async def test_no_count_is_lost(database: Database):
    def delta(number: int, measure: str) -> TallyDelta:
        return TallyDelta(WORKSPACE, date(2026, 11, 23), CHANNEL, "plain", "base", USER, measure, 1, number)

    async def count(unit: UnitOfWork, number: int) -> None:
        measures = ["positive", "rating", "edit"]
        # Each in another order: the repository sorts, so they cannot wait for one another in a ring.
        await unit.tallies.add([delta(number, measure) for measure in measures[number % 3 :] + measures])

    await crowd(database, count)

    async with database.read() as unit:
        totals = await unit.run_sync(
            lambda connection: connection.exec_driver_sql(
                "SELECT sum(n), sum(total) FROM tallies WHERE channel_id <> '*'"
            ).one()
        )
    plain = [number for number in range(CROWD) for _ in range(6 - number % 3)]
    assert tuple(totals) == (len(plain), sum(plain))


async def test_a_post_is_begun_by_one_and_found_by_the_others(database: Database):
    async def begin(unit: UnitOfWork, number: int) -> str:
        post = await unit.posts.begin(WORKSPACE, key="digest:1", channel_id=f"C{number}", now=NOW)
        return post.channel_id

    channels = await crowd(database, begin)

    assert len(set(channels)) == 1


async def test_replicas_with_other_keys_agree_on_whose_database_it_is(database: Database):
    async def verify(unit: UnitOfWork, _: int) -> None:
        await unit.key_checks.verify()

    await crowd(database, verify)

    await database.verify_keyring()
