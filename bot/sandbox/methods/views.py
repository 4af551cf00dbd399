"""Modals and the App Home."""

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.records import Json, Member
from bot.sandbox.screens import find_view, open_view, publish_home, replace_view, spend_trigger


@method("views.open", tier=4, needs="view", takes="trigger_id interactivity_pointer")
def open_modal(call: Call) -> Json:
    """Show a first modal to whoever the trigger is of."""
    member, _ = _triggered(call)
    if member.views:
        # Slack replaces nothing: a second modal of the same app closes the first one's stack.
        member.views.clear()
    return {"view": open_view(call.workspace, member=member, given=call.structure("view")).payload}


@method("views.push", tier=4, needs="view", takes="trigger_id interactivity_pointer")
def push(call: Call) -> Json:
    """Show a modal on top of the one the trigger came from."""
    member, below = _triggered(call)
    if below is None or not member.views:
        raise SlackError("invalid_trigger_id")
    return {"view": open_view(call.workspace, member=member, given=call.structure("view")).payload}


@method("views.update", tier=4, needs="view", takes="view_id external_id hash")
def update(call: Call) -> Json:
    """Show something else in an open modal."""
    view = find_view(call.workspace, view_id=call.text("view_id"), external_id=call.text("external_id"))
    if call.text("hash") and call.text("hash") != view.payload["hash"]:
        raise SlackError("hash_conflict")
    return {"view": replace_view(call.workspace, view=view, given=call.structure("view")).payload}


@method("views.publish", tier=4, needs="user_id view", takes="hash")
def publish(call: Call) -> Json:
    """Replace somebody's App Home."""
    member = call.workspace.member(call.text("user_id"))
    if call.text("hash") and (member.home is None or call.text("hash") != member.home.payload["hash"]):
        raise SlackError("hash_conflict")
    return {"view": publish_home(call.workspace, member=member, given=call.structure("view")).payload}


def _triggered(call: Call) -> tuple[Member, str | None]:
    return spend_trigger(call.workspace, trigger_id=call.text("trigger_id"))
