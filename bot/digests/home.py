"""What a person finds in the Home tab: their own feedback and drafts, and when the next digest comes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.digests.stats import Stats, StatsReport
from bot.digests.stats_card import build_card
from bot.digests.timetable import Slot
from bot.digests.wording import build_day, plural
from bot.logs import get_logger
from bot.slack.blocks.home import MOST_DRAFTS, HomeCard, HomeDraft, build_home
from bot.slack.blocks.stats import Group, StatsCard
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.tasks import TaskBook, read_tasks
from storage.engine import Database
from storage.queries.activity import AskedDraft
from storage.queries.quality import Scope
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
NO_FEEDBACK = (
    "None yet. Press 👍 or 👎 on a draft, give it stars, or reply in its thread with a better text: "
    "what you give is counted here, and the next draft learns from it."
)
NO_DIGEST = (
    "None is planned yet. The first draft in a channel plans that channel's weekly digest; "
    "`/draftloop digest friday 15:00` sets its day and time."
)
_VERDICTS = {"accepted": "accepted", "rejected": "not accepted", "open": "no verdict yet"}


class Home:
    """Shows people their Home tab; always from what is stored now, so any event in any order shows the truth."""

    def __init__(
        self, database: Database, *, stats: Stats, messenger: Messenger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._stats = stats
        self._messenger = messenger
        self._clock = clock

    async def show(self, workspace_id: str, *, user_id: str) -> bool:
        """Show a person their Home tab; return False when Slack has none for them (some guests, strangers).

        Raises:
            SlackUnreachable: try again later.
        """
        view = build_home(await self.card(workspace_id, user_id=user_id))
        try:
            await self._messenger.publish_home(workspace_id, user_id=user_id, view=view)
        except SlackRefused as refused:
            log.info("home_not_shown", workspace=workspace_id, code=refused.code)
            return False
        return True

    async def card(self, workspace_id: str, *, user_id: str) -> HomeCard:
        """Read what the Home tab of a person says."""
        report = await self._stats.report(Scope(workspace_id=workspace_id, user_id=user_id))
        async with self._database.read() as unit:
            drafts = await unit.activity.asked_by(user_id, workspace_id=workspace_id, limit=MOST_DRAFTS)
            slot = await self._slot(unit, workspace_id)
            tasks = await read_tasks(unit, workspace_id)
        return HomeCard(_feedback(report), _drafts(drafts, tasks), _digest(slot), _accepted(report))

    async def _slot(self, unit: UnitOfWork, workspace_id: str) -> Slot:
        workspace = await unit.workspaces.find(workspace_id)
        due = await unit.activity.next_digest(workspace_id, after=self._clock())
        return Slot(workspace.timezone if workspace else "UTC", due)


def _feedback(report: StatsReport) -> StatsCard:
    """Keep of one's own stats what one gave; how one's drafts did stands beside them."""
    title = f"Your feedback · last {report.period.days} days"
    if not report.totals.feedback:
        return StatsCard(title, NO_FEEDBACK)
    groups = build_card(report, name="You").groups
    given = tuple(Group("You gave", group.rows) for group in groups if group.heading == "Feedback")
    return StatsCard(title, f"You gave feedback {plural(report.totals.feedback, 'time')}. Thank you!", given)


def _accepted(report: StatsReport) -> str:
    if not report.totals.drafts:
        return ""
    return f"Last {report.period.days} days: {build_card(report, name='You').summary}"


def _drafts(asked: Sequence[AskedDraft], tasks: TaskBook) -> tuple[HomeDraft, ...]:
    return tuple(HomeDraft(each.draft.brief or "", _about(each, tasks)) for each in asked)


def _about(asked: AskedDraft, tasks: TaskBook) -> str:
    draft = asked.draft
    where = "in a direct message" if draft.channel_id.startswith("D") else f"in <#{draft.channel_id}>"
    posted = f", {build_day(draft.posted_at.date())}" if draft.posted_at else ""
    return f"{tasks.get(draft.task).title} {where}{posted} · {_VERDICTS.get(asked.verdict, asked.verdict)}"


def _digest(slot: Slot) -> str:
    if slot.local is None:
        return NO_DIGEST
    return f"*{slot.local}* ({slot.timezone}), in each channel with something to tell from its week."
