"""What changed thanks to people: only what is known to have happened, with the names of those who agreed."""

from collections.abc import Sequence

from bot.digests.context import DigestContext
from bot.digests.stats import SMALLEST_GROUP
from bot.digests.wording import plural
from bot.slack.blocks.digest import Paragraph, Part
from bot.slack.text import escape
from storage.queries.activity import GivenCorrection
from storage.unit_of_work import UnitOfWork

CONSIDERED = 1_000
NAMED = 5


async def build(context: DigestContext, unit: UnitOfWork) -> Sequence[Part]:
    """Build the thanks."""
    given = await unit.activity.corrections(context.span, limit=CONSIDERED)
    facts = _facts(given)
    if not facts:
        return []
    ids = {one.correction.user_id for one in given}
    named = sorted({one.correction.user_id for one in given if one.named})
    members = await unit.members.of_ids(context.week.workspace_id, user_ids=named[:NAMED])
    names = [escape(member.name) for _, member in sorted(members.items()) if member.name]
    thanks = f"Thank you, {build_credit(names, others=len(ids) - len(names))}."
    return [Paragraph(f"{' '.join(facts)} {thanks}", heading="What changed thanks to you")]


def build_credit(names: Sequence[str], *, others: int) -> str:
    """Name those who agreed; the rest are counted, unless they are so few that a count would point at them."""
    if not names:
        return f"all {others} of you" if others >= SMALLEST_GROUP else "everyone who took the time"
    if others <= 0:
        return _joined(names)
    rest = f"{others} others" if others >= SMALLEST_GROUP else "others"
    return _joined([*names, rest])


def _facts(given: Sequence[GivenCorrection]) -> list[str]:
    revised = {one.draft.id for one in given if one.revised}
    edited = {one.draft.id for one in given if one.correction.source == "edit"}
    accepted = {one.draft.id for one in given if one.verdict == "accepted"} & (revised | edited)
    facts = []
    if revised:
        facts.append(f"I revised {plural(len(revised), 'draft')} from your corrections.")
    if edited:
        facts.append(f"{plural(len(edited), 'draft')} now {_carries(len(edited))} your own words.")
    if accepted:
        facts.append(f"{plural(len(accepted), 'corrected draft')} {_was(len(accepted))} approved since.")
    return facts


def _carries(n: int) -> str:
    return "carries" if n == 1 else "carry"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
