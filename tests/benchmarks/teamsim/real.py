"""TeamSim through the whole bot: people type, press and react in the sandbox's Slack, drafts come back to it.

Everything is real but Slack, the model and the people: Socket Mode, inbox, SQLite, durable workflows, HTTP to the model.
Nothing is asked of the bot but through Slack; only the weekly digests are switched off in its database, as they would
be posted hundreds of times faster than people live.
"""

import asyncio
import contextlib
import html
import random
import re
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox import Channel, Message, Person, Sandbox
from bot.services import Services, build_services
from bot.settings import Settings
from handlers.cli.demo.clock import StoryClock
from handlers.serving import RunningBot
from tests.benchmarks.teamsim.features import Style, heard
from tests.benchmarks.teamsim.model import ScriptedModel
from tests.benchmarks.teamsim.playing import Played
from tests.benchmarks.teamsim.scenarios import Scenario
from tests.benchmarks.teamsim.world import CHANNELS, PEOPLE, TASKS, Ask, Feedback, World
from tests.conftest import TEST_KEY
from tests.fakes.model_endpoint import ModelEndpoint

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
PATIENCE = 60.0
_QUOTES = str.maketrans("\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}", "“”")


@dataclass
class Team:
    """The bot, and the people around it."""

    world: World
    sandbox: Sandbox
    services: Services
    clock: StoryClock
    people: list[Person]
    channels: list[Channel]
    voted: set[str] = field(default_factory=set)

    async def draft(self, ask: Ask) -> Message:
        """Ask for a draft in the modal; return it once it can be voted on."""
        self.clock.jump_to(BEGAN + ask.at)
        person, channel = self.people[ask.requester], self.channels[ask.channel]
        before = len(self.sandbox.messages(channel))
        await person.command(channel, "/draft")
        view = await person.next_view()
        await person.submit(view, {"brief": {"brief": ask.brief}, "task": {"task": ask.cell[1]}})
        found = await self.sandbox.wait_for(
            lambda: [one for one in self.sandbox.messages(channel)[before:] if _shows(one, "draft_vote")],
            timeout=PATIENCE,
        )
        return found[0]

    async def answer(self, draft: Message, feedback: Feedback) -> None:
        """Let the reader do what they do, and the bot finish what follows from it."""
        reader = self.people[feedback.user]
        if feedback.kind == "edit":
            await reader.press(draft, "draft_edit")
            view = await reader.next_view()
            block = next(one for one in view.blocks if one["type"] == "input")
            await reader.submit(view, {block["block_id"]: {block["element"]["action_id"]: feedback.text}})
        elif feedback.kind == "wish":
            await reader.say(self.channels[self._place(draft)], feedback.text, thread=draft)
        else:
            await reader.react(draft, "+1" if feedback.kind == "up" else "-1")
        await self.settled()

    async def settled(self) -> None:
        """Every event is acknowledged and handled, and no durable work is left."""
        await self.sandbox.settle()
        deadline = time.monotonic() + PATIENCE
        while (await self.services.inbox.counts())["new"]:
            assert time.monotonic() < deadline, "Events were left."
            await asyncio.sleep(0.03)
        await self.services.durable.wait_idle(timeout=PATIENCE)

    async def vote_in_polls(self, ask: Ask) -> None:
        """Let everybody vote once in each poll that was opened, for what they want of such drafts."""
        for place, channel in enumerate(self.channels):
            for message in self.sandbox.messages(channel)[-20:]:
                if _shows(message, "rule_poll_first") and message.ts not in self.voted:
                    self.voted.add(message.ts)
                    await self._vote(message, replace(ask, channel=place, task=_task_of(message)))

    async def _vote(self, message: Message, about: Ask) -> None:
        says = _says_first(message)
        dice = random.Random(f"poll {self.world.seed} {message.ts}")
        for number in dice.sample(range(PEOPLE), PEOPLE):
            if not _shows(self._now(message), "rule_poll_first"):
                return
            await self.people[number].press(message, f"rule_poll_{self._choice(number, about, says)}")
            await self.settled()

    def _choice(self, number: int, about: Ask, says: Style) -> str:
        """Return what somebody votes for: what they want of such drafts, or the opposite if they mean ill."""
        if not says:
            return "either"
        wanted = self.world.wanted(about, by=number)
        is_for = all(wanted[name] == value for name, value in says.items())
        return "first" if is_for ^ (number in self.world.scenario.attackers) else "second"

    def _now(self, message: Message) -> Message:
        channel = self.channels[self._place(message)]
        return next(one for one in self.sandbox.messages(channel) if one.ts == message.ts)

    def _place(self, draft: Message) -> int:
        return next(place for place, channel in enumerate(self.channels) if channel.id == draft.channel)


