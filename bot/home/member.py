"""What everybody finds in their Home tab: their own feedback and drafts, what waits for them, their settings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.digests.stats import Stats, StatsReport
from bot.digests.stats_card import build_card
from bot.digests.timetable import Slot
from bot.digests.wording import build_day, plural
from bot.feedback.implicit import told
from bot.slack.blocks.home_member import (
    DRAFTS_A_PAGE,
    MOST_REQUESTS,
    DraftsPage,
    HomeDraft,
    HomeRequest,
    OwnSettings,
)
from bot.slack.blocks.stats import Group, StatsCard
from bot.slack.permalinks import Permalinks, Place
from bot.slack.text import escape
from bot.team.members import Wishes
from bot.team.policy import Policy
from bot.team.tasks import TaskBook, read_tasks
from storage.engine import Database
from storage.models import Ask, Draft
from storage.queries.activity import AskedDraft
from storage.queries.quality import Scope
from storage.queries.rule_list import RuleCounts
from storage.unit_of_work import UnitOfWork

REQUESTS_LAST: Final = timedelta(days=7)
NO_FEEDBACK = (
    "None yet. Press 👍 or 👎 on a draft, give it stars, or reply in its thread with a better text: "
    "what you give is counted here, and the next draft learns from it."
)
NO_DIGEST = (
    "None is planned yet. The first draft in a channel plans that channel's weekly digest; "
    "`/draftloop digest friday 15:00` sets its day and time."
)
NO_RULES = "None yet. Correct a draft, and what that teaches becomes a rule that the next drafts follow."
_VERDICTS = {"accepted": "accepted", "rejected": "not accepted", "open": "no verdict yet"}


@dataclass(frozen=True, slots=True)
class MemberPart:
    """What the Home tab says to everybody."""

    feedback: StatsCard
    drafts: DraftsPage
    requests: tuple[HomeRequest, ...]
    digest: str
    own: OwnSettings
    rules: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was read in one transaction."""

    drafts: list[AskedDraft]
    page: int
    asks: list[tuple[Ask, Draft]]
    tasks: TaskBook
    slot: Slot
    wishes: Wishes
    rules: RuleCounts


