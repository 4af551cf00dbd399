"""Words that took the place of other words in a rewrite: a term of the house, or a fact; two rewrites tell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

_STILL_THE_SAME: Final = 0.6  # of the shorter text's words: with fewer, nothing took anything's place
_FEWEST_WORDS: Final = 4
_MOST_SWAPS: Final = 5  # More is another text.
_LONGEST: Final = 3  # words of a term
_FEWEST_LETTERS: Final = 3
_LONGEST_ACRONYM: Final = 5
_WORD: Final = re.compile(r"[^\W_][\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:\n])[\s\W]*$")
# Small words: changing them is grammar.
_SMALL_WORDS: Final = (
    "the and for but not are was were has have had his her its our your their this that these those with from into"
    " will would can could should may might must they them there then than when where what which who whom whose why how"
    " all any some more most much many few very just also only even still yet too now out off over under again once"
    " about after before until you she him let get got being been"
)
# Words that tell when, or how many: changing them puts a fact right.
_FACT_WORDS: Final = (
    "one two three four five six seven eight nine ten eleven twelve first second third next last today tomorrow tonight"
    " yesterday morning noon afternoon evening night midnight week month year day hour weeks months years days hours"
    " monday tuesday wednesday thursday friday saturday sunday january february march april june july august"
    " september october november december"
)
_FACTS: Final = frozenset(_FACT_WORDS.split())
_NO_TERMS: Final = _FACTS | frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class _Token:
    """A word of a text, and whether a sentence begins with it."""

    text: str
    is_first: bool

    @property
    def folded(self) -> str:
        return self.text.casefold()

    @property
    def is_name(self) -> bool:
        return self.text[:1].isupper() and not self.is_first


def replaced_terms(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the terms that others took the place of, where most of the text stayed as it was."""
    old, new = _tokens(before), _tokens(after)
    folded = [each.folded for each in old], [each.folded for each in new]
    if not _are_alike(*folded):
        return ()
    found = tuple(dict.fromkeys([*_replaced(old, new, folded), *_spelt(old, new, folded)]))
    return found if len(found) <= _MOST_SWAPS else ()


def tells_a_fact(words: str) -> bool:
    """Tell whether words say when something is, or how many there are."""
    told = [word.casefold() for word in _WORD.findall(words)]
    return any(word in _FACTS or any(map(str.isdigit, word)) for word in told)


def is_name(words: str) -> bool:
    """Tell whether words look like somebody's name: Ana, not GitHub and not API."""
    told = _WORD.findall(words)
    return bool(told) and all(word.istitle() for word in told)


def _are_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Tell whether most of one text is in the other; what else was added or left out does not matter."""
    shorter = min(len(old), len(new))
    kept = sum(
        block.src_end - block.src_start for block in Levenshtein.opcodes(old, new) if block.tag == "equal"
    )
    return shorter >= _FEWEST_WORDS and kept >= _STILL_THE_SAME * shorter


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(found[0], _SENTENCE_START.search(text[max(0, found.start() - 20) : found.start()]) is not None)
        for found in _WORD.finditer(text)
    ]


def _replaced(
    old: Sequence[_Token], new: Sequence[_Token], folded: tuple[list[str], list[str]]
) -> Iterator[tuple[str, str]]:
    """Return what stands in the place of something else, between words that both texts have."""
    for gone, come in _changed(folded):
        was, now = _to_sentence_end(old[gone]), _to_sentence_end(new[come])
        if len(was) == len(now):
            yield from (_as_terms([a], [b]) for a, b in zip(was, now, strict=True) if _are_terms([a], [b]))
        elif _are_terms(was, now):
            yield _as_terms(was, now)


def _changed(folded: tuple[list[str], list[str]]) -> Iterator[tuple[slice, slice]]:
    """Return the runs of words that differ, from one word in common to the next."""
    equal = [block for block in Levenshtein.opcodes(*folded) if block.tag == "equal"]
    from_old, from_new = 0, 0
    for block in equal:
        yield slice(from_old, block.src_start), slice(from_new, block.dest_start)
        from_old, from_new = block.src_end, block.dest_end
    yield slice(from_old, None), slice(from_new, None)


def _to_sentence_end(tokens: Sequence[_Token]) -> Sequence[_Token]:
    """Leave out the sentences that begin within a run: they came, or went, as a whole."""
    ends = (place for place, token in enumerate(tokens) if place and token.is_first)
    return tokens[: next(ends, len(tokens))]


def _are_terms(old: Sequence[_Token], new: Sequence[_Token]) -> bool:
    are_short = 0 < len(old) <= _LONGEST and 0 < len(new) <= _LONGEST
    if not are_short or not all(map(_is_term, (old[0], old[-1], new[0], new[-1]))):
        return False
    is_fact = any(each.is_name for each in old) and any(each.is_name for each in new)
    return not is_fact and not _is_inflected(old[-1].folded, new[-1].folded)


def _is_term(token: _Token) -> bool:
    is_word = len(token.text) >= _FEWEST_LETTERS and not any(map(str.isdigit, token.text))
    return is_word and token.folded not in _NO_TERMS and "'" not in token.text


def _is_inflected(old: str, new: str) -> bool:
    """Tell whether two words are forms of one: "client" and "clients", "move" and "moved"."""
    short, long = sorted((old, new), key=len)
    return (
        long.startswith(short[: max(_FEWEST_LETTERS, len(short) - 1)]) and len(long) - len(short) <= _LONGEST
    )


def _as_terms(old: Sequence[_Token], new: Sequence[_Token]) -> tuple[str, str]:
    return _term(old), _term(new)


def _term(tokens: Sequence[_Token]) -> str:
    """Return a term as it is written within a sentence."""
    first, rest = tokens[0].text, [token.text for token in tokens[1:]]
    is_plain = tokens[0].is_first and first[1:].islower()
    return " ".join([first.lower() if is_plain else first, *rest])


def _spelt(
    old: Sequence[_Token], new: Sequence[_Token], folded: tuple[list[str], list[str]]
) -> Iterator[tuple[str, str]]:
    """Return the words that are spelt with other capitals now, beyond their first letter: GitHub, API."""
    for block in Levenshtein.opcodes(*folded):
        if block.tag == "equal":
            pairs = zip(
                old[block.src_start : block.src_end], new[block.dest_start : block.dest_end], strict=True
            )
            yield from ((was.text, now.text) for was, now in pairs if _is_spelling(was.text, now.text))


def _is_spelling(was: str, now: str) -> bool:
    is_shouted = now.isupper() and len(now) > _LONGEST_ACRONYM
    return was[1:] != now[1:] and not now[1:].islower() and not is_shouted and len(now) >= 2
