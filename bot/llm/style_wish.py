"""Reads what a wish or a rule in plain words says about style; what is not sure is left open."""

import re
from typing import Final

from bot.llm.style_dates import dates_in
from bot.llm.style_numbers import thousands_in, times_in
from bot.llm.style_value import Clock, Dates, Numbers, Style, Thousands

_GAP: Final = (
    r"\b(?:(?!\b(?:but|with|use|add|more|sign|say|afraid|shy|hesitate|forget|need|problem|issue|mind|sure|remove|drop|lose"
    r"|cut|skip|change|touch)\b)[^.;\n]){0,40}?\b"
)
_NO: Final = (
    r"(?<!don't )(?<!do not )(?<!never )(?<!not )(?<!need to )"  # "Don't drop the emoji" wants them.
    r"\b(?:no|not|never|without|fewer|less|too many|too much|drop|remove|avoid|don't|do not|lose|cut|skip|leave out|stop)"
    rf"(?: (?:use|using|add|adding))?{_GAP}"
)
_WITH: Final = rf"\b(?:with|use|add|more|like|include|allow|want|keep){_GAP}"
_FINE: Final = r"\w*(?: \w+){0,2} (?:are|is) (?:fine|ok|okay|welcome|good)\b"
_PLEASE: Final = (
    r"(?:\w| marks?){0,9},? (?:please|pls|instead)\b"  # behind a thing that is asked for by its name alone
)
_QUOTED: Final = r"[\"“„]([^\"“”„\n]+)[\"”“]"
_SIGN_OFF: Final = re.compile(
    r"\b(?:sign(?:ed)?(?: it)?(?: off)?|end|close|finish)\b[^\"'“”„:\n]{0,40}?\b(?:with|as)\b"
    rf"(?: the (?:line|words|sentence))?(?P<colon>:?)\s*(?:{_QUOTED}|'([^'\n]+)'|(?P<bare>[^\"'“”„;\n]+))",
    re.IGNORECASE,
)
_NO_SIGN_OFF: Final = re.compile(_NO + r"(?:sign-?\s?off|signature|closing line)", re.IGNORECASE)
_SWAP: Final = re.compile(
    rf"\b(?:replace|swap|change)\s+(?:{_QUOTED}|(\w+))\s+(?:with|by|to|for)\s+(?:{_QUOTED}|(\w+))",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    rf"\b(?:say|use|write|call it)\s+(?:{_QUOTED}|(\w+))\s*,?\s+(?:instead of|rather than|not)\s+(?:{_QUOTED}|(\w+))",
    re.IGNORECASE,
)
_SHORTER: Final = re.compile(
    r"(?<!\ba )(?<!\bthe )(?<!\bon )(?<!\bin )(?<!\bvery )\b(?:short(?:er)?|brief)\b(?! (?:notice|version|intro|break|term)\b)"
    r"|\b(?:very (?:short|brief)|shorten|briefer|concise|trim|tighten|too long|cut it down)\b",
    re.IGNORECASE,
)
_LONGER: Final = re.compile(
    r"(?<!\bno )(?<!\bany )(?<!\ba )(?<!\bthe )\blonger\b|\btoo short\b|\bexpand\b(?! on\b)"
    r"|\bmore detail(?:s|ed)?\b(?! (?:about|on|for|of|from|regarding)\b)",
    re.IGNORECASE,
)
_CITED: Final = re.compile(r"^>.*(?:\n|$)", re.MULTILINE)

