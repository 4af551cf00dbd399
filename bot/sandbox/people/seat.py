"""Where a person sits: the sandbox around them and what is on their screen."""

from typing import Protocol

from bot.sandbox.deliveries import Courier, Delivery, Kind
from bot.sandbox.errors import CannotError
from bot.sandbox.records import Channel, Json, Member, Message, OpenView
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.workspace import Workspace


class Stage(Protocol):
    """What a person needs of the sandbox around them."""

    workspace: Workspace
    courier: Courier
    response_urls: ResponseUrls


class Seat:
    """What every family of verbs shares."""

    def __init__(self, stage: Stage, member: Member) -> None:
        self.member = member
        self._stage = stage
        self._workspace = stage.workspace

    @property
    def user_id(self) -> str:
        """Slack's id of this person."""
        return self.member.user_id

    async def _ask(self, kind: Kind, payload: Json) -> Delivery:
        return await self._stage.courier.ask(Delivery(kind, payload))

    def _shown(self, view: OpenView) -> OpenView:
        for shown in (*self.member.views, self.member.home):
            if shown is not None and shown.id == view.id:
                return shown
        raise CannotError(f"That view is not on {self.member.name}'s screen.")

    def _find(self, message: Message) -> tuple[Channel, Message]:
        channel = self._workspace.channels[message.channel]
        return channel, self._workspace.message(channel, ts=message.ts)
