"""Finds the topic and the stance of a line of style, and the rule it supports or opposes, if there is one.

What patterns can read has its fixed topic, whatever a model says about it. Of other lines a model may say which rule
they are about; without that, lines that say nearly the same are about the same.
"""

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from bot.learning.house_rule import HouseRule, Saying, Source
from bot.learning.sayings.distil_prompt import Candidate
from bot.learning.sayings.topics import WORDS, is_known, opposite, saying, topics_of
from bot.llm.style import style_of_wish

DO: Final = "do"
AVOID: Final = "avoid"
_OTHER_SIDE: Final = {DO: AVOID, AVOID: DO}
_LONGEST_TOPIC: Final = 40
_MOST_WORDS_OF_TOPIC: Final = 5
_NEARLY_THE_SAME: Final = 88
_MOST_PLAIN_WORDS: Final = (
    8  # outside quotes; a longer line says more than the one thing that patterns read in it
)
_QUOTED: Final = re.compile(r"[\"“„][^\"“”„\n]*[\"”“]")
_QUALIFIED: Final = re.compile(
    r"\b(?:if|when|unless|except|only|but|in|for|at|before|after|about|during|while|and|or|than|until|per|every)\b",
    re.IGNORECASE,
)
_AVOIDS: Final = re.compile(
    r"^\W*(?:avoid|no|never|don't|do not|stop|without|less|fewer|leave out)\b", re.IGNORECASE
)
_OPENING: Final = re.compile(
    r"^\W*(?:(?:please|always|avoid|no|never|don't|do not|stop|use|using|keep|write|prefer|less|fewer|more|any)\b\W*)+",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+")
_EMPTY_WORDS: Final = "a an the of to in for on with and or be is are it this that all any your our"
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())


def saying_of(
    text: str, *, source: Source = "stated", topic: str = "", rules: Sequence[HouseRule] = ()
) -> Saying:
    """Return what a rule in anybody's words says: on a topic that patterns know, on a rule's, or on one of its own.

    `topic` names it where somebody has; else its own words do. `rules` are those it may be about.
    """
    text = tidied(text)
    candidate = Candidate(text=text, topic=topic, polarity=_polarity(text))
    known = read_plainly(text, source=source)
    return known or _like_a_rule(candidate, rules, source=source) or _new(candidate, source=source)


def matched(candidate: Candidate, rules: Sequence[HouseRule], *, source: Source) -> Saying | None:
    """Return what a model's candidate says; None when it opposes a rule without saying what instead."""
    known = read_plainly(candidate.text, source=source)
    if known is not None:
        return known
    rule = next((rule for rule in rules if rule.number == candidate.match.number), None)
    if rule is None or candidate.match.relation == "new":
        return _like_a_rule(candidate, rules, source=source) or _new(candidate, source=source)
    if candidate.match.relation == "supports":
        return Saying(rule.topic, rule.stance, rule.text, source)
    return _against(rule, candidate.text, source=source)


def read_plainly(text: str, *, source: Source) -> Saying | None:
    """Return what patterns read in a line that says one thing and nothing else."""
    parts = topics_of(style_of_wish(text))
    unquoted = _QUOTED.sub("", text)
    topic = next(iter(parts), "")
    is_long = len(unquoted.split()) > _MOST_PLAIN_WORDS
    is_qualified = _QUALIFIED.search(_without_own_words(unquoted, topic)) is not None
    return None if len(parts) != 1 or is_long or is_qualified else saying(parts[topic], source=source)


def tidied(text: str) -> str:
    """Return a line of style as rules are written: no bullet, one sentence, a capital and a full stop."""
    line = " ".join(re.sub(r"^\s*(?:[-*+\N{BULLET}]|\d{1,2}[.)])\s+", "", text).split())
    line = f"{line[:1].upper()}{line[1:]}"
    return line if not line or line.endswith((".", "!", "?", "”", '"')) else f"{line}."


def _without_own_words(text: str, topic: str) -> str:
    """Take out the small words that the plain lines of a topic need themselves ("Write dates in ISO format.")."""
    needs = topic.startswith(WORDS) or topic in ("dates", "clock", "thousands", "numbers", "bullets", "bold")
    return re.sub(r"\b(?:in|for|and|or)\b", "", text, flags=re.IGNORECASE) if needs else text


def _polarity(text: str) -> str:
    return AVOID if _AVOIDS.match(text) else DO


def _against(rule: HouseRule, text: str, *, source: Source) -> Saying | None:
    if not is_known(rule.topic):
        return Saying(rule.topic, _OTHER_SIDE.get(rule.stance, AVOID), text, source)
    other = opposite(rule.topic, rule.stance)
    return other and Saying(other.topic, other.stance, other.text, source)


def _like_a_rule(candidate: Candidate, rules: Sequence[HouseRule], *, source: Source) -> Saying | None:
    """Return what a candidate says about the rule that is about nearly the same words."""
    about = _core(candidate.text)
    free = (rule for rule in rules if not is_known(rule.topic))
    rule = next(
        (rule for rule in free if fuzz.token_sort_ratio(about, _core(rule.text)) >= _NEARLY_THE_SAME), None
    )
    if rule is None or not about:
        return None
    if _polarity(candidate.text) == _polarity(rule.text):
        return Saying(rule.topic, rule.stance, rule.text, source)
    return _against(rule, candidate.text, source=source)


def _new(candidate: Candidate, *, source: Source) -> Saying:
    slug = _slug(candidate.topic) or _slug(_core(candidate.text)) or "style"
    topic = f"{slug}-other" if is_known(slug) else slug
    stance = candidate.polarity if _polarity(candidate.text) == DO else AVOID
    return Saying(topic, stance, candidate.text, source)


def _slug(words: str) -> str:
    """Return a few plain words in one: lower case, joined by hyphens."""
    telling = [word for word in _WORD.findall(words.casefold()) if word not in _EMPTY]
    return "-".join(telling[:_MOST_WORDS_OF_TOPIC])[:_LONGEST_TOPIC].strip("-")


def _core(text: str) -> str:
    """Return what a line is about, without what it says about it."""
    return _OPENING.sub("", text).casefold().strip(" .!")
