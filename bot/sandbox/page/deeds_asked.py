"""What somebody asks of the app: commands, presses, shortcuts, and a later moment of the sandbox's clock."""

from datetime import UTC, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel

from bot.sandbox.errors import CannotError
from bot.sandbox.form import field_name
from bot.sandbox.interactivity import find_element
from bot.sandbox.page.actor import Actor
from bot.sandbox.page.deeds import Deed, Fields, Id, Name, OnMessage, State, Ts, Value, Written
from bot.sandbox.posting import escape
from bot.sandbox.records import Json, Message, OpenView

_FARTHEST_JUMP = timedelta(days=366)


class Command(Deed):
    """Type a slash command."""

    verb: Literal["command"]
    channel: Id
    text: Written

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Send it to the app, which must know it."""
        name, _, rest = self.text.strip().partition(" ")
        channel = actor.writable(self.channel)
        if name not in {command.name for command in actor.workspace.app.commands}:
            raise CannotError(f"{name[:40]} is not a valid command.")
        text = escape(actor.spelled(rest.strip(), named=True))
        return actor.heard(await actor.person.command(channel, name, text))


class Target(BaseModel):
    """What somebody presses in: a message, or a view."""

    channel: Id | None = None
    ts: Ts | None = None
    view: Id | None = None

    def found(self, actor: Actor) -> Message | OpenView:
        """The message or view itself."""
        if self.view:
            return actor.view(self.view)
        if not self.channel or not self.ts:
            raise CannotError("A press needs a message or a window.")
        return actor.message(self.channel, self.ts)


class Press(Deed):
    """Press a button, or choose in a select, a menu, a date picker."""

    verb: Literal["press"]
    target: Target
    action_id: Name
    block_id: Name | None = None
    value: Value | None = None
    selected_option: Value | None = None
    selected: Fields | None = None
    state: State | None = None

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Press it, and remember what was pressed."""
        target = self.target.found(actor)
        _, element = find_element(target.blocks, action_id=self.action_id, block_id=self.block_id)
        choice = self._choice(actor, element)
        state = actor.entering.entries(target.blocks, self.state or {})
        delivery = await actor.person.press(
            target, self.action_id, block_id=self.block_id, state=state, **choice
        )
        answer = actor.heard(delivery)
        self._remember(actor, target, choice)
        return answer

    def _choice(self, actor: Actor, element: Json) -> dict[str, Any]:
        kind = element["type"]
        if kind in ("button", "icon_button", "feedback_buttons"):
            return {"value": self.value or None}
        name = "selected_option" if kind == "overflow" else field_name(element)
        own = {"value": self.value, "selected_option": self.selected_option}
        given = own.get(name) if own.get(name) is not None else (self.selected or {}).get(name)
        checked = actor.entering.entry(element, given) if kind != "overflow" else given
        if checked is None:
            raise CannotError("Please choose something.")
        return {name: checked} if name in own else {"selected": {name: checked}}

    def _remember(self, actor: Actor, target: Message | OpenView, choice: dict[str, Any]) -> None:
        value = choice.get("value") or choice.get("selected_option")
        if isinstance(target, Message) and isinstance(value, str):
            actor.pressed.remember(actor.person.user_id, target, action_id=self.action_id, value=value)


class GlobalShortcut(Deed):
    """Use a shortcut from the composer's menu."""

    verb: Literal["global_shortcut"]
    callback_id: Name

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Use it."""
        _check_shortcut(actor, self.callback_id, kind="global")
        return actor.heard(await actor.person.global_shortcut(self.callback_id))


class MessageShortcut(OnMessage):
    """Use a shortcut from a message's menu."""

    verb: Literal["message_shortcut"]
    callback_id: Name

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Use it."""
        _check_shortcut(actor, self.callback_id, kind="message")
        message = actor.posted(self.channel, self.ts)
        return actor.heard(await actor.person.message_shortcut(message, self.callback_id))


class Jump(Deed):
    """Move the sandbox's clock ahead."""

    verb: Literal["jump"]
    to: AwareDatetime

    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Move it."""
        if actor.time is None:
            raise CannotError("The clock of this sandbox cannot be moved.")
        ahead = self.to - actor.time.now()
        if ahead <= timedelta(0):
            raise CannotError("Time goes ahead only.")
        if ahead > _FARTHEST_JUMP:
            raise CannotError("Please jump a year ahead at most.")
        actor.time.jump(self.to.astimezone(UTC))
        return {}


def _check_shortcut(actor: Actor, callback_id: str, *, kind: str) -> None:
    known = {shortcut.callback_id for shortcut in actor.workspace.app.shortcuts if shortcut.kind == kind}
    if callback_id not in known:
        raise CannotError(f"{actor.app_name} has no such shortcut.")
