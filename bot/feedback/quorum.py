"""The quorum of flags: enough people's standing flags take a draft's text out of sight, until they take them back."""

from datetime import UTC, datetime
from typing import Final

from bot.runtime.durable import Durable
from bot.team.policy import Policy
from storage.repositories import DraftPlace, LedgerTables, Sight
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

HIDE_DRAFT: Final = "hide_draft"
SHOWN_AGAIN: Final = "draft.shown_again"  # an admin's press, in the audit log


def is_hidden(*, before: int, after: int, quorum: int, was_hidden: bool) -> bool:
    """Tell whether a draft is out of sight once its flags went from `before` to `after`.

    A draft that an admin showed again stays in sight until another flag arrives.
    """
    if not quorum or after < quorum:
        return False
    return was_hidden or after > before


def settle(tables: LedgerTables, place: DraftPlace, *, before: int, after: int, at_us: int) -> None:
    """Hide or show a locked draft whose flags changed, in the transaction that changed them."""
    was = tables.hidden_at(place)
    quorum = Policy.of(place.workspace_settings).flag_quorum
    hidden = is_hidden(before=before, after=after, quorum=quorum, was_hidden=was is not None)
    if (
        hidden or was is not None
    ):  # A hidden draft's note tells how many people flagged it: it changes as well.
        since = was or datetime.fromtimestamp(at_us / 1_000_000, UTC)
        tables.put_sight(Sight(place.draft_id, since if hidden else None, after))


def requorum(tables: LedgerTables, place: DraftPlace, *, may_hide: bool, now: datetime) -> None:
    """Hide or show a locked draft as the quorum says now; one that an admin showed again (`may_hide`) stays shown."""
    was, flags = tables.hidden_at(place), tables.standing(place.draft_id).flags
    quorum = Policy.of(place.workspace_settings).flag_quorum
    hidden = bool(quorum) and flags >= quorum and (may_hide or was is not None)
    if hidden != (was is not None):
        tables.put_sight(Sight(place.draft_id, now if hidden else None, flags))


async def follow_sights(unit: UnitOfWork, *, durable: Durable) -> None:
    """Ask for the messages to be brought in line with what this transaction took out of sight or showed again."""
    for sight in unit.ledger.take_sights():
        await ask_to_hide(unit, sight.draft_id, durable=durable)


async def ask_to_hide(unit: UnitOfWork, draft_id: str, *, durable: Durable) -> None:
    """Ask for a draft's messages to be brought in line; each change of what is seen has work of its own."""
    await durable.enqueue(unit, HIDE_DRAFT, draft_id, workflow_id=f"{HIDE_DRAFT}:{draft_id}:{new_id()}")
