"""Is a reply the better text, a wish how to change it, or just talk? Rules first; each reading says whether it is sure.

The rules look at things that one can point at: how a reply opens, quotes, which of the draft's words it shares,
questions, parts of a text that it names. What they do not settle they guess, and say so: then the model is asked
(`bot.feedback.reading`), or the author is shown the guess with a press to put it right. How often they are right is
measured on replies that they were not made for: tests/unit/feedback/test_reply_reading.py.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.feedback import reading_words as words
from bot.feedback.resemblance import Resemblance, resemblance, units

REWRITE, INSTRUCTION, TALK = "rewrite", "instruction", "talk"
INTERPRETATIONS: Final = (REWRITE, INSTRUCTION, TALK)

_QUOTE: Final = re.compile(
    r"^\s*(?:```(?:\w*\n)?(?P<code>(?:(?!```).)+)```|[\"“„«「](?P<marks>[^\"“”„«»「」]+)[\"”“»」])\s*[.!]?\s*$",
    re.DOTALL,
)
_QUOTED: Final = re.compile(r"(?:[\"“„«「]|(?<!\w)')([^\"“”„«»「」]{2,80}?)(?:[\"”“»」]|'(?!\w))")
_CITED: Final = re.compile(r"^>.*(?:\n|$)", re.MULTILINE)
_ADDRESSES: Final = re.compile(r"^\s*(?:<@|@\w)")  # It speaks to a colleague.
_NEVER_ABOUT_THE_TEXT: Final = (_ADDRESSES, words.EMOJI_ONLY, words.CHAT_ELSEWHERE)
_CLAUSE: Final = re.compile(
    r"(?:[.!?;…]+(?=\s|$)|\n+|,\s|\s[\u2013\u2014-]+\s|:\s|\b(?:but|except|aber|pero|mais)\b)\s*"
)
_BUT: Final = re.compile(
    r"\b(?:but|except|apart from|other than|one thing|aber|pero|mais|sauf)\b", re.IGNORECASE
)
_LONGEST_LEAD_IN: Final = 120  # characters
_MOST_LEADING_WORDS: Final = 10
_LAST_WORDS: Final = 4  # one of which says that a text follows
_OPENING_QUOTES: Final = tuple('"“„«「')
_FEWEST_WORDS: Final = 2  # of a better text behind a lead-in
_TELLING: Final = 1_500  # characters: whoever wants something says so before that


@dataclass(frozen=True)
class Reading:
    """How a reply is read: its kind, the text to work with, and whether the rules are sure."""

    kind: str
    text: str
    sure: bool = True


def interpret(reply: str, *, draft: str) -> Reading:
    """Read a reply (markdown) to a draft."""
    text = reply.strip()
    own = _plain(_CITED.sub("", text).strip() or text)[:_TELLING]
    if _is_chat(own):
        return Reading(TALK, text)
    better = _better(text, draft=draft)
    if better is not None and better[1]:
        return Reading(REWRITE, better[0])
    wish = _wish(own, draft=draft)
    says_what_to_do = wish and (_opens_like_a_wish(own) or _contrasts(own, draft))
    if better is not None and not says_what_to_do:
        return Reading(REWRITE, better[0], sure=False)
    if wish is not None:
        return Reading(INSTRUCTION, text, sure=wish)
    return Reading(TALK, text, sure=_is_about_the_world(own))


def better_text(reply: str, *, draft: str) -> str | None:
    """Return the better text that a reply holds, if it holds one."""
    better = _better(reply.strip(), draft=draft)
    return better[0] if better else None


def as_text(reply: str, *, kind: str, draft: str) -> str:
    """Return the text to work with when a person, or the model, said what kind of reply it is."""
    return (better_text(reply, draft=draft) or reply.strip()) if kind == REWRITE else reply.strip()


def _better(text: str, *, draft: str) -> tuple[str, bool] | None:
    """Return the better text in a reply and whether it is one for sure."""
    led = _without_lead_in(text)
    quoted = _QUOTE.match(led or text)
    inner = (quoted["code"] or quoted["marks"]).strip() if quoted else (led or text).strip()
    if led is not None or quoted:
        return _introduced(inner, draft=draft, is_led=led is not None and not quoted)
    own = inner if _CITED.search(draft) else _CITED.sub("", inner).strip() or inner
    likely = _resembles(own, draft)
    return None if likely is None else (own, likely)


def _introduced(text: str, *, draft: str, is_led: bool) -> tuple[str, bool] | None:
    """A text after a lead-in, or in quotes, is a better text unless it is too short; what is in quotes may be cited."""
    is_cited = not is_led and " ".join(units(text)) in " ".join(units(draft))
    if len(units(text)) < _FEWEST_WORDS or (is_cited and len(units(text)) < len(units(draft)) / 2):
        return None
    return text, resemblance(text, draft).known >= 0.2


def _without_lead_in(text: str) -> str | None:
    """Return what follows a short line like "Better:"; None when there is no such line, or nothing behind it."""
    start = _end_of_lead_in(_plain(text[:_LONGEST_LEAD_IN]))
    rest = text[start:].strip()
    ends_in_quotes = rest[:1] in _OPENING_QUOTES and not text[:start].rstrip(" \t").endswith(
        (":", "\uff1a", "\n")
    )
    is_text = len(units(rest)) >= _FEWEST_WORDS and (not ends_in_quotes or _QUOTE.match(rest))
    return rest if start and is_text else None


def _end_of_lead_in(opening: str) -> int:
    """Return where the text begins behind a lead-in; 0 when there is none."""
    quick = words.QUICK_LEAD_IN.match(opening)
    if quick:
        return quick.end()
    end = words.LEAD_IN_END.search(opening, 1)
    led = opening[: end.start()].split() if end else []
    leads = len(led) <= _MOST_LEADING_WORDS and words.LEADS_IN.search(" ".join(led[-_LAST_WORDS:]))
    return end.end() if end and leads and not words.PARTS.search(" ".join(led)) else 0


def _resembles(text: str, draft: str) -> bool | None:
    """Tell whether a text could stand in the draft's place: surely, perhaps (False), or not (None)."""
    seen = resemblance(text, draft)
    opens_like_a_wish = _opens_like_a_wish(text) and units(text)[:1] != units(draft)[:1]
    known = 0.8 if opens_like_a_wish or _points_at_the_draft(text, draft) else 0.5
    if seen.units < 5 or seen.length > 2.5 or seen.known < known:
        return None
    return _is_whole(seen)


