"""Which workspace a command is about: the one named, or the only one there is."""

from bot.errors import BotError
from bot.services import Services


class WorkspaceUnclear(BotError):
    """The workspace must be named."""

    code = "workspace_unclear"


async def choose_workspace(services: Services, *, wanted: str | None) -> str | None:
    """Return the workspace id; None if none is known at all.

    Raises:
        WorkspaceUnclear: there are several and none was named, or the named one is unknown.
    """
    async with services.database.read() as unit:
        known = [workspace.id for workspace in await unit.workspaces.all()]
    if not known:
        return None
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted in known:
        return wanted
    raise WorkspaceUnclear(f"Say which workspace with --workspace: {', '.join(known[:20])}.")


async def require_workspace(services: Services, *, wanted: str | None) -> str:
    """Return the workspace id.

    Raises:
        WorkspaceUnclear: none is known yet, there are several and none was named, or the named one is unknown.
    """
    workspace_id = await choose_workspace(services, wanted=wanted)
    if workspace_id is None:
        raise WorkspaceUnclear("No workspace is known yet: start `draftloop serve` once.")
    return workspace_id


async def require_known(services: Services, *, wanted: str | None) -> None:
    """Check a workspace that was named; none named means all of them.

    Raises:
        WorkspaceUnclear: it is unknown.
    """
    if wanted is not None:
        await choose_workspace(services, wanted=wanted)
