"""The forms about rules: what they show now, and what somebody who sent one wants."""

from collections.abc import Mapping

from bot.errors import FormError
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.scopes import Scope
from bot.slack.access import Membership
from bot.slack.blocks.rules_forms import (
    EVERY_TASK,
    ONE_CHANNEL,
    ONE_PERSONS,
    ScopeForm,
    edit_modal,
    propose_modal,
    scope_modal,
)
from bot.slack.fields import Modal
from bot.team.tasks import TaskBook, read_tasks
from storage.engine import Database
from storage.models import Rule

NO_CHANNEL = "Please choose the channel, or let the rule hold in every channel."
UNKNOWN_CHANNEL = "I could not see that both of us are in that channel. Invite me there, or choose another."
UNKNOWN_TASK = "There is no such task any more. Please pick another."

Values = Mapping[str, str | None]


class RuleForms:
    """Builds the forms, and reads what stands in one that was sent."""

    def __init__(self, database: Database, *, membership: Membership) -> None:
        self._database = database
        self._membership = membership

    async def propose(self, workspace_id: str, *, place: RulesPlace, decides: bool) -> Modal:
        """Build the form for a new rule; it begins where somebody stands."""
        tasks = await self._tasks(workspace_id)
        here = place.channel_id or place.here
        channel_id = here if here and here[0] in "CG" else None
        form = ScopeForm(channel_id, task=place.task, tasks=_titles(tasks))
        return propose_modal(form, decides=decides, metadata=place.to_json())

    def edit(self, rule: Rule, *, place: RulesPlace) -> Modal:
        """Build the form for a rule's words."""
        return edit_modal(rule.text, metadata=place.to_json())

    async def scope(self, rule: Rule, *, place: RulesPlace, user_id: str) -> Modal:
        """Build the form for where a rule holds."""
        own = rule.requester_id in (None, user_id)
        form = ScopeForm(
            rule.channel_id,
            only_channel=rule.channel_id is not None,
            task=rule.task,
            tasks=_titles(await self._tasks(rule.workspace_id)),
            person="Only drafts that I ask for" if own else "Only that person's drafts, as now",
            only_person=rule.requester_id is not None,
        )
        return scope_modal(form, text=rule.text, metadata=place.to_json())

    async def read_scope(
        self, workspace_id: str, *, values: Values, user_id: str, rule: Rule | None = None
    ) -> Scope:
        """Return where a rule should hold as somebody sent it; `rule` is the one that is moved.

        Raises:
            FormError: the channel or the task is none that they may choose.
        """
        channel_id = await self._channel(workspace_id, values, user_id, rule)
        task = await self._task(workspace_id, values, rule)
        person = (rule.requester_id if rule else None) or user_id
        return Scope(channel_id, task, person if values.get("whose") == ONE_PERSONS else None)

    async def _channel(
        self, workspace_id: str, values: Values, user_id: str, rule: Rule | None
    ) -> str | None:
        if values.get("place") != ONE_CHANNEL:
            return None
        channel_id = values.get("channel")
        if not channel_id:
            raise FormError({"channel": NO_CHANNEL})
        if rule is not None and channel_id == rule.channel_id:
            return channel_id
        if not await self._membership.may_see(workspace_id, channel_id=channel_id, user_id=user_id):
            raise FormError({"channel": UNKNOWN_CHANNEL})
        return channel_id

    async def _task(self, workspace_id: str, values: Values, rule: Rule | None) -> str | None:
        task = values.get("task") or EVERY_TASK
        if task == EVERY_TASK or (rule is not None and task == rule.task):
            return None if task == EVERY_TASK else task
        if (await self._tasks(workspace_id)).find(task) is None:
            raise FormError({"task": UNKNOWN_TASK})
        return task

    async def _tasks(self, workspace_id: str) -> TaskBook:
        async with self._database.read() as unit:
            return await read_tasks(unit, workspace_id)


def _titles(tasks: TaskBook) -> dict[str, str]:
    return {task.name: task.title for task in tasks.offered()}
