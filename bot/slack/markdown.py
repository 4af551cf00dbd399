"""What models write, as the markdown that Slack renders.

Slack's markdown blocks take standard markdown (headings, lists, tables, code, quotes, links), but no HTML. So the usual
tags become markdown, entities become their characters, boxes to tick become signs, and a table stands apart from the paragraph above it, without
which it is none. Code stays as it is, and so does every tag that is not formatting: `<name>` may be meant. It makes
nothing harmless: `bot.slack.text.defuse` comes after it.
"""

import html
import re
from collections.abc import Callable
from typing import Final

from bot.slack.splitting import is_table_rule
from bot.slack.text import outside_code

_INLINE: Final = {
    "b": "**",
    "strong": "**",
    "i": "_",
    "em": "_",
    "s": "~~",
    "del": "~~",
    "strike": "~~",
    "code": "`",
    "kbd": "`",
    "tt": "`",
}
_PAIR: Final = re.compile(rf"<({'|'.join(_INLINE)})>([^<>]*)</\1>", re.IGNORECASE)
_LINK: Final = re.compile(r"<a\s[^<>]*?href=[\"']([^\"'<>\s]+)[\"'][^<>]*>([^<>]*)</a>", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<img\s[^<>]*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"(src|alt)=(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HEADING: Final = re.compile(r"[ \t]*<h([1-6])(?:\s[^<>]*)?>\s*([^<>\n]*?)\s*</h\1>[ \t]*", re.IGNORECASE)
_ITEM: Final = re.compile(r"[ \t]*<li(?:\s[^<>]*)?>\s*", re.IGNORECASE)
_LINE: Final = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_RULE: Final = re.compile(r"\s*<hr\s*/?>\s*", re.IGNORECASE)
_BREAK: Final = re.compile(
    r"\s*</?(?:p|div|ul|ol|details|section|blockquote)(?:\s[^<>]*)?>\s*", re.IGNORECASE
)
_DROPPED: Final = re.compile(
    r"</li>|</?(?:u|span|font|center|summary|small|mark|sup|sub)(?:\s[^<>]*)?>|<!--(?:(?!-->).){0,2000}-->",
    re.IGNORECASE | re.DOTALL,
)
_NESTED: Final = 3  # formatting within formatting, as `<b><i>…</i></b>`
# `&lt;`, `&gt;` and `&amp;` stay: they are how markdown writes what would else be a tag.
_ENTITY: Final = re.compile(r"&(?!(?:lt|gt|amp);)[a-z][a-z0-9]{1,30};", re.IGNORECASE)
_TO_DO: Final = re.compile(r"^([ \t]*[-*+] )\[([ xX])\](?= )", re.MULTILINE)
_BLANK: Final = re.compile(r"\n(?:[ \t]*\n){2,}")


def to_slack(model_text: str) -> str:
    """Return a model's text as markdown that Slack renders."""
    return outside_code(model_text, _converted)


def _converted(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]).replace("\xa0", " "), text)
    if "<" in text:
        text = _without_html(text)
    return _apart(_TO_DO.sub(lambda item: f"{item[1]}{'☐' if item[2] == ' ' else '☑'}", text))


def _without_html(text: str) -> str:
    before = text
    for _ in range(_NESTED):
        text = _PAIR.sub(_marked, text)
    text = _IMAGE.sub(_image, _LINK.sub(r"[\2](\1)", text))
    for pattern, instead in _BLOCKS:
        text = pattern.sub(instead, text)
    return _BLANK.sub("\n\n", text) if text != before else text


_BLOCKS: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    (_HEADING, lambda heading: f"\n\n{'#' * int(heading[1])} {heading[2]}\n\n"),
    (_ITEM, "\n- "),
    (_LINE, "\n"),
    (_RULE, "\n\n---\n\n"),
    (_BREAK, "\n\n"),
    (_DROPPED, ""),
)


def _marked(pair: re.Match[str]) -> str:
    """Return the words between markdown's marks, which must not touch white space on their inside."""
    words, mark = pair[2], _INLINE[pair[1].lower()]
    inner = words.strip()
    if not inner:
        return words
    start = words.index(inner)
    return f"{words[:start]}{mark}{inner}{mark}{words[start + len(inner) :]}"


def _image(tag: re.Match[str]) -> str:
    said = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(tag[0])}
    address, words = said.get("src", ""), said.get("alt", "")
    return f"[{words or 'image'}]({address})" if address else words


def _apart(text: str) -> str:
    """Put an empty line before each table that begins right below other text."""
    lines = text.split("\n")
    apart: list[str] = []
    for index, line in enumerate(lines):
        apart += ["", line] if _begins_table(lines, index) and _is_prose(lines[index - 1]) else [line]
    return "\n".join(apart)


def _begins_table(lines: list[str], index: int) -> bool:
    return 0 < index < len(lines) - 1 and "|" in lines[index] and is_table_rule(lines[index + 1])


def _is_prose(line: str) -> bool:
    return bool(line.strip()) and "|" not in line
