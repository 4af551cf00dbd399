"""Corrected drafts, a playbook that can be bettered, and a model over HTTP that follows it: where the playbook trainer works."""

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.drafts.casting import Casting
from bot.drafts.prompt_maker import PromptMaker
from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.llm.openai_chat import OpenAIChat
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.training.trainers.base import TrainingJob
from bot.training.trainers.parts import TrainerParts
from bot.training.trainers.playbook import PlaybookTrainer
from storage.engine import Database
from storage.models import DatasetRow, DatasetVersion, TrainingRun
from tests.factories import (
    NOW,
    WORKSPACE,
    make_channel,
    make_correction,
    make_draft,
    make_member,
    make_rule,
    make_workspace,
)
from tests.fakes.listed_rows import ListedRows
from tests.fakes.model_endpoint import ModelEndpoint

PLACES = ("gym", "library", "canteen", "garage", "studio", "kitchen", "lobby", "terrace", "archive", "attic")
HARMFUL = "Close with a sentence about our values."
HELPFUL = "Put the news itself first."


def follows_rules(asked: dict[str, Any]) -> str:
    """A writer that greets, and moralises when it is told to; asked about the guide, it knows what is wrong with it."""
    prompt = "\n".join(message["content"] for message in asked["messages"])
    if "response_format" in asked:
        return json.dumps(propose(_section("line", prompt), prompt))
    rules = re.findall(r"<rule\b[^>]*>(.*?)</rule>", prompt, flags=re.DOTALL)
    place = re.findall(r"Announce that the (\w+) opens", prompt)[-1]
    text = f"The {place} opens on Friday."
    if not any("news itself" in rule for rule in rules):
        text = f"Some of you have asked us about this for a long time now. {text}"
    if any("values" in rule for rule in rules):
        text = f"{text} Openness is what all of us stand for."
    return text


def propose(line: str, prompt: str) -> dict[str, str]:
    if "values" in line:
        return {"action": "drop", "text": ""}
    if not line and "news itself" not in prompt.partition("<line>")[0].rpartition("<rules>")[2]:
        return {"action": "add", "text": HELPFUL}
    return {"action": "keep", "text": ""}


def _section(name: str, prompt: str) -> str:
    return html.unescape(re.findall(rf"<{name}>\n(.*?)\n</{name}>", prompt, flags=re.DOTALL)[-1])


@dataclass
class PlaybookRoom:
    """One bot process as far as the playbook trainer needs it."""

    database: Database
    endpoint: ModelEndpoint
    durable: Durable
    chats: list[OpenAIChat] = field(default_factory=list)
    shelves: list[Shelves] = field(default_factory=list)
    jobs: dict[str, TrainingJob] = field(default_factory=dict)
    version_id: str = ""
    rule_id: str = ""

    def build(self, **options: Any) -> PlaybookTrainer:
        """The trainer of a bot that was just started."""
        settings = Settings(
            _env_file=None, openai_base_url=self.endpoint.url, openai_api_key="k", openai_model="m"
        )
        chat = OpenAIChat(settings)
        shelves = Shelves(self.database, clock=lambda: NOW)
        self.chats.append(chat)
        self.shelves.append(shelves)
        prompts = PromptMaker(
            self.database,
            learner=Learner(self.database, durable=self.durable, clock=lambda: NOW),
            playbook=Playbook(),
            examples=Examples(self.database, shelves=shelves, clock=lambda: NOW),
        )
        parts = TrainerParts(
            self.database,
            casting=Casting(self.database, settings=settings, clock=lambda: NOW),
            prompts=prompts,
            models=chat,
            clock=lambda: NOW,
        )
        return PlaybookTrainer(parts, **{"budget": 150, **options})

    async def furnish(self, *, corrections: int = 10, held_out: int = 0, **rule: Any) -> None:
        """Put a workspace there with corrected drafts, and a learned rule that does harm."""
        await self.durable.ensure_tables()
        async with self.database.begin() as unit:
            await make_workspace(unit)
            await make_channel(unit)
            await make_member(unit)
            made = await make_rule(unit, HARMFUL, **{"topic": "values", "stance": "do", **rule})
        self.rule_id = made.id
        drafts = [await self.correct(number) for number in range(corrections)]
        await self.freeze(drafts[held_out:], held_out=drafts[:held_out])

    async def correct(self, number: int) -> str:
        place = PLACES[number % len(PLACES)]
        original = f"We are opening the {place} on Friday, as some of you may know."
        async with self.database.begin() as unit:
            draft = await make_draft(
                unit, task="announcement", brief=f"Announce that the {place} opens on Friday", text=original
            )
            await make_correction(
                unit,
                draft,
                text=f"The {place} opens on Friday.",
                original=original,
                control=f"reply:{number}",
            )
        return draft.id

    async def freeze(self, train: list[str], *, held_out: list[str]) -> None:
        async with self.database.begin() as unit:
            number = await unit.datasets.next_number(WORKSPACE)
            version = DatasetVersion(
                workspace_id=WORKSPACE, number=number, content_hash="0", manifest={}, created_at=NOW
            )
            await unit.datasets.add_version(version)
            parts = [*((one, "train") for one in train), *((one, "held_out") for one in held_out)]
            await unit.datasets.add_rows(
                [
                    DatasetRow(
                        workspace_id=WORKSPACE,
                        version_id=version.id,
                        kind="sft",
                        split=split,
                        position=at,
                        draft_id=draft_id,
                        task="announcement",
                        line="{}",
                    )
                    for at, (draft_id, split) in enumerate(parts)
                ]
            )
        self.version_id = version.id

    async def known_job(self, key: str, *, bad: bool = False) -> TrainingJob:
        """The job of a key, which is made once; its rows are not looked at."""
        if key not in self.jobs:
            self.jobs[key] = await self.job(key)
        return self.jobs[key]

    async def job(self, key: str = "draftloop-1", *, task: str = "") -> TrainingJob:
        """A job with its run."""
        run = TrainingRun(
            workspace_id=WORKSPACE,
            key=key,
            trigger="command",
            trainer="playbook",
            state="submitted",
            submission_key=key,
            dataset_version_id=self.version_id,
            task=task,
            created_at=NOW,
        )
        async with self.database.begin() as unit:
            run = await unit.runs.add(run)
        return TrainingJob(
            key,
            {},
            ListedRows({}),
            workspace_id=WORKSPACE,
            task=task,
            run_id=run.id,
            version_id=self.version_id,
        )

    async def close(self) -> None:
        for shelves in self.shelves:
            await shelves.close()
        for chat in self.chats:
            await chat.close()
        await self.durable.close()


@asynccontextmanager
async def open_room(database: Database, answer: Any = follows_rules) -> AsyncIterator[PlaybookRoom]:
    """A room on a database, to be furnished."""
    async with ModelEndpoint(answer=answer) as endpoint:
        room = PlaybookRoom(database, endpoint, Durable(database, executor_id="room"))
        try:
            yield room
        finally:
            await room.close()
