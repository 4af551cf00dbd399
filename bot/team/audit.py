"""Notes what an admin changed, in the transaction that changes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.models import AuditEntry
from storage.types import new_id
from storage.unit_of_work import UnitOfWork


async def note(
    unit: UnitOfWork,
    workspace_id: str,
    *,
    actor_id: str,
    action: str,
    subject: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry to the audit log; `details` hold values and names, never a text that somebody wrote."""
    entry = AuditEntry(
        id=new_id(),
        workspace_id=workspace_id,
        at=now,
        actor_id=actor_id,
        action=action,
        subject=subject,
        details=dict(details or {}),
    )
    await unit.audit.add(entry)
