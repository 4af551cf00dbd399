"""Text on its way to Slack: escaped or defused.

`escape` is for mrkdwn that we write ourselves around somebody's words. `defuse` is for a model's text that is
shown as it is, in a markdown block: it keeps the formatting and takes the power to ping and to mislead.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import takewhile
from urllib.parse import urlsplit

from bot.slack.splitting import ends_in_code, split_text

__all__ = ["MARKDOWN_LIMIT", "SECTION_LIMIT", "defuse", "escape", "outside_code", "settled", "split_text"]

MARKDOWN_LIMIT = 12_000  # characters of all markdown blocks of one message together
SECTION_LIMIT = 3_000
# A word joiner is invisible and has no width, but `<@U1>` or `@here` broken by one is only text.
_BREAK = "\N{WORD JOINER}"
# Characters without width or that turn the direction: they hide a ping from a filter, or a link's target.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
    "|(?<=[<>@#!&\uff20\ufe6b])[\u200c\u200d]+"  # joiners belong to emoji and scripts, but not here
)
_CODE = re.compile(
    r"(^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))",
    re.MULTILINE | re.DOTALL,
)
_ANGLED_LINK = re.compile(
    r"<((?:https?|mailto|tel):[^<>|\s]+|[a-z][a-z0-9+.-]*:[^<>|\s]*(?=\|))(?:\|([^<>]*))?>", re.IGNORECASE
)
_MARKDOWN_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?((?:[^()<>\s]|\([^()<>\s]*\))*)>?(?:\s[^()]*)?\)"
)
_REFERENCE = re.compile(r"^( {0,3})\[([^\[\]]+)\]:", re.MULTILINE)
_OPENS_MENTION = re.compile(r"(?:<|&lt;|&#0*60;|&#x0*3c;)(?=[@#!])", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"(?<![A-Za-z0-9])(?:[@\uff20\ufe6b]|&#0*64;|&#x0*40;)(?=(?:channel|here|everyone|group)(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|www\.|[\w-]\.[a-z]{2,}(?=$|[/:?#\s])", re.IGNORECASE)


def escape(text: str) -> str:
    """Return the text as mrkdwn shows it literally: Slack's three control characters become entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def defuse(model_text: str) -> str:
    """Return a model's text so that it cannot ping anybody nor hide where a link leads.

    Mentions of people, channels, groups and everybody become plain text; so does a link whose words look like
    another address. Any other masked link keeps its words, and code keeps its brackets.
    """
    text = outside_code(_INVISIBLE.sub("", model_text), _without_masks)
    return _EVERYBODY.sub(_broken, _OPENS_MENTION.sub(_broken, text))


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Return the text with everything changed that is not code."""
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, change(text[end:])])


def settled(growing_text: str) -> str:
    """Return as much of a growing text as nothing that follows will change: whole words, and nothing that is still open.

    Open are a link, an angle bracket and a code span whose end has not come yet, the row of a table, and its head
    without the rule below; in a code block, the line.
    """
    text = growing_text[: max(growing_text.rfind(" "), growing_text.rfind("\n"), 0)]
    if ends_in_code(f"{text}\n"):
        return text[: max(text.rfind("\n"), 0)]
    start = text.rfind("\n\n") + 1
    closed = _CODE.sub(lambda code: "x" * len(code[0]), text[start:])
    return text[: start + min(*_open_at(closed), _row_at(closed))].rstrip()


def _open_at(paragraph: str) -> list[int]:
    """Return where something begins that has no end yet, and where the paragraph ends."""
    link, angle = paragraph.rfind("["), paragraph.rfind("<")
    is_open = {
        paragraph.find("`"): True,
        angle: re.match(r"<[^\s<>][^<>]*\Z", paragraph[angle:]),
        link: re.match(r"\[(?:[^\]]*|[^\]]*\]\([^)]*)\Z", paragraph[link:]),
    }
    return [*(at for at, found in is_open.items() if at >= 0 and found), len(paragraph)]


def _row_at(paragraph: str) -> int:
    """Return where the last row of a table begins that is still written, or where the paragraph ends."""
    lines = paragraph.split("\n")
    rows = list(takewhile(lambda line: line.lstrip().startswith("|"), reversed(lines)))
    open_rows = 2 if len(rows) == 2 else min(len(rows), 1)  # A head with its rule.
    return len("\n".join(lines[: len(lines) - open_rows]))


def _broken(match: re.Match[str]) -> str:
    return match[0] + _BREAK


def _without_masks(text: str) -> str:
    text = _ANGLED_LINK.sub(lambda match: _honest_link(match[2] or "", match[1]), text)
    text = _MARKDOWN_LINK.sub(lambda match: _honest_link(match[1], match[2]), text)
    return _REFERENCE.sub(rf"\1[\2]{_BREAK}:", text)


def _honest_link(words: str, address: str) -> str:
    """Return a link that says where it leads; only http, https and mailto stay links."""
    words = _MARKDOWN_LINK.sub(lambda match: _honest_link(match[1], match[2]), words).strip()
    if not words or not address or words == address:
        return words or address
    linkable = address.lower().startswith(("http://", "https://", "mailto:"))
    if not linkable or _pretends(words, address):
        return f"{words} ({address})"
    return f"[{words}]({address})"


def _pretends(words: str, address: str) -> bool:
    """Whether a link's words look like an address, and like another one than it leads to."""
    plain = unicodedata.normalize("NFKC", words)
    return _ADDRESS.search(plain) is not None and _host(plain) != _host(address)


def _host(address: str) -> str:
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        host = None
    return (host or address).lower().removeprefix("www.")