class MemberReader:
    """Reads what a person gave, asked for and decided; never anything of anybody else."""

    def __init__(
        self, database: Database, *, stats: Stats, permalinks: Permalinks, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._stats = stats
        self._permalinks = permalinks
        self._clock = clock

    async def read(self, workspace_id: str, *, user_id: str, page: int) -> MemberPart:
        """Read everybody's part of the Home tab of one person, with a page of their drafts."""
        report = await self._stats.report(Scope(workspace_id=workspace_id, user_id=user_id))
        rows = await self._rows(workspace_id, user_id, page)
        shown = rows.drafts[:DRAFTS_A_PAGE]
        drafts = [*(each.draft for each in shown), *(draft for _, draft in rows.asks)]
        links = await self._permalinks.of(workspace_id, places=_places(drafts))
        listed = tuple(
            HomeDraft(each.draft.brief or "", _about(each, rows.tasks, links=links)) for each in shown
        )
        return MemberPart(
            _feedback(report),
            DraftsPage(listed, _accepted(report), rows.page, more=len(rows.drafts) > DRAFTS_A_PAGE),
            tuple(_request(ask, draft, rows.tasks, links=links) for ask, draft in rows.asks),
            _digest(rows.slot),
            OwnSettings(**asdict(rows.wishes)),
            build_rules_line(rows.rules),
        )

    async def _rows(self, workspace_id: str, user_id: str, page: int) -> _Rows:
        async with self._database.read() as unit:
            wishes = Wishes.of(await unit.members.find(workspace_id, user_id=user_id))
            page, drafts = await self._drafts(unit, workspace_id, user_id, page)
            may_ask = wishes.asked and not wishes.opted_out
            asks = await self._asks(unit, workspace_id, user_id) if may_ask else []
            tasks = await read_tasks(unit, workspace_id)
            slot = await self._slot(unit, workspace_id)
            rules = await unit.rule_list.counts(workspace_id, user_id=user_id)
        return _Rows(drafts, page, asks, tasks, slot, wishes, rules)

    async def _drafts(
        self, unit: UnitOfWork, workspace_id: str, user_id: str, page: int
    ) -> tuple[int, list[AskedDraft]]:
        """Return a page of drafts and one more; a page that is not there any more is the first one."""
        found = await unit.activity.asked_by(
            user_id, workspace_id=workspace_id, limit=DRAFTS_A_PAGE + 1, offset=page * DRAFTS_A_PAGE
        )
        if page and not found:
            return await self._drafts(unit, workspace_id, user_id, 0)
        return page, found

    async def _asks(self, unit: UnitOfWork, workspace_id: str, user_id: str) -> list[tuple[Ask, Draft]]:
        since = self._clock() - REQUESTS_LAST
        asks = await unit.asks.open_of(workspace_id, user_id=user_id, since=since)
        drafts = await unit.home.drafts(workspace_id, draft_ids=[ask.draft_id for ask in asks])
        return [(ask, drafts[ask.draft_id]) for ask in asks if ask.draft_id in drafts][:MOST_REQUESTS]

    async def _slot(self, unit: UnitOfWork, workspace_id: str) -> Slot:
        workspace = await unit.workspaces.find(workspace_id)
        due = await unit.activity.next_digest(workspace_id, after=self._clock())
        return Slot(workspace.timezone if workspace else "UTC", due)


def _feedback(report: StatsReport) -> StatsCard:
    """Keep of one's own stats what one gave; how one's drafts did stands beside them."""
    title = f"Your feedback · last {report.period.days} days"
    notes = (told(Policy(implicit=True)),) if report.shows_implicit else ()
    if not report.totals.feedback:
        return StatsCard(title, NO_FEEDBACK, notes=notes)
    groups = build_card(report, name="You").groups
    given = tuple(Group("You gave", group.rows) for group in groups if group.heading == "Feedback")
    thanks = f"You gave feedback {plural(report.totals.feedback, 'time')}. Thank you!"
    return StatsCard(title, thanks, given, notes)


def _accepted(report: StatsReport) -> str:
    if not report.totals.drafts:
        return ""
    return f"Last {report.period.days} days: {build_card(report, name='You').summary}"


def _places(drafts: Sequence[Draft]) -> list[Place]:
    return [(draft.channel_id, draft.message_ts) for draft in drafts if draft.message_ts]


def _about(asked: AskedDraft, tasks: TaskBook, *, links: Mapping[Place, str]) -> str:
    draft = asked.draft
    posted = f", {build_day(draft.posted_at.date())}" if draft.posted_at else ""
    verdict = (
        "hidden, because people flagged it"
        if draft.hidden_at
        else _VERDICTS.get(asked.verdict, asked.verdict)
    )
    return f"{_what(draft, tasks)}{posted} · {verdict}{_link(draft, links, 'Open')}"


def _request(ask: Ask, draft: Draft, tasks: TaskBook, *, links: Mapping[Place, str]) -> HomeRequest:
    asked = f", asked {build_day(ask.asked_at.date())}" if ask.asked_at else ""
    about = f"{_what(draft, tasks)}{asked}{_link(draft, links, 'Open the draft')}"
    return HomeRequest(draft.id, "review" if ask.kind == "review" else "reason", about)


def _what(draft: Draft, tasks: TaskBook) -> str:
    where = "in a direct message" if draft.channel_id.startswith("D") else f"in <#{draft.channel_id}>"
    return f"{escape(tasks.get(draft.task).title)} {where}"


def _link(draft: Draft, links: Mapping[Place, str], words: str) -> str:
    address = links.get((draft.channel_id, draft.message_ts or ""))
    return f" · <{address}|{words}>" if address else ""


def build_rules_line(rules: RuleCounts) -> str:
    """Say how many rules there are, and how much of them one taught oneself."""
    if not (rules.active or rules.proposed):
        return NO_RULES
    waiting = f", {rules.proposed:,} proposed" if rules.proposed else ""
    own = (
        f" {plural(rules.own_lessons, 'correction')} of yours taught me something."
        if rules.own_lessons
        else ""
    )
    return f"*{plural(rules.active, 'rule')}* that drafts follow{waiting}.{own}"


def _digest(slot: Slot) -> str:
    if slot.local is None:
        return NO_DIGEST
    return f"*{slot.local}* ({slot.timezone}), in each channel with something to tell from its week."
