"""What follows feedback in Slack: marks, notes, and the edited text. Each is a courtesy of one or two steps."""

from typing import Final

from bot.errors import BotError
from bot.runtime.durable import Retry, step
from bot.services import Services

_MODEL_RETRY: Final = Retry(
    tries=2, first_pause=1, longest_pause=1
)  # Somebody waits for a sign; the guess is one.


async def run_note(
    workspace_id: str, channel_id: str, user_id: str, thread_ts: str, code: str, *, services: Services
) -> None:
    """Show somebody a note."""
    acknowledger = services.feedback.acknowledger
    await step("note", acknowledger.note, workspace_id, channel_id, user_id, thread_ts, code)


async def run_offer_reason(
    workspace_id: str, channel_id: str, user_id: str, thread_ts: str, draft_id: str, *, services: Services
) -> None:
    """Offer the reason box to somebody who pressed 👎."""
    acknowledger = services.feedback.acknowledger
    await step("offer", acknowledger.offer_reason, workspace_id, channel_id, user_id, thread_ts, draft_id)


async def run_mark_reply(correction_id: str, version: int, tells: int, *, services: Services) -> None:
    """Show what a reply was taken for: by a reaction, and (where that helps) by a note to its author."""
    acknowledger = services.feedback.acknowledger
    await step("mark", acknowledger.mark, correction_id, version)
    if tells:
        await step("tell", acknowledger.tell_reading, correction_id, version, tells)


async def run_read_reply(correction_id: str, version: int, *, services: Services) -> None:
    """Let the model say what a reply is; where it cannot, the rules' guess stands and is said to be one."""
    reader = services.feedback.reader
    try:
        await step("ask", reader.ask, correction_id, version, retry=_MODEL_RETRY)
    except BotError:
        await step("guess", reader.guess, correction_id, version)


async def run_show_edit(revision_id: str, *, services: Services) -> None:
    """Show an edited text where the one before it stood."""
    await step("show", services.drafting.edit_shower.show, revision_id)
    await step("sight", services.drafting.hiding.keep_text_hidden, revision_id)
