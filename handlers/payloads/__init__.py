"""The only reader of raw Slack dictionaries: everything past it works with these frozen shapes."""

from handlers.payloads.channel_message import ChannelMessage
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
    input_blocks,
    readable_event_id,
    user_of,
    workspace_of,
)
from handlers.payloads.home import HomePress
from handlers.payloads.interactions import (
    ButtonPress,
    Interaction,
    NewsPress,
    OptionsAsked,
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
    "ChannelMessage",
    "ChannelMove",
    "HomeOpened",
    "HomePress",
    "Interaction",
    "MessageDeleted",
    "MessageEdited",
    "NewsPress",
    "OptionsAsked",
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
    "input_blocks",
    "readable_event_id",
    "user_of",
    "workspace_of",
]
