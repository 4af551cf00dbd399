"""The form for a task was sent."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.services import Services
from bot.team.forms import Place
from bot.team.task_form import TaskForm
from handlers.payloads import ViewSubmission


async def on_settings_task_modal(ack: AsyncAck, body: dict[str, Any], *, services: Services) -> None:
    """Keep the task, new or changed; the list and the hub below follow."""
    sent = ViewSubmission.from_body(body, now=services.clock())
    await services.admins.require(sent.workspace_id, user_id=sent.user_id)
    place = Place.from_json(sent.private_metadata)
    await _keep(sent, place, services)
    if place.list_id is not None:
        view = await services.settings_forms.tasks(sent.workspace_id, place=place)
        await services.settings_hub.show(sent.workspace_id, view_id=place.list_id, view=view)
    await services.settings_hub.refresh(sent.workspace_id, place=place)
    await ack()


async def _keep(sent: ViewSubmission, place: Place, services: Services) -> None:
    form, editor = _form(sent), services.team.tasks
    if place.subject is None:
        await editor.add(sent.workspace_id, form=form, user_id=sent.user_id)
    else:
        await editor.change(
            sent.workspace_id, name=place.subject, form=form, seen=place.seen, user_id=sent.user_id
        )


def _form(sent: ViewSubmission) -> TaskForm:
    values = sent.values
    return TaskForm(
        values.get("title") or "", values.get("instructions") or "", (values.get("name") or "").strip()
    )
