"""The control interface: play the people of a sandbox that runs in another process."""

import inspect
import json
from typing import Any

from aiohttp import web

from bot.sandbox.errors import CannotError, SlackError
from bot.sandbox.records import Json, words
from bot.sandbox.wire import Lookup, decode, encode

PERSON_VERBS = words(
    "say edit delete react unreact dismiss join leave open_home command press global_shortcut message_shortcut "
    "next_view suggest submit close ephemerals open_views home direct mention"
)
SANDBOX_VERBS = words(
    "add_person add_channel add_group messages message publish redeliver hold release settle inject "
    "drop_connections refuse_handshakes disconnect unfurl rename invite_bot remove_bot archive change_person uninstall revoke "
    "wait_connected send verify_url deliver_to calls deliveries files mention"
)


def add_control_routes(app: web.Application, sandbox: Any) -> None:
    """Answer ``POST /control/do``: one deed or a list of them, as JSON.

    A deed is ``{"on": "" or a user id, "verb": …, "positional": […], "named": {…}}``; the answer is
    ``{"result": …}`` or ``{"error": …, "message": …}``. Only JSON is read, so a web page elsewhere cannot send one.
    """
    control = _Control(sandbox)
    app.router.add_post("/control/do", control.serve)


class _Control:
    def __init__(self, sandbox: Any) -> None:
        self._sandbox = sandbox
        self._lookups: dict[str, Lookup] = {
            "Person": lambda body: sandbox.people[body["user_id"]],
            "Channel": lambda body: sandbox.workspace.channels[body["id"]],
            "Delivery": lambda body: next(d for d in sandbox.deliveries if d.id == body["id"]),
            "Attempt": lambda body: body,
        }

    async def serve(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.json_response({"error": "TypeError", "message": "JSON only."}, status=415)
        deeds = json.loads(await request.text())
        if isinstance(deeds, dict):
            return web.json_response(await self._answer(deeds))
        return web.json_response([await self._answer(deed) for deed in deeds])

    async def _answer(self, deed: Json) -> Json:
        try:
            return {"result": encode(await self._do(deed))}
        except (SlackError, CannotError, TimeoutError, LookupError, StopIteration, TypeError) as error:
            return {"error": type(error).__name__, "message": str(error)}

    async def _do(self, deed: Json) -> Any:
        actor = self._sandbox.people[deed["on"]] if deed.get("on") else self._sandbox
        if deed["verb"] not in (PERSON_VERBS if deed.get("on") else SANDBOX_VERBS):
            raise LookupError(f"There is no verb {deed['verb']!r}.")
        member = getattr(actor, deed["verb"])
        if not callable(member):
            return member
        positional = decode(deed.get("positional", []), lookups=self._lookups)
        result = member(*positional, **decode(deed.get("named", {}), lookups=self._lookups))
        return await result if inspect.isawaitable(result) else result
