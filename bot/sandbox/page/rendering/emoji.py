"""Emoji under Slack's names: from a name to the character, and the list that the picker offers."""

import re
from functools import cache
from typing import Any, Final

from emoji import EMOJI_DATA, STATUS
from markupsafe import Markup, escape

from bot.sandbox.page.rendering.emoji_names import GROUPS, RENAMED

SHORTCODE: Final = r":[\w+'-]{1,80}:(?::skin-tone-[2-6]:)?"
_SHORTCODE: Final = re.compile(rf"(?<![a-zA-Z0-9])({SHORTCODE})", re.ASCII)
_TONE: Final = re.compile(r"(.+?)::skin-tone-([2-6])")
_TONES: Final = {number: chr(0x1F3FB + number - 2) for number in range(2, 7)}
_PLAIN: Final = "\ufe0f"  # asks for the coloured picture; a toned emoji goes without it


def find_emoji(name: str) -> str | None:
    """Return the character of a Slack name without colons, skin tone included; nothing for a custom emoji."""
    toned = _TONE.fullmatch(name)
    if not toned:
        return _plain_emoji(name)
    plain = _plain_emoji(toned[1])
    return plain and (_toned(plain, _TONES[int(toned[2])]) or plain)


def base_name(name: str) -> str:
    """Return the name without its skin tone."""
    return name.partition("::skin-tone-")[0]


def with_emoji(text: str) -> str:
    """Return plain text with its shortcodes replaced by characters, for places that take no markup."""
    return _SHORTCODE.sub(lambda found: _found(found[1]) or found[1], text)


def emoji_markup(shortcode: str) -> Markup:
    """Return a shortcode with its colons as markup; an unknown one stays as it is written."""
    char = _found(shortcode)
    if char is None:
        return escape(shortcode)
    return Markup('<span class="emoji" role="img" aria-label="{}">{}</span>').format(shortcode, char)


def with_emoji_markup(text: str) -> Markup:
    """Return unformatted text as markup, its shortcodes as emoji."""
    pieces = _SHORTCODE.split(text)
    return Markup().join(
        emoji_markup(piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


@cache
def emoji_catalogue() -> tuple[dict[str, Any], ...]:
    """Return the picker's emoji in order, as plain JSON: name, char, group, words, tones."""
    return tuple(
        {
            "name": name,
            "char": _plain_emoji(name),
            "group": group,
            "words": _search_words(name),
            "tones": bool(_toned(_plain_emoji(name) or "", _TONES[2])),
        }
        for group, names in GROUPS.items()
        for name in names.split()
    )


def _found(shortcode: str) -> str | None:
    return find_emoji(shortcode[1:-1])


def _plain_emoji(name: str) -> str | None:
    known = _characters()
    return known.get(_normal(RENAMED.get(name, name))) or _flag(name)


def _toned(char: str, tone: str) -> str | None:
    rest = char[1:].removeprefix(_PLAIN)
    for candidate in (char[:1] + tone + rest, char[:1] + tone + rest.replace(_PLAIN, "")):
        if candidate in EMOJI_DATA:
            return candidate
    return None


def _flag(name: str) -> str | None:
    country = name.removeprefix("flag-")
    if country == name or not re.fullmatch("[a-z]{2}", country):
        return None
    char = "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in country)
    return char if char in EMOJI_DATA else None


def _search_words(name: str) -> str:
    facts = EMOJI_DATA[_plain_emoji(name) or ""]
    names = [name, facts["en"], *facts.get("alias", ())]
    words = re.findall(r"\w+", " ".join(names).lower().replace("_", " "))
    return " ".join(dict.fromkeys(words))


@cache
def _characters() -> dict[str, str]:
    """Every name the emoji data knows; short names, which are Slack's, go before descriptions."""
    full = {char: facts for char, facts in EMOJI_DATA.items() if facts["status"] <= STATUS["fully_qualified"]}
    short = {_normal(name): char for char, facts in full.items() for name in facts.get("alias", ())}
    return {_normal(facts["en"]): char for char, facts in full.items()} | short


def _normal(name: str) -> str:
    return name.strip(":").replace("-", "_")
