"""Slack's own markup, mrkdwn, as HTML. Formatting that is not closed stays as it was typed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

from bot.sandbox.page.rendering.emoji import SHORTCODE, emoji_markup
from bot.sandbox.page.rendering.links import link
from bot.sandbox.page.rendering.mentions import reference
from bot.sandbox.page.rendering.names import Names

_PRE: Final = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTED: Final = re.compile(r"\A(?:&gt;|>)[ ]?")
_QUOTED_REST: Final = re.compile(r"\A(?:&gt;|>){3}")
_TOKEN: Final = re.compile(
    rf"""(?P<code>`[^`\n]+`)
    |(?P<reference><[^<>\n]+>)
    |(?P<emoji>(?<![a-zA-Z0-9]){SHORTCODE})
    |(?P<address>(?<![\w/])https?://[^\s<>|`]+)
    |(?P<mark>[*_~])""",
    re.VERBOSE | re.ASCII,
)
_TRAILING: Final = ".,;:!?)]}'\"*_~<>"
_TAGS: Final = {"*": Markup("<b>{}</b>"), "_": Markup("<i>{}</i>"), "~": Markup("<s>{}</s>")}
_BREAK: Final = Markup("<br>")
_CODE: Final = Markup('<code class="code">{}</code>')
_PRE_MARKUP: Final = Markup('<pre class="pre"><code>{}</code></pre>')
_QUOTE_MARKUP: Final = Markup('<blockquote class="quote">{}</blockquote>')


def decoded(text: str) -> str:
    """Undo the three entities that Slack writes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(text: str, *, names: Names) -> Markup:
    """Return a text with its code blocks, quotes and inline formatting as HTML."""
    pieces = _PRE.split(text)
    return Markup().join(
        _PRE_MARKUP.format(_code_text(piece.removeprefix("\n").removesuffix("\n"), names=names))
        if index % 2
        else _paragraphs(_between(piece, first=index == 0, last=index == len(pieces) - 1), names=names)
        for index, piece in enumerate(pieces)
    )


def _between(piece: str, *, first: bool, last: bool) -> str:
    """A code block breaks the line by itself."""
    piece = piece if first else piece.removeprefix("\n")
    return piece if last else piece.removesuffix("\n")


def _paragraphs(text: str, *, names: Names) -> Markup:
    shown = Markup()
    for quoted, lines in _grouped(text):
        body = _BREAK.join(inline(line, names=names) for line in lines)
        after_text = shown and not shown.endswith("</blockquote>")
        shown += _QUOTE_MARKUP.format(body) if quoted else (_BREAK if after_text else Markup()) + body
    return shown


def _grouped(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Lines that belong together: quoted or not."""
    group: list[str] = []
    quoted = everything = False
    for line in text.split("\n") if text else ():
        is_quoted = everything or bool(_QUOTED.match(line))
        if group and is_quoted != quoted:
            yield quoted, group
            group = []
        quoted = is_quoted
        group.append(line if everything else _unquoted(line))
        everything = everything or bool(_QUOTED_REST.match(line))
    if group:
        yield quoted, group


def _unquoted(line: str) -> str:
    return _QUOTED.sub("", _QUOTED_REST.sub("&gt;", line))


def _code_text(text: str, *, names: Names) -> Markup:
    """In code only links and mentions mean anything."""
    pieces = re.split(r"(<[^<>\n]+>)", text)
    return Markup().join(
        _reference(piece, names=names) if index % 2 else escape(decoded(piece))
        for index, piece in enumerate(pieces)
    )


def _reference(token: str, *, names: Names) -> Markup:
    found = reference(decoded(token[1:-1]), names=names)
    return escape(decoded(token)) if found is None else found


@dataclass
class _Open:
    """A formatting mark that waits for its end, and what stands behind it so far."""

    mark: str
    inside: list[Markup] = field(default_factory=list)


def inline(line: str, *, names: Names) -> Markup:
    """Return one line with its formatting; each mark is used once, from the inside out."""
    stack = [_Open("")]
    position = 0
    for token in _TOKEN.finditer(line):
        stack[-1].inside.append(escape(decoded(line[position : token.start()])))
        position = token.end()
        if token.lastgroup == "mark":
            _take_mark(stack, line, token)
        else:
            stack[-1].inside.append(_atom(token, names=names))
    stack[-1].inside.append(escape(decoded(line[position:])))
    _fold(stack, to=1)
    return Markup().join(stack[0].inside)


def _take_mark(stack: list[_Open], line: str, token: re.Match[str]) -> None:
    start, end = token.span()
    mark, before, after = token[0], line[max(0, start - 1) : start], line[end : end + 1]
    place = next((index for index in range(len(stack) - 1, 0, -1) if stack[index].mark == mark), 0)
    if place and _ends_word(before) and not _is_word(after) and before != mark:
        _fold(stack, to=place + 1)
        body = Markup().join(stack.pop().inside)
        stack[-1].inside.append(_TAGS[mark].format(body))
    elif not place and not _is_word(before) and _ends_word(after) and after != mark:
        stack.append(_Open(mark))
    else:
        stack[-1].inside.append(escape(mark))


def _fold(stack: list[_Open], *, to: int) -> None:
    """Write marks that found no end as the characters they are."""
    while len(stack) > to:
        unclosed = stack.pop()
        stack[-1].inside += [escape(unclosed.mark), *unclosed.inside]


def _ends_word(char: str) -> bool:
    return bool(char) and not char.isspace()


def _is_word(char: str) -> bool:
    return char.isalnum()


def _atom(token: re.Match[str], *, names: Names) -> Markup:
    text = token[0]
    if token.lastgroup == "code":
        return _CODE.format(_code_text(text[1:-1], names=names))
    if token.lastgroup == "reference":
        return _reference(text, names=names)
    if token.lastgroup == "emoji":
        return emoji_markup(text)
    return _address(text)


def _address(text: str) -> Markup:
    """A bare address; the punctuation behind it belongs to the sentence."""
    written = decoded(text)
    url = written.rstrip(_TRAILING)
    if url.count("(") > url.count(")") and written[len(url) :].startswith(")"):
        url += ")"
    return link(url, words=url) + written[len(url) :]
