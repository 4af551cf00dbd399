"""Things that are posted at most once, by key: noted before Slack is asked, looked for before it is asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from bot.slack.calls import Caller
from storage.engine import Database
from storage.models import Post
from storage.types import utc_now

EVENT_TYPE = "draftloop_post"
_CLOCKS_DIFFER = timedelta(minutes=2)
_PAGE = 200
_PAGES = 10

Matches = Callable[[dict[str, Any]], bool]


class Once:
    """Keeps the `posts` table: what was tried, and what Slack calls it."""

    def __init__(self, database: Database, *, caller: Caller, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._caller = caller
        self._clock = clock
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def alone(self, workspace_id: str, *, key: str) -> asyncio.Lock:
        """Return the lock of a key: within a process the second asker waits for the first one's result."""
        return self._locks.setdefault((workspace_id, key), asyncio.Lock())

    async def begin(self, workspace_id: str, *, key: str, channel_id: str) -> tuple[Post, bool]:
        """Note that a post is tried, in a transaction of its own; return it and whether it was tried before."""
        # A moved clock (a rehearsal of next Friday) must not hide messages from a later look: Slack's does not move.
        now = min(self._clock(), utc_now())
        async with self._database.begin() as unit:
            known = await unit.posts.find(workspace_id, key=key)
            post = known or await unit.posts.begin(workspace_id, key=key, channel_id=channel_id, now=now)
        return post, known is not None or post.attempted_at != now

    async def find(self, workspace_id: str, *, key: str) -> str | None:
        """Return what Slack calls the post of a key, if it is known to stand."""
        async with self._database.read() as unit:
            post = await unit.posts.find(workspace_id, key=key)
        return post.ts if post else None

    async def done(self, workspace_id: str, *, key: str, ts: str) -> None:
        """Note what Slack calls it."""
        async with self._database.begin() as unit:
            await unit.posts.done(workspace_id, key=key, ts=ts)

    async def look(self, post: Post, *, thread_ts: str | None, matches: Matches) -> dict[str, Any] | None:
        """Return the message that an earlier try left in the channel or thread, if there is one."""
        window: dict[str, Any] = {
            "channel": post.channel_id,
            "oldest": f"{(post.attempted_at - _CLOCKS_DIFFER).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _PAGE,
        }
        cursor = ""
        for _ in range(_PAGES):
            page = await self._page(
                post.workspace_id, window | ({"cursor": cursor} if cursor else {}), thread_ts
            )
            for message in page["messages"] or ():
                if matches(message):
                    return dict(message)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return None

    def _page(self, workspace_id: str, window: dict[str, Any], thread_ts: str | None) -> Awaitable[Any]:
        if thread_ts:
            return self._caller.freely(
                workspace_id, lambda client: client.conversations_replies(ts=thread_ts, **window)
            )
        return self._caller.freely(workspace_id, lambda client: client.conversations_history(**window))


def metadata(key: str) -> dict[str, Any]:
    """Return the message metadata that carries a key."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def has_key(key: str) -> Matches:
    """Return a test for messages that carry a key."""
    return lambda message: (message.get("metadata") or {}).get("event_payload", {}).get("key") == key


def has_file(file_id: str) -> Matches:
    """Return a test for messages that share a file."""
    return lambda message: any(shared.get("id") == file_id for shared in message.get("files") or ())
