"""A message as it stands in a channel or a thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from bot.sandbox.page.rendering.attachments import attachment
from bot.sandbox.page.rendering.dates import clock_of, find_moment
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.page.rendering.markdown import markdown
from bot.sandbox.page.rendering.marks import avatar, time_mark
from bot.sandbox.page.rendering.mrkdwn import decoded
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.page.rendering.reactions import chips
from bot.sandbox.page.rendering.surface import Surface, is_only_emoji
from bot.sandbox.records import Message

SHOWN_TYPES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_COMPACT_SECONDS: Final = 300
_MOST_AVATARS: Final = 5
_TEXT: Final = Markup('<div class="text{}" dir="auto">{}</div>')
_EDITED: Final = Markup(' <span class="message__edited">(edited)</span>')
_MARKDOWN: Final = Markup('<div class="markdown" dir="auto">{}</div>')


@dataclass(frozen=True, slots=True)
class Thread:
    """What the line below a message says about its thread."""

    count: int
    unread: int
    last: Markup
    avatars: tuple[Markup, ...]


def message_key(message: Message, *, in_thread: bool) -> str:
    """Return the id of a message's element: the same message may stand in the channel and beside it."""
    prefix = "t" if in_thread else "e" if message.ephemeral_to else "m"
    return f"{prefix}-{message.channel}-{message.ts}"


def is_compact(message: Message, previous: Message | None) -> bool:
    """Tell whether a message follows one of the same author so closely that the name need not stand again."""
    if previous is None or _is_special(message) or _is_special(previous):
        return False
    same = (message.user, message.username) == (previous.user, previous.username)
    return same and float(message.ts) - float(previous.ts) < _COMPACT_SECONDS


def message_markup(
    message: Message,
    *,
    names: Names,
    in_thread: bool,
    replies: Sequence[Message],
    pressed: Mapping[str, str],
    compact: bool,
    unread: int,
) -> Markup:
    """Return a message as HTML."""
    key = message_key(message, in_thread=in_thread)
    surface = Surface(names=names, scope=key, pressed=pressed)
    is_deleted, moment = message.subtype == "tombstone", find_moment(message.ts, names=names)
    parts = [attachment(given, surface=surface) for given in message.attachments]
    broadcast = message.subtype == "thread_broadcast" and not in_thread
    return rendered(
        "messages/message.html",
        message=message,
        key=key,
        classes=_classes(message, in_thread=in_thread, compact=compact),
        own=_own(message, names=names, is_deleted=is_deleted),
        author=_author(message, names=names),
        is_app=message.bot_id is not None,
        clock=clock_of(moment) if moment else "",
        time=time_mark(message.ts, names=names, css="message__time"),
        avatar=avatar(message.user, names=names),
        compact=compact,
        in_thread=in_thread,
        parent_ts=message.thread_ts if broadcast else None,
        body=_body(message, surface=surface),
        attachments=Markup().join(parts),
        shown_types=SHOWN_TYPES,
        reactions=chips(message.reactions, names=names),
        thread=None if in_thread else _thread(replies, names=names, unread=unread),
        is_deleted=is_deleted,
        has_tools=not message.ephemeral_to,
    )


def _is_special(message: Message) -> bool:
    """What an app says stands by itself, so that each draft is seen as one."""
    is_apart = bool(message.bot_id or message.ephemeral_to)
    return is_apart or message.subtype in ("tombstone", "thread_broadcast")


def _classes(message: Message, *, in_thread: bool, compact: bool) -> str:
    kinds = {
        "bot": message.bot_id is not None,
        "ephemeral": bool(message.ephemeral_to),
        "reply": in_thread and message.thread_ts not in (None, message.ts),
        "deleted": message.subtype == "tombstone",
        "streaming": message.streaming,
        "compact": compact,
    }
    return " ".join(["message", *(f"message--{kind}" for kind, is_so in kinds.items() if is_so)])


def _author(message: Message, *, names: Names) -> str:
    return message.username or names.person(message.user)


def _own(message: Message, *, names: Names, is_deleted: bool) -> dict[str, str | None]:
    """Return what the page's script needs: where a message belongs, and its words if they may be edited."""
    may_edit = message.user == names.viewer and not is_deleted
    return {
        "data-thread": message.thread_ts,
        "data-own": "" if may_edit else None,
        "data-text": decoded(message.text) if may_edit else None,
    }


def _body(message: Message, *, surface: Surface) -> Markup:
    if message.streaming:
        return surface.blocks(message.blocks) + _MARKDOWN.format(markdown(message.text))
    if message.blocks:
        return surface.blocks(message.blocks)
    if not message.text:
        return Markup()
    jumbo = " text--jumbo" if is_only_emoji(message.text) else ""
    return _TEXT.format(jumbo, surface.mrkdwn(message.text) + (_EDITED if message.edited else ""))


def _thread(replies: Sequence[Message], *, names: Names, unread: int) -> Thread | None:
    if not replies:
        return None
    people = list(dict.fromkeys(reply.user for reply in replies))[:_MOST_AVATARS]
    return Thread(
        count=len(replies),
        unread=unread,
        last=time_mark(replies[-1].ts, names=names),
        avatars=tuple(avatar(user, names=names, small=True) for user in people),
    )
