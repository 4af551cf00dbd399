"""Is a reply the better text, a wish how to change it, or just talk? First honest rules, shown and put right by a press.

No model decides: a handful of things one can point at (shared words, length, how it opens, quotes, questions). What
none of them settles is taken as talk, and said to be unsure.
"""

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

REWRITE, INSTRUCTION, TALK = "rewrite", "instruction", "talk"
INTERPRETATIONS: Final = (REWRITE, INSTRUCTION, TALK)

_WORD: Final = re.compile(r"[\w'-]+")
_MARKER: Final = re.compile(
    r"^\W*(?:(?:please |just |better |rather )*(?:use|try|say|write|post|send|take|go with) (?:this|that|it like this)"
    r"(?: (?:one|version|text))?(?: instead)?|(?:please )?(?:change|rephrase|reword|rewrite) (?:it|this) (?:to|as)"
    r"|(?:how|what) about(?: this)?|instead|rewrite|better(?: version)?|my version|new text|should (?:read|be|say)"
    r"|it should (?:read|be|say)|suggestion)\s*[:\n]\s*",
    re.IGNORECASE,
)
_QUOTE: Final = re.compile(
    r"^\s*(?:```(?:\w*\n)?(?P<code>.+?)```|[\"“„«](?P<marks>.+)[\"”“»])\s*$", re.DOTALL
)
_CITED: Final = re.compile(r"^>.*(?:\n|$)", re.MULTILINE)
_OPENERS: Final = re.compile(
    r"(?:add|avoid|be|change|check|correct|cut|don't|dont|drop|expand|explain|fix|include|keep|leave|less|link|lose"
    r"|lower|make|mention|more|move|name|never|no|not|only|please|put|reduce|remove|rename|reorder|replace|rephrase"
    r"|reword|rewrite|say|shorten|simplify|skip|sound|split|start|stop|tighten|tone|translate|trim|try|use|write"
    r"|without|shorter|longer|friendlier|softer|warmer|clearer|simpler)"
)
_ASKS: Final = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|we)|let's|i(?:'d| would) (?:prefer|like|rather|add|drop|cut|make)"
    r"|we (?:should|need|never|always|don't|prefer|say|call)|you (?:should|could|forgot|missed))\b",
    re.IGNORECASE,
)
_COMPLAINS: Final = re.compile(
    r"\b(?:too (?:\w+)|should(?:n't)? (?:be|say|have|start|end|read|not)|needs? (?:to|a|an|more|less)|wrong|typo"
    r"|missing|incorrect|not true|outdated|instead of|must(?:n't)?|(?:a )?(?:bit|little) (?:more|less))\b",
    re.IGNORECASE,
)
_CHAT: Final = re.compile(
    r"^(?:thanks?|thank you|thx|ty|nice|great|cool|perfect|lovely|awesome|love (?:it|this)|good|ok(?:ay)?|yes|yep|no"
    r"|nope|lol|haha\w*|wow|lgtm|done|agreed?|\+1|same|sent|posted|sure|hm+)\b"
    r"(?:[\s,.!]+(?:so|very|much|one|it|you|u|all|team|a|lot|again|for|this|that|works?|job|idea|thanks|thank|thx|to"
    r"|me|looks?|is|good|great|nice|now|with|everyone|folks))*[\s.!)]*$",
    re.IGNORECASE,
)
_FILLER: Final = re.compile(
    r"^(?:(?:ok(?:ay)?|and|but|also|then|maybe|perhaps|nice|good|great|thanks|so|still|yes|well)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
_EMOJI_ONLY: Final = re.compile(r"^(?:\s*:[\w+-]+:\s*)+$")


@dataclass(frozen=True)
class Reading:
    """How a reply is read: its kind, the text to work with, and whether the rules are sure."""

    kind: str
    text: str
    sure: bool = True


def interpret(reply: str, *, draft: str) -> Reading:
    """Read a reply (markdown) to a draft."""
    text = reply.strip()
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if _is_chat(plain):
        return Reading(TALK, text)
    better = better_text(text, draft=draft)
    if better is not None:
        return Reading(REWRITE, better)
    wish = _FILLER.sub("", _CITED.sub("", plain).strip() or plain)
    if _is_wish(wish):
        return Reading(INSTRUCTION, text)
    return Reading(TALK, text, sure=wish.endswith("?"))


def better_text(reply: str, *, draft: str) -> str | None:
    """Return the better text that a reply holds, if it holds one."""
    marked = _MARKER.sub("", reply, count=1)
    quoted = _QUOTE.match(marked)
    inner = (quoted["code"] or quoted["marks"]).strip() if quoted else marked.strip()
    if (marked != reply or quoted) and len(_words(inner)) >= 2:
        return inner
    own = inner if _CITED.search(draft) else _CITED.sub("", inner).strip() or inner
    return own if _resembles(own, draft) else None  # What is cited resembles the draft and is no better text.


def as_text(reply: str, *, kind: str, draft: str) -> str:
    """Return the text to work with when a person said what kind of reply it is."""
    return (better_text(reply, draft=draft) or reply.strip()) if kind == REWRITE else reply.strip()


def _is_chat(text: str) -> bool:
    starts_with_somebody = text.startswith("<@")  # It speaks to a colleague.
    return not text or starts_with_somebody or bool(_EMOJI_ONLY.match(text) or _CHAT.match(text))


def _is_wish(text: str) -> bool:
    words = _words(text)
    if not words:
        return False
    asks = _ASKS.match(text) is not None
    if text.endswith("?") and not asks:
        return False
    return asks or _OPENERS.fullmatch(words[0]) is not None or _COMPLAINS.search(text) is not None


def _resembles(text: str, draft: str) -> bool:
    """Tell whether a text could stand in the draft's place: about as long, and much the same words."""
    own, drafted = _words(text), _words(draft)
    if len(own) < 4 or not 0.4 <= len(own) / max(1, len(drafted)) <= 2.5:
        return False
    shared = fuzz.token_set_ratio(" ".join(own), " ".join(drafted))
    common = len(set(own) & set(drafted)) / max(1, min(len(set(own)), len(set(drafted))))
    opens_like_a_wish = _OPENERS.fullmatch(own[0]) is not None and own[0] != drafted[0]
    return common >= (0.75 if opens_like_a_wish else 0.45) and shared >= 50


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
