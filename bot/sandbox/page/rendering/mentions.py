"""What stands between ``<`` and ``>`` in Slack's texts: people, channels, groups, dates, links."""

import re
from typing import Final

from markupsafe import Markup, escape

from bot.sandbox.page.rendering.dates import find_moment, formatted, full_of
from bot.sandbox.page.rendering.emoji import with_emoji_markup
from bot.sandbox.page.rendering.links import link, safe_link
from bot.sandbox.page.rendering.names import Names

_EVERYBODY: Final = ("here", "channel", "everyone")
_DATE: Final = re.compile(r"date\^(\d{1,12})\^([^^]*)(?:\^(.*))?", re.DOTALL)
_MENTION: Final = Markup('<span class="mention{}">@{}</span>')
_CHANNEL: Final = Markup(
    '<a class="mention mention--channel" href="?as={}&amp;in={}" data-do="go" data-in="{}">#{}</a>'
)
_HIDDEN: Final = Markup('<span class="mention">#{}</span>')
_TIME: Final = Markup('<time datetime="{}" title="{}">{}</time>')


def person_mention(user_id: str, *, names: Names, otherwise: str = "") -> Markup:
    """Name somebody; the viewer sees their own name marked."""
    name = names.people.get(user_id) or otherwise.removeprefix("@") or user_id
    return _MENTION.format(" mention--me" if user_id == names.viewer else "", name)


def channel_mention(channel_id: str, *, names: Names, otherwise: str = "") -> Markup:
    """Name a channel, and lead there if the viewer may see it."""
    name = names.channel(channel_id, otherwise=otherwise.removeprefix("#"))
    if channel_id not in names.places:
        return _HIDDEN.format(name)
    return _CHANNEL.format(names.viewer, channel_id, channel_id, name)


def group_mention(group_id: str, *, names: Names, otherwise: str = "") -> Markup:
    """Name a user group."""
    name = names.groups.get(group_id) or otherwise.removeprefix("@") or group_id
    return _MENTION.format("", name)


def broadcast(reach: str) -> Markup:
    """Call everybody: here, channel or everyone."""
    return _MENTION.format(" mention--all", reach)


def moment_markup(seconds: str | float, *, pattern: str, url: str, fallback: str, names: Names) -> Markup:
    """Show a moment in the viewer's zone; what is no moment shows its fallback."""
    moment = find_moment(seconds, names=names)
    if moment is None:
        return escape(fallback)
    words = formatted(moment, pattern=pattern, names=names)
    shown = _TIME.format(moment.isoformat(), full_of(moment), words)
    return link(url, words=shown) if url else shown


def reference(inside: str, *, names: Names) -> Markup | None:
    """Return what ``<…>`` stands for, given without the brackets and decoded; nothing if Slack knows no such thing."""
    target, _, words = inside.partition("|")
    if target[:1] == "@":
        return person_mention(target[1:], names=names, otherwise=words)
    if target[:1] == "#":
        return channel_mention(target[1:], names=names, otherwise=words)
    if target[:1] == "!":
        return _special(target[1:], words=words, names=names)
    if safe_link(target):
        return link(target, words=with_emoji_markup(words) if words else target.removeprefix("mailto:"))
    return None


def _special(target: str, *, words: str, names: Names) -> Markup | None:
    if target in _EVERYBODY:
        return broadcast(target)
    if target.startswith("subteam^"):
        return group_mention(target.removeprefix("subteam^"), names=names, otherwise=words)
    date = _DATE.fullmatch(target)
    if date:
        return moment_markup(date[1], pattern=date[2], url=date[3] or "", fallback=words, names=names)
    return escape(words) if words else None