async def play_for_real(*, seed: int, scenario: Scenario, rounds: int = 400) -> Played:
    """Play all rounds of one seed through the bot."""
    world = World(seed, scenario, rounds=rounds)
    played = Played("real", scenario.name, seed)
    began = time.perf_counter()
    async with _open_team(world) as team:
        for ask in world.asks:
            message = await team.draft(ask)
            text = _text_of(message)
            feedback = world.react(ask, text)
            await team.answer(message, feedback)
            await team.vote_in_polls(ask)
            played.note(world, ask, text, feedback)
            if ask.number == 0:
                await _without_digests(team)
        played.more = {"polls": len(team.voted), "rules": await _rules(team)}
    played.more["seconds"] = round(time.perf_counter() - began, 1)
    return played


@contextlib.asynccontextmanager
async def _open_team(world: World) -> AsyncIterator[Team]:
    clock = StoryClock.begun_at(BEGAN)
    model = ScriptedModel(seed=world.seed, distil_errors=world.scenario.distil_errors)
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="teamsim-")))
        sandbox = await stack.enter_async_context(Sandbox(clock=clock.timestamp))
        endpoint = await stack.enter_async_context(ModelEndpoint(answer=model.answer))
        people = [sandbox.add_person(f"Person {number}") for number in range(PEOPLE)]
        channels = [sandbox.add_channel(name, members=people) for name in CHANNELS]
        chief = sandbox.add_person("Chief", admin=True)
        admins = sandbox.add_channel("admins", members=[chief])
        settings = _settings(sandbox, endpoint.url, folder, admin_channel=admins.id)
        services = await build_services(settings, clock=clock)
        stack.push_async_callback(services.close)
        bot = RunningBot(services)
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield Team(world, sandbox, services, clock, people, channels)


def _settings(sandbox: Sandbox, model_url: str, folder: Path, *, admin_channel: str) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=sandbox.bot_token,
        slack_app_token=sandbox.app_token,
        slack_api_url=sandbox.api_url,
        openai_base_url=model_url,
        openai_api_key="test",
        openai_model="scripted",
        database_url=f"sqlite:///{folder / 'draftloop.db'}",
        encryption_keys=[TEST_KEY],
        http_port=0,
        data_dir=folder,
        admin_channel=admin_channel,
        read_replies="rules",
        tick_seconds=5.0,
        replica_dead_after_seconds=20.0,
        log_level="ERROR",
    )


async def _without_digests(team: Team) -> None:
    async with team.services.database.begin() as unit:
        for place in team.channels:
            channel = await unit.channels.lock(team.sandbox.team_id, channel_id=place.id)
            channel.digest_enabled = False


async def _rules(team: Team) -> dict[str, int]:
    async with team.services.database.read() as unit:
        rules = await unit.rules.all(team.sandbox.team_id)
    counts: dict[str, int] = {}
    for rule in rules:
        counts[rule.state] = counts.get(rule.state, 0) + 1
    return counts


def _text_of(message: Message) -> str:
    return "\n\n".join(block["text"] for block in message.blocks if block["type"] == "markdown")


def _task_of(poll: Message) -> int:
    """Read which drafts a poll is about."""
    found = re.search(r"how should I write (.+?) drafts here", _texts(poll))
    assert found is not None, "A poll about no task."
    return TASKS.index(found[1].lower().replace(" ", "-"))


def _says_first(poll: Message) -> Style:
    """Read what the first answer of a poll wants."""
    first = re.search(r"^1\. (.+)$", _texts(poll), re.MULTILINE)
    assert first is not None, "A poll without answers."
    return heard(html.unescape(first[1][1:-1]).translate(_QUOTES))


def _texts(message: Message) -> str:
    return "\n".join(
        str(block.get("text", {}).get("text", ""))
        for block in message.blocks
        if isinstance(block.get("text"), dict)
    )


def _shows(message: Message, action_id: str) -> bool:
    elements: list[dict[str, Any]] = [one for block in message.blocks for one in block.get("elements", [])]
    return any(one.get("action_id") == action_id for one in elements)
