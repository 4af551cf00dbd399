"""Kinds of signals, what they say, and which emoji counts as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VOTE, RATING, APPROVAL, FLAG, TEXT = "vote", "rating", "approval", "flag", "text"
DIMENSIONS = (VOTE, RATING, APPROVAL, FLAG)

POSITIVE, NEGATIVE, APPROVED = "positive", "negative", "true"
STARS = ("1", "2", "3", "4", "5")

FLAG_CATEGORIES: Mapping[str, str] = {
    "biased": "Biased or unfair",
    "inaccurate": "Inaccurate",
    "unsafe": "Unsafe",
    "off_brand": "Off-brand",
    "private_data": "Private data in it",
    "other": "Something else",
}

TEXT_KINDS = ("correction", "edit")

# What people do with a draft without saying what they think of it: never an opinion, and in slots of its own.
IMPLICIT = "implicit"
USED, REPOSTED, LEFT_ALONE = "used", "reposted", "ignored"
IMPLICIT_VALUES = (USED, REPOSTED, LEFT_ALONE)

# What people say in a blind trial: which of two texts for a draft's brief is better. No opinion on the draft itself.
TRIAL = "trial"
TRIAL_VALUES = ("a", "b", "tie", "both_bad")  # as it was pressed: which release A was is not in the ledger

_BY_CONTROL = frozenset({*TEXT_KINDS, IMPLICIT, TRIAL})
_OWN_DIMENSION = frozenset({*DIMENSIONS, IMPLICIT, TRIAL})


@dataclass(frozen=True)
class Meaning:
    """What one press says: the kind of signal, the dimension it speaks to, and its value there."""

    kind: str
    dimension: str
    value: str


_LIKE = Meaning("reaction", VOTE, POSITIVE)
_DISLIKE = Meaning("reaction", VOTE, NEGATIVE)
_APPROVE = Meaning("approval", APPROVAL, APPROVED)

# One row per emoji that counts. A workspace's own map goes on top of it.
EMOJI: Mapping[str, Meaning] = {
    "+1": _LIKE,
    "heart": _LIKE,
    "heart_eyes": _LIKE,
    "tada": _LIKE,
    "clap": _LIKE,
    "raised_hands": _LIKE,
    "ok_hand": _LIKE,
    "fire": _LIKE,
    "100": _LIKE,
    "rocket": _LIKE,
    "sparkles": _LIKE,
    "star": _LIKE,
    "star-struck": _LIKE,
    "-1": _DISLIKE,
    "x": _DISLIKE,
    "no_good": _DISLIKE,
    "confused": _DISLIKE,
    "disappointed": _DISLIKE,
    "one": Meaning("rating", RATING, "1"),
    "two": Meaning("rating", RATING, "2"),
    "three": Meaning("rating", RATING, "3"),
    "four": Meaning("rating", RATING, "4"),
    "five": Meaning("rating", RATING, "5"),
    "white_check_mark": _APPROVE,
    "heavy_check_mark": _APPROVE,
    "ballot_box_with_check": _APPROVE,
    "triangular_flag_on_post": Meaning("flag", FLAG, "other"),
}

_ALIASES = {"thumbsup": "+1", "thumbsdown": "-1", "hundred": "100", "star_struck": "star-struck"}

# How a workspace writes a meaning in its own map.
_WORDS: Mapping[str, Meaning] = {
    POSITIVE: _LIKE,
    NEGATIVE: _DISLIKE,
    APPROVAL: _APPROVE,
    FLAG: Meaning("flag", FLAG, "other"),
    **{star: Meaning("rating", RATING, star) for star in STARS},
    **{f"{FLAG}:{category}": Meaning("flag", FLAG, category) for category in FLAG_CATEGORIES},
}


def fold_emoji(name: str) -> str:
    """Return the one name of an emoji: without skin tone, aliases folded."""
    bare = name.strip(":").partition("::")[0]
    return _ALIASES.get(bare, bare)


def meaning_of(emoji: str, *, own_map: Mapping[str, Any] | None = None) -> Meaning | None:
    """Return what an emoji says, or None where it says nothing.

    Args:
        emoji: the name as Slack sends it.
        own_map: the workspace's map, `{"eyes": "positive", "fire": "none"}`: its rows go before ours, and a word
            that is none of ours takes the emoji out.
    """
    name = fold_emoji(emoji)
    for written, word in (own_map or {}).items():
        if fold_emoji(written) == name:
            return _WORDS.get(str(word))
    return EMOJI.get(name)


def emoji_control(emoji: str) -> str:
    """Return the control that an emoji is: every emoji holds one standing value."""
    return f"emoji:{fold_emoji(emoji)}"


def slot_of(kind: str, *, control: str) -> str:
    """Return what an opinion of this kind is about: its dimension, or for texts the control itself.

    The control of an implicit signal is `implicit:used`, or `implicit:reposted:TS` of the message that it is; that of a
    blind vote is `trial:PAIR`.
    """
    return control if kind in _BY_CONTROL else dimension_of(kind)


def dimension_of(kind: str) -> str:
    """Return the dimension that a kind of signal speaks to."""
    if kind in TEXT_KINDS:
        return TEXT
    return kind if kind in _OWN_DIMENSION else VOTE


def trial_control(pair_id: str) -> str:
    """Return the control that a pair of a blind trial is: everybody has one standing vote there."""
    return f"{TRIAL}:{pair_id}"


def is_of_trial(slot: str) -> bool:
    """Tell whether a slot holds a blind vote."""
    return slot.startswith(f"{TRIAL}:")
