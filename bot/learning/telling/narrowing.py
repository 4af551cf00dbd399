"""*Too broad*: asks where a rule should hold instead, and narrows it."""

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import BotError
from bot.learning.rules.decisions import Decisions
from bot.learning.scopes import Scope
from bot.learning.telling.note_ref import NoteRef, find_correction, find_rule
from bot.learning.telling.scope_words import scope_in_words
from bot.slack.blocks.learned import too_broad_modal
from bot.slack.messenger import Messenger
from bot.team.tasks import TaskBook, read_tasks
from storage.engine import Database
from storage.models import Draft
from storage.unit_of_work import UnitOfWork


class NarrowEnough(BotError):
    """The rule holds for one person's drafts of one kind in one channel already."""

    code = "narrow_enough"
    sentence = "This rule is as narrow as a rule can be. Press Undo if it should not hold at all."


class Narrowing:
    """Opens the modal, and takes what was chosen there."""

    def __init__(self, database: Database, *, decisions: Decisions, messenger: Messenger) -> None:
        self._database = database
        self._decisions = decisions
        self._messenger = messenger

    async def open(self, workspace_id: str, *, ref: NoteRef, user_id: str, trigger_id: str) -> None:
        """Open the modal with the scopes that are narrower than the rule's.

        Raises:
            NoSuchRule: it is not of this workspace.
            NarrowEnough: there is none.
        """
        async with self._database.read() as unit:
            rule = await find_rule(unit, workspace_id, rule_id=ref.rule_id)
            draft = await _draft(unit, workspace_id, ref)
            channel = await unit.channels.find(workspace_id, channel_id=draft.channel_id)
            tasks = await read_tasks(unit, workspace_id)
        scopes = narrower_scopes(Scope.of(rule), draft, user_id=user_id)
        if not scopes:
            raise NarrowEnough
        labels = _labels(draft, channel_name=channel.name if channel else "", tasks=tasks)
        view = too_broad_modal(
            {choice: labels[choice] for choice in scopes},
            text=rule.text,
            where=scope_in_words(Scope.of(rule), tasks=tasks),
            metadata=ref.value,
        )
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=view)

    async def narrow(self, workspace_id: str, *, ref: NoteRef, user_id: str, choice: str) -> None:
        """Let the rule hold where somebody chose.

        Raises:
            NoSuchRule: it is not of this workspace.
            NarrowEnough: somebody else narrowed it meanwhile, so that this is no choice any more.
            NotYours: others taught it.
        """
        async with self._database.read() as unit:
            rule = await find_rule(unit, workspace_id, rule_id=ref.rule_id)
            draft = await _draft(unit, workspace_id, ref)
        scope = narrower_scopes(Scope.of(rule), draft, user_id=user_id).get(choice)
        if scope is None:
            raise NarrowEnough
        await self._decisions.narrow(workspace_id, rule_id=rule.id, scope=scope, user_id=user_id)


def narrower_scopes(scope: Scope, draft: Draft, *, user_id: str) -> dict[str, Scope]:
    """Return the scopes within a rule's own that fit the draft it was learned from, by what the choice is called."""
    here, task = scope.channel_id or draft.channel_id, scope.task or draft.task
    wanted = {
        "channel": Scope(here, scope.task, scope.requester_id),
        "task": Scope(scope.channel_id, task, scope.requester_id),
        "both": Scope(here, task, scope.requester_id),
        "mine": replace(scope, requester_id=scope.requester_id or user_id),
    }
    narrower: dict[str, Scope] = {}
    for name, one in wanted.items():
        if one != scope and one not in narrower.values():
            narrower[name] = one
    return narrower


async def _draft(unit: UnitOfWork, workspace_id: str, ref: NoteRef) -> Draft:
    correction = await find_correction(unit, workspace_id, correction_id=ref.correction_id)
    return await unit.drafts.get(correction.draft_id)


def _labels(draft: Draft, *, channel_name: str, tasks: TaskBook) -> Mapping[str, str]:
    here = f"in #{channel_name}" if channel_name else "in this channel"
    title = tasks.title_of(draft.task)
    return {
        "channel": f"Only {here}",
        "task": f"Only for drafts of the kind “{title}”",
        "both": f"Only for “{title}” {here}",
        "mine": "Only for drafts that I ask for",
    }
