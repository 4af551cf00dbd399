"""Shows a draft's text in Slack while the model writes it; a courtesy that never delays or spoils the draft.

Only the layout `sections` is shown so: its text comes once, and what house rules change in it they change in each
text so far just the same. In `turns` a small model is asked several times and the best text counts, so nothing of it
is shown before it is chosen.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from bot.drafts.prompt_parts import Prompt
from bot.drafts.publish import parts_of
from bot.errors import BotError
from bot.learning.sayings.patterns import conformed
from bot.llm.chat_model import OnText
from bot.logs import get_logger
from bot.slack.blocks.draft import writing_blocks
from bot.slack.messenger import Messenger
from bot.slack.streams import Growing, Spot
from bot.slack.text import settled
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft

log = get_logger(__name__)
_SHORTEST: Final = 20  # characters: less than that is no text to look at yet


class Progress:
    """Shows drafts while they are written."""

    def __init__(self, database: Database, *, messenger: Messenger) -> None:
        self._database = database
        self._messenger = messenger

    @contextlib.asynccontextmanager
    async def of(self, draft: Draft, prompt: Prompt) -> AsyncIterator[OnText | None]:
        """Show what the function that this gives is told, at the draft's message, until the block ends."""
        if draft.message_ts is None or prompt.layout != "sections":
            yield None
            return
        async with self._database.read() as unit:
            title = (await read_tasks(unit, draft.workspace_id)).get(draft.task).title
        spot = Spot(draft.workspace_id, draft.channel_id, draft.message_ts)
        growing = self._messenger.streams.growing(spot)
        shower = _Shower(growing, prompt, title=title, is_wanted=lambda: self._is_wanted(draft))
        async with shower.at_work():
            yield shower.tell

    async def _is_wanted(self, draft: Draft) -> bool:
        """Whether the draft still waits for its text: another replica may have finished it meanwhile."""
        async with self._database.read() as unit:
            now = await unit.drafts.get(draft.id)
        is_same_try = now.state == "asked" and now.attempt == draft.attempt
        return is_same_try and now.current_revision_id is None and now.hidden_at is None


class _Shower:
    """Shows the latest text whenever the last one is shown and the pace allows the next."""

    def __init__(
        self, growing: Growing, prompt: Prompt, *, title: str, is_wanted: Callable[[], Awaitable[bool]]
    ) -> None:
        self._growing = growing
        self._prompt = prompt
        self._title = title
        self._is_wanted = is_wanted
        self._latest = ""
        self._news = asyncio.Event()
        self._done = asyncio.Event()

    def tell(self, text: str) -> None:
        """Take the text so far."""
        self._latest = text
        self._news.set()

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Show texts until the block ends.

        A change that is under way then is waited for, or it could come after the finished text.
        """
        task = asyncio.create_task(self._show_all())
        try:
            yield
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            self._done.set()
            self._news.set()
            await asyncio.gather(task, return_exceptions=True)

    async def _show_all(self) -> None:
        try:
            while await self._has_news() and await self._is_wanted():
                await self._show(self._latest)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._done.wait(), self._growing.pause)
        except BotError as error:  # The message is gone, or Slack is: the draft's end will tell.
            log.info("progress_ended", code=error.code)
        except Exception:
            log.exception("progress_failed")  # Our mistake; the draft shall not pay for it.

    async def _has_news(self) -> bool:
        """Wait for another text; return False when there will be none."""
        await self._news.wait()
        self._news.clear()
        return not self._done.is_set()

    async def _show(self, latest: str) -> None:
        written = conformed(self._prompt.answer(settled(latest)), self._prompt.rules)
        parts = parts_of(written.text)
        if (
            len(written.text) < _SHORTEST or len(parts) > 1
        ):  # What follows the first part is shown when it is whole.
            return
        await self._growing.show(
            parts[0],
            fallback=f"Writing: {self._title}",
            blocks=writing_blocks(parts[0], task=self._title),
        )
