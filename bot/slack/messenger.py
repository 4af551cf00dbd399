"""Everything the bot says in Slack goes through here: at most once, at Slack's pace, with kind errors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.slack.calls import DEADLINE_SECONDS, Caller
from bot.slack.clients import Clients
from bot.slack.directory import SlackChannel, SlackUser
from bot.slack.errors import SlackRefused, SlackUnreachable
from bot.slack.once import Once, has_key, metadata
from bot.slack.pacing import Pace
from bot.slack.uploads import Upload, Uploads
from storage.engine import Database
from storage.types import utc_now

__all__ = ["Messenger", "SlackChannel", "SlackRefused", "SlackUnreachable", "SlackUser"]

Blocks = list[dict[str, Any]]


class Messenger:
    """Speaks to Slack for every workspace.

    Every method raises `SlackRefused` (Slack says no, with its code) or `SlackUnreachable` (a `Transient`: try
    again later), and `NotInstalled` without a token. A post or upload with a key may be repeated after any
    error and any crash: it is looked for before it is sent again.
    """

    def __init__(
        self,
        clients: Clients,
        *,
        database: Database,
        clock: Callable[[], datetime] = utc_now,
        deadline_seconds: float = DEADLINE_SECONDS,
        posts_per_second: float = 1.0,
    ) -> None:
        self._clients = clients
        self._caller = Caller(clients, deadline_seconds=deadline_seconds)
        self._once = Once(database, caller=self._caller, clock=clock)
        self._uploads = Uploads(self._caller, once=self._once)
        self._pace = Pace(per_second=posts_per_second)

    async def post(
        self,
        workspace_id: str,
        *,
        channel_id: str,
        text: str,
        key: str,
        blocks: Blocks | None = None,
        thread_ts: str | None = None,
    ) -> str:
        """Post a message at most once by its key; return its ts."""
        async with self._once.alone(workspace_id, key=key):
            post, repeated = await self._once.begin(workspace_id, key=key, channel_id=channel_id)
            if post.ts:
                return post.ts
            earlier = (
                await self._once.look(post, thread_ts=thread_ts, matches=has_key(key)) if repeated else None
            )
            ts = (
                str(earlier["ts"])
                if earlier
                else await self._send(workspace_id, post.channel_id, key, **_content(text, blocks, thread_ts))
            )
            await self._once.done(workspace_id, key=key, ts=ts)
        return ts

    async def _send(self, workspace_id: str, channel_id: str, key: str, **content: Any) -> str:
        await self._pace.wait(workspace_id, channel_id=channel_id)
        answer = await self._caller.once(
            workspace_id,
            lambda client: client.chat_postMessage(
                channel=channel_id, metadata=metadata(key), unfurl_links=False, unfurl_media=False, **content
            ),
        )
        return str(answer["ts"])

    async def update(
        self, workspace_id: str, *, channel_id: str, ts: str, text: str, blocks: Blocks | None = None
    ) -> None:
        """Change one of our messages; without blocks Slack keeps those it has, with `[]` it drops them."""
        await self._caller.freely(
            workspace_id,
            lambda client: client.chat_update(channel=channel_id, ts=ts, **_content(text, blocks)),
        )

    async def delete(self, workspace_id: str, *, channel_id: str, ts: str) -> None:
        """Delete one of our messages; one that is gone is fine."""
        await self._tolerating(
            {"message_not_found"}, workspace_id, lambda client: client.chat_delete(channel=channel_id, ts=ts)
        )

    async def ephemeral(
        self,
        workspace_id: str,
        *,
        channel_id: str,
        user_id: str,
        text: str,
        blocks: Blocks | None = None,
        thread_ts: str | None = None,
    ) -> None:
        """Show a note to one person; it cannot be looked up, so it is sent once or not at all."""
        await self._caller.once(
            workspace_id,
            lambda client: client.chat_postEphemeral(
                channel=channel_id, user=user_id, **_content(text, blocks, thread_ts)
            ),
        )

    async def direct(
        self, workspace_id: str, *, user_id: str, text: str, key: str, blocks: Blocks | None = None
    ) -> str:
        """Send a direct message at most once by its key; return its ts."""
        opened = await self._caller.freely(
            workspace_id, lambda client: client.conversations_open(users=user_id)
        )
        return await self.post(
            workspace_id, channel_id=str(opened["channel"]["id"]), text=text, blocks=blocks, key=key
        )

    async def react(self, workspace_id: str, *, channel_id: str, ts: str, name: str) -> None:
        """Add our reaction; one that is there is fine."""
        await self._tolerating(
            {"already_reacted"},
            workspace_id,
            lambda client: client.reactions_add(channel=channel_id, timestamp=ts, name=name),
        )

    async def unreact(self, workspace_id: str, *, channel_id: str, ts: str, name: str) -> None:
        """Take our reaction back; one that is gone is fine."""
        await self._tolerating(
            {"no_reaction", "message_not_found"},
            workspace_id,
            lambda client: client.reactions_remove(channel=channel_id, timestamp=ts, name=name),
        )

    async def upload(
        self,
        workspace_id: str,
        *,
        channel_id: str | None,
        filename: str,
        content: bytes,
        title: str,
        alt_text: str,
        key: str,
        thread_ts: str | None = None,
    ) -> str:
        """Upload a file at most once by its key and share it in the channel, if one is given; return its id."""
        return await self._uploads.upload(
            Upload(workspace_id, key, channel_id, filename, content, title, alt_text, thread_ts)
        )

    async def open_view(self, workspace_id: str, *, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal within three seconds of the press; return its id."""
        answer = await self._caller.once(
            workspace_id, lambda client: client.views_open(trigger_id=trigger_id, view=view)
        )
        return str(answer["view"]["id"])

    async def push_view(self, workspace_id: str, *, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal on top of the one that the press came from; return its id. At most three lie on each other."""
        answer = await self._caller.once(
            workspace_id, lambda client: client.views_push(trigger_id=trigger_id, view=view)
        )
        return str(answer["view"]["id"])

    async def update_view(self, workspace_id: str, *, view_id: str, view: dict[str, Any]) -> None:
        """Show something else in an open modal; one that was closed meanwhile is fine."""
        await self._tolerating(
            {"not_found"}, workspace_id, lambda client: client.views_update(view_id=view_id, view=view)
        )

    async def publish_home(self, workspace_id: str, *, user_id: str, view: dict[str, Any]) -> None:
        """Show a person their Home tab, in place of what it showed."""
        await self._caller.freely(
            workspace_id, lambda client: client.views_publish(user_id=user_id, view=view)
        )

    async def permalink(self, workspace_id: str, *, channel_id: str, ts: str) -> str:
        """Return the web address of a message."""
        answer = await self._caller.freely(
            workspace_id, lambda client: client.chat_getPermalink(channel=channel_id, message_ts=ts)
        )
        return str(answer["permalink"])

    async def user(self, workspace_id: str, *, user_id: str) -> SlackUser:
        """Return what Slack says about a person."""
        answer = await self._caller.freely(workspace_id, lambda client: client.users_info(user=user_id))
        return SlackUser.from_body(answer["user"])

    async def channel(self, workspace_id: str, *, channel_id: str) -> SlackChannel:
        """Return what Slack says about a channel."""
        answer = await self._caller.freely(
            workspace_id, lambda client: client.conversations_info(channel=channel_id)
        )
        return SlackChannel.from_body(answer["channel"])

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._clients.close()

    async def _tolerating(self, codes: set[str], workspace_id: str, call: Callable[..., Any]) -> None:
        try:
            await self._caller.freely(workspace_id, call)
        except SlackRefused as error:
            if error.code not in codes:
                raise


def _content(text: str, blocks: Blocks | None, thread_ts: str | None = None) -> dict[str, Any]:
    content: dict[str, Any] = {"text": text}
    if blocks is not None:
        content["blocks"] = blocks
    if thread_ts:
        content["thread_ts"] = thread_ts
    return content
