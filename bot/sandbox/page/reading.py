"""What each person has read: up to which moment, per channel and per thread."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.sandbox.records import Channel, Member, Message
from bot.sandbox.workspace import Workspace

_EVERYBODY = ("<!here>", "<!channel>", "<!everyone>")


@dataclass(frozen=True)
class Unread:
    """How much somebody has not read somewhere, and how much of it calls for them."""

    count: int = 0
    mentions: int = 0


@dataclass
class _Open:
    """The channel on somebody's screen, and the first message that was new when they opened it."""

    channel_id: str
    first_new: str = ""


@dataclass
class Reading:
    """The read marks of everybody, in memory.

    Args:
        workspace: whose messages.
        since: the ``ts`` up to which nothing counts as unread, for anybody.
    """

    workspace: Workspace
    since: Callable[[], str]
    _marks: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _open: dict[str, _Open] = field(default_factory=dict)

    def open(self, member: Member, channel: Channel | None) -> None:
        """Note that somebody looks at a channel, or at no channel, and so has read what stands there."""
        if channel is None:
            self._open.pop(member.user_id, None)
            return
        if self._open.get(member.user_id, _Open("")).channel_id != channel.id:
            unread = list(self._unread_in(member, channel))
            self._open[member.user_id] = _Open(channel.id, unread[-1].ts if unread else "")
        self._mark(member, channel, "")

    def open_thread(self, member: Member, channel: Channel, thread_ts: str) -> None:
        """Note that somebody looks at a thread."""
        self._mark(member, channel, thread_ts)

    def first_new(self, member: Member, channel: Channel) -> str:
        """The ``ts`` of the first message that was new when the channel was opened; empty when none was."""
        opened = self._open.get(member.user_id)
        return opened.first_new if opened and opened.channel_id == channel.id else ""

    def unread(self, member: Member, channel: Channel) -> Unread:
        """What somebody has not read in a channel: its messages, and replies in threads they take part in."""
        waiting = list(self._unread_in(member, channel))
        calls = sum(channel.is_im or _calls(message, member) for message in waiting)
        return Unread(len(waiting), calls)

    def unread_replies(self, member: Member, channel: Channel, replies: list[Message]) -> int:
        """How many replies of a thread somebody has not read."""
        if not replies:
            return 0
        mark = self._marked(member, channel, replies[0].thread_ts or "")
        return sum(reply.ts > mark and reply.user != member.user_id for reply in replies)

    def _unread_in(self, member: Member, channel: Channel) -> Iterator[Message]:
        """Newest first."""
        mark = self._marked(member, channel, "")
        for message in reversed(channel.messages.values()):
            if message.ts <= mark:
                return
            by_others = message.user != member.user_id and message.subtype != "tombstone"
            if by_others and (stands_in_channel(message) or _follows(member, channel, message)):
                yield message

    def _marked(self, member: Member, channel: Channel, thread_ts: str) -> str:
        return max(self._marks.get((member.user_id, channel.id, thread_ts), ""), self.since())

    def _mark(self, member: Member, channel: Channel, thread_ts: str) -> None:
        last = next(reversed(channel.messages), "")
        self._marks[member.user_id, channel.id, thread_ts] = last


def stands_in_channel(message: Message) -> bool:
    """Whether a message is shown in the channel itself, not only in its thread."""
    return message.thread_ts in (None, message.ts) or message.subtype == "thread_broadcast"


def _follows(member: Member, channel: Channel, reply: Message) -> bool:
    """Whether somebody takes part in the thread of a reply: they began it, wrote in it or are called in it."""
    root = channel.messages.get(reply.thread_ts or "")
    thread = [*([root] if root else []), *channel.replies(reply.thread_ts or "")]
    return any(m.user == member.user_id for m in thread) or _calls(reply, member)


def _calls(message: Message, member: Member) -> bool:
    return f"<@{member.user_id}" in message.text or any(word in message.text for word in _EVERYBODY)
