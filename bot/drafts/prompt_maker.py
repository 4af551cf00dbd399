"""Makes the prompt of a new draft from all that is known at that moment."""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.drafts.overlay import still_meant
from bot.drafts.prompt import build_draft_prompt
from bot.drafts.prompt_parts import Prompt
from bot.drafts.release_spec import ReleaseSpec, apply_overlay
from bot.learning.examples.example_finder import Examples
from bot.learning.house_rule import HouseRule
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import MOST_RULES, Playbook
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
    by_release: frozenset[str]


class PromptMaker:
    """Gathers instructions, rules and examples for a draft."""

    def __init__(
        self,
        database: Database,
        *,
        learner: Learner,
        playbook: Playbook,
        examples: Examples,
    ) -> None:
        self._database = database
        self._learner = learner
        self._playbook = playbook
        self._examples = examples

    async def make(self, draft: Draft, spec: ReleaseSpec) -> Prompt:
        """Build the prompt with which a release writes a draft; the very last correction teaches already.

        A draft is never its own example: it may be written again, to compare releases.
        """
        house = await self._house(draft, spec)
        examples = await self._examples.find(
            Cell.of(draft),
            workspace_id=draft.workspace_id,
            brief=house.brief,
            limit=spec.examples,
            with_text_only=spec.layout == "turns",
            without=(draft.id,),
        )
        prompt = build_draft_prompt(
            house.task,
            brief=house.brief,
            context=draft.context or "",
            examples=examples,
            rules=without_stated(house.rules, brief=house.brief),
            release=spec.name,
            tone=house.tone,
            layout=spec.layout,
            tuned=spec.tuned,
        )
        return replace(prompt, by_release=house.by_release)

    async def _house(self, draft: Draft, spec: ReleaseSpec) -> _House:
        """Read what holds now, in the transaction that saw that there is nothing left to learn."""
        async with self._database.read() as unit:
            if not await self._learner.has_news(unit, draft.workspace_id):
                return await self._read(unit, draft, spec)
        await self._learner.catch_up(draft.workspace_id)
        async with self._database.read() as unit:
            return await self._read(unit, draft, spec)

    async def _read(self, unit: UnitOfWork, draft: Draft, spec: ReleaseSpec) -> _House:
        workspace_id = draft.workspace_id
        # Held here, the transaction knows it for the tone and for the rules, and reads it once.
        _channel = await unit.channels.find(workspace_id, channel_id=draft.channel_id)
        cell, changes = Cell.of(draft), await still_meant(unit, workspace_id, spec.overlay)
        covering = await self._playbook.covering(unit, cell, workspace_id=workspace_id)
        rules = apply_overlay(covering, changes, cell=cell)[:MOST_RULES]
        return _House(
            task=(await read_tasks(unit, workspace_id)).get(draft.task),
            tone=await read_tone(unit, draft),
            brief=await _named(unit, workspace_id, draft.brief or ""),
            rules=rules,
            by_release=frozenset(rule.id for rule in rules if rule not in covering),
        )


async def _named(unit: UnitOfWork, workspace_id: str, brief: str) -> str:
    """Put names where people are mentioned, as far as we know them: a draft mentions nobody, and ids are for machines."""
    known = await unit.members.of_ids(workspace_id, user_ids=MENTION.findall(brief))
    names = {member.id: f"@{member.name}" for member in known.values() if member.name}
    return MENTION.sub(lambda found: names.get(found[1], found[0]), brief)