_BULLETS: Final = r"(?:bullets?\b|bullet(?:ed)?[ -](?:points?|lists?))"
_LISTED: Final = re.compile(
    r"\b(?:(?:as|into|in) (?:a |an )?(?:bullet(?:ed)? )?(?:list|bullets?|bullet points?)|(?:it|this|them) a bullet(?:ed)? list)\b",
    re.IGNORECASE,
)
_PROSE: Final = re.compile(
    r"\b(?:in|as|into) (?:full |whole )?(?:prose|sentences|paragraphs?)\b|\bno lists?\b", re.IGNORECASE
)
_BOLD: Final = r"bold\b(?! (?:move|step|claim|tone|statement|voice|idea)s?\b)"
_BOLD_TONE: Final = re.compile(r"\b(?:be|sound|is|are)(?: \w+)? bold\b", re.IGNORECASE)
_PUT_IN_BOLD: Final = re.compile(
    r"\b(?:make|put|set|print)\b(?: [\w-]+){1,5} (?:in )?bold\b|^\W*bold (?:the|all|every|each|key|important)\b",
    re.IGNORECASE,
)
_NUMERALS: Final = r"(?:digits|numerals|figures)"
_IN_DIGITS: Final = re.compile(
    rf"\bnumbers? (?:\w+ ){{0,2}}?(?:as|in|with) {_NUMERALS}\b|\b(?:use|write|prefer) {_NUMERALS}\b", re.IGNORECASE
)  # fmt: skip
_IN_WORDS: Final = re.compile(
    rf"\bspell (?:out )?(?:\w+ ){{0,2}}(?:numbers?|{_NUMERALS})|\bnumbers? (?:\w+ ){{0,2}}?(?:as|in|with) words\b"
    rf"|\bnumbers? (?:are )?(?:spelled|written) out\b|\bwrite (?:\w+ ){{0,2}}numbers? out\b|{_NO}{_NUMERALS}\b",
    re.IGNORECASE,
)
_NAMED_DATES: Final[dict[Dates, str]] = {
    "iso": r"(?:\biso dates?\b|\biso format\b|\biso[ -]?8601\b|\byyyy-mm-dd\b|\bdates? in iso\b)",
    "day_first": r"(?:\bday (?:first|before (?:the )?month)\b|\bd+ month\b|\b(?:british|european) dates?\b)",
    "month_first": r"(?:\bmonth (?:first|before (?:the )?day)\b|\bmonth d+\b|\b(?:american|us) dates?\b)",
}
_NAMED_CLOCK: Final[dict[Clock, str]] = {
    "24": r"(?:\b24[ -]?h(?:ours?)?\b|\bmilitary time\b)",
    "12": r"(?:\b12[ -]?h(?:ours?)?\b|\bam ?(?:/|and|or) ?pm\b|\ba\.m\. ?(?:/|and|or) ?p\.m\.)",
}
_SHOWN_DATES: Final = re.compile(r"\bdates?\b[^.;\n]{0,30}?\b(?:like|as|in)\b([^;\n]+)", re.IGNORECASE)
_SHOWN_TIMES: Final = re.compile(r"\btimes?\b[^.;\n]{0,30}?\b(?:like|as|in)\b([^;\n]+)", re.IGNORECASE)
_SHOWN_NUMBERS: Final = re.compile(r"\bnumbers?\b[^.;\n]{0,30}?\b(?:like|as|in)\b([^;\n]+)", re.IGNORECASE)
_SEPARATED: Final = r"(?:thousands? separators?|commas? in (?:\w+ )?numbers)"
_GREET: Final = re.compile(
    r"\b(?:(?:start|begin|open) with (?:a )?(?:hi|hello|greeting)\b|greet (?:them|people|everyone|the|readers)\b"
    r"|^\W*say (?:hi|hello)\b)",
    re.IGNORECASE,
)
_NO_GREETING: Final = re.compile(rf"{_NO}(?:say )?(?:hi|hello|hey)\b", re.IGNORECASE)


