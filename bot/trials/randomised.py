"""Randomised trials: what people made of live drafts of both arms, read once each, a while after they were posted."""

from collections.abc import Sequence
from datetime import datetime

from bot.trials.terms import FAILED, MEASURE_AFTER, NOBODY
from storage.models import Draft, Trial, TrialOutcome
from storage.unit_of_work import UnitOfWork


async def measure(unit: UnitOfWork, trial: Trial, *, now: datetime) -> int:
    """Read what is settled, with the trial locked; return how many drafts were measured.

    A draft that nobody said anything of is measured too, without a place: it counts for the check of the mix only. One
    that could not be written, and was not written on a retry either, is a loss of its arm.
    """
    outcomes = await unit.trials.outcomes_of(trial.id)
    waiting = [one for one in outcomes if one.measured_at is None]
    due = {draft.id: (draft, one) for draft, one in await _due(unit, waiting, now=now)}
    losses = await unit.release_news.losses_of(trial.workspace_id, draft_ids=list(due))
    place = max((one.position or 0 for one in outcomes), default=0)
    for draft, one in due.values():
        one.measured_at = now
        one.losses = {NOBODY: 1.0} if has_failed(draft) else dict(losses[draft.id])
        if one.losses:
            place += 1
            one.position, one.loss = place, sum(one.losses.values()) / len(one.losses)
    return len(due)


def has_failed(draft: Draft) -> bool:
    """Tell whether a draft could not be written; one that Slack did not take is nobody's loss."""
    return draft.state == FAILED and draft.current_revision_id is None


async def _due(
    unit: UnitOfWork, waiting: Sequence[TrialOutcome], *, now: datetime
) -> list[tuple[Draft, TrialOutcome]]:
    """Return the drafts that are settled, in the order in which they settled."""
    drafts: list[tuple[datetime, Draft, TrialOutcome]] = []
    for one in waiting:
        draft = await unit.drafts.find(one.draft_id, workspace_id=one.workspace_id)
        since = None if draft is None else _settles_from(draft, one)
        if draft is not None and since is not None and now - since >= MEASURE_AFTER:
            drafts.append((since, draft, one))
    return [(draft, one) for _, draft, one in sorted(drafts, key=lambda each: (each[0], each[1].id))]


def _settles_from(draft: Draft, outcome: TrialOutcome) -> datetime | None:
    """Return when a draft was posted, or given to the arm that failed; None for one that is hidden or on its way."""
    if draft.hidden_at is not None:
        return None
    return outcome.assigned_at if has_failed(draft) else draft.posted_at
