"""Outcomes: what became of a draft by your own measure."""

from typing import Annotated

from fastapi import APIRouter, Depends

from bot.integrations.outcomes import Outcomes, Reported
from bot.integrations.tokens import Caller
from handlers.http.api.access import Access
from handlers.http.api.errors import answers
from handlers.http.api.fields import DraftPath
from handlers.http.api.outcome_shapes import NamedOutcomeOut, OutcomeIn, OutcomesIn, OutcomesOut


def outcome_routes(outcomes: Outcomes, *, access: Access) -> APIRouter:
    """Return the routes of outcomes."""
    router = APIRouter(tags=["outcomes"])
    writer = Depends(access.need("outcomes:write", kind="write"))

    @router.post("/drafts/{draft_id}/outcomes", responses=answers(404))
    async def report_outcome(
        draft_id: DraftPath, body: OutcomeIn, caller: Annotated[Caller, writer]
    ) -> NamedOutcomeOut:
        """Report what a draft achieved: an ATS score, a conversion, a reply rate and the like.

        `/draftloop stats` and the digest show the mean per release. The same name and time again replaces the value.
        Scope: `outcomes:write`.
        """
        (reported,) = await outcomes.report(caller, [body.report(draft_id)])
        return _shown(reported)

    @router.post("/outcomes", responses=answers(404))
    async def report_outcomes(body: OutcomesIn, caller: Annotated[Caller, writer]) -> OutcomesOut:
        """Report up to 100 outcomes at once: all are kept, or none. Scope: `outcomes:write`."""
        reported = await outcomes.report(caller, [each.named_report() for each in body.outcomes])
        return OutcomesOut(outcomes=[_shown(each) for each in reported])

    return router


def _shown(reported: Reported) -> NamedOutcomeOut:
    return NamedOutcomeOut(
        draft=reported.draft_id,
        name=reported.name,
        value=reported.value,
        measured_at=reported.measured_at,
    )
