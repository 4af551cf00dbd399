"""Reads off two texts, a draft and what somebody made of it, what changed in style; what is not sure is left open."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Final, TypeVar

from bot.llm.style_dates import dates_in
from bot.llm.style_layout import bold_in, bullets_of
from bot.llm.style_marks import greeting_of, has_emoji, has_exclamation, prose_pieces, sign_off_of
from bot.llm.style_numbers import numbers_in, thousands_in, times_in
from bot.llm.style_value import Style
from bot.llm.style_words import contractions_in, full_forms_in

_Value = TypeVar("_Value")
_Form = TypeVar("_Form", bound=str)
_WORD: Final = re.compile(r"\w+")
_SHORTER_SHARE: Final = 0.7  # A text with fewer than this share of the words was made shorter on purpose.
_LONGER_SHARE: Final = 1.3
_FEW_WORDS: Final = 3
_STILL_THERE: Final = 0.5  # of the words of a list: with fewer of them it was its content that went
_LIST: Final = 2  # points
_BETWEEN: Final = " ` "  # stands for code, so that no two pieces read as one


def style_of_pair(draft: str, better: str) -> Style:
    """Read off what somebody did to a draft; one change of words may be a fact, so words are left out.

    `exclamation`, `emoji` and `greeting` are True where the better text has them, kept or new. All others say what
    changed, and only that.
    """
    ending, had = sign_off_of(better), sign_off_of(draft)
    before, after = (_BETWEEN.join(prose_pieces(text)) for text in (draft, better))
    return Style(
        exclamation=_seen(has_exclamation(draft), has_exclamation(better)),
        emoji=_seen(has_emoji(draft), has_emoji(better)),
        greeting=_seen(bool(greeting_of(draft)), bool(greeting_of(better))),
        short=seen_short(draft, better),
        sign_off=ending if ending != had else None,
        bullets=_seen_layout(bullets_of, draft, better, fewest=_LIST),
        bold=_seen_layout(bold_in, draft, better, fewest=1),
        contractions=_seen_contractions(before, after),
        numbers=_seen_form(numbers_in(before), numbers_in(after)),
        dates=_seen_form(dates_in(before), dates_in(after)),
        clock=_seen_form(times_in(before), times_in(after)),
        thousands=_seen_form(thousands_in(before), thousands_in(after)),
    )


def seen_short(draft: str, better: str, *, fewest: int = _FEW_WORDS) -> bool | None:
    """Tell whether the number of words was changed on purpose, which a few words more or less are not."""
    before, after = len(draft.split()), len(better.split())
    if abs(before - after) < fewest:
        return None
    return True if after < _SHORTER_SHARE * before else False if after > _LONGER_SHARE * before else None


def _seen(before: bool, after: bool) -> bool | None:  # noqa: FBT001 - A small table of truth.
    return True if after else False if before else None


def _seen_layout(
    parts_of: Callable[[str], list[str]], draft: str, better: str, *, fewest: int
) -> bool | None:
    """Tell whether something was set apart, or no longer is, while its words are in both texts."""
    before, after = parts_of(draft), parts_of(better)
    if len(before) >= fewest and not after and _holds(better, before):
        return False
    return True if len(after) >= fewest and not before and _holds(draft, after) else None


def _holds(text: str, parts: Iterable[str]) -> bool:
    words, said = _words(" ".join(parts)), _words(text)
    return bool(words) and len(words & said) >= _STILL_THERE * len(words)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _seen_contractions(before: str, after: str) -> bool | None:
    """Tell whether the same words are contracted now, or written out."""
    short = _grown(contractions_in(before), contractions_in(after))
    full = _grown(full_forms_in(before), full_forms_in(after))
    contracted = any(short[form] > 0 > full[form] for form in short)
    written_out = any(full[form] > 0 > short[form] for form in full)
    return contracted if contracted != written_out else None


def _grown(before: Counter[str], after: Counter[str]) -> Counter[str]:
    grown = Counter(after)
    grown.subtract(before)
    return grown


def _seen_form(
    before: AbstractSet[tuple[_Value, _Form]], after: AbstractSet[tuple[_Value, _Form]]
) -> _Form | None:
    """Return the form that values of the draft have in the better text, where they had another one before."""
    had = {value for value, _ in before - after}
    forms = {form for value, form in after - before if value in had}
    return next(iter(forms)) if len(forms) == 1 else None
