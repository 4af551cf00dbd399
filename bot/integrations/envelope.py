"""What a webhook is sent: a few events in JSON, signed as `bot.training.trainers.signing` says."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final, Literal

from bot.integrations.feed import Event
from bot.training.trainers.signing import build_headers
from storage.models import Webhook

DELIVERY_HEADER: Final = "X-Draftloop-Delivery"


def build_delivery(
    webhook: Webhook, events: Sequence[Event], *, unix_time: int, kind: Literal["events", "test"] = "events"
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers; the same events again are the same delivery, so that a receiver can tell a repeat."""
    delivery = hashlib.sha256("\n".join([webhook.id, *(event.id for event in events)]).encode()).hexdigest()[
        :32
    ]
    body = json.dumps(
        {
            "type": kind,
            "delivery": delivery,
            "webhook": webhook.id,
            "workspace": webhook.workspace_id,
            "events": [{"id": event.id, "type": event.type, "data": event.data} for event in events],
        },
        ensure_ascii=False,
    ).encode()
    headers = build_headers(body, secret=webhook.secret, timestamp=unix_time, submission_key=delivery)
    return body, {**headers, DELIVERY_HEADER: delivery}
