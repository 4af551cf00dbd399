"""What Slack saw: every call of the app and every delivery to it, raw, with the secrets blacked out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.sandbox.deliveries import Delivery
from bot.sandbox.page.items import Item, Kept
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.records import Json
from bot.sandbox.web_calls import WebCall
from bot.sandbox.workspace import Workspace

MOST_SHOWN = 200
# How far back a search looks, and how much is kept ready.
_MOST_SEARCHED = 1000
_LONGEST_BODY = 20_000
_HIDDEN = "…"
_WAYS = {"out": "bot → Slack", "in": "Slack → bot"}


@dataclass(frozen=True)
class _Part:
    """A headed block of JSON."""

    title: str
    text: str


@dataclass(frozen=True)
class _Entry:
    """A call or a delivery, ready to show."""

    key: str
    way: Literal["out", "in"]
    name: str
    result: str
    failed: bool
    at: float
    parts: tuple[_Part, ...]

    @property
    def direction(self) -> str:
        """Who spoke to whom."""
        return _WAYS[self.way]

    def mentions(self, text: str) -> bool:
        """Whether a text stands anywhere in it."""
        return any(text in part.lower() for part in (self.name, self.result, *(p.text for p in self.parts)))


class Inspector:
    """The latest calls and deliveries, newest first."""

    def __init__(self, workspace: Workspace, *, calls: list[WebCall], deliveries: list[Delivery]) -> None:
        self._workspace = workspace
        self._calls = calls
        self._deliveries = deliveries
        self._known: Kept[_Entry] = Kept(2 * _MOST_SEARCHED)
        self._items: Kept[Item] = Kept(2 * _MOST_SEARCHED)

    def head(self) -> Markup:
        """The heading."""
        return rendered(
            "regions/inspector_head.html", calls=len(self._calls), deliveries=len(self._deliveries)
        )

    def items(self, *, q: str, tz: ZoneInfo) -> list[Item]:
        """The latest entries, or the latest in which a text stands."""
        wanted = q.strip().lower()
        latest = islice(self._entries(), _MOST_SEARCHED)
        found = (entry for entry in latest if not wanted or entry.mentions(wanted))
        return [self._item(entry, tz) for entry in islice(found, MOST_SHOWN)]

    def _item(self, entry: _Entry, tz: ZoneInfo) -> Item:
        def drawn() -> Item:
            at = datetime.fromtimestamp(entry.at, tz)
            return Item(entry.key, rendered("regions/inspector_item.html", entry=entry, at=at))

        return self._items.get(f"{entry.key} {tz.key}", entry, drawn)

    def _entries(self) -> Iterator[_Entry]:
        """Newest first, of both kinds."""
        calls = ((self._calls[n].at, "call", n) for n in reversed(range(len(self._calls))))
        sent = (
            (_sent_at(self._deliveries[n]), "delivery", n) for n in reversed(range(len(self._deliveries)))
        )
        for _, kind, number in _merged(calls, sent):
            yield self._call(number) if kind == "call" else self._delivery(number)

    def _call(self, number: int) -> _Entry:
        call = self._calls[number]
        return self._known.get(f"call-{number}", None, lambda: self._of_call(number, call))

    def _delivery(self, number: int) -> _Entry:
        delivery = self._deliveries[number]
        state = (delivery.outcome, len(delivery.attempts), delivery.seconds)
        return self._known.get(f"event-{number}", state, lambda: self._of_delivery(number, delivery))

    def _of_call(self, number: int, call: WebCall) -> _Entry:
        result = "ok" if call.ok else str(call.answer.get("error", "refused"))
        details = [result, *([str(call.status)] if call.status != 200 else []), *filter(None, [call.fault])]
        parts = (self._part("Request", call.arguments), self._part("Answer", call.answer))
        name = call.method
        return _Entry(f"call-{number}", "out", name, " · ".join(details), not call.ok, call.at, parts)

    def _of_delivery(self, number: int, delivery: Delivery) -> _Entry:
        answer = [self._part("Acknowledged with", delivery.answer)] if delivery.answer else []
        parts = (self._part(f"Payload · {delivery.kind}", delivery.payload), *answer)
        failed, name = delivery.outcome == "failed", _name(delivery)
        return _Entry(f"event-{number}", "in", name, _result(delivery), failed, _sent_at(delivery), parts)

    def _part(self, title: str, body: Json) -> _Part:
        return _Part(title, self._told(_unpacked(body)))

    def _told(self, body: Any) -> str:
        text = json.dumps(body, indent=2, ensure_ascii=False, default=str)
        for secret in self._secrets():
            text = text.replace(secret, _HIDDEN)
        return text if len(text) <= _LONGEST_BODY else f"{text[:_LONGEST_BODY]}\n… (cut)"

    def _secrets(self) -> Iterable[str]:
        app = self._workspace.app
        own = (app.signing_secret, app.client_secret, app.verification_token, app.bot_token, app.app_token)
        return sorted({secret for secret in (*own, *self._workspace.grants) if secret}, key=len, reverse=True)


def _merged(
    calls: Iterator[tuple[float, str, int]], sent: Iterator[tuple[float, str, int]]
) -> Iterator[tuple[float, str, int]]:
    """Two streams, each newest first, as one; equal moments keep the order in which things are caused."""
    call, delivery = next(calls, None), next(sent, None)
    while call or delivery:
        if delivery is None or (call is not None and call[0] >= delivery[0]):
            if call is not None:
                yield call
            call = next(calls, None)
        else:
            yield delivery
            delivery = next(sent, None)


def _sent_at(delivery: Delivery) -> float:
    return delivery.attempts[0].sent_at if delivery.attempts else 0.0


def _name(delivery: Delivery) -> str:
    payload = delivery.payload
    if delivery.kind == "slash_commands":
        return str(payload.get("command", "slash command"))
    if delivery.kind == "interactive":
        action: Json = next(iter(payload.get("actions", [])), {})
        named = action.get("action_id") or payload.get("callback_id", "")
        return f"{payload.get('type', 'interaction')} {named}".strip()
    event = delivery.event
    return ".".join(filter(None, (event.get("type", payload.get("type", "event")), event.get("subtype"))))


def _result(delivery: Delivery) -> str:
    tries = f" · try {len(delivery.attempts)}" if len(delivery.attempts) > 1 else ""
    if delivery.outcome == "waiting":
        return f"waiting{tries}"
    last = delivery.attempts[-1].result if delivery.attempts else ""
    word = "acknowledged" if delivery.acked else f"not acknowledged: {last}"
    return f"{word} in {delivery.seconds:.2f} s{tries}"


def _unpacked(body: Json) -> Json:
    """JSON that travels as text is easier to read as JSON."""
    return {name: _parsed(value) for name, value in body.items()}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
