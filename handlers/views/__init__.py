"""Modals that people submit, one file per listener, named by its callback id."""

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.views.api_token import on_api_token_modal
from handlers.views.appeal import on_hold_appeal_modal
from handlers.views.draft_edit import on_draft_edit_modal
from handlers.views.flag import on_flag_modal
from handlers.views.lines import on_lines_fix_modal, on_lines_pick_modal, on_phrasing_modal
from handlers.views.new_draft import on_new_draft_modal
from handlers.views.reason import on_reason_modal
from handlers.views.rules import (
    on_rule_edit_modal,
    on_rule_propose_modal,
    on_rule_scope_modal,
    on_rules_modal,
)
from handlers.views.settings_channel import on_settings_channel_modal
from handlers.views.settings_emoji import on_settings_emoji_modal
from handlers.views.settings_task import on_settings_task_modal
from handlers.views.settings_workspace import on_settings_workspace_modal
from handlers.views.too_broad import on_too_broad_modal
from handlers.views.trial_reason import on_trial_reason_modal


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every modal on the app."""
    app.view("api_token_modal")(partial(on_api_token_modal, services=services))
    app.view("draft_edit_modal")(partial(on_draft_edit_modal, services=services))
    app.view("flag_modal")(partial(on_flag_modal, services=services))
    app.view("hold_appeal_modal")(partial(on_hold_appeal_modal, services=services))
    app.view("lines_fix_modal")(partial(on_lines_fix_modal, services=services))
    app.view("lines_pick_modal")(partial(on_lines_pick_modal, services=services))
    app.view("new_draft_modal")(partial(on_new_draft_modal, services=services))
    app.view("phrasing_modal")(partial(on_phrasing_modal, services=services))
    app.view("reason_modal")(partial(on_reason_modal, services=services))
    app.view("rule_edit_modal")(partial(on_rule_edit_modal, services=services))
    app.view("rule_propose_modal")(partial(on_rule_propose_modal, services=services))
    app.view("rule_scope_modal")(partial(on_rule_scope_modal, services=services))
    app.view("rules_modal")(partial(on_rules_modal, services=services))
    app.view("settings_channel_modal")(partial(on_settings_channel_modal, services=services))
    app.view("settings_emoji_modal")(partial(on_settings_emoji_modal, services=services))
    app.view("settings_task_modal")(partial(on_settings_task_modal, services=services))
    app.view("settings_workspace_modal")(partial(on_settings_workspace_modal, services=services))
    app.view("too_broad_modal")(partial(on_too_broad_modal, services=services))
    app.view("trial_reason_modal")(partial(on_trial_reason_modal, services=services))
