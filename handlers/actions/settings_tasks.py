"""The buttons in the settings' list of tasks; whether somebody is an admin is asked at each press."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from bot.team.forms import Place
from handlers.payloads import ButtonPress


async def on_task_form(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*New task* and *Edit*: the form opens on top of the list."""
    press = await _admins_press(body, services)
    place = replace(_place(press), list_id=press.view_id, subject=press.value or None)
    view = await services.settings_forms.task(press.workspace_id, place=place)
    await services.messenger.push_view(press.workspace_id, trigger_id=press.trigger_id or "", view=view)
    await ack()


async def on_task_retire(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Retire*: the task is no longer offered."""
    press = await _admins_press(body, services)
    await services.team.tasks.retire(press.workspace_id, name=press.value, user_id=press.user_id)
    await _show_list(press, _place(press), services)
    await ack()


async def on_task_back(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Bring back*: the task is offered again."""
    press = await _admins_press(body, services)
    await services.team.tasks.bring_back(press.workspace_id, name=press.value, user_id=press.user_id)
    await _show_list(press, _place(press), services)
    await ack()


async def on_task_ours(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Back to the original*: the workspace's words for one of our tasks are dropped."""
    press = await _admins_press(body, services)
    await services.team.tasks.back_to_ours(press.workspace_id, name=press.value, user_id=press.user_id)
    await _show_list(press, _place(press), services)
    await ack()


async def on_tasks_page(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """*Earlier* and *More*: another page of the list."""
    press = await _admins_press(body, services)
    page = int(press.value) if press.value.isdigit() else 0
    await _show_list(press, replace(_place(press), page=page), services)
    await ack()


async def _admins_press(body: dict[str, Any], services: Services) -> ButtonPress:
    press = ButtonPress.from_body(body)
    await services.admins.require(press.workspace_id, user_id=press.user_id)
    return press


def _place(press: ButtonPress) -> Place:
    return Place.from_json(press.private_metadata)


async def _show_list(press: ButtonPress, place: Place, services: Services) -> None:
    """Show the list as it is now, and the hub below it."""
    view = await services.settings_forms.tasks(press.workspace_id, place=place)
    await services.messenger.update_view(press.workspace_id, view_id=press.view_id or "", view=view)
    await services.settings_hub.refresh(press.workspace_id, place=place)
