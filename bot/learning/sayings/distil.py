"""Lets the model say which lines of style a correction shows, and believes only what can be checked.

A candidate is dropped when it is no plain line of style, when it speaks about this text or about somebody, and when
it is about something that patterns can see, and they do not see it. What is left is an observation like any other:
a rule only comes of it when other corrections say the same.
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.errors import BotError
from bot.learning.examples.lessons import Lesson
from bot.learning.house_rule import Saying
from bot.learning.sayings.distil_prompt import (
    ANSWER_TOKENS,
    SCHEMA,
    Candidate,
    DistilCase,
    build_distil_prompt,
    candidates_in,
)
from bot.learning.sayings.guard import names_somebody, why_not
from bot.learning.sayings.matching import matched, read_plainly, tidied
from bot.learning.sayings.sayings import is_fact, sayings_in, style_seen
from bot.learning.sayings.topics import is_known, topics_of
from bot.learning.sayings.wishes import edited
from bot.llm.chat_model import ChatModel
from bot.llm.style import Style, conform, style_of_wish
from bot.logs import get_logger
from storage.types import clean_text

__all__ = ["SCHEMA", "DistilCase", "Distiller"]

log = get_logger(__name__)

_COPIED: Final = 4  # words in a row
_QUOTED: Final = re.compile(r"[\"“„][^\"“”„\n]*[\"”“]")
_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"\d+")


class Distiller:
    """Turns a correction into what it says about style, by at most one short call of the model."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    async def distil(self, case: DistilCase) -> tuple[Saying, ...]:
        """Return 0 to 3 sayings with the source `model`, on topics that patterns found nothing about.

        A model that fails or talks nonsense says nothing: what is plain has been learned without it.
        """
        if is_explained(case):
            return ()
        try:
            answer = await self._model.complete(
                build_distil_prompt(case), max_tokens=ANSWER_TOKENS, temperature=0, schema=SCHEMA
            )
        except BotError as error:
            log.warning("distil_failed", code=error.code)
            return ()
        candidates = candidates_in(answer.text)
        if candidates is None:
            log.warning("distil_failed", code="no_candidates")
            return ()
        kept = believed(candidates, case)
        log.info("distilled", candidates=len(candidates), kept=len(kept))
        return kept


def is_explained(case: DistilCase) -> bool:
    """Tell whether patterns understood the whole correction, so that a model has nothing to add."""
    if case.kind == "instruction":
        return case.of_lines or not case.wish.strip() or edited(case.draft, wish=case.wish) is not None
    seen = style_seen(_lesson(case))
    return conform(seen, case.draft).split() == case.better.split()


def believed(candidates: tuple[Candidate, ...], case: DistilCase) -> tuple[Saying, ...]:
    """Return what is believed of a model's candidates: one saying per topic, and none that patterns found themselves."""
    found: dict[str, Saying] = {}
    taken = {said.topic for said in sayings_in(_lesson(case))}
    for said in _checked(candidates, case):
        if said.topic not in taken:
            found.setdefault(said.topic, said)
    return tuple(found.values())


def _checked(candidates: tuple[Candidate, ...], case: DistilCase) -> Iterator[Saying]:
    for raw in candidates:
        candidate = raw.model_copy(update={"text": tidied(clean_text(raw.text))})
        if not _is_style(candidate.text, case) or why_not(candidate.topic or "style") is not None:
            continue
        said = matched(candidate, case.rules, source="model")
        if said is not None and why_not(said.text) is None and _is_seen(said, case):
            yield said


def _is_style(text: str, case: DistilCase) -> bool:
    """Tell whether a line is about texts in general: plain, about nobody, and with nothing of this very text."""
    return why_not(text) is None and not names_somebody(text) and not _is_about_this_text(text, case)


def _is_about_this_text(text: str, case: DistilCase) -> bool:
    if read_plainly(text, source="model") is not None:
        return False  # Its words are checked where they count: in the texts.
    material = f"{case.brief}\n{case.draft}\n{case.better}"
    numbers = set(_NUMBER.findall(text)) & set(_NUMBER.findall(material))
    return bool(numbers) or bool(_runs(_QUOTED.sub(" ", text)) & _runs(material))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[at : at + _COPIED]) for at in range(len(words) - _COPIED + 1)}


def _is_seen(said: Saying, case: DistilCase) -> bool:
    """Check what patterns can check: in a rewrite the better text has to keep to it, and the draft must not have.

    A wish is in the person's own words, of which the model may understand more than we do; but no fact is a style.
    """
    if not is_known(said.topic):
        return True
    style = topics_of(style_of_wish(said.text)).get(said.topic, Style())
    if case.kind == "instruction" or is_fact(style):
        return not is_fact(style)
    return conform(style, case.better) == case.better and conform(style, case.draft) != case.draft


def _lesson(case: DistilCase) -> Lesson:
    text = case.better if case.kind == "rewrite" else case.wish
    return Lesson(case.kind, "", "", "", case.brief, case.draft, text, case.of_lines)
