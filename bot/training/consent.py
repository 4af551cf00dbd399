"""Consent: nothing is frozen, exported as training rows or trained on before an admin said that it may be."""

from datetime import datetime

from bot.errors import BotError
from storage.engine import Database
from storage.models import AuditEntry, Workspace
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

ATTESTATION = (
    "I confirm that my organisation may train a language model on this workspace's briefs, on the drafts that I "
    "post, and on what members submit as a correction, an edit or an approval; that members were told; and that "
    "Slack's terms and our agreements allow it."
)


class ConsentMissing(BotError):
    """Training on this workspace's data is off."""

    code = "no_attestation"
    sentence = (
        "Training is off until an admin says that it is allowed here: `/draftloop attest` shows what is "
        "confirmed, `/draftloop attest confirm` records it."
    )


class TooManyOrganisations(BotError):
    """The app is installed in several organisations."""

    code = "distributed"
    sentence = (
        "This Draftloop serves several workspaces, and Slack's terms rule out training on data of an app that "
        "is distributed like that. Training and dataset exports stay off."
    )


class Consent:
    """Records an admin's attestation, and refuses what has none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def attest(self, workspace_id: str, *, user_id: str, now: datetime) -> bool:
        """Record the attestation and an audit entry; return False if one stands already."""
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.ensure(workspace_id, now=now)
            if workspace.attested_at is not None:
                return False
            workspace.attested_at, workspace.attested_by = now, user_id
            await unit.audit.add(_entry(workspace_id, user_id, "training.attested", now))
        return True

    async def is_attested(self, workspace_id: str) -> bool:
        """Tell whether an attestation stands."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
        return workspace is not None and workspace.attested_at is not None

    async def withdraw(self, workspace_id: str, *, user_id: str, now: datetime) -> bool:
        """Take the attestation back, from now on; return False if there is none."""
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.find(workspace_id)
            if workspace is None or workspace.attested_at is None:
                return False
            workspace.attested_at = workspace.attested_by = None
            await unit.audit.add(_entry(workspace_id, user_id, "training.attestation_withdrawn", now))
        return True


async def require_consent(unit: UnitOfWork, workspace_id: str) -> Workspace:
    """Return the workspace if its data may become training rows, checked now.

    Raises:
        ConsentMissing: no admin has attested it.
        TooManyOrganisations: the app is distributed.
    """
    workspace = await unit.workspaces.find(workspace_id)
    if workspace is None or workspace.attested_at is None:
        raise ConsentMissing
    if await unit.training.count_installations() > 1:
        raise TooManyOrganisations
    return workspace


def _entry(workspace_id: str, user_id: str, action: str, now: datetime) -> AuditEntry:
    return AuditEntry(
        id=new_id(), workspace_id=workspace_id, at=now, actor_id=user_id, action=action, subject=workspace_id
    )
