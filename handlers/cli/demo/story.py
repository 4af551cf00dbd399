"""The demo's story: three people, one channel, one week. Everything in it really happens in the bot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.runtime.schedule import next_weekly
from bot.sandbox import Channel, Message, Person, Sandbox
from handlers.cli.demo.sample_team import ADMINS_CHANNEL
from handlers.cli.demo.stage import Stage
from handlers.cli.demo.telling import Teller, is_draft

FIRST_BRIEF = "Tell the team that the release moved to Thursday"
SECOND_BRIEF = "Announce that the office is closed on Monday"
BETTER_TEXT = "The release moved to Thursday. Questions: ask Ana."
_PATIENCE = 90.0  # A small model on a busy machine takes its time.


@dataclass(frozen=True)
class Cast:
    """Who plays, and where."""

    ana: Person
    ben: Person
    chloe: Person
    channel: Channel
    admins_channel: Channel

    @classmethod
    def of(cls, sandbox: Sandbox) -> "Cast":
        """Put people and channels into a sandbox."""
        ana, ben = sandbox.add_person("Ana"), sandbox.add_person("Ben")
        chloe = sandbox.add_person("Chloe", admin=True)
        channel = sandbox.add_channel("launch", members=[ana, ben, chloe])
        return cls(ana, ben, chloe, channel, sandbox.add_channel(ADMINS_CHANNEL, members=[chloe]))


class Story:
    """Plays the loop once, and shows what Slack shows."""

    def __init__(self, stage: Stage, *, cast: Cast, teller: Teller) -> None:
        self._stage = stage
        self.sandbox = stage.sandbox
        self.services = stage.services
        self.cast = cast
        self._clock = stage.clock
        self._model = stage.model
        self._tell = teller

    async def play(self) -> None:
        """Play every chapter in its order."""
        self._tell.chapter("Draftloop, the whole loop")
        self._tell.note(
            f"The bot is the real one; its Slack runs on localhost. What writes: {self._model.name}."
        )
        self._tell.note(self._model.note)
        first = await self.ask(self.cast.ana, FIRST_BRIEF)
        await self.judge(first)
        await self.correct(first)
        second = await self.ask(self.cast.ben, SECOND_BRIEF, chapter="The next draft")
        await self.approve(second)
        await self.see_stats()
        await self.see_digest()
        await self.retrain()
        await self.export()

    async def ask(self, person: Person, brief: str, *, chapter: str = "Somebody asks") -> Message:
        """Ask for a draft by slash command and wait until it stands there."""
        self._tell.chapter(chapter)
        self._tell.act(_name(person), f"/draft {brief}")
        before = len(self._drafts())
        await person.command(self.cast.channel, "/draft", brief)
        draft: Message = (await self._until(lambda: self._drafts()[before:]))[0]
        self._tell.show(draft)
        return draft

    async def judge(self, draft: Message) -> None:
        """React with emoji, a button and stars."""
        self._tell.chapter("People say what they think")
        self._tell.act("Ben", "reacts with 👍, then changes his mind: 👎")
        await self.cast.ben.react(draft, "+1")
        await self.cast.ben.unreact(draft, "+1")
        await self.cast.ben.react(draft, "-1")
        self._tell.act("Chloe", "chooses ★ 2")
        await self.cast.chloe.press(draft, "draft_stars", selected_option="2")
        await self._stage.heard(within=_PATIENCE)
        await self._show_opinions(draft)

    async def correct(self, draft: Message) -> None:
        """Reply with a better text and see the revision in the thread."""
        self._tell.chapter("Somebody corrects it in the thread")
        reply = f"Better: {BETTER_TEXT}"
        self._tell.act("Ben", f"replies: {reply}")
        await self.cast.ben.say(self.cast.channel, reply, thread=draft)
        revision = await self._until(lambda: self._bot_replies(draft))
        self._tell.show(revision[-1], title="Draftloop, in the thread")

    async def approve(self, draft: Message) -> None:
        """Press Use this."""
        self._tell.act("Ana", "presses Use this, reacts with 🙌")
        await self.cast.ana.press(draft, "draft_use")
        await self.cast.ana.react(draft, "raised_hands")
        await self._stage.heard(within=_PATIENCE)

    async def see_stats(self) -> None:
        """Ask for the figures of the week."""
        self._tell.chapter("/draftloop stats 7d")
        seen = len(self.cast.ana.ephemerals())
        await self.cast.ana.command(self.cast.channel, "/draftloop", "stats 7d")
        answer = await self._until(lambda: self.cast.ana.ephemerals()[seen:])
        self._tell.show(answer[-1], title="Only Ana sees this")

    async def see_digest(self) -> None:
        """Jump to Friday 15:00 and let the scheduler do what is due."""
        friday = next_weekly("fri", "15:00", tz="UTC", after=self._clock())
        self._tell.chapter(f"The clock jumps to {friday:%A %d %B, %H:%M}")
        before = len(self.sandbox.messages(self.cast.channel))
        await self.services.schedule.tick(self._clock())  # The channel is new: its digest is planned first.
        self._clock.jump_to(friday + timedelta(seconds=1))
        await self.services.schedule.tick(self._clock())
        digest = await self._until(lambda: self.sandbox.messages(self.cast.channel)[before:])
        self._tell.show(digest[-1], title="Draftloop, in #launch")

    async def retrain(self) -> None:
        """Allow training, ask for it, and read the report in the admins' channel."""
        self._tell.chapter("An admin allows training and asks for it")
        for words in ("attest confirm", "retrain"):
            self._tell.act("Chloe", f"/draftloop {words}")
            answer = await self.cast.chloe.command(self.cast.admins_channel, "/draftloop", words)
            self._tell.note(str(answer.text))
        report = await self._until(lambda: self.sandbox.messages(self.cast.admins_channel))
        self._tell.show(report[-1], title="Draftloop, in #draftloop-admins")
        self._tell.note("The demo's training program only counts its rows; yours would train a model.")

    async def export(self) -> None:
        """Print the ledger as `draftloop export feedback` writes it."""
        self._tell.chapter("draftloop export feedback --format jsonl")
        lines = [chunk async for chunk, _ in self.services.training.feedback_export.lines("jsonl")]
        self._tell.lines("".join(lines).splitlines())

    async def _show_opinions(self, draft: Message) -> None:
        async with self.services.database.read() as unit:
            found = await unit.drafts.find_by_message(
                self.services_workspace, channel_id=draft.channel, ts=draft.ts
            )
            opinions = await unit.feedback.opinions_of_draft(found[0].id) if found else []
        for opinion in opinions:
            self._tell.note(f"counted: {opinion.dimension} = {opinion.value}")

    @property
    def services_workspace(self) -> str:
        """The sandbox's workspace."""
        return self.sandbox.team_id

    def _drafts(self) -> list[Message]:
        return list(filter(is_draft, self.sandbox.messages(self.cast.channel)))

    def _bot_replies(self, draft: Message) -> list[Message]:
        replies = self.sandbox.messages(self.cast.channel, thread=draft)
        return [reply for reply in replies if reply.bot_id and reply.ts != draft.ts and reply.blocks]

    async def _until(self, condition: Callable[[], Any]) -> Any:
        return await self.sandbox.wait_for(condition, timeout=_PATIENCE)


def _name(person: Person) -> str:
    return person.member.name
