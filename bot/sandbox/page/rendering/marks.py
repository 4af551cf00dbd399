"""Small marks: avatars of initials, times, lines between days."""

import re
from typing import Final
from zlib import crc32

from markupsafe import Markup

from bot.sandbox.page.rendering.dates import clock_of, day_of, find_moment, full_of
from bot.sandbox.page.rendering.names import Names

_COLOURS: Final = 8
_AVATAR: Final = Markup('<span class="avatar{}" aria-hidden="true">{}</span>')
_TIME: Final = Markup('<time{} datetime="{}" title="{}">{}</time>')
_DAY: Final = Markup('<div class="day" id="{}" role="separator"><span class="day__label">{}</span></div>')


def avatar(user_id: str, *, names: Names, small: bool = False) -> Markup:
    """Return somebody's initials on their colour; apps look different."""
    kind = "app" if user_id in names.apps else str(crc32(user_id.encode("utf-8", "replace")) % _COLOURS)
    size = " avatar--small" if small else ""
    return _AVATAR.format(f" avatar--{kind}{size}", _initials(names.person(user_id)))


def time_mark(stamp: str | float, *, names: Names, css: str = "") -> Markup:
    """Return hours and minutes on the viewer's clock, the whole moment on demand."""
    moment = find_moment(stamp, names=names)
    if moment is None:
        return Markup()
    class_name = Markup(' class="{}"').format(css) if css else ""
    return _TIME.format(class_name, moment.isoformat(), full_of(moment), clock_of(moment))


def day_key(stamp: str | float, *, names: Names) -> str:
    """Return the id of the line above a day's first message."""
    moment = find_moment(stamp, names=names)
    return f"day-{moment:%Y-%m-%d}" if moment else "day-unknown"


def day_mark(stamp: str | float, *, names: Names) -> Markup:
    """Return the line above a day's first message."""
    moment = find_moment(stamp, names=names)
    label = day_of(moment, names=names) if moment else "Unknown day"
    return _DAY.format(day_key(stamp, names=names), label)


def _initials(name: str) -> str:
    words = re.findall(r"\w+", name)
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
