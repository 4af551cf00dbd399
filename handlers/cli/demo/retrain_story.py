"""The story of the retrain demo, a method per stage: before, corrections, an untrained copy, a trained one, after."""

import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from rich.progress import track

from bot.drafts.prompt import build_draft_prompt
from bot.drafts.release_rows import spec_of
from bot.drafts.release_spec import ReleaseSpec
from bot.llm.chat_model import ModelCutOff, ModelUse
from bot.llm.embedded import model_file
from bot.llm.openai_chat import OpenAIChat
from bot.sandbox import Sandbox
from bot.settings import load_settings
from bot.team.tasks import PLAIN
from bot.training.runs import RunLine
from handlers.cli.demo import untrained
from handlers.cli.demo.clock import StoryClock
from handlers.cli.demo.folder import DemoFolder
from handlers.cli.demo.house_style import TAUGHT, UNSEEN, Request, is_in_style, requests
from handlers.cli.demo.model import DemoModel
from handlers.cli.demo.retrain_team import Crew, Desk, text_of
from handlers.cli.demo.retrain_voters import questions, vote_on_all
from handlers.cli.demo.retrain_watching import Watch
from handlers.cli.demo.stage import Stage, open_stage
from handlers.cli.demo.telling import Teller

CORRECTIONS: Final = 64
HELD_OUT: Final = 12
PAIRS: Final = 24  # the most pairs of a trial: a win as clear as this one takes fewer
_RUN_SECONDS: Final = 3600.0
_MORNING: Final = 10
LONGEST: Final = 160  # tokens
_WHEN: Final = (
    ("before", "before any correction"),
    ("corrected", "corrected, weights as before"),
    ("after", "after the retrain"),
)
_SETTINGS: Final = {
    "prompt_examples": 0,  # No few-shot: what changes is the weights' doing.
    "model_max_tokens": LONGEST,
    "promotion": "automatic",
    "trial_mode": "blind",
    "trial_pairs": PAIRS,
    "trial_days": 5,
    "retrain_minimum_rows": CORRECTIONS // 2,
    "retrain_threshold": 10_000,  # Nobody but the admin asks for a run.
    "guard": False,
}


@dataclass
class Findings:
    """What the demo measured: texts in house style out of `HELD_OUT`, and what became of both challengers.

    Args:
        in_style: of the live release's weights alone: no rules, no examples, temperature 0.
        in_slack: of the drafts in Slack, as everybody gets them.
        outcomes: of the challengers.
    """

    in_style: dict[str, int] = field(default_factory=dict)
    in_slack: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def is_as_promised(self) -> bool:
        """Whether the trained challenger went live and writes in house style, and the untrained copy did not go live."""
        after = self.in_style.get("after", 0)
        promoted = self.outcomes.get("trained") == "promoted"
        return after >= HELD_OUT - 1 and promoted and self.outcomes.get("untrained", "promoted") != "promoted"


