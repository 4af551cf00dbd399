"""Text that appears in Slack while it is written.

Two ways: in a thread through Slack's own streaming calls, elsewhere (and wherever those fail) by changing an
ordinary message at a lawful pace. What was chosen so that it always ends as one whole message:

- Progress is a courtesy. It is never repeated, never waits for a rate limit, and is left out when the minute's
  allowance might be needed for what must be said (`bot.slack.tiers`). The finished text never depends on it.
- Only `Messenger.update` says how a message ends. It stops a stream that is still open, known to us or not (Slack
  answers `streaming_state_conflict`), and then writes the whole message anew. So a crash, a stream that Slack closed
  after five minutes, one that a person stopped and one that another replica began all end the same way.
- Text is added to a stream only by the process that began it, and only by the first try at writing. Whoever comes
  later does not know what stands there, so it goes on by changing the whole message.
- A stream takes no metadata at its start, by which a lost message is found again (`bot.slack.once`). It begins with a
  task card instead, whose id is the message's key: the look for an earlier try knows both. A repeated try never starts
  a second stream: what it does not find it posts as an ordinary message, and Slack itself closes the lost stream.
"""

import time
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from slack_sdk.models.messages.chunk import TaskUpdateChunk

from bot.logs import get_logger
from bot.slack.calls import Caller
from bot.slack.errors import SlackRefused, SlackUnreachable
from bot.slack.once import Matches, has_key
from bot.slack.tiers import Tiers

log = get_logger(__name__)

PROGRESS_SECONDS: Final = 1.0  # between two additions to a stream; a message is changed half as often
_MARGIN: Final = {"chat.startStream": 4, "chat.stopStream": 4, "chat.update": 10, "chat.appendStream": 20}
_OVER: Final = frozenset({"message_not_in_streaming_state", "message_not_found"})
_LONGEST_STREAM: Final = 300.0  # seconds; Slack closes one after that
_MOST_REMEMBERED: Final = 1_000


class Spot(NamedTuple):
    """Where a message stands."""

    workspace_id: str
    channel_id: str
    ts: str


@dataclass(frozen=True)
class Opening:
    """What a stream begins with, and for whom it is: Slack wants to know that in channels."""

    title: str
    reader_id: str


class Streams:
    """The messages of this process that are being written."""

    def __init__(self, caller: Caller, *, tiers: Tiers, pause: float = PROGRESS_SECONDS) -> None:
        self._caller = caller
        self.tiers = tiers
        self.pause = pause
        self._open: dict[Spot, bool] = {}  # whether nobody has written on it yet
        self._awaited: dict[Spot, float] = {}  # messages whose last change is still to come, and since when

    async def begin(
        self, workspace_id: str, *, channel_id: str, thread_ts: str | None, opening: Opening, key: str
    ) -> str | None:
        """Begin a stream with a task card that carries the key; return its ts, or None where an ordinary post is due.

        Raises:
            SlackUnreachable: nobody knows whether it stands; look before trying again.
        """
        if thread_ts is None or not self._may_begin(workspace_id):
            return None
        self.tiers.took(workspace_id, method="chat.startStream")
        card = TaskUpdateChunk(id=key, title=opening.title, status="in_progress")
        try:
            answer = await self._caller.politely(
                workspace_id,
                lambda client: client.chat_startStream(
                    channel=channel_id,
                    thread_ts=thread_ts,
                    recipient_team_id=workspace_id,
                    recipient_user_id=opening.reader_id,
                    chunks=[card],
                ),
            )
        except SlackRefused as error:  # An ordinary post may be allowed all the same.
            log.info("stream_refused", workspace=workspace_id, code=error.code)
            return None
        except SlackUnreachable as error:
            if error.code != "ratelimited":
                raise
            self.tiers.close(workspace_id, method="chat.startStream")
            return None
        return self._opened(Spot(workspace_id, channel_id, str(answer["ts"])))

    def growing(self, spot: Spot) -> "Growing":
        """Show a text at this message while it is written."""
        self.expect(spot)
        is_ours = self._open.get(spot, False)
        if is_ours:
            self._open[spot] = False
        return Growing(self, spot, by_stream=is_ours)

    def expect(self, spot: Spot) -> None:
        """Keep room for the last change of a message, until `has_ended` or for as long as a stream may last."""
        now = time.monotonic()
        self._awaited = {at: since for at, since in self._awaited.items() if now - since < _LONGEST_STREAM}
        self._awaited[spot] = now

    def has_ended(self, spot: Spot) -> None:
        """Give back the room that was kept: the last change is made now."""
        self._awaited.pop(spot, None)

    def is_open(self, spot: Spot) -> bool:
        """Whether this process began a stream here that is not stopped yet."""
        return spot in self._open

    async def stop(self, spot: Spot) -> None:
        """End a stream; one that is over is fine."""
        self._open.pop(spot, None)
        self.tiers.took(spot.workspace_id, method="chat.stopStream")
        try:
            await self._caller.freely(
                spot.workspace_id,
                lambda client: client.chat_stopStream(channel=spot.channel_id, ts=spot.ts),
            )
        except SlackRefused as error:
            if error.code not in _OVER:
                raise

    async def add(self, spot: Spot, text: str) -> bool:
        """Add text to a stream, if there is room; return whether it was added.

        Raises:
            SlackRefused: the stream is over.
            SlackUnreachable: nobody knows whether it was added.
        """
        return await self._courteously(
            spot, "chat.appendStream", channel=spot.channel_id, ts=spot.ts, markdown_text=text
        )

    async def change(self, spot: Spot, *, text: str, blocks: list[dict[str, Any]]) -> bool:
        """Change an ordinary message, if there is room; return whether it was changed.

        Raises:
            SlackRefused: it is an open stream, or gone.
            SlackUnreachable: nobody knows whether it was changed.
        """
        return await self._courteously(
            spot, "chat.update", channel=spot.channel_id, ts=spot.ts, text=text, blocks=blocks
        )

    async def _courteously(self, spot: Spot, method: str, **arguments: Any) -> bool:
        workspace_id = spot.workspace_id
        to_come = sum(at.workspace_id == workspace_id for at in self._awaited)
        leaving = _MARGIN[method] + (to_come if method == "chat.update" else 0)
        if not self.tiers.has_room(workspace_id, method=method, leaving=leaving):
            return False
        self.tiers.took(workspace_id, method=method)
        try:
            await self._caller.politely(workspace_id, lambda client: client.api_call(method, json=arguments))
        except SlackUnreachable as error:
            if error.code != "ratelimited":
                raise
            self.tiers.close(workspace_id, method=method)
            return False
        return True

    def _may_begin(self, workspace_id: str) -> bool:
        """Whether a stream may be begun such that it can be stopped in time too."""
        is_open = sum(spot.workspace_id == workspace_id for spot in self._open)
        leaving = {"chat.startStream": 0, "chat.stopStream": is_open}
        return all(
            self.tiers.has_room(workspace_id, method=method, leaving=_MARGIN[method] + more)
            for method, more in leaving.items()
        )

    def _opened(self, spot: Spot) -> str:
        self._open[spot] = True
        while len(self._open) > _MOST_REMEMBERED:  # Slack closed the oldest long ago.
            del self._open[next(iter(self._open))]
        return spot.ts


