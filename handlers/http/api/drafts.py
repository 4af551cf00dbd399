"""`/drafts`: ask for a draft or bring a text, and read what became of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from bot.integrations.integrations import Integrations
from bot.integrations.tokens import Caller
from handlers.http.api.access import Access
from handlers.http.api.draft_shapes import DraftIn, DraftOut, DraftsOut
from handlers.http.api.errors import answers
from handlers.http.api.fields import DraftPath, ExternalId

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[ -~]+$",
        description="Your name for this request. The same key with the same body is the same draft, however often it is sent.",
    ),
]


def draft_routes(integrations: Integrations, *, access: Access) -> APIRouter:
    """Return the routes of drafts."""
    router = APIRouter(prefix="/drafts", tags=["drafts"])
    writer = Depends(access.need("drafts:write", kind="write"))
    reader = Depends(access.need("drafts:read", kind="read"))
    drafts = integrations.drafts

    @router.post(
        "",
        status_code=201,
        responses={
            200: {"model": DraftOut, "description": "The key was used before: the same draft."},
            **answers(409),
        },
    )
    async def create_draft(
        body: DraftIn,
        response: Response,
        caller: Annotated[Caller, writer],
        idempotency_key: IdempotencyKey = None,
    ) -> DraftOut:
        """Post a draft in a channel that the bot is in.

        With `brief` alone the bot writes the text; with `text` it posts yours, and collects feedback on it as on its own. The
        answer comes before the draft is posted: ask `GET /drafts/{draft_id}` how it stands. Scope: `drafts:write`.
        """
        asked = await drafts.ask(caller, body.wanted(), idempotency_key=idempotency_key)
        response.status_code = 200 if asked.repeated else 201
        response.headers["Location"] = f"/api/v1/drafts/{asked.draft_id}"
        return DraftOut.of(await drafts.show(caller, asked.draft_id))

    @router.get("/{draft_id}", responses=answers(404))
    async def get_draft(draft_id: DraftPath, caller: Annotated[Caller, reader]) -> DraftOut:
        """Read a draft: its state, its texts, what all opinions add up to, corrections and outcomes.

        What people wrote themselves (corrections, edited texts) is there only with the scope `feedback:read`.
        Scope: `drafts:read`.
        """
        return DraftOut.of(await drafts.show(caller, draft_id))

    @router.get("", responses=answers())
    async def find_drafts(
        external_id: Annotated[ExternalId, Query()],
        caller: Annotated[Caller, reader],
        limit: Annotated[int, Query(ge=1, le=20)] = 20,
    ) -> DraftsOut:
        """Find the drafts with an id of your own, newest first. Scope: `drafts:read`."""
        views = await drafts.find(caller, external_id=external_id, limit=limit)
        return DraftsOut(drafts=[DraftOut.of(view) for view in views])

    return router
