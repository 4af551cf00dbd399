"""Who am I, is anybody there, and a door for Socket Mode."""

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.records import Json
from bot.sandbox.socket_mode import issue_ticket


@method("api.test", tier=4, takes="error foo", caller="nobody")
def api_test(call: Call) -> Json:
    """Echo; with ``error`` it fails as asked."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=call.arguments)
    return {"args": call.arguments}


@method("auth.test", tier=9)
def auth_test(call: Call) -> Json:
    """Whose token it is."""
    workspace, app = call.workspace, call.workspace.app
    who = {"user": workspace.bot.handle, "user_id": app.bot_user_id, "bot_id": app.bot_id}
    where = {"url": f"{workspace.base_url}/", "team": "Sandbox", "team_id": workspace.team_id}
    return {**where, **who, "is_enterprise_install": False}


@method("apps.connections.open", scopes="connections:write", tier=9, caller="app")
def connections_open(call: Call) -> Json:
    """A URL for one Socket Mode connection."""
    return {"url": issue_ticket(call.workspace)}


@method("bots.info", scopes="users:read", takes="bot team_id")
def bots_info(call: Call) -> Json:
    """The app's own bot."""
    app = call.workspace.app
    if call.text("bot") not in ("", app.bot_id):
        raise SlackError("bot_not_found")
    names = {"id": app.bot_id, "app_id": app.app_id, "user_id": app.bot_user_id, "name": app.name}
    return {"bot": {**names, "deleted": False, "updated": call.workspace.now(), "icons": {}}}


@method("team.info", scopes="team:read", takes="team domain")
def team_info(call: Call) -> Json:
    """The workspace."""
    return {"team": {"id": call.workspace.team_id, "name": "Sandbox", "domain": "sandbox", "icon": {}}}
