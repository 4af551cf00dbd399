"""The doors of the settings hub that are about the team itself: its channels, its workspace, its tasks, its emoji."""

from bot.services import Services
from bot.slack.fields import Modal
from bot.team.forms import Place
from handlers.commands.spec import SettingsSection
from handlers.payloads import ButtonPress


async def open_channel(press: ButtonPress, *, services: Services) -> None:
    """Open *This channel*."""
    await _push(
        press, await services.settings_forms.channel(press.workspace_id, place=_place(press)), services
    )


async def open_workspace(press: ButtonPress, *, services: Services) -> None:
    """Open *Workspace*."""
    view = await services.settings_forms.workspace(press.workspace_id, place=_place(press))
    await _push(press, view, services)


async def open_tasks(press: ButtonPress, *, services: Services) -> None:
    """Open the list of tasks."""
    await _push(press, await services.settings_forms.tasks(press.workspace_id, place=_place(press)), services)


async def open_emoji(press: ButtonPress, *, services: Services) -> None:
    """Open *Emoji*."""
    await _push(press, await services.emoji_forms.form(press.workspace_id, place=_place(press)), services)


def _place(press: ButtonPress) -> Place:
    """Return where the form will stand: on the hub that the press came from."""
    hub = Place.from_json(press.private_metadata)
    return Place(channel_id=hub.channel_id, hub_id=press.view_id)


async def _push(press: ButtonPress, view: Modal, services: Services) -> None:
    await services.messenger.push_view(press.workspace_id, trigger_id=press.trigger_id or "", view=view)


CHANNEL = SettingsSection(
    action_id="settings_channel",
    label="This channel",
    description="Its task, tone, reviewers and digest, and who may ask",
    open=open_channel,
)
WORKSPACE = SettingsSection(
    action_id="settings_workspace",
    label="Workspace",
    description="Time zone, flags, implicit signals, other organisations, the channel for admins",
    open=open_workspace,
)
TASKS = SettingsSection(
    action_id="settings_tasks",
    label="Tasks",
    description="The kinds of drafts people may ask for, and what I am to do in each",
    open=open_tasks,
)
EMOJI = SettingsSection(
    action_id="settings_emoji",
    label="Emoji",
    description="Which emoji on a draft say what",
    open=open_emoji,
)
