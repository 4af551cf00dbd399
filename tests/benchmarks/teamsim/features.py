"""The fourteen features of style in TeamSim, and how they are said in words.

A style is a dict from feature to bool: False is how the scripted model writes by itself, True the other way. Phrases
are what people wish and what the model distils; `heard` reads a phrase, whoever wrote it, with rules of its own.
"""

import re
from dataclasses import dataclass

SIGN_OFF = "\N{EM DASH} The platform team"
_NOT = r"\b(?:no|not|never|without|avoid|skip|drop|remove|leave out|don't|instead of|rather than|fewer|less)\b[^.;\n]*?"
_COMMA = r"thousands? separator|comma|12,000|1,000|1,234|10,000"
_ISO = r"iso\b|yyyy-mm-dd|\d{4}-\d\d-\d\d|year first"


@dataclass(frozen=True)
class Feature:
    """One thing that style decides, and the words for it."""

    name: str
    so: tuple[str, ...]  # phrases that want True
    not_so: tuple[str, ...]  # phrases that want False


@dataclass(frozen=True)
class Word:
    """A word of the glossary: what the model says, and what a team may say instead."""

    old: str
    new: str


WORDS = {
    "user": Word("users", "customers"),
    "issue": Word("issue", "ticket"),
    "release": Word("release", "rollout"),
    "workspace": Word("workspace", "account"),
}


def _word_feature(name: str, word: Word) -> Feature:
    return Feature(
        name,
        (f"Say “{word.new}” instead of “{word.old}”.",),
        (f"Say “{word.old}” instead of “{word.new}”.",),
    )


_MARKS = (
    Feature("greeting", ("No greeting.", "Leave out the greeting."), ("Begin with a greeting.",)),
    Feature("sign_off", (f"End with “{SIGN_OFF}”.",), ("No sign-off.",)),
    Feature("emoji", ("No emoji.", "Avoid emoji."), ("Use emoji.",)),
    Feature(
        "exclamation",
        ("No exclamation marks.", "Don't use exclamation marks."),
        ("Use exclamation marks.",),
    ),
    Feature("bullets", ("Use bullet points.",), ("No bullet points.",)),
    Feature("bold", ("No bold.",), ("Use bold.",)),
    Feature("contractions", ("Use contractions.",), ("No contractions.",)),
    Feature(
        "numbers",
        ("Write large numbers with commas, like 12,000.",),
        ("Write large numbers without commas, like 12000.",),
    ),
    Feature("dates", ("Write dates like 2026-03-05.",), ("Write dates like 5 March 2026.",)),
    Feature("length", ("Keep it short.", "Make it shorter, please."), ("Make it longer.",)),
)
FEATURES: dict[str, Feature] = {
    **{feature.name: feature for feature in _MARKS},
    **{name: _word_feature(name, word) for name, word in WORDS.items()},
}
NAMES = tuple(FEATURES)
# About how many tokens a feature is worth in a text, measured: worlds are scaled by it.
TOKENS = dict.fromkeys(NAMES, 2.0) | {
    "greeting": 3.0,
    "sign_off": 4.0,
    "contractions": 2.9,
    "dates": 5.1,
    "length": 22.0,
    "issue": 1.1,
    "release": 1.2,
    "workspace": 1.0,
}

Style = dict[str, bool]
PLAIN: Style = dict.fromkeys(NAMES, False)

# What a phrase is about, and which value it means when it says "no …"; the other one when it does not.
_ABOUT = {
    "greeting": (r"greet|salutation|\bhi everyone\b", True),
    "emoji": (r"emoji", True),
    "exclamation": (r"exclamation|exclaim", True),
    "bullets": (r"bullet|\blists?\b|\blisted\b", False),
    "bold": (r"\bbold", True),
    "contractions": (r"contraction|contracted", False),
    "sign_off": (r"sign-?\s?off|signature|signing off", False),
}
_LENGTH = {True: r"\bshort|brief|concise|trim", False: r"\blong|more detail|background|expand"}
_QUOTED = r"[“\"']?([\w-]+)[”\"']?"
_SWAP = re.compile(
    rf"\b(?:say|use|write)\s+{_QUOTED},?\s+(?:instead of|rather than|not)\s+{_QUOTED}", re.IGNORECASE
)


def heard(phrase: str) -> Style:
    """Read what a phrase wants; {} when it is about none of the features."""
    text = phrase.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    wanted = _swaps(text)
    if wanted:
        return wanted
    if SIGN_OFF.casefold() in text.casefold():
        return {"sign_off": True}
    return {**_marks(text), **_formats(text)}


def _swaps(text: str) -> Style:
    wanted: Style = {}
    for new, old in _SWAP.findall(text):
        for name, word in WORDS.items():
            pair = (_singular(old), _singular(new))
            if pair == (_singular(word.old), _singular(word.new)):
                wanted[name] = True
            elif pair == (_singular(word.new), _singular(word.old)):
                wanted[name] = False
    return wanted


def _singular(word: str) -> str:
    return word.casefold().removesuffix("s")


def _marks(text: str) -> Style:
    wanted: Style = {}
    for name, (about, when_none) in _ABOUT.items():
        if re.search(about, text, re.IGNORECASE):
            is_none = re.search(f"{_NOT}(?:{about})", text, re.IGNORECASE) is not None
            wanted[name] = when_none if is_none else not when_none
    return wanted


def _formats(text: str) -> Style:
    wanted: Style = {}
    if re.search(r"\bnumber|thousand", text, re.IGNORECASE) and not re.search(r"spell|words|digits", text):
        has_comma = re.search(_COMMA, text, re.IGNORECASE) is not None
        is_without = re.search(rf"{_NOT}(?:{_COMMA})", text, re.IGNORECASE) is not None
        wanted["numbers"] = has_comma and not is_without
    if re.search(r"\bdates?\b", text, re.IGNORECASE):
        wanted["dates"] = re.search(_ISO, text, re.IGNORECASE) is not None
    if not wanted:
        lengths = [value for value, about in _LENGTH.items() if re.search(about, text, re.IGNORECASE)]
        wanted |= {"length": lengths[0]} if lengths else {}
    return wanted


def phrase(name: str, *, value: bool, variant: int = 0) -> str:
    """Say what is wanted of a feature in words."""
    feature = FEATURES[name]
    phrases = feature.so if value else feature.not_so
    return phrases[variant % len(phrases)]
