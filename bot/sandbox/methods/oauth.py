"""Installing the app: a code becomes a bot token."""

import secrets

from bot.sandbox.dispatch import Call, method
from bot.sandbox.errors import SlackError
from bot.sandbox.records import Grant, Json
from bot.sandbox.workspace import Workspace


def issue_code(workspace: Workspace, *, scopes: frozenset[str]) -> str:
    """The code that Slack's consent page sends back, good once."""
    code = secrets.token_hex(12)
    workspace.oauth_codes[code] = scopes
    return code


@method(
    "oauth.v2.access",
    tier=9,
    needs="code",
    takes="client_id client_secret redirect_uri grant_type",
    caller="nobody",
)
def access(call: Call) -> Json:
    """Exchange a code for a bot token."""
    workspace, app = call.workspace, call.workspace.app
    if call.text("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if not secrets.compare_digest(call.text("client_secret"), app.client_secret):
        raise SlackError("bad_client_secret")
    scopes = workspace.oauth_codes.pop(call.text("code"), None)
    if scopes is None:
        raise SlackError("invalid_code")
    token = f"xoxb-sandbox-{secrets.token_hex(16)}"
    workspace.grants[token] = Grant(token, "bot", scopes)
    installer = next((m.user_id for m in workspace.members.values() if m.is_admin), app.bot_user_id)
    who = {"app_id": app.app_id, "bot_user_id": app.bot_user_id, "authed_user": {"id": installer}}
    where = {
        "team": {"id": workspace.team_id, "name": "Sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return {"access_token": token, "token_type": "bot", "scope": ",".join(sorted(scopes)), **who, **where}
