"""What people press on messages, one file per listener, named by its action id."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from re import Pattern

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.actions.anchors import (
    on_anchor_answer,
    on_anchor_mark,
    on_anchor_not_now,
    on_anchor_stop,
    on_anchor_undo,
)
from handlers.actions.api_tokens import on_api_token_new, on_api_token_revoke
from handlers.actions.draft_edit import on_draft_edit
from handlers.actions.draft_more import on_draft_more
from handlers.actions.draft_retry import on_draft_retry
from handlers.actions.draft_stars import on_draft_stars
from handlers.actions.draft_use import on_draft_use
from handlers.actions.draft_vote import on_draft_vote
from handlers.actions.greeting import on_greeting_new_draft
from handlers.actions.hidden import on_hidden_flag, on_hidden_show
from handlers.actions.holds import on_hold_appeal, on_hold_decide, on_hold_decide_at_home
from handlers.actions.home_admin import on_home_dismiss, on_home_hub, on_home_replay
from handlers.actions.home_pages import on_home_channels, on_home_drafts, on_home_find
from handlers.actions.home_requests import (
    on_home_ask_give,
    on_home_ask_not_now,
    on_home_asks_stop,
    on_home_review_not_now,
)
from handlers.actions.home_settings import on_home_opt, on_home_settings
from handlers.actions.learned import on_learned_answer, on_learned_too_broad, on_learned_undo
from handlers.actions.lines import on_phrasing_none, on_phrasing_retry, on_phrasing_use
from handlers.actions.reason import on_reason_give, on_reason_not_now, on_reason_stop
from handlers.actions.recurring import on_recurring_change, on_recurring_turn
from handlers.actions.releases import (
    on_home_releases,
    on_release_decide,
    on_release_open,
    on_release_retrain,
    on_trial_end,
    on_trials_open,
)
from handlers.actions.reply_is import on_reply_is
from handlers.actions.review import on_review_not_now, on_review_stop
from handlers.actions.revise_retry import on_revise_retry
from handlers.actions.rule_polls import on_rule_poll
from handlers.actions.rules import on_home_rules, on_rule_open, on_rules_propose, on_rules_turn
from handlers.actions.rules_page import on_rule_decide, on_rule_form
from handlers.actions.settings_fields import on_emoji_preview, on_zone_options
from handlers.actions.settings_tasks import (
    on_task_back,
    on_task_form,
    on_task_ours,
    on_task_retire,
    on_tasks_page,
)
from handlers.actions.trial_votes import on_trial_not_now, on_trial_reason, on_trial_stop, on_trial_vote

LISTENERS: dict[str | Pattern[str], Callable[..., Awaitable[None]]] = {
    re.compile("anchor_(good|bad)"): on_anchor_mark,
    re.compile("anchor_answer_(good|bad)"): on_anchor_answer,
    "anchor_not_now": on_anchor_not_now,
    "anchor_stop": on_anchor_stop,
    "anchor_undo": on_anchor_undo,
    "api_token_new": on_api_token_new,
    "api_token_revoke": on_api_token_revoke,
    "draft_edit": on_draft_edit,
    "draft_more": on_draft_more,
    "draft_retry": on_draft_retry,
    "draft_stars": on_draft_stars,
    "draft_use": on_draft_use,
    "draft_vote": on_draft_vote,
    "hidden_flag": on_hidden_flag,
    "hidden_show": on_hidden_show,
    "phrasing_none": on_phrasing_none,
    "phrasing_retry": on_phrasing_retry,
    re.compile("phrasing_use_[01]"): on_phrasing_use,
    "hold_appeal": on_hold_appeal,
    re.compile("hold_(release|confirm)"): on_hold_decide,
    re.compile("home_hold_(release|confirm)"): on_hold_decide_at_home,
    "home_ask_give": on_home_ask_give,
    "home_ask_not_now": on_home_ask_not_now,
    "home_asks_stop": on_home_asks_stop,
    "home_channels_find": on_home_find,
    "home_channel_settings": on_home_hub,
    "home_checklist_dismiss": on_home_dismiss,
    "home_hub": on_home_hub,
    "home_review_not_now": on_home_review_not_now,
    "home_settings": on_home_settings,
    re.compile("home_channels_(all|first|back|next|last)"): on_home_channels,
    re.compile("home_drafts_(newer|more)"): on_home_drafts,
    re.compile("home_opt_(in|out)"): on_home_opt,
    re.compile("home_parked_replay(_all)?"): on_home_replay,
    "greeting_new_draft": on_greeting_new_draft,
    "learned_too_broad": on_learned_too_broad,
    "learned_undo": on_learned_undo,
    re.compile("learned_(approve|dismiss)"): on_learned_answer,
    "reason_give": on_reason_give,
    "reason_not_now": on_reason_not_now,
    "reason_stop": on_reason_stop,
    "review_not_now": on_review_not_now,
    "review_stop": on_review_stop,
    "revise_retry": on_revise_retry,
    re.compile("rule_poll_(first|second|either)"): on_rule_poll,
    re.compile("recurring_(pause|resume|delete)"): on_recurring_change,
    re.compile("recurring_(before|after)"): on_recurring_turn,
    "home_rules": on_home_rules,
    "rule_open": on_rule_open,
    "rules_propose": on_rules_propose,
    re.compile("rules_(words|state|task|channel|anywhere|first|back|next|last)"): on_rules_turn,
    re.compile("rule_(approve|retire)"): on_rule_decide,
    re.compile("rule_(edit|scope)"): on_rule_form,
    "settings_emoji_preview": on_emoji_preview,
    "settings_task_back": on_task_back,
    "settings_task_edit": on_task_form,
    "settings_task_new": on_task_form,
    "settings_task_ours": on_task_ours,
    "settings_task_retire": on_task_retire,
    "settings_tasks_earlier": on_tasks_page,
    "settings_tasks_later": on_tasks_page,
    re.compile("reply_is_(rewrite|instruction|talk)"): on_reply_is,
    "home_releases": on_home_releases,
    "release_open": on_release_open,
    re.compile("release_(promote|keep|roll_back)"): on_release_decide,
    re.compile("release_(retrain|cancel_run)"): on_release_retrain,
    "trials_open": on_trials_open,
    "trial_end": on_trial_end,
    "trial_not_now": on_trial_not_now,
    "trial_reason": on_trial_reason,
    "trial_stop": on_trial_stop,
    re.compile("trial_vote_(a|b|tie|both_bad)"): on_trial_vote,
}


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every button, select and menu on the app."""
    for action_id, listener in LISTENERS.items():
        app.action(action_id)(partial(listener, services=services))
    app.options("settings_zone")(partial(on_zone_options, services=services))
