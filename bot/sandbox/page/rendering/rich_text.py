"""Slack's ``rich_text`` blocks as HTML."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape

from bot.sandbox.block_elements import RICH_TEXT
from bot.sandbox.page.rendering.emoji import emoji_markup
from bot.sandbox.page.rendering.links import link
from bot.sandbox.page.rendering.mentions import (
    broadcast,
    channel_mention,
    group_mention,
    moment_markup,
    person_mention,
)
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.records import Json

_STYLES: Final = {
    "code": Markup('<code class="code">{}</code>'),
    "bold": Markup("<b>{}</b>"),
    "italic": Markup("<i>{}</i>"),
    "strike": Markup("<s>{}</s>"),
    "underline": Markup("<u>{}</u>"),
}
_LIST: Final = {
    "bullet": Markup('<ul class="list list--indent-{indent}">{items}</ul>'),
    "ordered": Markup('<ol class="list list--indent-{indent}" start="{start}">{items}</ol>'),
}
_ITEM: Final = Markup("<li>{}</li>")
_PARTS: Final = {
    "rich_text_section": Markup('<div class="text" dir="auto">{}</div>'),
    "rich_text_quote": Markup('<blockquote class="quote" dir="auto">{}</blockquote>'),
    "rich_text_preformatted": Markup('<pre class="pre"><code>{}</code></pre>'),
}
_BREAK: Final = Markup("<br>")


def rich_text(parts: list[Json], *, names: Names) -> Markup:
    """Return the parts of a rich text block, which Slack's checks have let through, as HTML."""
    return Markup().join(_part(part, names=names) for part in parts)


def rich_text_words(value: Any) -> str:
    """Return what somebody may edit of a rich text: its words; nothing where it is no rich text."""
    parts = value.get("elements") if isinstance(value, dict) else None
    if parts is None or any(RICH_TEXT(parts, "")):
        return ""
    return "\n".join(_words(part) for part in parts)


def _part(part: Json, *, names: Names) -> Markup:
    if part["type"] != "rich_text_list":
        return _PARTS[part["type"]].format(_line(part["elements"], names=names))
    items = (_ITEM.format(_line(item["elements"], names=names)) for item in part["elements"])
    return _LIST[part["style"]].format(
        indent=part.get("indent", 0), start=part.get("offset", 0) + 1, items=Markup().join(items)
    )


def _line(elements: list[Json], *, names: Names) -> Markup:
    return Markup().join(_styled(_inline(element, names=names), element) for element in elements)


def _styled(shown: Markup, element: Json) -> Markup:
    for name in (name for name in _STYLES if element.get("style", {}).get(name)):
        shown = _STYLES[name].format(shown)
    return shown


def _inline(element: Json, *, names: Names) -> Markup:
    return _INLINE[element["type"]](element, names)


def _broken(text: str) -> Markup:
    return _BREAK.join(escape(line) for line in text.split("\n"))


def _link(element: Json, _: Names) -> Markup:
    return link(element["url"], words=_broken(element.get("text") or element["url"]))


def _emoji(element: Json, _: Names) -> Markup:
    tone = f"::skin-tone-{element['skin_tone']}" if element.get("skin_tone", 1) > 1 else ""
    return emoji_markup(f":{element['name']}{tone}:")


def _date(element: Json, names: Names) -> Markup:
    return moment_markup(
        element["timestamp"],
        pattern=element["format"],
        url=element.get("url", ""),
        fallback=element.get("fallback", ""),
        names=names,
    )


_INLINE: Final[Mapping[str, Callable[[Json, Names], Markup]]] = {
    "text": lambda element, _: _broken(element["text"]),
    "link": _link,
    "emoji": _emoji,
    "user": lambda element, names: person_mention(element["user_id"], names=names),
    "usergroup": lambda element, names: group_mention(element["usergroup_id"], names=names),
    "channel": lambda element, names: channel_mention(element["channel_id"], names=names),
    "broadcast": lambda element, _: broadcast(element["range"]),
    "color": lambda element, _: Markup('<span class="swatch">{}</span>').format(element["value"]),
    "date": _date,
}


def _words(part: Json) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(_words(item) for item in part["elements"])
    return "".join(str(element.get("text") or element.get("url") or "") for element in part["elements"])
