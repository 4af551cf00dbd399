"""What a trial amounts to by now: its units as they count today, and whether that decides anything."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.evaluation.ratio_check import is_off
from bot.evaluation.significance import (
    Evidence,
    Measured,
    StopPolicy,
    Unit,
    decide,
    evidence,
    randomised_evidence,
)
from bot.trials.pairs import CLOSED, DROPPED
from bot.trials.terms import ALL_ALIKE, BLIND, CHALLENGER, NOBODY, TrialState
from storage.models import Trial, TrialOutcome, TrialPair
from storage.queries.trials import CountedVote
from storage.unit_of_work import UnitOfWork

Decision = tuple[TrialState, str]  # the outcome and the code of its reason
PROVED, RATIO, TIME, ALL_IN, ALIKE, MOVED = "proved", "ratio", "time", "all_pairs", "alike", "moved"
_BOTH_BAD: Final = "both_bad"
_PRESSED_A, _PRESSED_B = "a", "b"
_SIDES: Final = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """A trial as it stands, for the program alone until it is closed.

    Args:
        evidence: what its units say.
        wins, ties, both_bad: pairs whose mean vote is for the challenger, in the middle, or that everybody found bad.
        ratio_off: whether some mix is not the planned one.
        done: pairs that are closed, or drafts that are measured.
        alike: pairs without a difference.
    """

    evidence: Evidence
    wins: int = 0
    ties: int = 0
    both_bad: int = 0
    ratio_off: bool = False
    done: int = 0
    alike: int = 0


async def weigh(unit: UnitOfWork, trial: Trial) -> Weighed:
    """Return what a trial amounts to, with the votes and opinions of those who count now."""
    if trial.mode == BLIND:
        pairs = await unit.trials.pairs_of(trial.id)
        return weigh_pairs(trial, pairs, await unit.trial_queries.counted_votes(trial.id))
    return await _weigh_drafts(unit, trial)


def weigh_pairs(trial: Trial, pairs: Sequence[TrialPair], votes: Sequence[CountedVote]) -> Weighed:
    """Return what pairs amount to, in the order in which they closed."""
    by_pair: dict[str, dict[str, CountedVote]] = defaultdict(dict)
    for vote in votes:
        by_pair[vote.pair_id][vote.user_id] = vote
    closed = sorted((pair for pair in pairs if pair.state == CLOSED), key=lambda pair: pair.position or 0)
    heard = [vote for pair in closed for vote in by_pair[pair.id].values()]
    values = [_values(by_pair[pair.id]) for pair in closed]
    bad = [_all_bad(by_pair[pair.id].values()) for pair in closed if pair.fixed is None]
    shares = [_share(pair, said) for pair, said in zip(closed, values, strict=True)]
    flipped = sum(vote.flipped for vote in heard)
    return Weighed(
        evidence=evidence(
            [Unit(said, pair.fixed) for pair, said in zip(closed, values, strict=True)], alpha=trial.alpha
        ),
        wins=sum(share is not None and share > _SIDES for share in shares),
        ties=shares.count(_SIDES) - sum(bad),
        both_bad=sum(bad),
        ratio_off=is_off(flipped, of=len(heard), share=_SIDES),
        done=len(closed),
        alike=sum(pair.state == DROPPED for pair in pairs) if len(closed) == 0 else 0,
    )


def decided(trial: Trial, weighed: Weighed, *, now: datetime) -> Decision | None:
    """Return how a trial ends now, if it does."""
    if weighed.ratio_off:
        return "stopped", RATIO
    verdict = decide(weighed.evidence, policy=StopPolicy(alpha=trial.alpha))
    if verdict is not None:
        return verdict, PROVED
    if now >= trial.closes_at:
        return "not_enough", TIME
    if trial.mode == BLIND and weighed.done >= trial.max_pairs:
        return "not_enough", ALL_IN
    return ("not_enough", ALIKE) if weighed.alike >= ALL_ALIKE else None


async def _weigh_drafts(unit: UnitOfWork, trial: Trial) -> Weighed:
    outcomes = await unit.trials.outcomes_of(trial.id)
    silent = await _who_counts_not(unit, trial, outcomes)
    drafts = [
        Measured(
            one.arm == CHALLENGER,
            {person: loss for person, loss in one.losses.items() if person not in silent},
            one.losses.get(NOBODY),
        )
        for one in outcomes
        if one.position is not None
    ]
    heard = [draft for draft in drafts if draft.losses or draft.fixed is not None]
    return Weighed(
        evidence=randomised_evidence(heard, share=trial.share, alpha=trial.alpha),
        ratio_off=_arms_off([one.arm == CHALLENGER for one in outcomes], trial.share)
        or _answers_off(outcomes),
        done=sum(one.measured_at is not None for one in outcomes),
    )


def _answers_off(outcomes: Sequence[TrialOutcome]) -> bool:
    """Tell whether one arm's drafts are answered too often, measured by how many of its drafts were written.

    Not by the planned share: an arm that often fails has fewer drafts that anybody could answer, and that is its loss.
    """
    written = [one for one in outcomes if one.measured_at is not None and NOBODY not in one.losses]
    share = sum(one.arm == CHALLENGER for one in written) / len(written) if written else 0.0
    answered = [one.arm == CHALLENGER for one in written if one.losses]
    return 0 < share < 1 and _arms_off(answered, share)


def _arms_off(arms: Sequence[bool], share: float) -> bool:
    return is_off(sum(arms), of=len(arms), share=share)


async def _who_counts_not(unit: UnitOfWork, trial: Trial, outcomes: Iterable[TrialOutcome]) -> frozenset[str]:
    """Return who opted out since they said something, or was held back during the trial, confirmed or not yet looked at."""
    people = {person for one in outcomes for person in one.losses}
    members = await unit.members.of_ids(trial.workspace_id, user_ids=people)
    spans = await unit.holds.spans_of(trial.workspace_id, user_ids=people)
    opened_us = round(trial.opened_at.timestamp() * 1_000_000)
    held = {
        person
        for person, each in spans.items()
        if any(span.until_us is None or span.until_us > opened_us for span in each)
    }
    return frozenset(held).union(
        person
        for person, member in members.items()
        if member.opted_out or member.is_bot or member.held_from_us is not None
    )


def _values(votes: Mapping[str, CountedVote]) -> dict[str, float]:
    return {user_id: _value(vote) for user_id, vote in votes.items()}


def _value(vote: CountedVote) -> float:
    """Return a vote's value for the challenger; *tie* and *both bad* are for neither."""
    if vote.pressed not in {_PRESSED_A, _PRESSED_B}:
        return 0.5
    return float((vote.pressed == _PRESSED_A) == vote.flipped)


def _share(pair: TrialPair, values: Mapping[str, float]) -> float | None:
    if pair.fixed is not None:
        return pair.fixed
    return sum(values.values()) / len(values) if values else None


def _all_bad(votes: Iterable[CountedVote]) -> bool:
    said = [vote.pressed for vote in votes]
    return bool(said) and set(said) == {_BOTH_BAD}
