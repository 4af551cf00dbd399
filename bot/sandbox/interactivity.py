"""What Slack sends when a person presses, submits, closes or asks; and what it makes of the app's answer."""

from bot.sandbox.blocks import elements_of
from bot.sandbox.errors import CannotError
from bot.sandbox.records import Channel, Json, Member, Message, OpenView
from bot.sandbox.workspace import Workspace


def find_element(
    blocks: list[Json], *, action_id: str, value: str | None = None, block_id: str | None = None
) -> tuple[Json, Json]:
    """The block and element that carry an ``action_id``; with a value or block, the one that carries both.

    Raises:
        CannotError: nothing on the screen carries it.
    """
    for block in (block for block in blocks if block_id in (None, block["block_id"])):
        for element in elements_of(block):
            if element.get("action_id") == action_id and _may_carry(element, value):
                return block, element
    raise CannotError(f"Nothing here can be pressed as {action_id!r} with the value {value!r}.")


def pressed(workspace: Workspace, *, block: Json, element: Json, given: Json) -> Json:
    """The entry of ``actions`` for one press."""
    base = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    moment = {"action_ts": workspace.event_ts()}
    if element["type"] == "feedback_buttons":
        return base | moment | _feedback(element, given)
    if element["type"] in ("button", "icon_button"):
        carried = {name: element[name] for name in ("text", "value", "style") if name in element}
        return base | moment | carried
    return base | moment | chosen(element, given)


def chosen(element: Json, given: Json) -> Json:
    """What a person chose or typed in an element, in the shape of ``actions`` and of a view's state.

    Args:
        element: the element on the screen.
        given: Slack's own name of the choice with its value: ``selected_option`` with an option's value,
            ``selected_user`` with an id, ``value`` with text.
    """
    options = {option["value"]: option for option in _options(element)}
    try:
        if "selected_option" in given and isinstance(given["selected_option"], str):
            return {"selected_option": _plain_option(options, given["selected_option"], element)}
        if "selected_options" in given:
            return {
                "selected_options": [
                    _plain_option(options, value, element) for value in given["selected_options"]
                ]
            }
    except KeyError as error:
        raise CannotError(f"There is no option {error} in {element['action_id']!r}.") from error
    return given


def block_actions(
    workspace: Workspace, *, member: Member, action: Json, message: Message | None, view: OpenView | None
) -> Json:
    """The payload of a press in a message or a view."""
    payload = _base(workspace, "block_actions", member=member, view_id=view.id if view else None)
    payload["actions"] = [action]
    if view is not None:
        container = {"type": "view", "view_id": view.id}
        return payload | {"container": container, "view": dict(view.payload), "response_urls": []}
    if message is None:
        raise CannotError("A press needs a message or a view.")
    return payload | _in_message(workspace, message)


def message_shortcut(workspace: Workspace, *, member: Member, message: Message, callback_id: str) -> Json:
    """The payload of a message shortcut."""
    channel = workspace.channels[message.channel]
    body = {"callback_id": callback_id, "message_ts": message.ts, "message": message.payload(metadata=True)}
    stamp = {"action_ts": workspace.event_ts(), "channel": _naming(channel)}
    return _base(workspace, "message_action", member=member) | body | stamp


def global_shortcut(workspace: Workspace, *, member: Member, callback_id: str) -> Json:
    """The payload of a global shortcut."""
    payload = _base(workspace, "shortcut", member=member)
    return payload | {"callback_id": callback_id, "action_ts": workspace.event_ts()}


def view_submission(workspace: Workspace, *, member: Member, view: OpenView) -> Json:
    """The payload of a submitted modal, whose state is already in the view."""
    payload = _base(workspace, "view_submission", member=member, view_id=view.id)
    return payload | {"view": dict(view.payload), "response_urls": []}


def view_closed(workspace: Workspace, *, member: Member, view: OpenView, cleared: bool) -> Json:
    """The payload of a modal that was closed without submitting."""
    payload = _base(workspace, "view_closed", member=member)
    payload.pop("trigger_id")
    return payload | {"view": dict(view.payload), "is_cleared": cleared}


def block_suggestion(
    workspace: Workspace, *, member: Member, view: OpenView, element: Json, typed: str
) -> Json:
    """The payload that asks for the options of an external select."""
    block, _ = find_element(view.blocks, action_id=element["action_id"])
    payload = _base(workspace, "block_suggestion", member=member)
    field = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    return payload | field | {"container": {"type": "view", "view_id": view.id}, "view": dict(view.payload)}


def slash_command(workspace: Workspace, *, member: Member, channel: Channel, command: str, text: str) -> Json:
    """The fields of a slash command."""
    where = {"team_id": workspace.team_id, "team_domain": "sandbox", "channel_id": channel.id}
    who = {"user_id": member.user_id, "user_name": member.handle, "channel_name": _shown_name(channel)}
    what = {
        "command": command,
        "text": text,
        "api_app_id": workspace.app.app_id,
        "is_enterprise_install": "false",
    }
    return {
        "token": workspace.app.verification_token,
        **where,
        **who,
        **what,
        "trigger_id": workspace.issue_trigger(member.user_id),
    }


def _base(workspace: Workspace, kind: str, *, member: Member, view_id: str | None = None) -> Json:
    who = {"id": member.user_id, "username": member.handle, "name": member.handle, "team_id": member.team_id}
    return {
        "type": kind,
        "user": who,
        "api_app_id": workspace.app.app_id,
        "token": workspace.app.verification_token,
        "trigger_id": workspace.issue_trigger(member.user_id, view_id=view_id),
        "team": {"id": workspace.team_id, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _in_message(workspace: Workspace, message: Message) -> Json:
    hidden = message.ephemeral_to is not None
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    place = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": hidden,
    }
    body = {"container": place | thread, "channel": _naming(workspace.channels[message.channel])}
    # Slack does not send back what only one person saw.
    return body if hidden else body | {"message": message.payload(metadata=True)}


def _naming(channel: Channel) -> Json:
    return {"id": channel.id, "name": _shown_name(channel)}


def _shown_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _may_carry(element: Json, value: str | None) -> bool:
    if value is None or element["type"] not in ("button", "icon_button", "feedback_buttons"):
        return True
    if element["type"] == "feedback_buttons":
        return value in (element["positive_button"]["value"], element["negative_button"]["value"])
    return bool(element.get("value") == value)


def _feedback(element: Json, given: Json) -> Json:
    for side in ("positive_button", "negative_button"):
        if element[side]["value"] == given.get("value"):
            return {"text": element[side]["text"], "value": element[side]["value"]}
    raise CannotError("Feedback buttons need the value of one of the two.")


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _plain_option(options: dict[str, Json], value: str, element: Json) -> Json:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    return {name: options[value][name] for name in ("text", "value")}
