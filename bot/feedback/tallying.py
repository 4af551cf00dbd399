"""What opinions add up to: the standing of a draft and the tallies. Pure arithmetic of differences."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.feedback.acts import Belief
from bot.feedback.signals import IMPLICIT, NEGATIVE, POSITIVE, TEXT_KINDS, dimension_of
from storage.repositories import DraftPlace, Standing, TallyDelta

OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"
Counts = Mapping[str, int]


def day_of(event_us: int) -> date:
    """Return the UTC day of a Slack time."""
    return datetime.fromtimestamp(event_us // 1_000_000, UTC).date()


def counts_of(belief: Belief | None) -> Counts:
    """Return what one opinion adds to the standing of its draft."""
    if belief is None:
        return {}
    if belief.kind == IMPLICIT:
        return {}  # No opinion: a draft stands where people said that it stands.
    if belief.kind in TEXT_KINDS:
        return {"corrections": 1}
    dimension = dimension_of(belief.kind)
    if dimension == "rating":
        return {"ratings": 1, "rating_total": int(belief.value)}
    names = {"approval": "approvals", "flag": "flags"}
    return {names.get(dimension) or {POSITIVE: "positives", NEGATIVE: "negatives"}[belief.value]: 1}


def difference(*, before: Counts, after: Counts) -> dict[str, int]:
    """Return what has to be added to get from one to the other; what stays is left out."""
    names = {*before, *after}
    changes = {name: after.get(name, 0) - before.get(name, 0) for name in sorted(names)}
    return {name: change for name, change in changes.items() if change}


def moved(standing: Standing, changes: Counts) -> Standing:
    """Return the standing after these changes, with its verdict."""
    counts = {name: getattr(standing, name) + change for name, change in changes.items()}
    after = replace(standing, **counts)
    return replace(after, verdict=verdict_of(after))


def verdict_of(standing: Standing) -> str:
    """Return what a draft's standing amounts to: an approval decides, then flags and corrections, then votes."""
    if standing.approvals:
        return ACCEPTED
    if standing.flags or standing.corrections:
        return REJECTED
    if standing.positives > standing.negatives:
        return ACCEPTED
    return REJECTED if standing.negatives else OPEN


def opinion_deltas(
    place: DraftPlace, *, user_id: str, belief: Belief | None, sign: int
) -> Iterator[TallyDelta]:
    """Yield what a person's opinion adds to the tallies of its day (`sign` 1) or takes from them (-1)."""
    if belief is None:
        return
    for measure, total in _measures(belief):
        yield _delta(place, day_of(belief.event_us), user_id, measure, n=sign, total=sign * total)


def verdict_deltas(place: DraftPlace, *, verdict: str, sign: int) -> Iterator[TallyDelta]:
    """Yield what a verdict adds to the tallies of the draft's own day and requester (`sign` 1) or takes (-1).

    A draft that is not posted yet has no day: its verdict is tallied when it is posted (`posted_deltas`).
    """
    if place.posted_at is None or verdict == OPEN:
        return
    for measure in ("judged", "accepted")[: 2 if verdict == ACCEPTED else 1]:
        yield _delta(place, place.posted_at.date(), place.requester_id, measure, n=sign, total=0)


def flagged_deltas(place: DraftPlace, *, before: int, after: int) -> Iterator[TallyDelta]:
    """Yield that a draft got its first standing flag or lost its last one, on the draft's own day."""
    change = bool(after) - bool(before)
    if place.posted_at is not None and change:
        yield _delta(place, place.posted_at.date(), place.requester_id, "flagged", n=change, total=0)


def posted_deltas(place: DraftPlace, *, verdict: str = OPEN, flags: int = 0) -> Iterator[TallyDelta]:
    """Yield what a draft adds to the tallies when it is posted, with the verdict and flags it may already have."""
    if place.posted_at is None:
        return
    yield _delta(place, place.posted_at.date(), place.requester_id, "draft", n=1, total=0)
    yield from verdict_deltas(place, verdict=verdict, sign=1)
    yield from flagged_deltas(place, before=0, after=flags)


def _measures(belief: Belief) -> list[tuple[str, int]]:
    if belief.kind in TEXT_KINDS:
        return [(belief.kind, int(belief.value or 0))]
    dimension = dimension_of(belief.kind)
    if dimension == IMPLICIT:
        return [(f"{IMPLICIT}:{belief.value}", 0)]
    if dimension == "vote":
        return [(belief.value, 0)]
    if dimension == "rating":
        return [("rating", int(belief.value)), (f"rating:{belief.value}", 0)]
    return (
        [(dimension, 0)] if dimension == "approval" else [(dimension, 0), (f"{dimension}:{belief.value}", 0)]
    )


def _delta(place: DraftPlace, day: date, user_id: str, measure: str, *, n: int, total: int) -> TallyDelta:
    return TallyDelta(
        workspace_id=place.workspace_id,
        day=day,
        channel_id=place.channel_id,
        task=place.task,
        release=place.release,
        user_id=user_id,
        measure=measure,
        n=n,
        total=total,
    )