def _is_whole(seen: Resemblance) -> bool:
    """A text that keeps little of the draft may stand for one sentence of it."""
    return seen.units >= 6 and seen.length >= 0.35 and (seen.kept >= 0.35 or seen.known >= 0.75)


def _points_at_the_draft(text: str, draft: str) -> bool:
    """Tell whether a reply names a part of the draft, or puts words of it in quotes."""
    return bool(words.PARTS.search(text) and not words.PARTS.search(draft)) or bool(_quotes(text, draft))


def _quotes(text: str, draft: str) -> bool:
    """Tell whether a reply puts words of the draft in quotes."""
    drafted = draft.lower()
    return any(quoted.strip(" .,!").lower() in drafted for quoted in _QUOTED.findall(text))


def _opens_like_a_wish(text: str) -> bool:
    return words.WISH.match(text) is not None


def _is_chat(text: str) -> bool:
    if not text or any(turn.match(text) for turn in _NEVER_ABOUT_THE_TEXT):
        return True
    plain = re.sub(r":[\w+'-]+:|https?://\S+|<[@#!][^>]+>", " ", text).lower()
    said = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", plain)
    return not re.search(r"\d", plain) and all(word in words.CHAT for word in said)


def _wish(text: str, *, draft: str) -> bool | None:
    """Tell whether a reply wants the draft changed: surely, perhaps (False), or not (None)."""
    if _asks_for_a_change(text, draft):
        return True
    if text.rstrip().endswith("?") or words.OWN_DOINGS.match(text):
        return False if _quotes(text, draft) else None
    clauses = filter(None, _CLAUSE.split(text))
    if any(_opens_like_a_wish(clause) for clause in clauses if not _is_chat(clause)):
        return True
    points = words.PARTS.search(text) or _BUT.search(text) or _quotes(text, draft)
    return False if points or _names_a_fact(text) else None


def _asks_for_a_change(text: str, draft: str) -> bool:
    """Tell whether one of the turns that are a wish wherever they stand is in it."""
    turns = (words.ASKS, words.ASKS_ELSEWHERE, words.HOUSE_STYLE, words.ELSEWHERE, words.SUBSTITUTION)
    return any(turn.search(text) for turn in turns) or _contrasts(text, draft)


def _contrasts(text: str, draft: str) -> bool:
    """Tell whether it says "this, not that", and that is in the draft."""
    drafted = set(units(draft))
    return any(set(units(found["old"])) & drafted for found in words.CONTRAST.finditer(text))


def _names_a_fact(text: str) -> bool:
    """Tell whether a short text is about a day or a number."""
    return len(units(text)) <= 12 and words.FACT.search(text) is not None


def _is_about_the_world(text: str) -> bool:
    asks_back = text.rstrip().endswith("?") and words.QUESTION.match(text)
    return bool(words.OWN_DOINGS.match(text) or asks_back)


def _plain(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
