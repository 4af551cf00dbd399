"""What people press on messages, one file per listener, named by its action id."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from re import Pattern

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.actions.draft_edit import on_draft_edit
from handlers.actions.draft_more import on_draft_more
from handlers.actions.draft_retry import on_draft_retry
from handlers.actions.draft_stars import on_draft_stars
from handlers.actions.draft_use import on_draft_use
from handlers.actions.draft_vote import on_draft_vote
from handlers.actions.reason import on_reason_give, on_reason_not_now, on_reason_stop
from handlers.actions.reply_is import on_reply_is
from handlers.actions.revise_retry import on_revise_retry

LISTENERS: dict[str | Pattern[str], Callable[..., Awaitable[None]]] = {
    "draft_edit": on_draft_edit,
    "draft_more": on_draft_more,
    "draft_retry": on_draft_retry,
    "draft_stars": on_draft_stars,
    "draft_use": on_draft_use,
    "draft_vote": on_draft_vote,
    "reason_give": on_reason_give,
    "reason_not_now": on_reason_not_now,
    "reason_stop": on_reason_stop,
    "revise_retry": on_revise_retry,
    re.compile("reply_is_(rewrite|instruction|talk)"): on_reply_is,
}


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every button, select and menu on the app."""
    for action_id, listener in LISTENERS.items():
        app.action(action_id)(partial(listener, services=services))
