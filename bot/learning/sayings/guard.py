"""Says why a line must not become a rule: what is no style, what could steer the bot, and what is nobody's business.

A rule stands in every prompt of its scope, so writing one is a privilege. Links, mentions, secrets, addresses, people
and orders to the bot never become one by themselves, and a person who writes one is told kindly why not.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Final

from bot.errors import FormError

LONGEST_RULE: Final = 160  # characters
_MOST_WORDS: Final = 30
_MOST_QUOTED_WORDS: Final = 8
_PLAIN: Final = re.compile(
    r"[\w\s.,:;!?'\N{RIGHT SINGLE QUOTATION MARK}&()+/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}-]+"
)
_MARKUP: Final = re.compile(r"[<>{}\[\]|\\^~]|`{3}|\*\*\*")
_LINK: Final = re.compile(
    r"//|\bwww\b|\bhxxp|\bmailto:|\b[a-z][\w-]*\s?(?:\(|\[)?\.(?:\)|\])?(?:[a-z]{2,})\b|\b(?:dot com|\(dot\)|\[dot\])",
    re.IGNORECASE,
)
_ABBREVIATION: Final = re.compile(r"\b(?:e\.g|i\.e|a\.m|p\.m|etc|vs)\b\.?", re.IGNORECASE)
_MENTION: Final = re.compile(r"@|<[@#!]|\b[UWCTB](?=[A-Z0-9]*\d)[A-Z0-9]{7,}\b|(?<!\w)#[a-z]\w+")
_MAIL: Final = re.compile(r"\w\s?(?:@|\(at\)|\[at\])\s?\w", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?:\d[\s()./-]{0,2}){7,}")
_DATE: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}\b|\b\d{1,3}(?:,\d{3})+\b")
_SECRET: Final = re.compile(
    r"\b(?:pass(?:word|wort|phrase|code)s?|secrets?|tokens?|credentials?|api[ _-]?keys?|private keys?|pin code)\b"
    r"|\b(?:xox[a-z]|xapp|sk|pk|ghp|gho|glpat|AKIA|eyJ)[-_]?\w{6,}|\b(?=\w*\d)(?=\w*[a-z])[\w-]{12,}\b"
    r"|\b[\w+/-]{32,}={0,2}",
    re.IGNORECASE,
)
_ORDER: Final = re.compile(
    r"\b(?:ignor\w*|disregard\w*|overrid\w*|overrul\w*|bypass\w*|circumvent\w*|jailbreak\w*|missacht\w*)\b"
    r"|\b(?:forget|vergiss|vergesst|oublie\w*|olvida\w*|neglect|discard|unlearn|delete|erase)\b.{0,40}\b(?:instructions?"
    r"|rules?|prompts?|guidelines?|everything|above|previous|prior|earlier|anweisung\w*|regeln|instrucciones|alles|tout"
    r"|todo)\b|\b(?:drop|skip|reveal|leak|repeat|print|output|show|tell|quote|recite|follow|obey)\b.{0,40}\b(?:instructions"
    r"|rules|prompts?|guidelines|conversation)\b|\b(?:no matter what|at all costs|regardless of)\b",
    re.IGNORECASE,
)
_PROMPT: Final = re.compile(
    r"\bprompts?\b|\b(?:your|these|those|my|previous|prior|system|above|following|new) instructions?\b"
    r"|\b(?:system (?:message|role)|developer mode|admin mode|role-?play|language model|function calls?|tool calls?"
    r"|as an ai|you are (?:now|a|an|no longer|draftloop)|act as|pretend|base64|rot13)\b"
    r"|\b(?:answer|respond|reply|output|write)(?: only)? (?:in|as|with) (?:json|xml|code)\b"
    r"|^\s*(?:system|assistant|user|developer)\s*:",
    re.IGNORECASE,
)
_DEED: Final = re.compile(
    r"(?:^|[.,:;!?]\s+|\b(?:always|please|must|should|then|and|to|never)\s+)"
    r"(?:send|forward|dm|cc|bcc|ping|pay|transfer|wire|click|download|install|execute|approve|vote|upvote|downvote|hire"
    r"|fire|endorse)\b",
    re.IGNORECASE,
)
_ODD_WORDS: Final = re.compile(r"\d{5,}|\b(?:forget|instructions?)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_QUOTED: Final = re.compile(r"[\"“„][^\"“”„\n]*[\"”“]")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s+)[\"“„'(]*$")
_NO_NAME_WORDS: Final = (
    "i i'm i'd i'll i've slack markdown english german french spanish british american oxford latin monday tuesday"
    " wednesday thursday friday saturday sunday january february march april may june july august september october"
    " november december iso us uk eu"
)
_NO_NAMES: Final = frozenset(_NO_NAME_WORDS.split())


class NoRule(FormError):
    """What somebody wrote must not become a rule; the sentence says why."""

    code = "no_rule"


def why_not(text: str, *, names: Collection[str] = ()) -> str | None:
    """Return why a line must not be a rule, as a kind sentence for the person who wrote it; None when it may.

    `names` are names of people in the workspace, as far as they are known: a rule is about texts, not about them.
    """
    seen = _ABBREVIATION.sub("", unicodedata.normalize("NFKC", text))
    found = (sentence for is_so, sentence in _REASONS if is_so(text if is_so is _has_hidden else seen))
    reason = next(found, None)
    return reason or (_ABOUT_PEOPLE if _names_one_of(seen, names) else None)


def require_plain(text: str, *, field: str, names: Collection[str] = ()) -> None:
    """Check a rule that a person writes.

    Raises:
        NoRule: it must not be one; `field` is the block id of the form's field.
    """
    reason = why_not(text, names=names)
    if reason is not None:
        raise NoRule({field: reason})


def are_plain(words: str, *, longest: int) -> bool:
    """Tell whether somebody's own words may stand in a rule: short, of plain characters, and nothing `why_not` minds."""
    is_short = len(words) <= longest and len(words.split()) <= _MOST_QUOTED_WORDS
    is_plain = _PLAIN.fullmatch(words) is not None and _ODD_WORDS.search(words) is None
    return is_short and is_plain and why_not(words) is None


