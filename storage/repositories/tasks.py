"""Tasks as a workspace's admins wrote them."""

from sqlalchemy import delete, select

from storage.models import TeamTask
from storage.repositories.base import Repository


class Tasks(Repository):
    """A workspace's own tasks, and its own words for the built-in ones."""

    async def find(self, workspace_id: str, *, name: str) -> TeamTask | None:
        """Return the workspace's own task of that name, retired or not."""
        return await self._session.get(TeamTask, (workspace_id, name))

    async def of_workspace(self, workspace_id: str) -> list[TeamTask]:
        """Return the workspace's own tasks by name, retired ones too."""
        own = select(TeamTask).where(TeamTask.workspace_id == workspace_id)
        return list(await self._session.scalars(own.order_by(TeamTask.name)))

    async def add(self, task: TeamTask) -> bool:
        """Keep a new task; False if there is one of that name already."""
        return await self._add_if_new(task)

    async def remove(self, workspace_id: str, *, name: str) -> None:
        """Forget the workspace's own words for a task."""
        gone = delete(TeamTask).where(TeamTask.workspace_id == workspace_id, TeamTask.name == name)
        await self._session.execute(gone)
