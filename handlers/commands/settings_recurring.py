"""The door *Recurring briefs* of the settings: one's own, and for admins everybody's."""

from bot.services import Services
from handlers.commands.spec import SettingsSection
from handlers.payloads import ButtonPress


async def open_recurring(press: ButtonPress, *, services: Services) -> None:
    """Open the first page."""
    await services.recurring_settings.push(
        press.workspace_id, user_id=press.user_id, trigger_id=press.trigger_id or ""
    )


RECURRING = SettingsSection(
    action_id="settings_recurring",
    label="Recurring briefs",
    description="What is drafted again and again: look, pause, delete",
    open=open_recurring,
    for_admins=False,
)
