"""`GET /feedback`: the feed of what people did."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from bot.integrations.feed import MOST_ROWS, FeedReader
from bot.integrations.tokens import Caller
from handlers.http.api.access import Access
from handlers.http.api.errors import answers
from handlers.http.api.fields import ChannelId, DraftId
from storage.queries.feed import FeedFilter

SignalKind = Literal[
    "reaction", "button", "rating", "approval", "flag", "correction", "edit", "implicit", "trial"
]


class FeedbackRow(BaseModel):
    """One signal, with the columns of `draftloop export feedback`."""

    event_id: str
    workspace: str
    channel: str
    message_ts: str
    user: str
    kind: str
    value: str | int | bool | None
    text: str | None
    event_ts: str
    received_at: str
    status: str
    reason: str | None
    draft: str
    external_id: str | None


class FeedbackOut(BaseModel):
    """A page of the feed."""

    feedback: list[FeedbackRow]
    next: Annotated[
        str, Field(description="Give this as `since` next time; it is there on the last page too.")
    ]
    more: Annotated[bool, Field(description="Whether the next page has something already.")]


def feedback_routes(feed: FeedReader, *, access: Access) -> APIRouter:
    """Return the route of the feed."""
    router = APIRouter(tags=["feedback"])
    reader = Depends(access.need("feedback:read", kind="read"))

    @router.get("/feedback", responses=answers())
    async def read_feedback(  # noqa: PLR0917 - FastAPI's way to name a query's parameters
        caller: Annotated[Caller, reader],
        since: Annotated[
            str | None,
            Query(max_length=100, description="The `next` of an earlier page; without it, from the start."),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
        kind: Annotated[SignalKind | None, Query()] = None,
        channel: Annotated[ChannelId | None, Query()] = None,
        draft: Annotated[DraftId | None, Query()] = None,
    ) -> FeedbackOut:
        """Read what people did, in the order in which it became known.

        Nothing is ever skipped. A signal whose `status` changed comes once more with the new one (withdrawn, superseded):
        keep what you read by `event_id`. People who opted out are left out. Scope: `feedback:read`.
        """
        only = FeedFilter(kind=kind, channel_id=channel, draft_id=draft)
        page = await feed.page(caller.workspace_id, cursor=since, limit=limit, only=only)
        rows = [FeedbackRow(**row) for row in page.rows]
        return FeedbackOut(feedback=rows, next=page.cursor, more=page.more)

    return router
