"""Shortcuts, one file each; `SHORTCUTS` feeds Bolt and the manifest."""

from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.services import Services
from handlers.shortcuts.draft_reply import SHORTCUT as DRAFT_REPLY
from handlers.shortcuts.new_draft import SHORTCUT as NEW_DRAFT
from handlers.shortcuts.spec import Shortcut

SHORTCUTS: tuple[Shortcut, ...] = (DRAFT_REPLY, NEW_DRAFT)


def register(app: AsyncApp, *, services: Services) -> None:
    """Put every shortcut on the app."""
    for shortcut in SHORTCUTS:
        app.shortcut(shortcut.callback_id)(partial(shortcut.listener, services=services))
