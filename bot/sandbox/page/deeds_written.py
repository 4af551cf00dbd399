"""What somebody writes, changes and leaves in a channel."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from bot.sandbox.errors import CannotError, SlackError
from bot.sandbox.page.actor import Actor, NotThere
from bot.sandbox.page.deeds import Deed, Id, OnMessage, Ts, Written
from bot.sandbox.page.rendering import find_emoji
from bot.sandbox.page.seeing import may_join

EmojiName = Annotated[str, StringConstraints(pattern=r"^[^\s:]{1,80}(::skin-tone-[2-6])?$")]
_SAME_AS_DONE = ("already_reacted", "no_reaction")


class Say(Deed):
    """Write a message."""

    verb: Literal["say"]
    channel: Id
    text: Written
    thread: Ts | None = None
    broadcast: bool = False

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Post it."""
        channel = actor.writable(self.channel)
        thread = actor.posted(self.channel, self.thread) if self.thread else None
        said = await actor.person.say(
            channel, _worth_saying(actor, self.text), thread=thread, broadcast=self.broadcast
        )
        return {"ts": said.ts}


class Edit(OnMessage):
    """Change one's own message."""

    verb: Literal["edit"]
    text: Written

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Change it."""
        message = actor.posted(self.channel, self.ts)
        await actor.person.edit(message, _worth_saying(actor, self.text))
        return {}


class Delete(OnMessage):
    """Delete one's own message."""

    verb: Literal["delete"]

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Delete it."""
        await actor.person.delete(actor.posted(self.channel, self.ts))
        return {}


class React(OnMessage):
    """Put an emoji on a message, or take it off."""

    verb: Literal["react", "unreact"]
    name: EmojiName

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Do so; doing it twice is the same as once."""
        message = actor.posted(self.channel, self.ts)
        deed = actor.person.react if self.verb == "react" else actor.person.unreact
        if self.verb == "react" and find_emoji(self.name) is None:
            raise CannotError("There is no such emoji.")
        try:
            await deed(message, self.name)
        except SlackError as error:
            if error.code not in _SAME_AS_DONE:
                raise
        return {}


class Dismiss(OnMessage):
    """Take away a message that only one person sees."""

    verb: Literal["dismiss"]

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Take it away."""
        shown = {m.ts: m for m in actor.person.ephemerals(actor.channel(self.channel))}
        if self.ts not in shown:
            raise NotThere("That message is gone.")
        actor.person.dismiss(shown[self.ts])
        return {}


class Join(Deed):
    """Enter a channel."""

    verb: Literal["join"]
    channel: Id

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Enter it."""
        channel = actor.channel(self.channel)
        if not may_join(channel, actor.person.member):
            raise CannotError(f"There is nothing to join: you are in #{channel.name}, or it is archived.")
        await actor.person.join(channel)
        return {}


class Leave(Deed):
    """Leave a channel."""

    verb: Literal["leave"]
    channel: Id

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Leave it."""
        channel = actor.channel(self.channel)
        if channel.is_im or actor.person.user_id not in channel.members:
            raise CannotError("You can only leave a channel that you are in.")
        await actor.person.leave(channel)
        return {}


def _worth_saying(actor: Actor, text: str) -> str:
    if not text.strip():
        raise CannotError("There is nothing to send yet.")
    return actor.spelled(text.strip("\n"))
