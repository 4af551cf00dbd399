"""Slack's end of a load test, in a process of its own: signed reactions over many keep-alive connections.

`python slack_load.py URL SECRET REQUESTS CONNECTIONS` prints one line of JSON: rate, p50, p99, statuses.
"""

import asyncio
import hashlib
import hmac
import json
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


async def one(reader, writer, request: bytes) -> int:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
    return int(head.split(b" ", 2)[1])


async def connection(
    host: str, port: int, requests: list[bytes], seconds: list[float], statuses: Counter
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while requests:
        request = requests.pop()
        begun = time.perf_counter()
        statuses[await one(reader, writer, request)] += 1
        seconds.append(time.perf_counter() - begun)
    writer.close()


async def load(url: str, secret: str, count: int, connections: int) -> dict[str, object]:
    place, run = urlsplit(url), f"{time.time_ns():x}"
    requests = [request_bytes(number, host=place.netloc, secret=secret, run=run) for number in range(count)]
    seconds: list[float] = []
    statuses: Counter = Counter()
    begun = time.perf_counter()
    await asyncio.gather(
        *(connection(place.hostname, place.port, requests, seconds, statuses) for _ in range(connections))
    )
    elapsed = time.perf_counter() - begun
    seconds.sort()
    p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    return {"rate": count / elapsed, "p50": p50, "p99": p99, "worst": seconds[-1], "statuses": dict(statuses)}


if __name__ == "__main__":
    url, secret, count, connections = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(load(url, secret, int(count), int(connections)))))
