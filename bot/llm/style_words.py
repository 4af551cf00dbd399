"""Words in texts: one said for another, and contractions. Pure functions on prose."""

import re
from collections import Counter
from typing import Final

_APOSTROPHE: Final = "['\N{RIGHT SINGLE QUOTATION MARK}]"
_NEGATED: Final = "do|does|did|is|are|was|were|has|have|had|could|would|should|must"
_ODD_NEGATIONS: Final = {"will not": "won", "cannot": "can", "can not": "can", "shall not": "shan"}
_SHORT_FORMS: Final = {"won": "will not", "can": "cannot", "shan": "shall not"}
_PARTICIPLE: Final = r"(?:been|got|had|become|gone|made|\w+ed)"
_IS: Final = "it|that|there|here|what|who|where|he|she"
# What a contraction is short for, where that is plain: "it's gone" may be "is" or "has", and stays as it is.
_CONTRACTED: Final = re.compile(
    rf"(?<![\w'\N{{RIGHT SINGLE QUOTATION MARK}}])(?:(?P<negated>{_NEGATED}|won|can|shan)n?{_APOSTROPHE}t"
    rf"|(?P<we>we|you|they){_APOSTROPHE}re|(?P<will>i|we|you|they|he|she|it|that|there){_APOSTROPHE}ll"
    rf"|(?P<am>i){_APOSTROPHE}m|(?P<have>i|we|you|they){_APOSTROPHE}ve|(?P<let>let){_APOSTROPHE}s"
    rf"|(?P<is>{_IS}){_APOSTROPHE}s(?!\s+{_PARTICIPLE}\b))(?!\w)",
    re.IGNORECASE,
)
# What may be contracted: not at the end of a sentence ("Yes, it is."), "have" only where it helps a verb, and nothing
# that is a matter of taste ("there is", "who is").
_FULL: Final = re.compile(
    rf"\b(?:(?P<is>it|that|he|she) is(?= [a-z])|(?P<we>we|you|they) are(?= [a-z])|(?P<am>I) am(?= [a-z])"
    rf"|(?P<will>i|we|you|they|he|she|it) will(?= [a-z])(?! not\b)|(?P<have>i|we|you|they) have(?= {_PARTICIPLE}\b)"
    rf"|(?P<negated>{_NEGATED}) not|(?P<odd>will not|can ?not|shall not))\b",
    re.IGNORECASE,
)
_LONG_ENDS: Final = {"we": "are", "will": "will", "am": "am", "have": "have", "let": "us", "is": "is"}
_SHORT_ENDS: Final = {"we": "'re", "will": "'ll", "am": "'m", "have": "'ve", "is": "'s", "negated": "n't"}


def contractions_in(text: str) -> Counter[str]:
    """Count the contractions whose full form is plain, by that form."""
    return Counter(_written_out(found).casefold() for found in _CONTRACTED.finditer(text))


def full_forms_in(text: str) -> Counter[str]:
    """Count what could be contracted."""
    return Counter(found[0].casefold().replace("can not", "cannot") for found in _FULL.finditer(text))


def without_contractions(text: str) -> str:
    """Write contractions out, where it is plain what they are short for."""
    return _CONTRACTED.sub(_written_out, text)


def with_contractions(text: str) -> str:
    """Contract what people contract in speech."""
    return _FULL.sub(_contracted, text)


def _written_out(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    word = found[kind]
    if kind == "negated":
        return cased(_SHORT_FORMS.get(word.lower(), f"{word.lower()} not"), like=word)
    return f"{word} {_LONG_ENDS[kind]}"


def _contracted(found: re.Match[str]) -> str:
    kind = found.lastgroup or ""
    if kind == "odd":
        return cased(f"{_ODD_NEGATIONS[found[0].lower()]}'t", like=found[0])
    return f"{found[kind]}{_SHORT_ENDS[kind]}"


def swapped(text: str, swaps: tuple[tuple[str, str], ...]) -> str:
    """Swap whole words, all at once, so that one swap's outcome is not another one's subject."""
    words = _settled({old.casefold(): new for old, new in swaps})
    longest_first = sorted(words, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"
    return re.sub(
        pattern, lambda found: cased(words[found[0].casefold()], like=found[0]), text, flags=re.IGNORECASE
    )


def _settled(words: dict[str, str]) -> dict[str, str]:
    """Follow "b for a" and "c for b" to "c for a": what was swapped once needs no second time."""
    return {old: _last(words, old) for old in words}


def _last(words: dict[str, str], old: str) -> str:
    seen = {old}
    new = words[old]
    while new.casefold() in words and new.casefold() not in seen:
        seen.add(new.casefold())
        new = words[new.casefold()]
    return words[old] if new.casefold() in seen else new  # Where they turn in circles, one step is all.


def cased(word: str, *, like: str) -> str:
    """Begin a word with a capital where the word in its place did."""
    return f"{word[:1].upper()}{word[1:]}" if like[:1].isupper() and word[:1].islower() else word
