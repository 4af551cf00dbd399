"""The people of the retrain demo, and what they do in Slack: ask, correct in the Edit modal, allow training, retrain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.sandbox import Channel, Message, Person, Sandbox
from handlers.cli.demo.house_style import Request
from handlers.cli.demo.sample_team import ADMINS_CHANNEL
from handlers.cli.demo.stage import Stage
from handlers.cli.demo.telling import is_draft

PATIENCE: Final = 120.0  # seconds: a small model on a busy machine takes its time
_NAMES: Final = ("Ana", "Ben", "Dara", "Emi", "Femi", "Gus", "Hana", "Ivo")


@dataclass(frozen=True)
class Crew:
    """Who is there, and where they write."""

    people: Sequence[Person]
    chief: Person
    channel: Channel
    admins: Channel

    @classmethod
    def of(cls, sandbox: Sandbox) -> "Crew":
        """Put people and channels into a new sandbox."""
        people = [sandbox.add_person(name) for name in _NAMES]
        chief = sandbox.add_person("Chloe", admin=True)
        channel = sandbox.add_channel("harbour", members=[*people, chief])
        return cls(people, chief, channel, sandbox.add_channel(ADMINS_CHANNEL, members=[chief]))


class Desk:
    """What the crew does on a stage, and what it sees there."""

    def __init__(self, stage: Stage, crew: Crew) -> None:
        self._stage = stage
        self.crew = crew

    async def ask(self, person: Person, request: Request) -> Message:
        """Ask for a draft by slash command; return it as soon as it stands in the channel."""
        before = len(self._stage.sandbox.messages(self.crew.channel))
        await person.command(self.crew.channel, "/draft", request.brief)
        found: list[Message] = await self._stage.sandbox.wait_for(
            lambda: [
                one for one in self._stage.sandbox.messages(self.crew.channel)[before:] if is_draft(one)
            ],
            timeout=PATIENCE,
        )
        return found[0]

    async def correct(self, person: Person, draft: Message, request: Request) -> None:
        """Put the house's text into the Edit modal."""
        await person.press(draft, "draft_edit")
        view = await person.next_view(timeout=PATIENCE)
        block = next(one for one in view.blocks if one["type"] == "input")
        await person.submit(view, {block["block_id"]: {block["element"]["action_id"]: request.wanted}})

    async def settle(self) -> None:
        """Wait until the bot has done everything that follows from what people did."""
        await self._stage.heard(within=PATIENCE)
        await self._stage.services.durable.wait_idle(timeout=PATIENCE)

    async def order(self, words: str) -> str:
        """Let the admin type `/draftloop …`; return the answer."""
        answer = await self.crew.chief.command(self.crew.admins, "/draftloop", words)
        return str(answer.text)

    def reports(self) -> list[Message]:
        """What the bot wrote to the admins."""
        return list(self._stage.sandbox.messages(self.crew.admins))


def text_of(draft: Message) -> str:
    """Return the draft's own text, without the lines around it."""
    return "\n\n".join(block["text"] for block in draft.blocks if block["type"] == "markdown").strip()
