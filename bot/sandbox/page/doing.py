"""A deed of the page, as JSON, becomes something a person does; what goes wrong becomes one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from bot.sandbox.errors import CannotError, SlackError
from bot.sandbox.page.about import TimeControl
from bot.sandbox.page.actor import Actor, NotThere, Pressed
from bot.sandbox.page.deeds_asked import Command, GlobalShortcut, Jump, MessageShortcut, Press
from bot.sandbox.page.deeds_viewed import Close, OpenHome, Submit, Suggest
from bot.sandbox.page.deeds_written import Delete, Dismiss, Edit, Join, Leave, React, Say
from bot.sandbox.page.seeing import players
from bot.sandbox.people import Person
from bot.sandbox.records import Json
from bot.sandbox.workspace import Workspace

_Deeds = (
    Say
    | Edit
    | Delete
    | React
    | Dismiss
    | Join
    | Leave
    | Command
    | Press
    | GlobalShortcut
    | MessageShortcut
    | Jump
    | Submit
    | Close
    | OpenHome
    | Suggest
)
_DEED: TypeAdapter[_Deeds] = TypeAdapter(Annotated[_Deeds, Field(discriminator="verb")])
_SENTENCES = {
    "message_not_found": "That message is gone.",
    "channel_not_found": "That channel is not there.",
    "too_many_reactions": "You have put enough emoji on this message.",
    "no_text": "The app had nothing to say.",
    "push_limit_reached": "There are too many windows open already.",
}


@dataclass(frozen=True)
class Outcome:
    """The status and the body of the answer."""

    status: int
    body: Json


@dataclass
class Doing:
    """Does what the page asks, as one of the people."""

    workspace: Workspace
    people: Mapping[str, Person]
    time: TimeControl | None = None
    pressed: Pressed = field(default_factory=Pressed)

    async def do(self, raw: bytes) -> Outcome:
        """Do a deed given as JSON; every answer is ``ok`` or one sentence."""
        try:
            deed = _DEED.validate_json(raw)
        except ValidationError as error:
            return _unreadable(error)
        try:
            done = await deed.done_by(self._actor(deed.person))
        except NotThere as missing:
            return _refused(str(missing), status=404)
        except (CannotError, SlackError, TimeoutError) as error:
            return _refused(_sentence(error))
        finally:
            self.workspace.note_change()
        return Outcome(200, {"ok": True, **done})

    def _actor(self, user_id: str) -> Actor:
        if user_id not in {person.user_id for person in players(self.people.values())}:
            raise NotThere("There is nobody of that name here.")
        return Actor(self.people[user_id], self.workspace, self.pressed, self.time)


def _unreadable(error: ValidationError) -> Outcome:
    first: Any = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return _refused("That is no JSON.", status=400)
    place = ".".join(str(part) for part in first["loc"][1:] or first["loc"])[:80] or "the request"
    return _refused(f"The sandbox cannot use {place}: {first['msg'].lower()[:200]}.", status=422)


def _refused(sentence: str, *, status: int = 200) -> Outcome:
    return Outcome(status, {"ok": False, "error": sentence})


def _sentence(error: Exception) -> str:
    if isinstance(error, SlackError):
        return _SENTENCES.get(error.code, f"Slack refused that ({error.code}).")
    if isinstance(error, TimeoutError):
        return "That took too long. Please try again."
    return str(error)
