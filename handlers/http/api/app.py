"""The API as an application of its own: its errors, its door and its documentation."""

from typing import Final

from fastapi import FastAPI

from bot.integrations.integrations import Integrations
from handlers.http.api.access import Access
from handlers.http.api.docs import docs_routes
from handlers.http.api.door import Door
from handlers.http.api.drafts import draft_routes
from handlers.http.api.errors import answer_errors
from handlers.http.api.feedback import feedback_routes
from handlers.http.api.outcomes import outcome_routes

PREFIX: Final = "/api/v1"

_ABOUT: Final = """\
For your own systems: post drafts (a brief for the bot, or a text that your own AI wrote), read what people think of
them, and report what became of them.

Every request carries a token of one workspace, as `Authorization: Bearer dl_…`. An admin makes one in Slack
(`/draftloop settings`, API access) or with `draftloop tokens create`. A token sees its own workspace only.

Times are ISO 8601 in UTC. Every error has one shape: `{"error": {"code", "message"}}`. A token may write 60 times and
read 300 times a minute on each server; `429` says in `Retry-After` when to go on. A body may have 256 kB.

People appear by their Slack user ids, as in `draftloop export feedback`; whoever opted out is left out.

Instead of asking, a system can be told: `draftloop webhooks add URL`. It then gets `POST`s of
`{"type", "delivery", "webhook", "workspace", "events": [{"id", "type", "data"}]}` with at most 100 events, in order, at
least once; an event's `id` tells a repeat. Types: `draft.posted`, `feedback` (a row of `GET /feedback`), `outcome`.
Answer 2xx within 10 seconds. `X-Draftloop-Signature` is `v1=` and the hex HMAC-SHA-256 of
`v1:TIMESTAMP:BODY` with the webhook's secret; `TIMESTAMP` is in `X-Draftloop-Timestamp`: refuse what is older than five
minutes. What fails is sent again after 10 seconds, 20, 40 and so on up to 3 hours; after 20 failures in a row the webhook is
stopped, and `draftloop webhooks enable` goes on where it stopped.
"""


def build_api(integrations: Integrations) -> FastAPI:
    """Build the application, to be mounted at `PREFIX`."""
    api = FastAPI(
        title="Draftloop API",
        version="1",
        summary="Drafts, feedback and outcomes for your own systems.",
        description=_ABOUT,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    access = Access(integrations.tokens, limiter=integrations.limiter)
    for router in (
        draft_routes(integrations, access=access),
        outcome_routes(integrations.outcomes, access=access),
        feedback_routes(integrations.feed, access=access),
        docs_routes(api.openapi, prefix=PREFIX),
    ):
        api.include_router(router)
    answer_errors(api)
    api.add_middleware(Door)
    return api
