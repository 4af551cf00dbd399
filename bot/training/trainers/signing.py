"""How a webhook trainer knows that a request is ours: HMAC-SHA-256 over time and body.

The receiver recomputes `v1=` + hex(HMAC-SHA-256(secret, "v1:" + timestamp + ":" + body)), compares in constant
time, and refuses timestamps that are more than five minutes off.
"""

import hashlib
import hmac

TIMESTAMP_HEADER = "X-Draftloop-Timestamp"
SIGNATURE_HEADER = "X-Draftloop-Signature"
IDEMPOTENCY_HEADER = "Idempotency-Key"


def sign(body: bytes, *, secret: str, timestamp: int) -> str:
    """Return the signature of a body at a time (Unix seconds)."""
    message = f"v1:{timestamp}:".encode() + body
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def build_headers(
    body: bytes, *, secret: str, timestamp: int, submission_key: str | None = None
) -> dict[str, str]:
    """Return the headers that go with a signed body; a submission also names its idempotency key."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "draftloop",
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: sign(body, secret=secret, timestamp=timestamp),
    }
    return headers if submission_key is None else {**headers, IDEMPOTENCY_HEADER: submission_key}
