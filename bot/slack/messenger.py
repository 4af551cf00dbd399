"""Everything the bot says in Slack goes through here: at most once, at Slack's pace, with kind errors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.slack.calls import DEADLINE_SECONDS, Caller
from bot.slack.clients import Clients
from bot.slack.directory import SlackChannel, SlackUser
from bot.slack.errors import SlackRefused, SlackUnreachable
from bot.slack.once import Once, metadata
from bot.slack.pacing import Pace
from bot.slack.streams import PROGRESS_SECONDS, Opening, Spot, Streams, carries
from bot.slack.tiers import Tiers
from bot.slack.uploads import Upload, Uploads
from storage.engine import Database
from storage.models import Post
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
        progress_seconds: float = PROGRESS_SECONDS,
    ) -> None:
        self._clients = clients
        self._caller = Caller(clients, deadline_seconds=deadline_seconds)
        self._once = Once(database, caller=self._caller, clock=clock)
        self._uploads = Uploads(self._caller, once=self._once)
        self._pace = Pace(per_second=posts_per_second)
        self._tiers = Tiers()
        self.streams = Streams(self._caller, tiers=self._tiers, pause=progress_seconds)

    async def post(
        self,
        workspace_id: str,
        *,
        channel_id: str,
        text: str,
        key: str,
        blocks: Blocks | None = None,
        thread_ts: str | None = None,
        opening: Opening | None = None,
    ) -> str:
        """Post a message at most once by its key; return its ts.

        With an opening it is the beginning of a text that is still to be written: of a stream, where the place and
        Slack's allowance have one (`bot.slack.streams`).
        """
        async with self._once.alone(workspace_id, key=key):
            post, repeated = await self._once.begin(workspace_id, key=key, channel_id=channel_id)
            if post.ts:
                return post.ts
            ts = (
                await self._earlier(post, thread_ts)
                if repeated
                else await self._begun(post, thread_ts, opening)
            ) or await self._send(workspace_id, post.channel_id, key, **_content(text, blocks, thread_ts))
            await self._once.done(workspace_id, key=key, ts=ts)
        if opening is not None:
            self.streams.expect(Spot(workspace_id, channel_id, ts))
        return ts

    async def _earlier(self, post: Post, thread_ts: str | None) -> str | None:
        """Return the ts of what an earlier try left there."""
        message = await self._once.look(post, thread_ts=thread_ts, matches=carries(post.key))
        return str(message["ts"]) if message else None

    async def _begun(self, post: Post, thread_ts: str | None, opening: Opening | None) -> str | None:
        """Begin a stream, if one is wanted and possible, and return its ts."""
        if opening is None:
            return None
        return await self.streams.begin(
            post.workspace_id, channel_id=post.channel_id, thread_ts=thread_ts, opening=opening, key=post.key
        )

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
        self,
        workspace_id: str,
        *,
        channel_id: str,
        ts: str,
        text: str,
        blocks: Blocks | None = None,
        key: str | None = None,
    ) -> None:
        """Change one of our messages; without blocks Slack keeps those it has, with `[]` it drops them.

        A stream that is still open there is stopped first. It began without metadata: `key` gives it what `post`
        gives to others.
        """
        spot, content = Spot(workspace_id, channel_id, ts), _content(text, blocks)
        if key is not None:
            content["metadata"] = metadata(key)
        if self.streams.is_open(spot):
            await self.streams.stop(spot)
        try:
            await self._change(spot, **content)
        except SlackRefused as error:
            if error.code != "streaming_state_conflict":
                raise
            await self.streams.stop(spot)
            await self._change(spot, **content)

    async def _change(self, spot: Spot, **content: Any) -> None:
        self.streams.has_ended(spot)
        self._tiers.took(spot.workspace_id, method="chat.update")
        await self._caller.freely(
            spot.workspace_id,
            lambda client: client.chat_update(channel=spot.channel_id, ts=spot.ts, **content),
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

    async def publish_home(
        self, workspace_id: str, *, user_id: str, view: dict[str, Any], replaces: str | None = None
    ) -> str:
        """Show a person their Home tab, in place of what it showed; return Slack's hash of the new view.

        With `replaces`, only if the view with that hash is still there: `hash_conflict` says that it is not.
        """
        only = {"hash": replaces} if replaces else {}
        answer = await self._caller.freely(
            workspace_id, lambda client: client.views_publish(user_id=user_id, view=view, **only)
        )
        return str(answer["view"]["hash"])

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