def style_of_wish(wish: str) -> Style:
    """Read a wish or a rule in plain words; what it cites from the draft (`> …`) is left out."""
    said = _CITED.sub("", wish.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    unquoted = re.sub(_QUOTED, "", said)
    return Style(
        exclamation=_wanted("exclamation", unquoted),
        emoji=_wanted("emoji", unquoted),
        greeting=_wanted_greeting(unquoted),
        short=_wanted_short(unquoted),
        sign_off=_wanted_sign_off(said),
        swaps=_wanted_swaps(said),
        bullets=_wanted_bullets(unquoted),
        bold=_wanted_bold(unquoted),
        contractions=_wanted("contractions?", unquoted),
        numbers=_wanted_numbers(unquoted),
        dates=_wanted_dates(unquoted),
        clock=_wanted_clock(unquoted),
        thousands=_wanted_thousands(unquoted),
    )


def _wanted(thing: str, wish: str) -> bool | None:
    if re.search(rf"{_NO}{thing}", wish, re.IGNORECASE):
        return False
    is_wanted = re.search(
        rf"{_WITH}{thing}|\b{thing}{_FINE}|(?:^|[.,;] ?){thing}{_PLEASE}", wish, re.IGNORECASE
    )
    return True if is_wanted else None


def _wanted_greeting(wish: str) -> bool | None:
    wanted = _wanted(r"(?:greeting(?! cards?\b)|salutation)", wish)
    if wanted is None and _NO_GREETING.search(wish):
        return False
    return True if wanted is None and _GREET.search(wish) else wanted


def _wanted_short(wish: str) -> bool | None:
    return False if _LONGER.search(wish) else True if _SHORTER.search(wish) else None


def _wanted_sign_off(wish: str) -> str | None:
    found = _SIGN_OFF.search(wish)
    if found is None:
        return "" if _NO_SIGN_OFF.search(wish) else None
    if found["bare"] is None:
        return (found[2] or found[3]).strip() or None
    words = re.sub(r",? (?:please|thanks|thank you)\W*$", "", found["bare"].strip())
    is_told_word_for_word = found["colon"] or not words[:1].islower()  # Not so: "end with a question".
    return words if words and is_told_word_for_word else None


def _wanted_swaps(wish: str) -> tuple[tuple[str, str], ...]:
    swaps = [(old or old_word, new or new_word) for old, old_word, new, new_word in _SWAP.findall(wish)]
    swaps += [(old or old_word, new or new_word) for new, new_word, old, old_word in _INSTEAD.findall(wish)]
    return tuple(swaps)


def _wanted_bullets(wish: str) -> bool | None:
    wanted = _wanted(_BULLETS, wish)
    if wanted is None and _PROSE.search(wish):
        return False
    return True if wanted is None and _LISTED.search(wish) else wanted


def _wanted_bold(wish: str) -> bool | None:
    about_print = _BOLD_TONE.sub("", wish)
    wanted = _wanted(_BOLD, about_print)
    return True if wanted is None and _PUT_IN_BOLD.search(about_print) else wanted


def _wanted_numbers(wish: str) -> Numbers | None:
    return "words" if _IN_WORDS.search(wish) else "digits" if _IN_DIGITS.search(wish) else None


def _wanted_dates(wish: str) -> Dates | None:
    """Read how dates are wanted: by the form's name, or by the one example that is given."""
    named = {form for form, name in _NAMED_DATES.items() if _is_named(name, wish)}
    shown = _SHOWN_DATES.search(wish)
    forms = {form for _, form in dates_in(shown[1])} if shown else set()
    return next(iter(named or forms)) if len(named or forms) == 1 else None


def _wanted_clock(wish: str) -> Clock | None:
    named = {clock for clock, name in _NAMED_CLOCK.items() if _is_named(name, wish)}
    shown = _SHOWN_TIMES.search(wish)
    clocks = {clock for _, clock in times_in(shown[1])} if shown else set()
    return next(iter(named or clocks)) if len(named or clocks) == 1 else None


def _wanted_thousands(wish: str) -> Thousands | None:
    separated = _wanted(_SEPARATED, wish)
    if separated is not None:
        return "comma" if separated else "plain"
    shown = _SHOWN_NUMBERS.search(wish)
    forms = {form for _, form in thousands_in(shown[1])} if shown else set()
    return next(iter(forms)) if len(forms) == 1 else None


def _is_named(name: str, wish: str) -> bool:
    """Tell whether a form is asked for by its name, and not turned down."""
    return bool(re.search(name, wish, re.IGNORECASE)) and not re.search(_NO + name, wish, re.IGNORECASE)
