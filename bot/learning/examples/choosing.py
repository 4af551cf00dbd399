"""Chooses among past drafts: which examples tell most about how to write for a brief. Pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.learning.examples.examples import Example
from bot.learning.examples.retrieval_index import alike
from bot.learning.examples.retrieval_terms import terms_of

# What being the newest is worth, against a similarity of 0 … 1; the second newest has half of it, and so on. House
# style is learned from what people said last, whatever it was about; the topic decides among the older ones.
NEWEST: Final = 0.5
HALF_LIFE_DAYS: Final = 180.0  # how long a similar draft takes to be worth half as much
SAME_AGAIN: Final = (
    0.3  # what a likeness to one that is chosen already takes away: two of a kind tell little more
)
ALIKE_ENOUGH: Final = 0.5  # what an example from another channel has to have in common with the brief
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Candidate:
    """An example that may be shown; `at` and the ages are in seconds."""

    example: Example
    at: float
    similarity: float
    is_here: bool


def choose(candidates: Sequence[Candidate], *, limit: int, now: float) -> tuple[Example, ...]:
    """Return up to `limit` examples, the most telling first.

    Corrections in the brief's own channel come first, the newest of them always among them; then drafts that were
    accepted there; then, up to half of the places, what other channels have for a brief that is much like this one.
    """
    here = [one for one in candidates if one.is_here]
    corrected = [one for one in here if one.example.kind != "accepted"]
    accepted = [one for one in here if one.example.kind == "accepted"]
    elsewhere = [one for one in candidates if not one.is_here and one.similarity >= ALIKE_ENOUGH]
    chosen = _with_newest(_diverse(corrected, limit=limit, worth=_worths(corrected, now)), corrected)
    chosen += _diverse(accepted, limit=limit - len(chosen), worth=_worths(accepted, now))
    most = min(limit - len(chosen), limit // 2)
    chosen += _diverse(elsewhere, limit=most, worth=lambda one: _faded(one, now), beside=chosen)
    return tuple(one.example for one in chosen)


def _worths(candidates: Sequence[Candidate], now: float) -> Callable[[Candidate], float]:
    """Value similarity, and newness with it: the bonus goes by rank, not by days."""
    ranks = {at: rank for rank, at in enumerate(sorted({one.at for one in candidates}, reverse=True))}
    return lambda one: _faded(one, now) + NEWEST / 2.0 ** min(64, ranks[one.at])


def _faded(candidate: Candidate, now: float) -> float:
    days = max(0.0, now - candidate.at) / _DAY
    left: float = 0.5 ** (days / HALF_LIFE_DAYS)
    return candidate.similarity * left


def _diverse(
    candidates: Sequence[Candidate],
    *,
    limit: int,
    worth: Callable[[Candidate], float],
    beside: Sequence[Candidate] = (),
) -> list[Candidate]:
    """Take the best one by one, each time less what it has in common with those taken (maximal marginal relevance)."""
    left = sorted(candidates, key=lambda one: (-worth(one), -one.at, _key(one)))
    taken: list[Candidate] = []
    terms = {one: terms_of(one.example.brief) for one in (*left, *beside)}
    repeated = {one: max((alike(terms[one], terms[other]) for other in beside), default=0.0) for one in left}
    while left and len(taken) < limit:
        best = max(left, key=lambda one: worth(one) - SAME_AGAIN * repeated[one])
        left.remove(best)
        taken.append(best)
        for one in left:
            repeated[one] = max(repeated[one], alike(terms[one], terms[best]))
    return taken


def _with_newest(chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    newest = max(candidates, key=lambda one: (one.at, _key(one)), default=None)
    if newest is None or not chosen or newest in chosen:
        return chosen
    return [*chosen[:-1], newest]


def _key(candidate: Candidate) -> tuple[str, str]:
    return candidate.example.draft_id, candidate.example.correction_id or ""


def distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what says the same as another one: the newest of them stays."""
    newest: dict[Example, Candidate] = {}
    for one in sorted(candidates, key=lambda each: (each.at, _key(each))):
        said = replace(one.example, draft_id="", correction_id=None, user_id=None, draft="")
        newest[said] = one
    return list(newest.values())