class RetrainStory:
    """Plays the demo on a Slack that runs, with a model that runs."""

    def __init__(
        self, sandbox: Sandbox, model: DemoModel, *, folder: DemoFolder, clock: StoryClock, teller: Teller
    ) -> None:
        self._sandbox = sandbox
        self._model = model
        self._folder = folder
        self._clock = clock
        self._tell = teller
        self._crew = Crew.of(sandbox)
        self._unseen = requests(UNSEEN, count=HELD_OUT, seed=2)

    async def play(self) -> Findings:
        """Play everything; the bot is stopped and started anew between the two runs, with another trainer."""
        found = Findings()
        counter_check = shlex.join([sys.executable, untrained.__file__, str(model_file())])
        async with self._stage(trainer="command", trainer_command=counter_check) as stage:
            await self.look(stage, found, "before")
            await self.correct(stage)
            await self.look(stage, found, "corrected")
            found.outcomes["untrained"] = await self.retrain(stage, "An untrained copy tries to go live")
        async with self._stage(trainer="trl", trainer_trl_model=None) as stage:
            found.outcomes["trained"] = await self.retrain(stage, "The weights are trained")
            await self.look(stage, found, "after")
        return found

    async def look(self, stage: Stage, found: Findings, when: str) -> None:
        """Ask for drafts of unseen requests with unseen wording, and count those in house style."""
        self._tell.chapter(f"{HELD_OUT} requests that nobody corrects: {when}")
        desk, texts = Desk(stage, self._crew), []
        for number, request in enumerate(track(self._unseen, "    drafts", transient=True)):
            person = self._crew.people[number % len(self._crew.people)]
            texts.append(text_of(await desk.ask(person, request)))
        self._tell.box(texts[0], title=self._unseen[0].brief)
        await desk.settle()
        found.in_slack[when] = sum(map(is_in_style, texts))
        found.in_style[when] = sum(map(is_in_style, await weigh(stage, self._model, self._unseen)))
        self._tell.note(f"In house style: {found.in_slack[when]} of {HELD_OUT} drafts in Slack;")
        self._tell.note(
            f"without rules and examples, at temperature 0: {found.in_style[when]} of {HELD_OUT}."
        )

    async def correct(self, stage: Stage) -> None:
        """Let people ask for drafts and correct each into house style, in the Edit modal."""
        self._tell.chapter(f"People correct {CORRECTIONS} drafts into their house style")
        desk, people = Desk(stage, self._crew), self._crew.people
        taught: Sequence[Request] = requests(TAUGHT, count=CORRECTIONS, seed=1)
        for number, request in enumerate(track(taught, "    corrections", transient=True)):
            draft = await desk.ask(people[number % len(people)], request)
            # Whoever asked leaves the text to a colleague: the house has one style.
            await desk.correct(people[(number + number // len(people) + 1) % len(people)], draft, request)
        await desk.settle()
        self._tell.box(taught[-1].wanted, title=f"What they want · {taught[-1].brief}")
        self._tell.act("Chloe", "/draftloop attest confirm")
        self._tell.note(await desk.order("attest confirm"))

    async def retrain(self, stage: Stage, title: str) -> str:
        """Ask for a run and follow it: training, gate, blind trial, decision. Return what became of it."""
        self._tell.chapter(title)
        desk = Desk(stage, self._crew)
        self._tell.act("Chloe", "/draftloop retrain")
        self._tell.note(await desk.order("retrain"))
        watch = Watch(
            stage.services,
            workspace_id=self._sandbox.team_id,
            runs=self._folder.path / "runs",
            console=self._tell.console,
            meanwhile=lambda line: self._meanwhile(stage, line),
        )
        line = await watch.follow(within=_RUN_SECONDS)
        await desk.settle()
        self._tell.show(desk.reports()[-1], title="Draftloop, in #draftloop-admins")
        return line.outcome or line.failure or line.state

    async def _meanwhile(self, stage: Stage, line: RunLine) -> None:
        """While a trial is open, answer what is asked; when everybody has answered, the next day comes."""
        if line.state != "trying":
            return
        if any(questions(self._sandbox, person) for person in self._crew.people):
            await vote_on_all(self._sandbox, self._crew.people)
            return
        self._clock.jump_to(next_morning(self._clock()))
        await stage.services.releases.pipeline.advance(line.run_id)  # The bot looks again within the hour.

    def _stage(self, **more: object) -> AbstractAsyncContextManager[Stage]:
        settings = {**_SETTINGS, **more}
        return open_stage(self._sandbox, self._model, folder=self._folder, clock=self._clock, more=settings)


async def weigh(stage: Stage, model: DemoModel, asked: Sequence[Request]) -> list[str]:
    """Return what the live release's weights write by themselves: no rules, no examples, temperature 0."""
    async with stage.services.database.read() as unit:
        seat = await unit.releases.seat(stage.sandbox.team_id, task="")
        spec = spec_of(await unit.releases.get(seat.champion_id)) if seat else None
    chat = OpenAIChat(load_settings(_env_file=None, **model.settings))
    try:
        return [await _written(chat, spec, request) for request in asked]
    finally:
        await chat.close()


async def _written(chat: OpenAIChat, spec: ReleaseSpec | None, request: Request) -> str:
    tuned = spec is not None and spec.tuned
    prompt = build_draft_prompt(PLAIN, brief=request.brief, layout="turns", tuned=tuned)
    try:
        written = await chat.using(spec.use if spec else ModelUse()).complete(
            prompt.messages, max_tokens=LONGEST, temperature=0
        )
    except ModelCutOff:  # What has no end has no signature: it counts as not in style.
        return ""
    return written.text


def next_morning(now: datetime) -> datetime:
    """Return the next working day's morning."""
    day = now.replace(hour=_MORNING, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return day


def report(found: Findings) -> list[str]:
    """Return the figures, line by line."""
    seen = found.in_style
    return [
        f"In house style, of {HELD_OUT} unseen requests with unseen wording, without few-shot:",
        "                                the weights alone    in Slack, with rules",
        *(f"  {label:<30}{seen.get(when, 0):>17}{found.in_slack.get(when, 0):>24}" for when, label in _WHEN),
        f"The trained challenger: {found.outcomes.get('trained', 'none')}.",
        f"The untrained copy: {found.outcomes.get('untrained', 'none')}.",
    ]
