"""What becomes of a revised text when the correction behind it is taken back.

The text stays in the records; the draft's current text goes back to the one before it. A text that somebody built on
it in the meantime stays what it is: it is their correction too.
"""

from collections.abc import Iterable, Mapping

from storage.models import Correction, Draft, Revision
from storage.unit_of_work import UnitOfWork

TEACHING = frozenset({"rewrite", "instruction"})
HELD = "held"  # the state of a correction whose author's feedback waits for an admin's look


def is_taken_back(correction: Correction) -> bool:
    """Tell whether a correction asks for no text: it was deleted, turned out to be talk, or is held back."""
    return correction.state != "standing" or correction.interpretation not in TEACHING


async def step_back(unit: UnitOfWork, correction: Correction) -> bool:
    """Make the text before this correction's the current one, if its own is; False when there is no text of it."""
    draft = await unit.drafts.lock(correction.draft_id)
    revisions = {one.id: one for one in await unit.drafts.revisions_of(draft.id)}
    own = next((one for one in revisions.values() if one.correction_id == correction.id), None)
    if own is None:
        return False
    if draft.current_revision_id == own.id:
        made = await unit.corrections.of_drafts([draft.id])
        draft.current_revision_id = _standing_before(own, revisions, corrections=made)
    return True


def _standing_before(
    revision: Revision, revisions: Mapping[str, Revision], *, corrections: Iterable[Correction]
) -> str:
    """Return the nearest text before a revision whose correction was not taken back as well."""
    gone = {one.id for one in corrections if is_taken_back(one)}
    while revision.correction_id in gone and revision.parent_id in revisions:
        revision = revisions[revision.parent_id or ""]
    return revision.id


async def answered(unit: UnitOfWork, draft: Draft, *, reply_ts: str | None) -> Revision | None:
    """Return the text that a person had before them: the current one, unless it was shown only after their reply."""
    revisions = await unit.drafts.revisions_of(draft.id)
    if not revisions:
        return None
    by_id = {one.id: one for one in revisions}
    shown = [
        by_id.get(message.revision_id or "", revisions[0])
        for message in await unit.drafts.messages_of(draft.id)
        if message.kind not in {"gone", "changes"} and (reply_ts is None or message.ts < reply_ts)
    ]
    current = by_id.get(draft.current_revision_id or "", revisions[0])
    return current if current in shown or not shown else shown[-1]
