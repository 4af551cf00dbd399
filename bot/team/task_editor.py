"""Changes to a workspace's tasks, by its admins."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.errors import BotError, FormError
from bot.team.audit import note
from bot.team.forms import ChangedMeanwhile
from bot.team.task_form import TaskForm, seen_of
from bot.team.tasks import PLAIN, TASKS, Task, TaskBook, read_tasks
from storage.engine import Database
from storage.models import TeamTask
from storage.unit_of_work import UnitOfWork

MOST_OFFERED: Final = 100  # Slack's select takes no more.


class TaskGone(BotError):
    """The task of a press is not there (any more)."""

    code = "task_gone"
    sentence = "That task is not there any more. Close this window and open it again."


class PlainStays(BotError):
    """Somebody wants to retire the task that everything falls back to."""

    code = "plain_stays"
    sentence = "This task stays: drafts fall back to it when no other fits."


class TooManyTasks(BotError):
    """The list that people pick from is full."""

    code = "too_many_tasks"
    sentence = f"You have {MOST_OFFERED} tasks, as many as Slack can list. Please retire one first."


class TaskEditor:
    """Writes, retires and brings back tasks; each change is one transaction with its audit entry."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def book(self, workspace_id: str) -> TaskBook:
        """Return a workspace's tasks."""
        async with self._database.read() as unit:
            return await read_tasks(unit, workspace_id)

    async def add(self, workspace_id: str, *, form: TaskForm, user_id: str) -> Task:
        """Keep a new task.

        Raises:
            FormError: something is wrong with a field, or the name is taken; nothing was kept.
            TooManyTasks: the list is full.
        """
        _refuse(form.problems(is_new=True))
        async with self._database.begin() as unit:
            book = await self._locked(unit, workspace_id)
            _refuse(_taken(book, form.chosen_name))
            _make_room(book)
            await unit.tasks.add(self._row(workspace_id, form, user_id))
            await self._note(unit, workspace_id, user_id, "task.added", form.chosen_name)
        return Task(form.chosen_name, form.title.strip(), form.instructions.strip())

    async def change(self, workspace_id: str, *, name: str, form: TaskForm, seen: str, user_id: str) -> None:
        """Keep new words for a task, also for one of ours.

        Raises:
            FormError: something is wrong with a field; nothing was kept.
            ChangedMeanwhile: somebody else was faster; nothing was kept.
            TaskGone: there is no such task.
        """
        _refuse(form.problems(is_new=False))
        async with self._database.begin() as unit:
            current = _standing(await self._locked(unit, workspace_id), name)
            wanted = Task(name, form.title.strip(), form.instructions.strip())
            if wanted == current:
                return
            if seen_of(current) != seen:
                raise ChangedMeanwhile
            await self._write(unit, workspace_id, wanted, user_id)
            await self._note(unit, workspace_id, user_id, "task.changed", name)

    async def retire(self, workspace_id: str, *, name: str, user_id: str) -> None:
        """Offer a task no more; drafts that have it keep it.

        Raises:
            TaskGone, PlainStays: nothing was changed.
        """
        if name == PLAIN.name:
            raise PlainStays
        await self._set_retired(workspace_id, name=name, user_id=user_id, retired=True)

    async def bring_back(self, workspace_id: str, *, name: str, user_id: str) -> None:
        """Offer a retired task again.

        Raises:
            TaskGone, TooManyTasks: nothing was changed.
        """
        await self._set_retired(workspace_id, name=name, user_id=user_id, retired=False)

    async def back_to_ours(self, workspace_id: str, *, name: str, user_id: str) -> None:
        """Drop a workspace's words for one of our tasks; whether it is offered stays.

        Raises:
            TaskGone: it is none of ours.
        """
        if name not in TASKS:
            raise TaskGone
        async with self._database.begin() as unit:
            book = await self._locked(unit, workspace_id)
            if name not in book.own:
                return
            if name in book.retired:
                await self._write(unit, workspace_id, TASKS[name], user_id)
            else:
                await unit.tasks.remove(workspace_id, name=name)
            await self._note(unit, workspace_id, user_id, "task.back_to_ours", name)

    async def _set_retired(self, workspace_id: str, *, name: str, user_id: str, retired: bool) -> None:
        async with self._database.begin() as unit:
            book = await self._locked(unit, workspace_id)
            task = _standing(book, name)
            if (name in book.retired) == retired:
                return
            if not retired:
                _make_room(book)
            await self._write(unit, workspace_id, task, user_id, retired=retired)
            await self._note(
                unit, workspace_id, user_id, "task.retired" if retired else "task.brought_back", name
            )

    async def _locked(self, unit: UnitOfWork, workspace_id: str) -> TaskBook:
        """Return the tasks while nobody else changes them: changes take turns by the workspace's row."""
        await unit.workspaces.lock(workspace_id, now=self._clock())
        return await read_tasks(unit, workspace_id)

    async def _write(
        self, unit: UnitOfWork, workspace_id: str, task: Task, user_id: str, *, retired: bool | None = None
    ) -> None:
        """Write a task; one of ours as it is, and offered, needs no row."""
        row = await unit.tasks.find(workspace_id, name=task.name)
        is_retired = retired if retired is not None else row is not None and row.retired
        if row is None:
            form = TaskForm(task.title, task.instructions, task.name)
            await unit.tasks.add(self._row(workspace_id, form, user_id, retired=is_retired))
        elif task == TASKS.get(task.name) and not is_retired:
            await unit.tasks.remove(workspace_id, name=task.name)
        else:
            row.title, row.instructions, row.retired = task.title, task.instructions, is_retired
            row.changed_at, row.changed_by = self._clock(), user_id

    def _row(self, workspace_id: str, form: TaskForm, user_id: str, *, retired: bool = False) -> TeamTask:
        return TeamTask(
            workspace_id=workspace_id,
            name=form.chosen_name,
            title=form.title.strip(),
            instructions=form.instructions.strip(),
            retired=retired,
            changed_at=self._clock(),
            changed_by=user_id,
        )

    async def _note(self, unit: UnitOfWork, workspace_id: str, user_id: str, action: str, name: str) -> None:
        await note(unit, workspace_id, actor_id=user_id, action=action, subject=name, now=self._clock())


def _taken(book: TaskBook, name: str) -> dict[str, str]:
    if name not in book.tasks:
        return {}
    where = "among the retired ones: bring it back" if name in book.retired else "in the list: edit it there"
    return {"name": f"There is a task named {name} already, {where}."}


def _make_room(book: TaskBook) -> None:
    if len(book.offered()) >= MOST_OFFERED:
        raise TooManyTasks


def _standing(book: TaskBook, name: str) -> Task:
    task = book.tasks.get(name)
    if task is None:
        raise TaskGone
    return task


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise FormError(problems)
