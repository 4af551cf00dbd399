"""The shapes of interactions: presses, modals, commands, shortcuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.feedback.acts import Touch
from handlers.payloads.fields import Payload, Unreadable, event_us, known_workspace, user_of


@dataclass(frozen=True)
class Interaction:
    """What every press, modal, shortcut and command has."""

    workspace_id: str
    user_id: str
    user_team_id: str | None
    trigger_id: str | None
    response_url: str | None

    @staticmethod
    def person(body: Any) -> dict[str, Any]:
        """Read the fields of this class."""
        payload = Payload(body)
        return {
            "workspace_id": known_workspace(body),
            "user_id": payload.maybe("user", "id") or payload.text("user_id"),
            "user_team_id": payload.maybe("user", "team_id"),
            "trigger_id": payload.maybe("trigger_id"),
            "response_url": payload.maybe("response_url")
            or payload.maybe("response_urls", 0, "response_url"),
        }


@dataclass(frozen=True)
class Press(Interaction):
    """A press on a control of a message or modal."""

    event_id: str
    event_us: int
    action_id: str
    block_id: str | None
    value: str
    channel_id: str | None
    message_ts: str | None
    thread_ts: str | None
    view_id: str | None
    private_metadata: str  # of the modal it was in
    values: Mapping[str, str | None]  # what stands in that modal's fields, by action id

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `block_actions` body; the value is a button's own or the selected option's."""
        payload = Payload(body)
        action, person = Payload(payload.find("actions", 0)), cls.person(body)
        action_id, action_ts = action.text("action_id"), action.text("action_ts")
        return cls(
            **person,
            event_id=f"action:{person['user_id']}:{action_ts}:{action_id}",
            event_us=event_us(action_ts),
            action_id=action_id,
            block_id=action.maybe("block_id"),
            value=action.maybe("selected_option", "value") or action.maybe("value") or "",
            channel_id=user_of(body)[1],
            message_ts=payload.maybe("container", "message_ts") or payload.maybe("message", "ts"),
            thread_ts=payload.maybe("message", "thread_ts") or payload.maybe("container", "thread_ts"),
            view_id=payload.maybe("view", "id"),
            private_metadata=payload.maybe("view", "private_metadata") or "",
            values=_fields(payload)[0],
        )

    def touch(self) -> Touch:
        """Return who pressed on which message.

        Raises:
            Unreadable: it was not on a message.
        """
        if self.channel_id is None or self.message_ts is None:
            raise Unreadable(code="no message")
        return Touch(
            self.workspace_id,
            self.event_id,
            self.event_us,
            self.channel_id,
            self.message_ts,
            self.user_id,
            self.user_team_id,
        )


class ButtonPress(Press):
    """A press on a button or on one of the feedback buttons."""


class SelectPress(Press):
    """A choice in a select or an overflow menu."""


