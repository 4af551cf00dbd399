"""How a channel wants its drafts: its task, its tone, who may ask, who reviews, when the digest comes, who lets rules in."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Protocol, Self

from bot.errors import FormError
from bot.team.audit import note
from bot.team.forms import ChangedMeanwhile, changes, fingerprint
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Channel, Draft, Workspace
from storage.unit_of_work import UnitOfWork

LONGEST_TONE: Final = 300
MOST_REVIEWERS: Final = 5
EVERYBODY, REVIEWERS, ADMINS = "everybody", "reviewers", "admins"
WHO: Final = (EVERYBODY, REVIEWERS, ADMINS)
NO_DIGEST: Final = "off"


class DigestPlanner(Protocol):
    """The one place that knows when digests come: `bot.digests.timetable`, which stands above us."""

    def plan_digest(self, workspace: Workspace, channel: Channel, *, words: str) -> None:
        """Set a channel's slot from words like `fri 15:00` or `off`.

        Raises:
            BotError: the words cannot be read.
        """
        ...


@dataclass(frozen=True)
class ChannelWays:
    """A channel's settings as people see them; `digest` is a weekday, or `off`."""

    channel_id: str
    task: str = "plain"
    tone: str = ""
    who: str = EVERYBODY
    group: str | None = None
    reviewers: int = 1
    digest: str = "fri"
    digest_time: str = "15:00"
    rules_need_admin: bool = False

    @classmethod
    def of(cls, channel: Channel) -> Self:
        """Read a channel's row."""
        return cls(
            channel.id,
            channel.default_task,
            channel.tone or "",
            channel.who_may_ask,
            channel.reviewer_group,
            channel.reviewers_per_draft,
            channel.digest_weekday if channel.digest_enabled else NO_DIGEST,
            channel.digest_time,
            channel.rules_need_admin,
        )

    @property
    def seen(self) -> str:
        """The fingerprint of these settings."""
        return fingerprint(asdict(self))

    @property
    def slot(self) -> tuple[str, str]:
        """When the digest comes; its time means nothing when there is none."""
        return (self.digest, "" if self.digest == NO_DIGEST else self.digest_time)


class ChannelSettings:
    """Reads and saves channels' settings; a save is one transaction with its audit entry."""

    def __init__(self, database: Database, *, planner: DigestPlanner, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._planner = planner
        self._clock = clock

    async def read(self, workspace_id: str, *, channel_id: str) -> ChannelWays:
        """Return a channel's settings; a channel we do not know yet has the usual ones."""
        async with self._database.read() as unit:
            channel = await unit.channels.find(workspace_id, channel_id=channel_id)
        return ChannelWays.of(channel) if channel else ChannelWays(channel_id)

    async def save(self, workspace_id: str, *, ways: ChannelWays, seen: str, user_id: str) -> bool:
        """Keep a channel's settings; return False when they are so already.

        Args:
            workspace_id: whose channel it is.
            ways: the settings, all of them.
            seen: the fingerprint of the settings that the person had before them.
            user_id: the admin.

        Raises:
            FormError: something is wrong with a field; nothing was kept.
            ChangedMeanwhile: somebody else was faster; nothing was kept.
        """
        now = self._clock()
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.ensure(workspace_id, now=now)
            channel = await unit.channels.lock(workspace_id, channel_id=ways.channel_id)
            before = ChannelWays.of(channel)
            if before == ways:
                return False
            if before.seen != seen:
                raise ChangedMeanwhile
            await self._check(unit, workspace_id, before, ways)
            self._write(workspace, channel, before, ways)
            await note(
                unit,
                workspace_id,
                actor_id=user_id,
                action="channel.settings",
                subject=ways.channel_id,
                now=now,
                details=_told(before, ways),
            )
        return True

    async def _check(
        self, unit: UnitOfWork, workspace_id: str, before: ChannelWays, ways: ChannelWays
    ) -> None:
        tasks = await read_tasks(unit, workspace_id)
        known = ways.task == before.task or tasks.find(ways.task) is not None
        problems = {
            "task": "" if known else "There is no such task any more. Please pick another.",
            "tone": f"Please say it in {LONGEST_TONE} characters." if len(ways.tone) > LONGEST_TONE else "",
            "who": _who_problem(ways),
            "reviewers": ""
            if 1 <= ways.reviewers <= MOST_REVIEWERS
            else f"Please pick 1 to {MOST_REVIEWERS}.",
        }
        if wrong := {block: problem for block, problem in problems.items() if problem}:
            raise FormError(wrong)

    def _write(self, workspace: Workspace, channel: Channel, before: ChannelWays, ways: ChannelWays) -> None:
        channel.default_task, channel.tone = ways.task, ways.tone or None
        channel.who_may_ask, channel.reviewer_group = ways.who, ways.group
        channel.reviewers_per_draft, channel.rules_need_admin = ways.reviewers, ways.rules_need_admin
        if ways.slot != before.slot:
            words = NO_DIGEST if ways.digest == NO_DIGEST else f"{ways.digest} {ways.digest_time}"
            self._planner.plan_digest(workspace, channel, words=words)


async def read_tone(unit: UnitOfWork, draft: Draft) -> str:
    """Return how texts should sound where a draft stands."""
    channel = await unit.channels.find(draft.workspace_id, channel_id=draft.channel_id)
    return (channel.tone if channel else None) or ""


def _who_problem(ways: ChannelWays) -> str:
    if ways.who not in WHO:
        return "Please pick one from the list."
    if ways.who == REVIEWERS and not ways.group:
        return "Choose a group of reviewers below first, or nobody but admins could ask."
    return ""


def _told(before: ChannelWays, after: ChannelWays) -> dict[str, object]:
    """Say for the audit log what changed; the tone is somebody's words, so only that it changed."""
    told: dict[str, object] = dict(changes(asdict(before), asdict(after)))
    return {name: "changed" if name == "tone" else value for name, value in told.items()}
