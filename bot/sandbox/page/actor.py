"""Somebody who does something on the page, and what they can lay hands on."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.deliveries import Delivery
from bot.sandbox.errors import CannotError
from bot.sandbox.page.about import TimeControl
from bot.sandbox.page.entries import Entering
from bot.sandbox.page.mentions import spelled
from bot.sandbox.page.seeing import channels_of, may_see, why_not_write
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Message, OpenView
from bot.sandbox.workspace import Workspace


class NotThere(Exception):
    """Something the page names does not exist, or not for this person; the message is for people."""


@dataclass
class Pressed:
    """What each person last pressed or chose in each message, so that the page can show it pressed."""

    _choices: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)

    def remember(self, user_id: str, message: Message, *, action_id: str, value: str) -> None:
        """Note a press."""
        self._choices.setdefault((user_id, message.channel, message.ts), {})[action_id] = value

    def of(self, user_id: str, message: Message) -> dict[str, str]:
        """The values by ``action_id``."""
        return self._choices.get((user_id, message.channel, message.ts), {})


@dataclass(frozen=True)
class Actor:
    """A person with the things around them, looked up by the ids that the page knows."""

    person: Person
    workspace: Workspace
    pressed: Pressed
    time: TimeControl | None = None

    @property
    def entering(self) -> Entering:
        """How this person fills in fields."""
        return Entering(self.workspace, self.person.member.tz)

    @property
    def app_name(self) -> str:
        """What the app is called."""
        return self.workspace.app.name

    def channel(self, channel_id: str) -> Channel:
        """A channel that this person may see.

        Raises:
            NotThere: there is none.
        """
        channel = self.workspace.channels.get(channel_id)
        if channel is None or not may_see(channel, self.person.member):
            raise NotThere("That channel is not there, or not for you.")
        return channel

    def writable(self, channel_id: str) -> Channel:
        """A channel in which this person may do something.

        Raises:
            NotThere: there is none.
            CannotError: they are not in it, or it is archived.
        """
        channel = self.channel(channel_id)
        refusal = why_not_write(channel, self.person.member, app_name=self.app_name)
        if refusal:
            raise CannotError(refusal)
        return channel

    def message(self, channel_id: str, ts: str) -> Message:
        """A message that this person sees and may do something with; it may be one that only they see.

        Raises:
            NotThere: there is none.
        """
        channel = self.writable(channel_id)
        own = {message.ts: message for message in self.person.ephemerals(channel)}
        found = channel.messages.get(ts) or own.get(ts)
        if found is None:
            raise NotThere("That message is gone.")
        return found

    def posted(self, channel_id: str, ts: str) -> Message:
        """A message that everybody in the channel sees.

        Raises:
            NotThere: there is none.
        """
        message = self.message(channel_id, ts)
        if message.ephemeral_to:
            raise CannotError("That works on messages that everybody sees.")
        return message

    def view(self, view_id: str) -> OpenView:
        """A modal on this person's screen, or their App Home.

        Raises:
            NotThere: it is not on the screen any more.
        """
        for view in (*self.person.open_views, self.person.home):
            if view is not None and view.id == view_id:
                return view
        raise NotThere("That window is closed already.")

    def spelled(self, text: str, *, named: bool = False) -> str:
        """A typed text with names in Slack's syntax."""
        seen = channels_of(self.workspace, self.person.member)
        return spelled(text, workspace=self.workspace, channels=seen, named=named)

    def heard(self, delivery: Delivery) -> dict[str, Any]:
        """An empty answer, if the app acknowledged in time.

        Raises:
            CannotError: it did not, with what a person may be told.
        """
        if delivery.acked:
            return {}
        result = delivery.attempts[-1].result if delivery.attempts else ""
        if "timeout" in result:
            raise CannotError(f"{self.app_name} did not answer in time. Please try again.")
        if result == "http_error":
            raise CannotError(f"{self.app_name} answered with an error.")
        raise CannotError(f"{self.app_name} is not connected right now.")
