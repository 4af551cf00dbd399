"""Text on its way to Slack: escaped or defused.

`escape` is for mrkdwn that we write ourselves around somebody's words. `defuse` is for a model's text that is
shown as it is, in a markdown block: it keeps the formatting and takes the power to ping and to mislead.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from bot.slack.splitting import split_text

__all__ = ["MARKDOWN_LIMIT", "SECTION_LIMIT", "defuse", "escape", "split_text"]

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
    text = _INVISIBLE.sub("", model_text)
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces += [_without_masks(text[end : code.start()]), code[0]]
        end = code.end()
    text = "".join([*pieces, _without_masks(text[end:])])
    return _EVERYBODY.sub(_broken, _OPENS_MENTION.sub(_broken, text))


def _broken(match: re.Match[str]) -> str:
    return match[0] + _BREAK


def _without_masks(text: str) -> str:
    text = _ANGLED_LINK.sub(lambda match: _honest_link(match[2] or "", match[1]), text)
    text = _MARKDOWN_LINK.sub(lambda match: _honest_link(match[1], match[2]), text)
    return _REFERENCE.sub(rf"\1[\2]{_BREAK}:", text)


def _honest_link(words: str, address: str) -> str:
    """Return a link that says where it leads; only http, https and mailto stay links."""
    words = words.strip()
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
