"""The door of the settings hub to tokens and webhooks."""

from bot.services import Services
from handlers.commands.spec import SettingsSection
from handlers.payloads import ButtonPress


async def open_api_access(press: ButtonPress, *, services: Services) -> None:
    """Open *API access*."""
    view = await services.integrations.access_view.overview(press.workspace_id)
    await services.messenger.push_view(press.workspace_id, trigger_id=press.trigger_id or "", view=view)


API_ACCESS = SettingsSection(
    action_id="settings_api",
    label="API access",
    description="Tokens for your own systems, and the webhooks they hear from",
    open=open_api_access,
)
