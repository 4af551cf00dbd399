"""Modals and App Home as the workspace keeps them: opening, stacking, replacing, closing."""

from typing import Any

from bot.sandbox.blocks import view_problems, with_ids
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.records import Json, Member, OpenView
from bot.sandbox.workspace import Workspace

MOST_STACKED = 3
TRIGGER_SECONDS = 3.0


def spend_trigger(workspace: Workspace, *, trigger_id: str) -> tuple[Member, str | None]:
    """Whom a ``trigger_id`` lets the app show a view, and the view it came from.

    Raises:
        SlackError: ``invalid_trigger_id``, ``expired_trigger_id`` or ``exchanged_trigger_id``.
    """
    trigger = workspace.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if workspace.clock() - trigger.issued_at > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return workspace.member(trigger.user_id), trigger.view_id


def open_view(workspace: Workspace, *, member: Member, given: Any, kind: str = "modal") -> OpenView:
    """Show a view on top of what is on the member's screen.

    Raises:
        SlackError: ``push_limit_reached``, or ``invalid_arguments`` with every problem of the view.
    """
    checked = _checked(workspace, given, kind=kind)
    if len(member.views) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    view_id, below = workspace.new_id("V"), member.views[-1] if member.views else None
    ids = {"id": view_id, "root_view_id": member.views[0].id if below else view_id}
    view = OpenView({**checked, **ids, "previous_view_id": below.id if below else None})
    workspace.views[view_id] = view
    member.views.append(view)
    member.unseen.append(view)
    return view


def replace_view(workspace: Workspace, *, view: OpenView, given: Any) -> OpenView:
    """Show something else in the same window."""
    checked = _checked(workspace, given, kind=view.payload["type"], replacing=view)
    kept = {name: view.payload[name] for name in ("id", "root_view_id", "previous_view_id")}
    view.payload = {**checked, **kept}
    return view


def publish_home(workspace: Workspace, *, member: Member, given: Any) -> OpenView:
    """Replace a member's App Home."""
    checked = _checked(workspace, given, kind="home", replacing=member.home)
    view_id = member.home.id if member.home else workspace.new_id("V")
    view = OpenView({**checked, "id": view_id, "root_view_id": view_id, "previous_view_id": None})
    member.home = workspace.views[view_id] = view
    return view


def close_view(workspace: Workspace, *, member: Member, view: OpenView) -> None:
    """Take a view off the screen."""
    member.views = [other for other in member.views if other.id != view.id]
    member.unseen = type(member.unseen)(other for other in member.unseen if other.id != view.id)
    workspace.views.pop(view.id, None)


def find_view(workspace: Workspace, *, view_id: str, external_id: str) -> OpenView:
    """An open view by either of its names.

    Raises:
        SlackError: ``not_found``.
    """
    for view in workspace.views.values():
        if view.id == view_id or (external_id and view.payload["external_id"] == external_id):
            return view
    raise SlackError("not_found")


def _checked(workspace: Workspace, given: Any, *, kind: str, replacing: OpenView | None = None) -> Json:
    problems = view_problems(given)
    if not problems and given["type"] != kind:
        problems = [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"]
    if problems:
        raise invalid_arguments(*problems)
    external = given.get("external_id", "")
    others = (view for view in workspace.views.values() if view is not replacing)
    if external and any(view.payload["external_id"] == external for view in others):
        raise SlackError("duplicate_external_id")
    return _filled(workspace, given)


def _filled(workspace: Workspace, given: Json) -> Json:
    app, stamp = workspace.app, workspace.event_ts()
    empty: Json = {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "submit": None,
        "close": None,
    }
    flags = {"clear_on_close": False, "notify_on_close": False, "state": {"values": {}}}
    owner = {
        "team_id": workspace.team_id,
        "app_id": app.app_id,
        "bot_id": app.bot_id,
        "hash": f"{stamp}.{app.app_id}",
    }
    title = {"title": {"type": "plain_text", "text": "View Title", "emoji": True}}
    owner["app_installed_team_id"] = workspace.team_id
    return {**title, **empty, **flags, **given, "blocks": with_ids(given["blocks"]), **owner}
