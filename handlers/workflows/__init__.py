"""What durable work runs, one file per workflow; arguments and step results are ids and numbers, never texts."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from bot.runtime.durable import Durable
from bot.services import Services
from handlers.workflows.anchors import run_ask_anchor
from handlers.workflows.announce_implicit import run_announce_implicit
from handlers.workflows.digest import run_digest
from handlers.workflows.draft import run_draft
from handlers.workflows.feedback import (
    run_mark_reply,
    run_note,
    run_offer_reason,
    run_read_reply,
    run_show_edit,
)
from handlers.workflows.greet import run_greet
from handlers.workflows.hiding import run_hide_draft, run_recount_flags, run_rejudge
from handlers.workflows.holds import run_hold_appeal, run_hold_decided, run_hold_notice
from handlers.workflows.learn import run_learn
from handlers.workflows.phrasing import run_phrasing
from handlers.workflows.pipeline import run_pipeline
from handlers.workflows.recurring import run_recurring_paused
from handlers.workflows.release_news import run_release_news
from handlers.workflows.retrain import run_retrain
from handlers.workflows.reviewers import run_ask_reviewer, run_ask_reviewers, run_pass_review
from handlers.workflows.revise import run_revise, run_withdraw_revision
from handlers.workflows.rule_poll import run_close_rule_poll, run_rule_poll
from handlers.workflows.webhook import run_webhook

WORKFLOWS: Final[Mapping[str, Callable[..., Awaitable[None]]]] = {
    "announce_implicit": run_announce_implicit,
    "ask_anchor": run_ask_anchor,
    "ask_reviewer": run_ask_reviewer,
    "ask_reviewers": run_ask_reviewers,
    "close_rule_poll": run_close_rule_poll,
    "digest": run_digest,
    "draft": run_draft,
    "greet": run_greet,
    "hide_draft": run_hide_draft,
    "hold_appeal": run_hold_appeal,
    "hold_decided": run_hold_decided,
    "hold_notice": run_hold_notice,
    "learn": run_learn,
    "mark_reply": run_mark_reply,
    "note": run_note,
    "offer_reason": run_offer_reason,
    "pass_review": run_pass_review,
    "phrasing": run_phrasing,
    "pipeline": run_pipeline,
    "read_reply": run_read_reply,
    "recount_flags": run_recount_flags,
    "recurring_paused": run_recurring_paused,
    "rejudge": run_rejudge,
    "release_news": run_release_news,
    "retrain": run_retrain,
    "revise": run_revise,
    "rule_poll": run_rule_poll,
    "show_edit": run_show_edit,
    "webhook": run_webhook,
    "withdraw_revision": run_withdraw_revision,
}


def register(durable: Durable, *, services: Services) -> None:
    """Name every workflow before the durable runtime starts."""
    for name, function in WORKFLOWS.items():
        durable.workflow(name, partial(function, services=services))
