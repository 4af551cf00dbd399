"""Measures what everybody's judgement weighs in each task, and keeps it for the person concerned."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.feedback.signals import APPROVAL, FLAG, NEGATIVE, RATING, VOTE
from bot.scoring.labels import Judge, Labels, Rating, label
from bot.scoring.trust import ANY_TASK, Trust, Verdict, style_trust, weight_of_accuracy
from storage.engine import Database
from storage.models import Anchor, AnchorAnswer, Observation, RaterWeight
from storage.repositories.rater_weights import Judgement
from storage.unit_of_work import UnitOfWork

STYLE, LABEL = "style", "label"  # Said about how texts should be, and about whether a draft is good.
GOOD, BAD = "good", "bad"
MEMORY: Final = timedelta(days=180)  # How far back opinions are compared.
MOST_JUDGEMENTS: Final = 200_000
MOST_OBSERVATIONS: Final = 5_000
# What somebody thinks of a draft, the plainest word first: who flags it does not call it good.
PLAINNESS: Final = (FLAG, VOTE, APPROVAL, RATING)
_BAD_STARS, _GOOD_STARS = {"1", "2"}, {"4", "5"}


@dataclass(frozen=True)
class Evidence:
    """What weights are measured from; `anchors` are by draft."""

    verdicts: Sequence[Verdict]
    judgements: Sequence[Judgement]
    anchors: Mapping[str, Anchor]
    answers: Sequence[AnchorAnswer]


@dataclass(frozen=True, slots=True)
class Weight:
    """What one person's judgement weighs in a task, with what it rests on."""

    user_id: str
    task: str
    kind: str
    weight: float
    agreed: float
    judged: float
    method: str
    anchors_right: int = 0
    anchors: int = 0


class Weights:
    """Keeps `rater_weights` up to date; whoever is not in it counts in full."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def run_due(self, now: datetime) -> int:
        """Measure the workspaces in which something new was said; return how many. A job of the schedule."""
        async with self._database.read() as unit:
            due = await unit.rater_weights.workspaces_to_measure()
        for workspace_id in due:
            await self.measure(workspace_id, now=now)
        return len(due)

    async def measure(self, workspace_id: str, *, now: datetime | None = None) -> None:
        """Measure everybody's weight in every task anew."""
        at = now or self._clock()
        async with self._database.read() as unit:
            evidence = await _read(unit, workspace_id, since=at - MEMORY)
        weights = await asyncio.to_thread(measured, evidence)  # Up to a second of arithmetic.
        rows = [_row(workspace_id, weight, at=at) for weight in weights]
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=at)
            await unit.rater_weights.replace(workspace_id, rows)


def measured(evidence: Evidence) -> list[Weight]:
    """Return everybody's weights in style and in labels."""
    return [*_style(style_trust(evidence.verdicts)), *_labels(evidence)]


def ratings_of(judgements: Iterable[Judgement]) -> list[Rating]:
    """Return for each person and draft whether they think it is good, as far as they said so."""
    said: dict[tuple[str, str], tuple[int, bool]] = {}
    for one in judgements:
        good = _is_good(one)
        plainness = PLAINNESS.index(one.dimension)
        known = said.get((one.user_id, one.draft_id))
        if good is not None and (known is None or plainness <= known[0]):
            said[one.user_id, one.draft_id] = (plainness, good)
    return [Rating(rater, item, good) for (rater, item), (_, good) in said.items()]


def _is_good(judgement: Judgement) -> bool | None:
    if judgement.dimension == RATING:
        return judgement.value in _GOOD_STARS if judgement.value in _GOOD_STARS | _BAD_STARS else None
    return judgement.dimension != FLAG and judgement.value != NEGATIVE


def _style(trusts: Mapping[tuple[str, str], Trust]) -> Iterator[Weight]:
    for (rater, task), trust in trusts.items():
        if task != ANY_TASK:
            yield Weight(rater, task, STYLE, trust.weight, trust.agreed, trust.judged, "trust")