class Growing:
    """One message that shows a text while it is written."""

    def __init__(self, streams: Streams, spot: Spot, *, by_stream: bool) -> None:
        self._streams = streams
        self._spot = spot
        self._by_stream = by_stream
        self._shown = ""

    @property
    def pause(self) -> float:
        """Seconds to wait between two changes."""
        return self._streams.pause * (1 if self._by_stream else 2)

    async def show(self, text: str, *, fallback: str, blocks: list[dict[str, Any]]) -> None:
        """Show the text so far; `blocks` are the whole message, for the way by updates.

        Raises:
            SlackRefused: the message is gone, or not ours to change: there is nothing to show any more.
        """
        if text == self._shown:
            return
        if self._by_stream and not text.startswith(self._shown):
            self._by_stream = False  # What stands there has to be taken back, which a stream cannot.
        shown = await (self._add(text) if self._by_stream else self._change(fallback, blocks))
        self._shown = text if shown else self._shown

    async def _add(self, text: str) -> bool:
        try:
            return await self._streams.add(self._spot, text[len(self._shown) :])
        except SlackUnreachable:
            self._by_stream = False  # It may stand there or not: from now on the whole message is changed.
        except SlackRefused as error:
            if error.code != "message_not_in_streaming_state":
                raise
            self._by_stream = False  # Slack closed it, or a person did.
        return False

    async def _change(self, fallback: str, blocks: list[dict[str, Any]]) -> bool:
        if self._streams.is_open(self._spot):
            await self._streams.stop(self._spot)
        try:
            return await self._streams.change(self._spot, text=fallback, blocks=blocks)
        except SlackUnreachable as error:
            log.info("progress_left_out", workspace=self._spot.workspace_id, code=error.code)
        except SlackRefused as error:
            if error.code != "streaming_state_conflict":
                raise
            await self._streams.stop(self._spot)  # Another process, or an earlier life of this one, began it.
        return False


def carries(key: str) -> Matches:
    """Return a test for messages that carry a key: in their metadata, or as the id of the task card they began with."""
    keyed = has_key(key)
    return lambda message: (
        keyed(message)
        or any(task.get("task_id") == key for block in message.get("blocks") or () for task in _tasks(block))
    )


def _tasks(block: dict[str, Any]) -> list[dict[str, Any]]:
    return [block, *(block.get("tasks") or ())]