def names_somebody(text: str) -> bool:
    """Tell whether a line seems to name a person, a place or a product: a capital within a sentence, outside quotes."""
    plain = _QUOTED.sub("", text)
    return any(_is_name(found, plain) for found in _WORD.finditer(plain))


def _is_name(found: re.Match[str], text: str) -> bool:
    word = found[0]
    is_capital = word[0].isupper() and not word.isupper()
    is_first = _SENTENCE_START.search(text[: found.start()]) is not None
    return is_capital and not is_first and word.casefold() not in _NO_NAMES


def _names_one_of(text: str, names: Collection[str]) -> bool:
    """Tell whether one of these people is named: with a capital, as "will" and "mark" are words too."""
    parts = {part for name in names for part in _WORD.findall(name) if len(part) > 2 and part[0].isupper()}
    named = (found for found in _WORD.finditer(text) if found[0] in parts)
    return any(_SENTENCE_START.search(text[: found.start()]) is None for found in named)


def _is_no_line(text: str) -> bool:
    is_long = len(text) > LONGEST_RULE or len(text.split()) > _MOST_WORDS
    return is_long or "\n" in text.strip() or not any(map(str.isalpha, text))


def _has_hidden(text: str) -> bool:
    """Tell whether there are characters that nobody sees, or letters of two alphabets in one word."""
    hidden = any(
        unicodedata.category(each) in ("Cc", "Cf", "Co", "Cs", "Cn") for each in text if each != "\n"
    )
    return hidden or any(len(_alphabets(word)) > 1 for word in _WORD.findall(text))


def _alphabets(word: str) -> set[str]:
    told = {unicodedata.name(each, "?").split()[0] for each in word if each.isalpha()}
    return told & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "FULLWIDTH", "MATHEMATICAL"}


def _has_phone(text: str) -> bool:
    return _PHONE.search(_DATE.sub("", text)) is not None


def _has(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


_ABOUT_PEOPLE: Final = "A rule is about texts, not about people: please leave out who."
_REASONS: Final[tuple[tuple[Callable[[str], bool], str], ...]] = (
    (_is_no_line, f"A rule is one line of words, {LONGEST_RULE} characters at most."),
    (_has_hidden, "There are characters in it that cannot be seen, or letters of two alphabets in one word."),
    (_has(_MAIL), "An e-mail address does not belong in a rule."),
    (_has(_MENTION), "A rule mentions nobody and no channel: please leave out the @ and the #."),
    (_has(_LINK), "A link does not belong in a rule."),
    (_has(_MARKUP), "Please use plain words, without brackets and markup."),
    (_has_phone, "A phone number, or another long number, does not belong in a rule."),
    (_has(_SECRET), "That may be a secret, and a rule is seen by everybody."),
    (_has(_ORDER), "A rule says how texts should be. It cannot tell me to leave other rules or words aside."),
    (_has(_PROMPT), "A rule says how texts should be, not how I work."),
    (_has(_DEED), "A rule says how texts should be. It cannot have me do something, or favour somebody."),
)
