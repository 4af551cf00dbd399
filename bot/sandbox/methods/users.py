"""Members and their groups."""

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.records import Json


@method("users.info", scopes="users:read", tier=4, needs="user", takes="include_locale")
def info(call: Call) -> Json:
    """One member."""
    return {"user": call.workspace.member(call.text("user")).payload()}


@method("users.list", scopes="users:read", tier=2, takes="cursor limit include_locale team_id")
def list_members(call: Call) -> Json:
    """Every member of the workspace, gone ones too, strangers of shared channels not."""
    own = [member for member in call.workspace.members.values() if not member.is_stranger]
    page, cursor = call.page(own)
    shown = [member.payload() for member in page]
    return {"members": shown, "cache_ts": call.workspace.now(), "response_metadata": {"next_cursor": cursor}}


@method(
    "usergroups.list",
    scopes="usergroups:read",
    tier=2,
    takes="include_count include_disabled include_users team_id",
)
def list_groups(call: Call) -> Json:
    """Every user group; disabled ones only if asked for."""
    groups = call.workspace.groups.values()
    wanted = [group for group in groups if call.flag("include_disabled") or not group.disabled_at]
    return {"usergroups": [group.payload(users=call.flag("include_users")) for group in wanted]}


@method(
    "usergroups.users.list",
    scopes="usergroups:read",
    tier=2,
    needs="usergroup",
    takes="include_disabled team_id",
)
def list_group_members(call: Call) -> Json:
    """Who is in a user group."""
    group = call.workspace.groups.get(call.text("usergroup"))
    if group is None or (group.disabled_at and not call.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": group.members}
