"""The messages of a channel or thread as one person sees them, with the lines between them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jinja2.environment import TemplateModule
from markupsafe import Markup

from bot.sandbox.page.actor import Pressed
from bot.sandbox.page.items import Item, Kept
from bot.sandbox.page.reading import Reading, stands_in_channel
from bot.sandbox.page.rendering import Names, Renderer, environment, is_compact
from bot.sandbox.records import Channel, Member, Message

MOST_SHOWN = 100
MOST_KEPT = 5000


@dataclass
class Timeline:
    """A channel on somebody's screen.

    Args:
        channel: which.
        viewer: whose screen.
        names: how they call people and places.
        reading: what they have read.
        pressed: what they pressed.
        drawn: what was drawn before.
        sample_until: the ``ts`` of the last message of sample data; empty when there is none.
    """

    channel: Channel
    viewer: Member
    names: Names
    reading: Reading
    pressed: Pressed
    drawn: Kept[Markup]
    sample_until: str = ""

    def __post_init__(self) -> None:
        self._page = Renderer(self.names)
        self._lines: TemplateModule = environment().get_template("regions/lines.html").module
        names = self.names
        today = names.now.astimezone(names.tz).date()
        everybody = (names.people, names.places, names.groups, names.apps)
        self._names_now = repr((*everybody, names.tz.key, names.viewer, names.here, today))

    def messages(self, *, before: str) -> list[Item]:
        """The latest messages, and those before ``before`` when the reader went back."""
        shown = sorted(self._standing(), key=lambda message: message.ts)
        if not shown:
            return [self._empty()]
        end = next((i for i, m in enumerate(shown) if before and m.ts >= before), len(shown))
        start = max(0, end - MOST_SHOWN)
        older = [Item("older", self._line("older", shown[start].ts))] if start else []
        return [*older, *self._with_lines(shown[start:])]

    def thread(self, thread_ts: str) -> list[Item]:
        """The first message of a thread, how many replied, and the replies."""
        root = self.channel.messages.get(thread_ts)
        if root is None:
            return []
        replies = self.channel.replies(thread_ts)
        alone = [m for m in self._only_seen_by_viewer() if m.thread_ts == thread_ts]
        count = [Item("t-count", self._line("count", len(replies)))] if replies else []
        head = Item(self._page.key(root, in_thread=True), self._message(root, in_thread=True))
        return [head, *count, *self._thread_items(sorted([*replies, *alone], key=lambda m: m.ts))]

    def _thread_items(self, replies: list[Message]) -> Iterator[Item]:
        before: Message | None = None
        for reply in replies:
            html = self._message(reply, in_thread=True, before=before)
            yield Item(self._page.key(reply, in_thread=True), html)
            before = reply

    def _standing(self) -> Iterator[Message]:
        yield from (m for m in self.channel.messages.values() if stands_in_channel(m))
        yield from (m for m in self._only_seen_by_viewer() if not m.thread_ts)

    def _only_seen_by_viewer(self) -> Iterator[Message]:
        return (m for m in self.viewer.ephemerals if m.channel == self.channel.id)

    def _with_lines(self, shown: list[Message]) -> Iterator[Item]:
        replies = self._replies_by_thread()
        first_new = self.reading.first_new(self.viewer, self.channel)
        before: Message | None = None
        for message in shown:
            lines = list(self._lines_between(before, message, first_new=first_new))
            yield from lines
            html = self._message(
                message, before=None if lines else before, replies=replies.get(message.ts, [])
            )
            yield Item(self._page.key(message), html)
            before = message
        if before is not None and before.ts <= self.sample_until:
            yield Item("sample-line", self._line("sample"))

    def _lines_between(self, before: Message | None, message: Message, *, first_new: str) -> Iterator[Item]:
        if before is not None and before.ts <= self.sample_until < message.ts:
            yield Item("sample-line", self._line("sample"))
        day = self._page.day_key(message.ts)
        if before is None or self._page.day_key(before.ts) != day:
            yield Item(day, self._page.day(message.ts))
        if first_new and (before is None or before.ts < first_new) and message.ts >= first_new:
            yield Item("unread-line", self._line("unread"))

    def _replies_by_thread(self) -> dict[str, list[Message]]:
        threads: dict[str, list[Message]] = defaultdict(list)
        for message in self.channel.messages.values():
            if message.thread_ts and message.thread_ts != message.ts:
                threads[message.thread_ts].append(message)
        return threads

    def _message(
        self,
        message: Message,
        *,
        before: Message | None = None,
        replies: Iterable[Message] = (),
        in_thread: bool = False,
    ) -> Markup:
        thread = list(replies)
        pressed = self.pressed.of(self.viewer.user_id, message)
        unread = self.reading.unread_replies(self.viewer, self.channel, thread)
        compact = is_compact(message, previous=before)
        summary = [(reply.ts, reply.user) for reply in thread]
        like = repr((message, summary, pressed, compact, unread, self._names_now))
        place = (self.viewer.user_id, self._page.key(message, in_thread=in_thread))
        return self.drawn.get(
            place,
            like,
            lambda: self._page.message(
                message, in_thread=in_thread, replies=thread, pressed=pressed, compact=compact, unread=unread
            ),
        )

    def _empty(self) -> Item:
        if self.channel.is_im:
            return Item(
                "empty", self._line("empty", "Nothing here yet", "What you write here, only the app sees.")
            )
        title = f"This is the beginning of #{self.channel.name}"
        inside = self.viewer.user_id in self.channel.members
        text = "Ask for a draft: type /draft and what it is about." if inside else "Nobody wrote here yet."
        return Item("empty", self._line("empty", title, text))

    def _line(self, name: str, *words: object) -> Markup:
        return Markup(getattr(self._lines, name)(*words))  # noqa: S704 - a macro of an autoescaped template.
