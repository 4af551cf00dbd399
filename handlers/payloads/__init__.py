"""The only reader of raw Slack dictionaries: everything past it works with these frozen shapes."""

from handlers.payloads.events import (
    AccessRevoked,
    AppMention,
    ChannelChange,
    ChannelMove,
    HomeOpened,
    ReactionChange,
    SlackEvent,
    UserChange,
)
from handlers.payloads.fields import (
    Payload,
    Unreadable,
    event_type,
    event_us,
    first_input_block,
    readable_event_id,
    user_of,
    workspace_of,
)
from handlers.payloads.interactions import (
    ButtonPress,
    Interaction,
    Press,
    SelectPress,
    Shortcut,
    SlashCommand,
    ViewSubmission,
)
from handlers.payloads.messages import MessageDeleted, MessageEdited, ThreadReply

__all__ = [
    "AccessRevoked",
    "AppMention",
    "ButtonPress",
    "ChannelChange",
    "ChannelMove",
    "HomeOpened",
    "Interaction",
    "MessageDeleted",
    "MessageEdited",
    "Payload",
    "Press",
    "ReactionChange",
    "SelectPress",
    "Shortcut",
    "SlackEvent",
    "SlashCommand",
    "ThreadReply",
    "Unreadable",
    "UserChange",
    "ViewSubmission",
    "event_type",
    "event_us",
    "first_input_block",
    "readable_event_id",
    "user_of",
    "workspace_of",
]
