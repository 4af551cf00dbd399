"""What follows when admins change a workspace's policy: the past is judged by it as well."""

from collections.abc import Callable
from datetime import datetime

from bot.feedback.implicit import ask_to_announce, remember_since
from bot.feedback.participation import EVERYBODY, ask_to_recount_flags, ask_to_rejudge
from bot.runtime.durable import Durable
from bot.team.policy import Policy
from storage.unit_of_work import UnitOfWork


class PolicyChanges:
    """Runs in the transaction that saves a policy; the work itself is durable."""

    def __init__(self, *, durable: Durable, clock: Callable[[], datetime]) -> None:
        self._durable = durable
        self._clock = clock

    async def follow(self, unit: UnitOfWork, workspace_id: str, before: Policy, after: Policy) -> None:
        """Ask for everything that follows from the change.

        Whoever records a signal at this moment does so by one of the two policies: by the old one and seen by the work
        that is asked for here, or by the new one.
        """
        await unit.ledger.let_writers_finish()
        if after.other_organisations != before.other_organisations:
            await ask_to_rejudge(unit, workspace_id, EVERYBODY, durable=self._durable)
        if after.flag_quorum != before.flag_quorum:
            await ask_to_recount_flags(unit, workspace_id, durable=self._durable)
        if after.implicit != before.implicit:
            await remember_since(unit, workspace_id, now=self._clock() if after.implicit else None)
        if after.implicit and not before.implicit:
            await ask_to_announce(unit, workspace_id, durable=self._durable)
