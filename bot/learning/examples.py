"""Finds past corrections and accepted drafts that show the next prompt how people want it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from storage.models import Correction, Draft, Member
from storage.unit_of_work import UnitOfWork

EXAMPLES: Final = 4
_DRAFTS_LOOKED_AT: Final = 30


@dataclass(frozen=True)
class Example:
    """A past brief with what people made of its draft.

    `rewrite`: `draft` became `better`. `instruction`: somebody wanted `wish` of `draft`. `accepted`: `better` was
    taken as it was.
    """

    kind: Literal["rewrite", "instruction", "accepted"]
    draft_id: str
    brief: str
    draft: str = ""
    wish: str = ""
    better: str = ""
    correction_id: str | None = None
    user_id: str | None = None  # who corrected; None for an accepted draft


async def find_examples(
    unit: UnitOfWork, *, workspace_id: str, channel_id: str, task: str, limit: int = EXAMPLES
) -> tuple[Example, ...]:
    """Return what the channel's latest drafts of a task teach: standing corrections newest first, then accepted drafts.

    What opted-out members wrote is left out. Retrieval by similarity is a later story; the newest come first.
    """
    recent = await unit.drafts.recent(workspace_id, channel_id=channel_id, limit=_DRAFTS_LOOKED_AT)
    drafts = {draft.id: draft for draft in recent if draft.task == task}
    corrections = [each for draft_id in drafts for each in await unit.corrections.of_draft(draft_id)]
    people = await unit.members.of_ids(workspace_id, user_ids=[each.user_id for each in corrections])
    taught = sorted(
        (each for each in corrections if _teaches(each, people)),
        key=lambda each: (each.changed_at, each.id),
        reverse=True,
    )
    examples = [_from_correction(drafts[each.draft_id], each) for each in taught[:limit]]
    corrected = {each.draft_id for each in corrections}
    untouched = [draft for draft in drafts.values() if draft.id not in corrected]
    return (*examples, *await _accepted(unit, untouched, limit=limit - len(examples)))


def _teaches(correction: Correction, people: Mapping[str, Member]) -> bool:
    author = people.get(correction.user_id)
    is_out = author is not None and author.opted_out
    return (
        correction.state == "standing"
        and correction.interpretation in ("rewrite", "instruction")
        and bool(correction.text)
        and not is_out
    )


def _from_correction(draft: Draft, correction: Correction) -> Example:
    is_rewrite = correction.interpretation == "rewrite"
    return Example(
        kind="rewrite" if is_rewrite else "instruction",
        draft_id=draft.id,
        brief=draft.brief or "",
        draft=correction.original or "",
        wish="" if is_rewrite else correction.text or "",
        better=correction.text or "" if is_rewrite else "",
        correction_id=correction.id,
        user_id=correction.user_id,
    )


async def _accepted(unit: UnitOfWork, drafts: list[Draft], *, limit: int) -> list[Example]:
    accepted: list[Example] = []
    for draft in drafts:
        if len(accepted) >= limit:
            break
        standing = await unit.feedback.find_standing(draft.id)
        if standing and standing.verdict == "accepted" and draft.current_revision_id:
            text = (await unit.drafts.revision(draft.current_revision_id)).text or ""
            accepted.append(Example("accepted", draft.id, draft.brief or "", better=text))
    return accepted
