"""Standard markdown, as Slack's ``markdown`` block takes it. No raw HTML, no pictures, no unsafe links."""

import re
from collections.abc import Iterable, MutableMapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from bot.sandbox.page.rendering.emoji import with_emoji_markup
from bot.sandbox.page.rendering.links import link, safe_link

_BARE: Final = re.compile(r"(?<![\w/])(https?://[^\s<>|`\"']+[^\s<>|`\"'.,;:!?)\]}*_~])")
_ALIGN: Final = re.compile(r"text-align:(left|center|right)")
_CLASSES: Final = {
    "blockquote_open": "quote",
    "table_open": "table",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "code_inline": "code",
    "heading_open": "markdown__heading",
    "hr": "divider",
}
_HIGHEST_HEADING: Final = 2
_LOWEST_HEADING: Final = 6
_PRE: Final = Markup('<pre class="pre"><code>{}</code></pre>\n')
_TABLE_OPEN: Final = '<div class="table-scroll" role="group" aria-label="Table" tabindex="0">'


@lru_cache(maxsize=512)
def markdown(text: str) -> Markup:
    """Return a markdown text as HTML; the same text is rendered once."""
    return Markup(_parser().render(text))  # noqa: S704 - the parser escapes, and lets no HTML through.


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(safe_link(url))  # type: ignore[method-assign]
    parser.core.ruler.push("our_look", _dress)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _dress(state: StateCore) -> None:
    """Give the tokens our classes, no style attributes, and headings that fit below the page's."""
    levels = sorted({token.tag for token in state.tokens if token.type == "heading_open"})
    for token in state.tokens:
        _dress_block(token)
        _dress_inline(token.children or ())
        if token.type in ("heading_open", "heading_close"):  # Whichever come first, none is left out.
            token.tag = f"h{min(_HIGHEST_HEADING + levels.index(token.tag), _LOWEST_HEADING)}"


def _dress_block(token: Token) -> None:
    if token.type in _CLASSES:
        token.attrSet("class", _CLASSES[token.type])
    aligned = _ALIGN.match(str(token.attrs.pop("style", "")))
    if aligned:
        token.attrSet("class", f"align-{aligned[1]}")


def _dress_inline(tokens: Iterable[Token]) -> None:
    in_link = False
    for token in tokens:
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        in_link = token.type == "link_open" or (in_link and token.type != "link_close")
        token.meta["in_link"] = in_link
        if token.type == "link_open":
            token.attrs = {"class": "link", "href": token.attrs["href"]}
            token.attrs |= {"target": "_blank", "rel": "noopener noreferrer"}


_Env = MutableMapping[str, Any]


def _text(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: _Env) -> str:
    token = tokens[index]
    if token.meta.get("in_link"):
        return with_emoji_markup(token.content)
    pieces = _BARE.split(token.content)
    return Markup().join(
        link(piece, words=piece) if place % 2 else with_emoji_markup(piece)
        for place, piece in enumerate(pieces)
    )


def _image(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: _Env) -> str:
    """A picture from elsewhere is not loaded; whoever wants it follows the link."""
    token = tokens[index]
    words = token.content or "picture"
    if token.meta.get("in_link"):
        return with_emoji_markup(words)
    return link(str(token.attrs["src"]), words=with_emoji_markup(words))


def _code(_: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: _Env) -> str:
    return _PRE.format(tokens[index].content.removesuffix("\n"))


def _table_open(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: _Env
) -> str:
    return _TABLE_OPEN + renderer.renderToken(tokens, index, options, env)


def _table_close(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: _Env
) -> str:
    return renderer.renderToken(tokens, index, options, env) + "</div>"


_RULES: Final = {
    "text": _text,
    "image": _image,
    "fence": _code,
    "code_block": _code,
    "table_open": _table_open,
    "table_close": _table_close,
}
