"""The sample data: what the team asked for and thought of it in the days before the demo starts.

It is played, not written into tables: real asks, real drafts of the demo's model, reactions, corrections and digests
through the bot, while the demo's clock moves from the past to now.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BotError
from bot.sandbox import Message, Person
from handlers.cli.demo.sample_scenes import SCENES, Deed, Scene, moment_of
from handlers.cli.demo.sample_team import Team
from handlers.cli.demo.stage import Stage
from handlers.cli.demo.telling import is_draft, readable
from storage.types import utc_now

_PATIENCE: Final = 90.0  # seconds for one text of a small model on a busy machine
_PAUSE: Final = timedelta(minutes=4)  # between two deeds on one draft
_JUST_AFTER: Final = timedelta(seconds=1)


class NothingWritten(BotError):
    """The model did not write a draft of the sample data."""

    code = "nothing_written"
    sentence = "The sample data could not be played: the model did not write. `draftloop demo --empty` starts without it."


class SampleWeek:
    """Plays the scenes through the real bot.

    Args:
        stage: everything running, its clock begun at `beginning()`.
        zone: the team's.
    """

    def __init__(self, stage: Stage, *, zone: ZoneInfo) -> None:
        self._stage = stage
        self._sandbox = stage.sandbox
        self._services = stage.services
        self._clock = stage.clock
        self._zone = zone
        self._team = Team.find(stage.sandbox)

    async def play(self, tell: Callable[[int, str], None]) -> str:
        """Play everything up to now; `tell` hears how many scenes are done and which comes; return the last `ts`.

        Raises:
            NothingWritten: the model wrote no draft.
            TimeoutError: the bot did not do its part in time.
        """
        begun = utc_now()
        for done, scene in enumerate(SCENES):
            tell(done, f"#{scene.channel}: {scene.brief}")
            await self._move_to(moment_of(scene, now=begun, zone=self._zone))
            await self._play(scene)
        tell(len(SCENES), "The clock moves on to now")
        await self._move_to(utc_now())
        for person in self._team.people.values():
            person.member.ephemerals.clear()  # As Slack forgets what only one sees when they go home.
        return self._sandbox.workspace.event_ts()

    async def _play(self, scene: Scene) -> None:
        draft = await self._ask(scene)
        for deed in scene.deeds_on(readable(draft)):
            self._clock.jump_to(self._clock() + _PAUSE)
            await self._do(deed, draft)
            await (
                self._settled() if deed.kind == "better" else self._stage.heard(within=_PATIENCE)
            )  # A better text is answered.

    async def _ask(self, scene: Scene) -> Message:
        channel = self._team.channels[scene.channel]
        before = len(self._sandbox.messages(channel))
        await self._team.people[scene.who].command(channel, "/draft", scene.brief)
        await self._settled()
        drafts = list(filter(is_draft, self._sandbox.messages(channel)[before:]))
        if not drafts:
            raise NothingWritten
        return drafts[0]

    async def _do(self, deed: Deed, draft: Message) -> None:
        person, channel = self._team.people[deed.who], self._sandbox.workspace.channels[draft.channel]
        match deed.kind:
            case "react":
                await person.react(draft, deed.what)
            case "better":
                await person.say(channel, f"Better: {deed.what}", thread=draft)
            case "flag":
                await _flag(person, draft, deed.what)
            case _:
                action, choice = _PRESSES[deed.kind]
                chosen: dict[str, Any] = {choice: deed.what} if choice else {}
                await person.press(draft, action, **chosen)

    async def _move_to(self, moment: datetime) -> None:
        """Let time pass: digests that are due on the way are posted when they are due."""
        await self._tick()
        while (due := await self._next_digest()) is not None and due < moment:
            self._clock.jump_to(due + _JUST_AFTER)
            await self._tick()
        self._clock.jump_to(moment)

    async def _tick(self) -> None:
        await self._services.schedule.tick(self._clock())
        await self._settled()

    async def _next_digest(self) -> datetime | None:
        async with self._services.database.read() as unit:
            channels = await unit.channels.of_workspace(self._sandbox.team_id)
        return min(
            (each.next_digest_at for each in channels if each.next_digest_at is not None), default=None
        )

    async def _settled(self) -> None:
        """Wait until the bot has done everything that it has to do."""
        await self._stage.heard(within=_PATIENCE)
        await self._services.durable.wait_idle(timeout=_PATIENCE)


_PRESSES: Final = {
    "stars": ("draft_stars", "selected_option"),
    "vote": ("draft_vote", "value"),
    "use": ("draft_use", ""),
}


async def _flag(person: Person, draft: Message, category: str) -> None:
    await person.press(draft, "draft_more", selected_option="flag")
    view = await person.next_view(timeout=_PATIENCE)
    await person.submit(view, {"category": {"category": category}})
