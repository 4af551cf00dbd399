"""What follows when feedback is held back: admins and people are told."""

from bot.runtime.durable import Retry, step
from bot.services import Services

_PATIENT = Retry(tries=12, first_pause=1, longest_pause=300)


async def run_hold_notice(workspace_id: str, group_id: str, *, services: Services) -> None:
    """Tell the admins and the people concerned that something is on hold."""
    await step("tell", services.scoring.hold_notes.tell, workspace_id, group_id, retry=_PATIENT)


async def run_hold_decided(workspace_id: str, hold_id: str, *, services: Services) -> None:
    """Show what was decided."""
    await step("tell", services.scoring.hold_notes.tell_decision, workspace_id, hold_id, retry=_PATIENT)


async def run_hold_appeal(workspace_id: str, hold_id: str, *, services: Services) -> None:
    """Tell the admins of an appeal."""
    await step("tell", services.scoring.hold_notes.tell_appeal, workspace_id, hold_id, retry=_PATIENT)
