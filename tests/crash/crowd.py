"""People who react, press, correct and ask all at once, whether the bot is there or not."""

import asyncio
import random

from bot.sandbox import Channel, Message
from bot.sandbox.remote import RemotePerson

EMOJI = ("+1", "-1", "tada", "white_check_mark")
# What people do most happens most.
DEEDS = ("react",) * 24 + ("vote",) * 8 + ("rate",) * 4 + ("correct", "ask")


class Crowd:
    """Everybody at their keyboards, until `stop` is set; every choice comes from the seed."""

    def __init__(
        self, people: list[RemotePerson], channels: list[Channel], drafts: list[Message], *, seed: int
    ) -> None:
        self.stop = asyncio.Event()
        self.channels = channels
        self.drafts = drafts
        self.briefs: dict[str, bool] = {}  # what was asked for with /draft, and whether that was acknowledged
        self.corrections: dict[str, Message] = {}  # the replies by their text
        self._people = [_Somebody(self, one, random.Random(f"{seed}:{one.user_id}")) for one in people]

    async def act(self) -> None:
        await asyncio.gather(*(one.act() for one in self._people))


class _Somebody:
    def __init__(self, crowd: Crowd, person: RemotePerson, chance: random.Random) -> None:
        self._crowd = crowd
        self._person = person
        self._chance = chance
        self._shown: set[tuple[str, str]] = set()  # which emoji of mine stand on which draft
        self._said = 0

    async def act(self) -> None:
        deeds = {
            "react": self._react,
            "vote": self._vote,
            "rate": self._rate,
            "correct": self._correct,
            "ask": self._ask,
        }
        while not self._crowd.stop.is_set():
            await deeds[self._chance.choice(DEEDS)](self._chance.choice(self._crowd.drafts))
            await asyncio.sleep(self._chance.uniform(0, 0.25))

    async def _react(self, draft: Message) -> None:
        emoji = self._chance.choice(EMOJI)
        stands = (draft.ts, emoji) in self._shown
        await (self._person.unreact if stands else self._person.react)(draft, emoji)
        self._shown ^= {(draft.ts, emoji)}

    async def _vote(self, draft: Message) -> None:
        await self._person.press(draft, "draft_vote", value=self._chance.choice(("positive", "negative")))

    async def _rate(self, draft: Message) -> None:
        await self._person.press(draft, "draft_stars", selected_option=self._chance.choice("12345"))

    async def _correct(self, draft: Message) -> None:
        text = f"This is text {self._next()} for everybody who reads along."
        channel = next(one for one in self._crowd.channels if one.id == draft.channel)
        self._crowd.corrections[text] = await self._person.say(channel, f"Better: {text}", thread=draft)

    async def _ask(self, _: Message) -> None:
        brief = f"Announce number {self._next()}"
        self._crowd.briefs[brief] = False
        delivery = await self._person.command(self._chance.choice(self._crowd.channels), "/draft", brief)
        self._crowd.briefs[brief] = delivery.acked

    def _next(self) -> str:
        self._said += 1
        return f"{self._person.user_id}-{self._said}"
