"""A message's text as people meant it: Slack's markup becomes the markdown that drafts are written in."""

import re

from bot.slack.incoming import unescape

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]+)(?:\|([^<>]*))?>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^<>]+)>")
_NAMED = re.compile(r"<[@!][^<>|]+\|@?([^<>]+)>")  # Commands carry names; a name pings nobody.
_EVERYBODY = re.compile(r"<!(channel|here|everyone)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])")


def to_markdown(text: str) -> str:
    """Return the text of a message event as markdown: links, bold and struck text; code stays as it is."""
    pieces = _CODE.split(text)
    return unescape(
        "".join(piece if index % 2 else _converted(piece) for index, piece in enumerate(pieces))
    ).strip()


def _converted(text: str) -> str:
    text = _LINK.sub(lambda link: _markdown_link(link[1], link[2]), text)
    text = _CHANNEL.sub(r"#\1", text)
    text = _EVERYBODY.sub(r"@\1", _NAMED.sub(r"@\1", text))
    return _STRUCK.sub(r"~~\1~~", _BOLD.sub(r"**\1**", text))


def _markdown_link(address: str, words: str | None) -> str:
    """Slack makes links of bare addresses; those stay bare."""
    if not words or words == address or address.partition(":")[2].lstrip("/") == words:
        return words or address
    return f"[{words}]({address})"
