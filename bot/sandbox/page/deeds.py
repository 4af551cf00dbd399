"""The shape that every deed of the page shares, and the fields they are made of."""

from abc import ABC, abstractmethod
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from bot.sandbox.page.actor import Actor

Id = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,32}$")]
Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{6}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Value = Annotated[str, StringConstraints(max_length=3000)]
Written = Annotated[str, StringConstraints(max_length=40_000)]
Fields = Annotated[dict[Name, JsonValue], Field(max_length=100)]
State = Annotated[dict[Name, Fields], Field(max_length=100)]


class Deed(BaseModel, ABC):
    """Something that somebody does; ``as`` says who."""

    model_config = ConfigDict(frozen=True)

    person: Id = Field(alias="as")

    @abstractmethod
    async def done_by(self, actor: Actor) -> dict[str, Any]:
        """Do it, and return what the page needs to know.

        Raises:
            NotThere: something it names does not exist.
            CannotError: Slack's client would not let this person do it.
            SlackError: Slack refuses.
        """


class OnMessage(Deed):
    """A deed on one message."""

    channel: Id
    ts: Ts