def _labels(evidence: Evidence) -> Iterator[Weight]:
    tasks = {one.draft_id: one.task for one in evidence.judgements}
    tasks |= {draft_id: anchor.task for draft_id, anchor in evidence.anchors.items()}
    by_task: dict[str, list[Rating]] = {}
    for rating in _all_ratings(evidence):
        by_task.setdefault(tasks[rating.item], []).append(rating)
    truth = {draft_id: anchor.verdict == GOOD for draft_id, anchor in evidence.anchors.items()}
    for task, ratings in by_task.items():
        labels = label(ratings, anchors=truth)
        tried = _tried(ratings, truth)
        for rater, judge in labels.judges.items():
            yield _label_weight(rater, task, judge=judge, labels=labels, tried=tried.get(rater, []))


def _all_ratings(evidence: Evidence) -> Iterator[Rating]:
    """Yield what people said of drafts; who verified one knows what it is, and is not judged by it."""
    answers = [
        Rating(one.user_id, one.draft_id, one.answer == GOOD)
        for one in evidence.answers
        if one.draft_id in evidence.anchors
    ]
    for rating in (*ratings_of(evidence.judgements), *answers):
        anchor = evidence.anchors.get(rating.item)
        if anchor is None or anchor.marked_by != rating.rater:
            yield rating


def _tried(ratings: Iterable[Rating], truth: Mapping[str, bool]) -> dict[str, list[bool]]:
    """Return for each rater which of the anchors they judged they got right."""
    tried: dict[str, list[bool]] = {}
    for rating in ratings:
        if rating.item in truth:
            tried.setdefault(rating.rater, []).append(rating.good == truth[rating.item])
    return tried


def _label_weight(rater: str, task: str, *, judge: Judge, labels: Labels, tried: Sequence[bool]) -> Weight:
    return Weight(
        rater,
        task,
        LABEL,
        weight_of_accuracy(judge.accuracy),
        judge.agreed,
        judge.judged,
        labels.method,
        anchors_right=sum(tried),
        anchors=len(tried),
    )


async def _read(unit: UnitOfWork, workspace_id: str, *, since: datetime) -> Evidence:
    anchors = await unit.anchors.of_workspace(workspace_id)
    return Evidence(
        verdicts=verdicts_of(await unit.rater_weights.observations(workspace_id, at_most=MOST_OBSERVATIONS)),
        judgements=await unit.rater_weights.judgements(
            workspace_id,
            dimensions=PLAINNESS,
            since_us=round(since.timestamp() * 1_000_000),
            at_most=MOST_JUDGEMENTS,
        ),
        anchors={anchor.draft_id: anchor for anchor in anchors},
        answers=await unit.anchors.answers_of_workspace(workspace_id),
    )


def verdicts_of(observations: Sequence[Observation]) -> list[Verdict]:
    """Return observations as verdicts; their age is counted from the latest of the same channel and task."""
    newest: dict[tuple[str, str], int] = {}
    for row in observations:
        cell = (row.channel_id, row.task)
        newest[cell] = max(newest.get(cell, 0), row.drafts_before)
    return [
        Verdict(
            rater=row.user_id,
            channel=row.channel_id,
            task=row.task,
            topic=row.topic,
            stance=row.stance,
            age=float(newest[row.channel_id, row.task] - row.drafts_before),
        )
        for row in observations
    ]


def _row(workspace_id: str, weight: Weight, *, at: datetime) -> RaterWeight:
    return RaterWeight(
        workspace_id=workspace_id,
        user_id=weight.user_id,
        task=weight.task,
        kind=weight.kind,
        weight=weight.weight,
        agreed=weight.agreed,
        judged=weight.judged,
        anchors_right=weight.anchors_right,
        anchors=weight.anchors,
        method=weight.method,
        measured_at=at,
    )
