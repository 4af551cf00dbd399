"""Slack's end of a load test, in a process of its own: signed reactions over many keep-alive connections.

`python slack_load.py URL SECRET REQUESTS CONNECTIONS` prints one line of JSON: rate, p50, p99, statuses.
"""

import asyncio
import hashlib
import hmac
import json
import re
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

TEAM = "T0TEAM"


def request_bytes(number: int, *, host: str, secret: str, run: str) -> bytes:
    item = {"type": "message", "channel": "C0GENERAL", "ts": "1731000000.000001"}
    event = {
        "type": "reaction_added",
        "user": f"U{number % 500}",
        "reaction": "+1",
        "item": item,
        "event_ts": f"1731000000.{number:06d}",
    }
    authorization = {"team_id": TEAM, "user_id": "U0BOT", "is_bot": True, "is_enterprise_install": False}
    envelope = {
        "token": "x" * 24,
        "api_app_id": "A0APP",
        "type": "event_callback",
        "event_time": 1_731_000_000,
    }
    body = json.dumps(
        {
            **envelope,
            "team_id": TEAM,
            "event_id": f"Ev{run}{number:08d}",
            "authorizations": [authorization],
            "event": event,
        }
    ).encode()
    timestamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    head = [
        "POST /slack/events HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {timestamp}",
        f"X-Slack-Signature: v0={digest}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """Sends one request after the other; no streams: the load must not take the processor from what it measures."""

    def __init__(self, requests: list[bytes], seconds: list[float], statuses: Counter) -> None:
        self.requests, self.seconds, self.statuses = requests, seconds, statuses
        self.received = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        if not self.requests:
            self.transport.close()
            return
        self.begun = time.perf_counter()
        self.transport.write(self.requests.pop())

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if end and len(body) >= content_length(head):
            self.received = b""
            self.seconds.append(time.perf_counter() - self.begun)
            self.statuses[int(head.split(b" ", 2)[1])] += 1
            self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self.done.set_result(error)


def content_length(head: bytes) -> int:
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    return int(found[1]) if found else 0


async def load(url: str, secret: str, count: int, connections: int) -> dict[str, object]:
    place, run, loop = urlsplit(url), f"{time.time_ns():x}", asyncio.get_running_loop()
    requests = [request_bytes(number, host=place.netloc, secret=secret, run=run) for number in range(count)]
    seconds: list[float] = []
    statuses: Counter = Counter()
    begun = time.perf_counter()
    opened = [
        await loop.create_connection(
            lambda: Connection(requests, seconds, statuses), place.hostname, place.port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    elapsed = time.perf_counter() - begun
    seconds.sort()
    p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    return {"rate": count / elapsed, "p50": p50, "p99": p99, "worst": seconds[-1], "statuses": dict(statuses)}


if __name__ == "__main__":
    url, secret, count, connections = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(load(url, secret, int(count), int(connections)))))
