"""People to play with: everything somebody can do in their Slack, as methods."""

from bot.sandbox.people.modals import Modals
from bot.sandbox.people.pressing import Pressing
from bot.sandbox.people.writing import Writing
from bot.sandbox.records import Channel, Message, OpenView


class Person(Writing, Pressing, Modals):
    """Somebody at their keyboard."""

    @property
    def mention(self) -> str:
        """How to mention this person in a text."""
        return f"<@{self.member.user_id}>"

    @property
    def home(self) -> OpenView | None:
        """The app's Home as this person sees it."""
        return self.member.home

    @property
    def direct(self) -> Channel:
        """The direct message channel with the app."""
        return self._workspace.direct_channel(self.user_id)

    def ephemerals(self, channel: Channel | None = None) -> list[Message]:
        """What only this person sees, oldest first."""
        return [m for m in self.member.ephemerals if channel is None or m.channel == channel.id]

    async def open_home(self) -> None:
        """Look at the app's Home."""
        home = {"view": self.member.home.payload} if self.member.home else {}
        where = {"channel": self.direct.id, "tab": "home", "event_ts": self._workspace.event_ts()}
        self._workspace.publish({"type": "app_home_opened", "user": self.user_id, **where, **home})