@dataclass(frozen=True)
class NewsPress(ButtonPress):
    """A press on a button of one of our messages, with the message as Slack shows it."""

    text: str
    blocks: tuple[dict[str, Any], ...]

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `block_actions` body; in a modal there is no message."""
        payload, press = Payload(body), ButtonPress.from_body(body)
        blocks = payload.find("message", "blocks")
        shown = (
            tuple(block for block in blocks if isinstance(block, dict)) if isinstance(blocks, list) else ()
        )
        return cls(**vars(press), text=payload.maybe("message", "text") or "", blocks=shown)


@dataclass(frozen=True)
class ViewSubmission(Interaction):
    """A modal that was sent; `values` by action id, `blocks` tells the block of each (for errors).

    `picked` are the values of each select that takes several.
    """

    event_id: str
    event_us: int
    view_id: str
    callback_id: str
    private_metadata: str
    values: Mapping[str, str | None]
    blocks: Mapping[str, str]
    picked: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_body(cls, body: Any, *, now: datetime) -> Self:
        """Read a `view_submission`; Slack gives it no time of its own, so `now` is its time."""
        payload = Payload(body)
        view_id, (values, blocks) = payload.text("view", "id"), _fields(payload)
        return cls(
            **cls.person(body),
            event_id=f"view:{view_id}:{payload.maybe('view', 'hash') or ''}",
            event_us=int(now.timestamp() * 1_000_000),
            view_id=view_id,
            callback_id=payload.text("view", "callback_id"),
            private_metadata=payload.maybe("view", "private_metadata") or "",
            values=values,
            blocks=blocks,
            picked=_picked(payload),
        )

    def touch(self, *, channel_id: str, message_ts: str) -> Touch:
        """Return who sent a modal that is about this message."""
        return Touch(
            self.workspace_id,
            self.event_id,
            self.event_us,
            channel_id,
            message_ts,
            self.user_id,
            self.user_team_id,
        )


def _fields(payload: Payload) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return what stands in a modal's fields, and the block of each, by action id."""
    state = payload.find("view", "state", "values") or {}
    places = [(action, block) for block, actions in state.items() for action in actions]
    return {action: _input_value(state[block][action]) for action, block in places}, dict(places)


def _picked(payload: Payload) -> dict[str, tuple[str, ...]]:
    state = payload.find("view", "state", "values") or {}
    fields = {action: field for actions in state.values() for action, field in actions.items()}
    options = {action: Payload(field).find("selected_options") for action, field in fields.items()}
    return {
        action: tuple(value for one in several if (value := Payload(one).maybe("value")))
        for action, several in options.items()
        if isinstance(several, list)
    }


def _input_value(state: Any) -> str | None:
    element = Payload(state)
    keys = ("value", "selected_conversation", "selected_channel", "selected_user", "selected_time")
    return element.maybe("selected_option", "value") or next(filter(None, map(element.maybe, keys)), None)


@dataclass(frozen=True)
class OptionsAsked(Interaction):
    """Somebody typed into a select whose options we offer: `typed` are their letters so far."""

    action_id: str
    typed: str

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `block_suggestion`."""
        payload = Payload(body)
        return cls(
            **cls.person(body), action_id=payload.text("action_id"), typed=payload.maybe("value") or ""
        )


@dataclass(frozen=True)
class SlashCommand(Interaction):
    """A slash command; `event_id` comes from its trigger, which Slack makes anew for every call."""

    event_id: str
    event_us: int
    command: str
    text: str
    channel_id: str

    @classmethod
    def from_body(cls, body: Any, *, now: datetime) -> Self:
        """Read a command; Slack gives it no time of its own, so `now` is its time."""
        payload = Payload(body)
        return cls(
            **cls.person(body),
            event_id=f"command:{payload.text('trigger_id')}",
            event_us=int(now.timestamp() * 1_000_000),
            command=payload.text("command"),
            text=(payload.maybe("text") or "").strip(),
            channel_id=payload.text("channel_id"),
        )


@dataclass(frozen=True)
class Shortcut(Interaction):
    """A global shortcut, or one on a message: then the message is given."""

    event_id: str
    event_us: int
    callback_id: str
    channel_id: str | None
    message_ts: str | None
    thread_ts: str | None
    message_user_id: str | None
    message_text: str

    @classmethod
    def from_body(cls, body: Any) -> Self:
        """Read a `shortcut` or `message_action`."""
        payload, person = Payload(body), cls.person(body)
        action_ts, callback_id = payload.text("action_ts"), payload.text("callback_id")
        return cls(
            **person,
            event_id=f"shortcut:{person['user_id']}:{action_ts}:{callback_id}",
            event_us=event_us(action_ts),
            callback_id=callback_id,
            channel_id=user_of(body)[1],
            message_ts=payload.maybe("message", "ts") or payload.maybe("message_ts"),
            thread_ts=payload.maybe("message", "thread_ts"),
            message_user_id=payload.maybe("message", "user"),
            message_text=payload.maybe("message", "text") or "",
        )
