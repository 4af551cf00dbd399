"""Socket Mode: WebSocket connections, envelopes, acknowledgements, disconnects."""

import asyncio
import json
import secrets
from collections.abc import Callable

from aiohttp import WSMsgType, web

from bot.sandbox.deliveries import Answer, Attempt, Delivery
from bot.sandbox.records import Json
from bot.sandbox.workspace import Workspace

_MOST_CONNECTIONS = 10


class _Connection:
    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.waiting: dict[str, asyncio.Future[Answer]] = {}
        self.retiring = False


class SocketMode:
    """The server end of every Socket Mode connection of the app."""

    def __init__(self, workspace: Workspace, *, ack_seconds: float, clock: Callable[[], float]) -> None:
        self._workspace = workspace
        self._ack_seconds = ack_seconds
        self._clock = clock
        self._connections: list[_Connection] = []
        self._connected = asyncio.Event()
        self._turn = 0
        self._refusals = 0

    @property
    def connections(self) -> int:
        """How many connections the app holds."""
        return len(self._connections)

    def refuse_handshakes(self, times: int) -> None:
        """Turn the next connections away, their tickets spent."""
        self._refusals += times

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one connection from its ticket to its end."""
        refused = self._refuse(request.query.get("ticket", ""))
        if refused is not None:
            return refused
        socket = web.WebSocketResponse(heartbeat=30, timeout=1.0, compress=False)
        await socket.prepare(request)
        connection = _Connection(socket, request)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            self._connected.set()
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def send(self, delivery: Delivery, *, attempt: Attempt, reason: str, patient: bool) -> Answer:
        """Send an envelope over the connection whose turn it is and wait for its acknowledgement."""
        connection = await self._next_connection(patient=patient)
        if connection is None:
            return Answer("no_connection")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        connection.waiting[attempt.envelope_id] = future
        attempt.sent_at = self._clock()
        try:
            await connection.socket.send_json(_envelope(delivery, attempt=attempt, reason=reason))
            # Not wait_for: in Python 3.11 it swallows a cancellation that meets an answer.
            async with asyncio.timeout(self._ack_seconds):
                return await future
        except TimeoutError:
            return Answer("timeout")
        except ConnectionError:
            return Answer("connection_dropped")
        finally:
            connection.waiting.pop(attempt.envelope_id, None)

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in tuple(self._connections):
            transport = connection.request.transport
            if transport is not None:
                transport.abort()
            self._forget(connection)

    async def disconnect(self, reason: str) -> None:
        """Announce the end of every open connection; ``warning`` lets it go on, ``refresh_requested`` does not."""
        for connection in tuple(self._connections):
            connection.retiring = reason == "refresh_requested"
            host = {"host": "applink-sandbox"}
            await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": host})
        self._note_usable()

    async def close(self) -> None:
        """End every connection politely."""
        for connection in tuple(self._connections):
            await connection.socket.close()

    def _refuse(self, ticket: str) -> web.Response | None:
        known = ticket in self._workspace.tickets
        self._workspace.tickets.discard(ticket)
        if self._refusals:
            self._refusals -= 1
            return web.Response(status=503, text="unavailable")
        if not known:
            return web.Response(status=403, text="invalid ticket")
        if len(self._connections) >= _MOST_CONNECTIONS:
            return web.Response(status=429, text="too_many_websockets")
        return None

    async def _listen(self, connection: _Connection) -> None:
        async for frame in connection.socket:
            if frame.type is WSMsgType.TEXT:
                self._acknowledge(json.loads(frame.data))

    def _acknowledge(self, body: Json) -> None:
        # After a reconnect the client answers on its new connection, so the old one's envelopes are looked at too.
        for connection in self._connections:
            future = connection.waiting.get(str(body.get("envelope_id")))
            if future is not None and not future.done():
                future.set_result(Answer("acked", body.get("payload") or {}))

    async def _next_connection(self, *, patient: bool) -> _Connection | None:
        while not (usable := [connection for connection in self._connections if not connection.retiring]):
            if not patient:
                return None
            self._connected.clear()
            await self._connected.wait()
        self._turn += 1
        return usable[self._turn % len(usable)]

    def _forget(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for future in tuple(connection.waiting.values()):
            if not future.done():
                future.set_result(Answer("connection_dropped"))

    def _note_usable(self) -> None:
        if any(not connection.retiring for connection in self._connections):
            self._connected.set()

    def _hello(self) -> Json:
        debug = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}
        info = {"connection_info": {"app_id": self._workspace.app.app_id}, "debug_info": debug}
        return {"type": "hello", "num_connections": len(self._connections), **info}


def issue_ticket(workspace: Workspace) -> str:
    """A URL for one connection."""
    ticket = secrets.token_hex(16)
    workspace.tickets.add(ticket)
    base = workspace.base_url.replace("http://", "ws://", 1)
    return f"{base}/link/?ticket={ticket}&app_id={workspace.app.app_id}"


def _envelope(delivery: Delivery, *, attempt: Attempt, reason: str) -> Json:
    body: Json = {"envelope_id": attempt.envelope_id, "payload": delivery.payload, "type": delivery.kind}
    if delivery.kind == "events_api":
        return body | {
            "accepts_response_payload": False,
            "retry_attempt": attempt.number,
            "retry_reason": reason,
        }
    return body | {"accepts_response_payload": True}
