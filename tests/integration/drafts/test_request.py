from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.drafts.request import (
    LONGEST_BRIEF,
    Asked,
    BriefMissing,
    BriefTooLong,
    DraftRequest,
    Drafts,
    TaskUnknown,
    Unchanged,
)
from bot.runtime.durable import Durable
from tests.factories import make_correction

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
async def durable(database):
    runtime = Durable(database, executor_id="test")
    await runtime.ensure_tables()
    yield runtime
    await runtime.close()


@pytest.fixture
def drafts(database, durable):
    return Drafts(database, durable=durable, clock=lambda: NOW)


def request(**more) -> DraftRequest:
    asked = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "requester_id": "U1",
        "brief": "say hi",
        "source": "command",
    }
    return DraftRequest(**{**asked, "request_key": "command:1", **more})


async def workflow_ids(database) -> list[str]:
    async with database.begin() as unit:
        return await unit.run_sync(_ids)


def _ids(connection):
    table = "workflow_status" if connection.dialect.name == "sqlite" else "dbos.workflow_status"
    return sorted(connection.execute(text(f"SELECT workflow_uuid FROM {table}")).scalars())


async def draft_of(database, draft_id):
    async with database.read() as unit:
        return await unit.drafts.get(draft_id)


async def fail(database, draft_id):
    async with database.begin() as unit:
        draft = await unit.drafts.lock(draft_id)
        draft.state, draft.failure = "failed", "model_busy"


async def test_an_ask_is_kept_with_its_work(drafts, database):
    asked = await drafts.ask(request(brief="  say hi to <R&D>  ", thread_ts="1.2", context="Person 1: hello"))

    draft = await draft_of(database, asked.draft_id)
    assert (draft.brief, draft.context, draft.state) == ("say hi to <R&D>", "Person 1: hello", "asked")
    assert (draft.task, draft.release, draft.attempt) == ("plain", "none", 1)
    assert await workflow_ids(database) == [f"draft:{asked.draft_id}:1"]


async def test_the_same_ask_delivered_again_is_one_draft(drafts, database):
    first = await drafts.ask(request())
    second = await drafts.ask(request())
    other = await drafts.ask(request(request_key="command:2"))

    assert first == second != other
    assert len(await workflow_ids(database)) == 2


async def test_the_channels_own_task_counts_unless_one_is_picked(drafts, database):
    async with database.begin() as unit:
        (await unit.channels.ensure("T1", channel_id="C1")).default_task = "announcement"

    by_default = await drafts.ask(request())
    picked = await drafts.ask(request(request_key="view:1", task="release-notes"))

    assert (await draft_of(database, by_default.draft_id)).task == "announcement"
    assert (await draft_of(database, picked.draft_id)).task == "release-notes"
    assert await drafts.default_task("T1", channel_id="C1") == "announcement"
    assert await drafts.default_task("T1", channel_id="C-unknown") == "plain"
    assert await drafts.default_task("T1", channel_id=None) == "plain"


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (request(brief=""), BriefMissing),
        (request(brief=" \n\t "), BriefMissing),
        (request(brief="\u200b\u2060 "), BriefMissing),
        (request(brief="x" * (LONGEST_BRIEF + 1)), BriefTooLong),
        (request(task="haiku"), TaskUnknown),
    ],
    ids=["empty", "blank", "invisible", "endless", "unknown task"],
)
async def test_an_ask_that_cannot_be_written_is_told_kindly_and_not_kept(drafts, database, ask, error):
    with pytest.raises(error) as raised:
        await drafts.ask(ask)

    assert len(raised.value.sentence) < 200
    assert await workflow_ids(database) == []


async def test_the_longest_brief_is_taken(drafts, database):
    asked = await drafts.ask(request(brief="x" * LONGEST_BRIEF))

    assert (await draft_of(database, asked.draft_id)).brief == "x" * LONGEST_BRIEF


async def test_a_context_beyond_all_limits_is_bounded(drafts, database):
    asked = await drafts.ask(request(context="c" * 100_000))

    assert len((await draft_of(database, asked.draft_id)).context) == 20_000


async def test_a_failed_draft_is_tried_again_once_per_button(drafts, database):
    asked = await drafts.ask(request())
    await fail(database, asked.draft_id)

    first = await drafts.retry(asked.draft_id, attempt=1, workspace_id="T1")
    second = await drafts.retry(asked.draft_id, attempt=1, workspace_id="T1")

    draft = await draft_of(database, asked.draft_id)
    assert isinstance(first, Asked)
    assert isinstance(second, Unchanged)
    assert (draft.attempt, draft.state, draft.failure) == (2, "asked", None)
    assert await workflow_ids(database) == [f"draft:{asked.draft_id}:{attempt}" for attempt in (1, 2)]


async def test_a_draft_that_did_not_fail_is_not_tried_again(drafts, database):
    asked = await drafts.ask(request())

    outcome = await drafts.retry(asked.draft_id, attempt=1, workspace_id="T1")

    assert outcome == Unchanged(asked.draft_id)


async def test_another_workspaces_draft_cannot_be_retried(drafts, database):
    asked = await drafts.ask(request())
    await fail(database, asked.draft_id)

    with pytest.raises(LookupError):
        await drafts.retry(asked.draft_id, attempt=1, workspace_id="T2")

    assert (await draft_of(database, asked.draft_id)).attempt == 1


async def test_a_revision_is_tried_again_once_per_press_and_only_by_its_own_workspace(drafts, database):
    asked = await drafts.ask(request())
    async with database.begin() as unit:
        correction = await make_correction(unit, await unit.drafts.get(asked.draft_id))
    again = {"version": 1, "press_id": "action:U1:1.2:revise_retry"}

    await drafts.revise_again(correction.id, workspace_id="T1", **again)
    await drafts.revise_again(correction.id, workspace_id="T1", **again)
    with pytest.raises(LookupError):
        await drafts.revise_again(correction.id, workspace_id="T2", **again)

    revisions = [each for each in await workflow_ids(database) if each.startswith("revise:")]
    assert revisions == [f"revise:{correction.id}:1:action:U1:1.2:revise_retry"]


async def test_a_brief_rests_sealed(drafts, database):
    await drafts.ask(request(brief="the secret launch", context="the secret thread"))

    async with database.begin() as unit:
        stored = await unit.run_sync(
            lambda connection: connection.execute(
                text("SELECT brief_sealed, context_sealed FROM drafts")
            ).one()
        )
    assert "secret" not in "".join(stored)
