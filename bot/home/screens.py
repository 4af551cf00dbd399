"""Shows a Home tab only when it says something else than the person has in front of them: so it never flickers."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from bot.home.state import HomeState, OnScreen, Turn
from bot.slack.messenger import Messenger, SlackRefused

REMEMBERED: Final = 2_000
_CONFLICT: Final = "hash_conflict"

Draw = Callable[[HomeState], Awaitable[tuple[HomeState, dict[str, Any]]]]


class Screens:
    """Puts views on Home tabs.

    What a person sees is known from the view that Slack sends along. Where it sends none (the tab was opened twice
    before the first view was there) what this process showed last is remembered; that memory only saves work.
    """

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._shown: OrderedDict[tuple[str, str], OnScreen] = OrderedDict()

    async def show(
        self, workspace_id: str, *, user_id: str, on_screen: OnScreen | None, turn: Turn, draw: Draw
    ) -> bool:
        """Draw what the person should see, and publish it if they see something else; return whether it was.

        When somebody else published meanwhile (another replica, another press), everything is read again, once.

        Raises:
            SlackRefused, SlackUnreachable: as from the messenger.
        """
        before = on_screen or self._shown.get((workspace_id, user_id)) or OnScreen()
        view, now = await self._drawn(draw, turn(before.state))
        if now.fingerprint == before.fingerprint:
            return False
        try:
            await self._publish(workspace_id, user_id, view, replace(now, hash=before.hash))
        except SlackRefused as refused:
            if refused.code != _CONFLICT:
                raise
            later = self._shown.get((workspace_id, user_id)) or before
            view, now = await self._drawn(draw, turn(later.state))
            await self._publish(workspace_id, user_id, view, now)
        return True

    async def _drawn(self, draw: Draw, wanted: HomeState) -> tuple[dict[str, Any], OnScreen]:
        state, view = await draw(wanted)
        shown = OnScreen(state, fingerprint(view))
        return {**view, "private_metadata": shown.write()}, shown

    async def _publish(self, workspace_id: str, user_id: str, view: dict[str, Any], shown: OnScreen) -> None:
        """Publish in place of the view with `shown.hash` (whatever is there, if None), and remember it."""
        answer = await self._messenger.publish_home(
            workspace_id, user_id=user_id, view=view, replaces=shown.hash
        )
        self._shown[workspace_id, user_id] = replace(shown, hash=answer)
        self._shown.move_to_end((workspace_id, user_id))
        while len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)


def fingerprint(view: dict[str, Any]) -> str:
    """Return what tells two views apart: what people see and press, not where it says they are."""
    blocks = json.dumps(view["blocks"], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(blocks.encode()).hexdigest()[:32]
