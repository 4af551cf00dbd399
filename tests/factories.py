"""Rows for tests: every maker takes a unit of work and what matters to the test, and fills in the rest."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from storage.models import (
    Channel,
    Correction,
    Draft,
    DraftMessage,
    Member,
    Observation,
    Revision,
    Rule,
    Signal,
    Workspace,
)
from storage.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WORKSPACE = "T0TEAM"
CHANNEL = "C0GENERAL"
USER = "U0ALICE"

_numbers = count(1)


def make_ts(seconds: int = 0) -> str:
    """A message ts, `seconds` after NOW; no two are the same."""
    return f"{int((NOW + timedelta(seconds=seconds)).timestamp())}.{next(_numbers):06d}"


async def make_workspace(unit: UnitOfWork, workspace_id: str = WORKSPACE, **columns: Any) -> Workspace:
    workspace = await unit.workspaces.ensure(
        workspace_id, now=NOW, name="Test team", bot_user_id="U0BOT", bot_id="B0BOT"
    )
    return await _with(unit, workspace, columns)


async def make_channel(
    unit: UnitOfWork, channel_id: str = CHANNEL, *, workspace_id: str = WORKSPACE, **columns: Any
) -> Channel:
    channel = await unit.channels.ensure(workspace_id, channel_id=channel_id, name="general")
    return await _with(unit, channel, {"bot_is_member": True, **columns})


async def make_member(
    unit: UnitOfWork, user_id: str = USER, *, workspace_id: str = WORKSPACE, **columns: Any
) -> Member:
    member = await unit.members.ensure(workspace_id, user_id=user_id)
    return await _with(unit, member, {"home_team_id": workspace_id, **columns})


async def make_draft(
    unit: UnitOfWork,
    *,
    workspace_id: str = WORKSPACE,
    channel_id: str = CHANNEL,
    text: str | None = "The draft.",
    ts: str | None = None,
    **columns: Any,
) -> Draft:
    """A posted draft with one revision and the message that shows it; `text=None`: asked for, not written yet."""
    given = {
        "requester_id": USER,
        "task": "plain",
        "source": "command",
        "request_key": f"request:{next(_numbers)}",
        "brief": "Write something.",
        "created_at": NOW,
        **columns,
    }
    draft = await unit.drafts.add(Draft(workspace_id=workspace_id, channel_id=channel_id, **given))
    if text is not None:
        await _post(unit, draft, text=text, ts=ts or make_ts())
    return draft


async def _post(unit: UnitOfWork, draft: Draft, *, text: str, ts: str) -> None:
    revision = await make_revision(unit, draft, text=text)
    draft.state, draft.message_ts, draft.current_revision_id = "posted", ts, revision.id
    draft.posted_at = draft.posted_at or draft.created_at
    await make_message(unit, draft, ts=ts, revision_id=revision.id)
    await unit.flush()


async def make_revision(
    unit: UnitOfWork, draft: Draft, *, text: str = "The draft.", **columns: Any
) -> Revision:
    given = {"kind": "generated", "created_at": NOW, "model": "test-model", **columns}
    return await unit.drafts.add_revision(
        Revision(workspace_id=draft.workspace_id, draft_id=draft.id, text=text, **given)
    )


async def make_message(
    unit: UnitOfWork, draft: Draft, *, ts: str | None = None, **columns: Any
) -> DraftMessage:
    message = DraftMessage(
        workspace_id=draft.workspace_id,
        channel_id=draft.channel_id,
        ts=ts or make_ts(),
        draft_id=draft.id,
        **columns,
    )
    await unit.drafts.add_message(message)
    return message


async def make_signal(unit: UnitOfWork, draft: Draft, **columns: Any) -> Signal:
    """A stored signal (👍 by reaction unless told otherwise), as the ledger would write it."""
    number = next(_numbers)
    given = {
        "event_id": f"Ev{number}",
        "revision_id": draft.current_revision_id,
        "message_ts": draft.message_ts or make_ts(),
        "user_id": USER,
        "kind": "reaction",
        "control": "emoji:+1",
        "slot": "vote",
        "value": "positive",
        "event_us": int(NOW.timestamp()) * 1_000_000 + number,
        "received_at": NOW,
        "status": "counted",
        **columns,
    }
    signal = Signal(workspace_id=draft.workspace_id, draft_id=draft.id, channel_id=draft.channel_id, **given)
    await unit.feedback.add_signal(signal)
    return signal


async def make_correction(
    unit: UnitOfWork, draft: Draft, *, text: str = "The better draft.", **columns: Any
) -> Correction:
    given = {
        "revision_id": draft.current_revision_id,
        "user_id": USER,
        "control": f"reply:{make_ts()}",
        "source": "thread",
        "interpretation": "rewrite",
        "interpreted_by": "program",
        "original": "The draft.",
        "edit_distance": 0.25,
        "state": "standing",
        "created_at": NOW,
        "changed_at": NOW,
        **columns,
    }
    correction = Correction(workspace_id=draft.workspace_id, draft_id=draft.id, text=text, **given)
    return await unit.corrections.add(correction)


async def make_rule(
    unit: UnitOfWork, text: str = "Use no emoji.", *, workspace_id: str = WORKSPACE, **columns: Any
) -> Rule:
    """An active rule that holds everywhere, with the workspace's next number."""
    given = {
        "topic": "emoji",
        "stance": "none",
        "origin": "learned",
        "state": "active",
        "created_at": NOW,
        "changed_at": NOW,
        "activated_at": NOW,
        **columns,
    }
    return await unit.rules.add(Rule(workspace_id=workspace_id, text=text, **given))


async def make_observation(
    unit: UnitOfWork, correction: Correction, draft: Draft, **columns: Any
) -> Observation:
    """What a correction says about emoji, where its draft stands."""
    given = {
        "topic": "emoji",
        "stance": "none",
        "text": "Use no emoji.",
        "source": "stated",
        "observed_at": NOW,
        **columns,
    }
    return await unit.observations.add(
        Observation(
            workspace_id=draft.workspace_id,
            correction_id=correction.id,
            draft_id=draft.id,
            channel_id=draft.channel_id,
            task=draft.task,
            requester_id=draft.requester_id,
            user_id=correction.user_id,
            **given,
        )
    )


async def make_sighting(unit: UnitOfWork, rule: Rule, draft: Draft) -> None:
    """The draft's prompt held the rule."""
    await unit.sightings.record(
        rule.workspace_id, draft_id=draft.id, rule_ids=[rule.id], changed_by=(), now=NOW
    )


async def _with(unit: UnitOfWork, row: Any, columns: dict[str, Any]) -> Any:
    for name, value in columns.items():
        setattr(row, name, value)
    await unit.flush()
    return row
