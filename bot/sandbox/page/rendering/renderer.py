"""What the page asks for: messages, views, texts as one person sees them."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from bot.sandbox.page.rendering.marks import avatar, day_key, day_mark, time_mark
from bot.sandbox.page.rendering.messages import message_key, message_markup
from bot.sandbox.page.rendering.mrkdwn import mrkdwn
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.page.rendering.surface import Surface
from bot.sandbox.page.rendering.views import home_markup, modal_markup
from bot.sandbox.records import Json, Message, OpenView

# What no page may carry: control characters, and halves of characters that cannot be sent.
_ODD: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _clean(shown: Markup) -> Markup:
    return Markup(_ODD.sub("\ufffd", shown))  # noqa: S704 - the markup stays what it was.


class Renderer:
    """Slack's JSON as HTML in the eyes of one person; everything it returns is escaped and can be sent."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def key(self, message: Message, *, in_thread: bool = False) -> str:
        """Return the id that the message's element has."""
        return message_key(message, in_thread=in_thread)

    def message(
        self,
        message: Message,
        *,
        in_thread: bool = False,
        replies: Sequence[Message] = (),
        pressed: Mapping[str, str] | None = None,
        compact: bool = False,
        unread: int = 0,
    ) -> Markup:
        """Return a message.

        Args:
            message: as the workspace keeps it.
            in_thread: whether it stands in the panel of its thread.
            replies: the replies of its thread, oldest first.
            pressed: what the viewer last chose in it, by action.
            compact: whether it follows one of the same author closely, see ``is_compact``.
            unread: how many of the replies the viewer has not seen.
        """
        return _clean(
            message_markup(
                message,
                names=self.names,
                in_thread=in_thread,
                replies=replies,
                pressed=pressed or {},
                compact=compact,
                unread=unread,
            )
        )

    def day(self, stamp: str | float) -> Markup:
        """Return the line above a day's first message."""
        return day_mark(stamp, names=self.names)

    def day_key(self, stamp: str | float) -> str:
        """Return the id of that line."""
        return day_key(stamp, names=self.names)

    def view(self, view: OpenView) -> Markup:
        """Return a modal."""
        return _clean(modal_markup(view, names=self.names))

    def home(self, view: OpenView | None) -> Markup:
        """Return the App Home, or its empty state."""
        return _clean(home_markup(view, names=self.names))

    def blocks(self, blocks: list[Json], *, scope: str) -> Markup:
        """Return blocks; ``scope`` begins their ids and must be unique on the page."""
        return _clean(Surface(names=self.names, scope=scope).blocks(blocks))

    def mrkdwn(self, text: str) -> Markup:
        """Return a text in Slack's markup."""
        return _clean(mrkdwn(text, names=self.names))

    def time(self, stamp: str | float) -> Markup:
        """Return a moment as hours and minutes."""
        return time_mark(stamp, names=self.names)

    def avatar(self, user_id: str, *, small: bool = False) -> Markup:
        """Return somebody's initials on their colour."""
        return _clean(avatar(user_id, names=self.names, small=small))
