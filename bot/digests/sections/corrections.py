"""The corrections that went furthest, in people's own words if they agreed to be quoted."""

from collections.abc import Sequence

from bot.digests.context import DigestContext
from bot.digests.wording import plural
from bot.slack.blocks.digest import Paragraph, Part, Quote, Quotes
from bot.slack.text import escape
from bot.team.tasks import read_tasks
from storage.queries.activity import GivenCorrection
from storage.unit_of_work import UnitOfWork

SHOWN = 3
CONSIDERED = 500
HEADING = "Top corrections"


async def build(context: DigestContext, unit: UnitOfWork) -> Sequence[Part]:
    """Build the quotes, and say how many more there are."""
    given = await unit.activity.corrections(context.span, limit=CONSIDERED)
    if not given:
        return []
    quoted = sorted((one for one in given if one.named and one.correction.text), key=_worth, reverse=True)[
        :SHOWN
    ]
    names = await _names(unit, context, quoted)
    rest = len(given) - len(quoted)
    if not quoted:
        return [Paragraph(f"{plural(rest, 'correction')} this week. {_consent(rest)}", heading=HEADING)]
    tasks = await read_tasks(unit, context.week.workspace_id)
    quotes = tuple(
        Quote(str(one.correction.text), _about(one, names, task=tasks.title_of(one.draft.task)))
        for one in quoted
    )
    more = [Paragraph(f"…and {plural(rest, 'more correction')}. {_consent(rest)}")] if rest else []
    return [Quotes(HEADING, quotes), *more]


def _worth(given: GivenCorrection) -> tuple[bool, bool, float, str]:
    """What the team accepted comes first, then what the bot could use, then what changed most."""
    correction = given.correction
    return (given.verdict == "accepted", given.revised, correction.edit_distance or 0.0, correction.id)


async def _names(
    unit: UnitOfWork, context: DigestContext, given: Sequence[GivenCorrection]
) -> dict[str, str]:
    ids = {one.correction.user_id for one in given}
    members = await unit.members.of_ids(context.week.workspace_id, user_ids=ids)
    return {user_id: escape(member.name or "a colleague") for user_id, member in members.items()}


def _about(given: GivenCorrection, names: dict[str, str], *, task: str) -> str:
    correction = given.correction
    parts = [f"— {names.get(correction.user_id, 'a colleague')}", f"task {escape(task)}"]
    if correction.edit_distance is not None:
        parts.append(f"{100 * correction.edit_distance:.0f}% of the words changed")
    if given.verdict == "accepted":
        parts.append("the draft is accepted now")
    elif given.revised:
        parts.append("I wrote a revision from it")
    return " · ".join(parts)


def _consent(rest: int) -> str:
    those = "it is" if rest == 1 else "they are"
    return f"I only quote people who agreed to be named, so {those} not shown here."
