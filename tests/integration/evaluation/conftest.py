"""A workspace with corrected drafts in a frozen version, two releases, a model over HTTP: what the gate works on."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.drafts.prompt_maker import PromptMaker
from bot.drafts.release_spec import ReleaseSpec, overlay_json
from bot.evaluation.gate import GatePolicy
from bot.evaluation.gating import Gate
from bot.evaluation.replay import Replay
from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.llm.chat_model import ChatModel, ModelUse
from bot.llm.openai_chat import OpenAIChat
from bot.llm.scripted import scripted_answer
from bot.runtime.durable import Durable
from bot.settings import Settings
from storage.engine import Database
from storage.models import DatasetRow, DatasetVersion, Draft, Release, TrainingRun
from tests.factories import (
    NOW,
    WORKSPACE,
    make_channel,
    make_correction,
    make_draft,
    make_member,
    make_workspace,
)
from tests.fakes.model_endpoint import ModelEndpoint

BETTER = "The {place} is open on Friday."
SUBJECTS = (
    "gym",
    "library",
    "canteen",
    "garage",
    "studio",
    "kitchen",
    "lobby",
    "terrace",
    "archive",
    "workshop",
)


def careless(request: dict[str, Any]) -> str:
    """The scripted model; under the name `worse` it hears of nobody's corrections and forgets what it was asked."""
    if request["model"] == "worse":
        return "Hi everyone! 👋 Something is new! We are so excited! 🎉"
    return scripted_answer(request["messages"])


@dataclass
class Lab:
    """One bot process as far as evaluation needs it."""

    database: Database
    endpoint: ModelEndpoint
    durable: Durable
    chats: dict[ModelUse, OpenAIChat] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shelves = Shelves(self.database, clock=lambda: NOW)
        self.learner = Learner(self.database, durable=self.durable, clock=lambda: NOW)
        prompts = PromptMaker(
            self.database,
            learner=self.learner,
            playbook=Playbook(),
            examples=Examples(self.database, shelves=self.shelves, clock=lambda: NOW),
        )
        self.replay = Replay(self.database, prompts=prompts, models=self.using, clock=lambda: NOW)
        self.gate = Gate(self.database, replay=self.replay, clock=lambda: NOW, policy=GatePolicy(fewest=4))

    def using(self, use: ModelUse) -> ChatModel:
        if use not in self.chats:
            settings = Settings(
                _env_file=None,
                openai_base_url=self.endpoint.url,
                openai_api_key="test",
                openai_model=use.model or "scripted",
            )
            self.chats[use] = OpenAIChat(settings)
        return self.chats[use]

    async def close(self) -> None:
        await self.shelves.close()
        for chat in self.chats.values():
            await chat.close()

    async def open(self) -> None:
        await self.durable.ensure_tables()
        async with self.database.begin() as unit:
            await make_workspace(unit)
            await make_channel(unit)
            await make_member(unit)

    async def correct(self, number: int = 0, **columns: Any) -> str:
        """A draft that somebody rewrote plainly; returns its id."""
        place = SUBJECTS[number % len(SUBJECTS)]
        original = f"Hi everyone! 👋 The {place} is open on Friday! We are really excited to share this! 🎉"
        async with self.database.begin() as unit:
            draft = await make_draft(
                unit,
                task="announcement",
                brief=f"Announce that the {place} is open on Friday",
                text=original,
                **columns,
            )
            await make_correction(
                unit, draft, text=BETTER.format(place=place), original=original, control=f"reply:{number}"
            )
        return draft.id

    async def freeze(self, *held_out: str, train: Sequence[str] = ()) -> str:
        """A frozen version with these drafts; returns its id."""
        async with self.database.begin() as unit:
            number = await unit.datasets.next_number(WORKSPACE)
            version = DatasetVersion(
                workspace_id=WORKSPACE, number=number, content_hash="0", manifest={}, created_at=NOW
            )
            await unit.datasets.add_version(version)
            split = [*((one, "held_out") for one in held_out), *((one, "train") for one in train)]
            drafts = [(await unit.drafts.get(draft_id), name) for draft_id, name in split]
            rows = [
                _row(version, draft, kind, name, at)
                for kind in ("sft", "preference")
                for at, (draft, name) in enumerate(drafts)
            ]
            await unit.datasets.add_rows(rows)
        return version.id

    async def release(self, number: int, *, parent_id: str | None = None, **columns: Any) -> Release:
        given = {
            "origin": "settings",
            "model": "scripted",
            "temperature": 0.4,
            "max_tokens": 300,
            "layout": "sections",
            "examples": 2,
            "overlay": overlay_json(()),
            "fingerprint": "0",
            "created_by": "U0ADMIN",
            "created_at": NOW,
            **columns,
        }
        release = Release(workspace_id=WORKSPACE, number=number, parent_id=parent_id, **given)
        async with self.database.begin() as unit:
            return await unit.releases.add(release)

    async def run(self, *, version_id: str, release_id: str | None, task: str = "") -> str:
        async with self.database.begin() as unit:
            run = await unit.runs.add(
                TrainingRun(
                    workspace_id=WORKSPACE,
                    key="command:1",
                    trigger="command",
                    trainer="command",
                    state="trained",
                    submission_key="s1",
                    dataset_version_id=version_id,
                    release_id=release_id,
                    task=task,
                    created_at=NOW,
                )
            )
        return run.id

    async def measured(self, run_id: str) -> int:
        """Do what the workflow does; returns how many drafts were measured."""
        return sum([await self.gate.measure(run_id, part) for part in range(await self.gate.plan(run_id))])


def _row(version: DatasetVersion, draft: Draft, kind: str, split: str, at: int) -> DatasetRow:
    return DatasetRow(
        workspace_id=WORKSPACE,
        version_id=version.id,
        kind=kind,
        split=split,
        position=at,
        draft_id=draft.id,
        task=draft.task,
        line="{}",
    )


def make_spec(**given: Any) -> ReleaseSpec:
    columns = {"name": "r1", "use": ModelUse("scripted"), "temperature": 0.4, "max_tokens": 300, **given}
    return ReleaseSpec(**columns)


@pytest.fixture
async def lab(database: Database) -> AsyncIterator[Lab]:
    """A lab, once on each kind of database."""
    async with ModelEndpoint(answer=careless) as endpoint:
        opened = Lab(database, endpoint, Durable(database, executor_id="lab"))
        await opened.open()
        yield opened
        await opened.close()
        await opened.durable.close()
