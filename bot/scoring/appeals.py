"""Appeals: what somebody whose feedback is held back wants the admins to know."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.errors import BotError, FormError
from bot.runtime.durable import NOTES, Durable
from bot.slack.blocks.holds import LONGEST_APPEAL, WORDS_FIELD, appeal_modal
from bot.slack.messenger import Messenger
from bot.team.audit import note
from storage.engine import Database
from storage.models import Hold
from storage.repositories.holds import HELD
from storage.unit_of_work import UnitOfWork

HOLD_APPEAL: Final = "hold_appeal"  # the workflow


class NothingToAppeal(BotError):
    """The person's feedback is not on hold."""

    code = "nothing_to_appeal"
    sentence = "Your feedback is not on hold (any more), so there is nothing to appeal."


class AppealedAlready(BotError):
    """They have said it before."""

    code = "appealed_already"
    sentence = "The admins have your words already. One of them will look."


class Appeals:
    """Takes one appeal for each hold, from the person whom it concerns, as long as it is not decided."""

    def __init__(
        self, database: Database, *, durable: Durable, messenger: Messenger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._durable = durable
        self._messenger = messenger
        self._clock = clock

    async def open(self, hold_id: str, *, workspace_id: str, user_id: str, trigger_id: str) -> None:
        """Open the modal.

        Raises:
            AppealedAlready: they said it before.
            NothingToAppeal: it is not their hold, or it is decided.
        """
        async with self._database.read() as unit:
            await _own(unit, hold_id, workspace_id=workspace_id, user_id=user_id)
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=appeal_modal(hold_id))

    async def take(self, hold_id: str, *, workspace_id: str, user_id: str, words: str) -> None:
        """Keep somebody's words, sealed, and let the admins know.

        Raises:
            AppealedAlready: they said it before.
            FormError: there are no words.
            NothingToAppeal: it is not their hold, or it is decided.
        """
        said = words.strip()[:LONGEST_APPEAL]
        if not said:
            raise FormError(
                {WORDS_FIELD: "Please write a word or two, so that the admins know what to look at."}
            )
        now = self._clock()
        async with self._database.begin() as unit:
            await unit.workspaces.lock(workspace_id, now=now)
            hold = await _own(unit, hold_id, workspace_id=workspace_id, user_id=user_id)
            hold.appeal, hold.appealed_at = said, now
            await note(unit, workspace_id, actor_id=user_id, action="hold.appealed", subject=hold_id, now=now)
            work = f"{HOLD_APPEAL}:{hold_id}"
            await self._durable.enqueue(
                unit, HOLD_APPEAL, workspace_id, hold_id, workflow_id=work, queue=NOTES
            )


async def _own(unit: UnitOfWork, hold_id: str, *, workspace_id: str, user_id: str) -> Hold:
    hold = await unit.holds.find(workspace_id, hold_id=hold_id)
    if hold is None or hold.user_id != user_id or hold.state != HELD:
        raise NothingToAppeal
    if hold.appealed_at is not None:
        raise AppealedAlready
    return hold
