"""Modals that people submit, one file per listener, named by its callback id."""

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.views.draft_edit import on_draft_edit_modal
from handlers.views.flag import on_flag_modal
from handlers.views.new_draft import on_new_draft_modal
from handlers.views.reason import on_reason_modal


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every modal on the app."""
    app.view("draft_edit_modal")(partial(on_draft_edit_modal, services=services))
    app.view("flag_modal")(partial(on_flag_modal, services=services))
    app.view("new_draft_modal")(partial(on_new_draft_modal, services=services))
    app.view("reason_modal")(partial(on_reason_modal, services=services))
