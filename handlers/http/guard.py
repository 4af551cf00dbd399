"""The guard in front of Bolt: only bytes that Slack signed, of sane size and shape, come past it."""

import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

MAX_BODY_BYTES = 1024 * 1024
WINDOW_SECONDS = 300

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_MOST_FIELDS = 1000


class Refused(Exception):
    """The request is answered with `status`; `reason` is a word for the metrics."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Guard:
    """Checks size, headers, signature and shape, in this order, before anything is parsed."""

    signing_secret: str

    async def read(
        self, headers: Mapping[str, str], chunks: AsyncIterator[bytes], *, now: float
    ) -> dict[str, Any]:
        """Return the body of a request that Slack sent.

        Raises:
            Refused: 413 too large, 415 neither JSON nor form, 401 not signed by Slack just now, 400 not readable.
        """
        kind = _content_kind(headers)
        timestamp, signature = _signature_headers(headers, now=now)
        raw = await _read_bounded(headers, chunks)
        if not hmac.compare_digest(signature, sign(raw, secret=self.signing_secret, timestamp=timestamp)):
            raise Refused(401, "bad_signature")
        return parse(raw, kind)


def sign(raw: bytes, *, secret: str, timestamp: str) -> str:
    """Return Slack's signature (v0) of a body."""
    base = b"v0:" + timestamp.encode() + b":" + raw
    return "v0=" + hmac.digest(secret.encode(), base, "sha256").hex()


def parse(raw: bytes, kind: str) -> dict[str, Any]:
    """Return the object in a JSON body or in a form's `payload`, or else the form's fields.

    Raises:
        Refused: 400.
    """
    try:
        text = raw.decode()
        body = json.loads(text) if kind == _JSON else _parse_form(text)
    except (ValueError, RecursionError):  # No UTF-8, no JSON, numbers without end, nesting without end.
        raise Refused(400, "malformed") from None
    if not isinstance(body, dict):
        raise Refused(400, "malformed")
    return body


def _parse_form(text: str) -> Any:
    fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    return json.loads(fields["payload"]) if "payload" in fields else fields


def _content_kind(headers: Mapping[str, str]) -> str:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (_JSON, _FORM):
        raise Refused(415, "content_type")
    return kind


def _signature_headers(headers: Mapping[str, str], *, now: float) -> tuple[str, str]:
    timestamp = headers.get("x-slack-request-timestamp", "")
    signature = headers.get("x-slack-signature", "")
    if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
        raise Refused(401, "bad_headers")
    if abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise Refused(401, "stale")
    return timestamp, signature


async def _read_bounded(headers: Mapping[str, str], chunks: AsyncIterator[bytes]) -> bytes:
    """Read the body, and no byte more than is allowed, whatever the headers promise."""
    promised = headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > MAX_BODY_BYTES:
        raise Refused(413, "too_large")
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refused(413, "too_large")
    return bytes(body)
