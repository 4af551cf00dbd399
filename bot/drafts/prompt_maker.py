"""Makes the prompt of a new draft from all that is known at that moment."""

import re
from dataclasses import dataclass
from typing import Final

from bot.drafts.prompt import Prompting, build_draft_prompt
from bot.drafts.prompt_parts import Prompt
from bot.learning.examples.example_finder import Examples
from bot.learning.house_rule import HouseRule
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.learning.sayings.passing_rules import without_stated
from bot.learning.scopes import Cell
from bot.team.channels import read_tone
from bot.team.tasks import Task, read_tasks
from storage.engine import Database
from storage.models import Draft
from storage.unit_of_work import UnitOfWork

MENTION: Final = re.compile(r"<@([A-Z0-9]+)>")


@dataclass(frozen=True)
class _House:
    """What holds where a draft stands, and what it is asked for."""

    task: Task
    tone: str
    brief: str
    rules: tuple[HouseRule, ...]


class PromptMaker:
    """Gathers instructions, rules and examples for a draft."""

    def __init__(
        self,
        database: Database,
        *,
        learner: Learner,
        playbook: Playbook,
        examples: Examples,
        prompting: Prompting = Prompting(),  # noqa: B008 - It is frozen.
    ) -> None:
        self._database = database
        self._learner = learner
        self._playbook = playbook
        self._examples = examples
        self._prompting = prompting

    async def make(self, draft: Draft) -> Prompt:
        """Build the prompt; the very last correction teaches already."""
        house = await self._house(draft)
        examples = await self._examples.find(
            Cell.of(draft),
            workspace_id=draft.workspace_id,
            brief=house.brief,
            limit=self._prompting.examples,
            with_text_only=self._prompting.layout == "turns",
        )
        return build_draft_prompt(
            house.task,
            brief=house.brief,
            context=draft.context or "",
            examples=examples,
            rules=without_stated(house.rules, brief=house.brief),
            release=draft.release,
            tone=house.tone,
            layout=self._prompting.layout,
        )

    async def _house(self, draft: Draft) -> _House:
        """Read what holds now, in the transaction that saw that there is nothing left to learn."""
        async with self._database.read() as unit:
            if not await self._learner.has_news(unit, draft.workspace_id):
                return await self._read(unit, draft)
        await self._learner.catch_up(draft.workspace_id)
        async with self._database.read() as unit:
            return await self._read(unit, draft)

    async def _read(self, unit: UnitOfWork, draft: Draft) -> _House:
        workspace_id = draft.workspace_id
        # Held here, the transaction knows it for the tone and for the rules, and reads it once.
        _channel = await unit.channels.find(workspace_id, channel_id=draft.channel_id)
        return _House(
            task=(await read_tasks(unit, workspace_id)).get(draft.task),
            tone=await read_tone(unit, draft),
            brief=await _named(unit, workspace_id, draft.brief or ""),
            rules=await self._playbook.rules_for(unit, Cell.of(draft), workspace_id=workspace_id),
        )


async def _named(unit: UnitOfWork, workspace_id: str, brief: str) -> str:
    """Put names where people are mentioned, as far as we know them: a draft mentions nobody, and ids are for machines."""
    known = await unit.members.of_ids(workspace_id, user_ids=MENTION.findall(brief))
    names = {member.id: f"@{member.name}" for member in known.values() if member.name}
    return MENTION.sub(lambda found: names.get(found[1], found[0]), brief)
