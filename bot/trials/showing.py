"""What people see of a pair: two texts and a request, in the order drawn for them."""

from bot.drafts.prompt_maker import MENTION
from bot.slack.blocks.trial import TrialQuestion
from storage.models import Draft, TrialPair, TrialVote
from storage.unit_of_work import UnitOfWork


def question_of(
    pair: TrialPair, vote: TrialVote, draft: Draft, *, pressed: str | None = None, counts: bool = True
) -> TrialQuestion:
    """Return a pair as one person sees it: A is the challenger's text where that was drawn."""
    sides = (pair.challenger_text or "", pair.champion_text or "")
    first, second = sides if vote.flipped else sides[::-1]
    return TrialQuestion(
        pair_id=pair.id,
        channel_id=draft.channel_id,
        brief=MENTION.sub("", draft.brief or "").strip(),
        first=first,
        second=second,
        chosen=pressed,
        has_reason=bool(vote.reason),
        counts=counts,
    )


async def may_show(unit: UnitOfWork, pair: TrialPair) -> Draft | None:
    """Return the draft whose brief a pair is about, if people may still see it and its requester still takes part."""
    draft = await unit.drafts.find(pair.source_draft_id, workspace_id=pair.workspace_id)
    if draft is None or draft.hidden_at is not None or draft.message_ts is None:
        return None
    requester = await unit.members.find(draft.workspace_id, user_id=draft.requester_id)
    if requester is not None and (requester.opted_out or requester.held_from_us is not None):
        return None
    return draft
