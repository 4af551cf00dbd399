"""Reads what somebody asked of `/draftloop stats`, checks that they may know it, and answers."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol

from bot.digests.stats import DEFAULT_DAYS, PERIODS, Stats
from bot.digests.stats_card import build_card, with_agreement, with_judgement
from bot.scoring.agreement import agreement
from bot.scoring.explain import explain
from bot.scoring.weights import PLAINNESS, ratings_of
from bot.slack.blocks.stats import StatsCard
from bot.slack.text import escape
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.queries.quality import Scope

_CHANNEL = re.compile(r"<#(?P<id>[A-Z0-9]+)(?:\|(?P<name>[^>]*))?>")
_PERIOD = re.compile(r"(\d{1,3})(d|days?)?", re.IGNORECASE)
_FILLERS = frozenset({"last", "day", "days"})  # "last 30 days"
_LONGEST_WORD = 64
_MOST_VOTES = 20_000  # that agreement is measured by

NOT_FOR_YOU = (
    "I cannot show that channel: either I do not know it (pick it from the list that Slack offers after `#`), or it is "
    "private and I could not see that you are in it. If you are, ask me there."
)  # one answer for both, so that it does not tell which private channels exist


class Membership(Protocol):
    """Says who may look into a channel."""

    async def may_see(self, workspace_id: str, *, channel_id: str, user_id: str) -> bool:
        """Return whether a person may know about a channel; when in doubt, no."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsQuestion:
    """What was asked: about oneself, a channel, a task, or everything; and for how long."""

    days: int = DEFAULT_DAYS
    me: bool = False
    channel_id: str | None = None
    channel_name: str | None = None
    task: str | None = None
    odd_period: str | None = None  # a period we do not offer, as it was typed

    @property
    def about_channel(self) -> bool:
        """A channel was named, by id or by name."""
        return bool(self.channel_id or self.channel_name)

    @classmethod
    def parse(cls, text: str) -> "StatsQuestion":
        """Read the words in any order; what is neither `me`, a channel nor a period is a task."""
        found: dict[str, object] = {}
        for word in text.split():
            found |= _read(word[:_LONGEST_WORD])
        return cls(**found)  # type: ignore[arg-type]


class StatsAnswer:
    """Answers questions about figures, each to the one who asked."""

    def __init__(self, database: Database, *, stats: Stats, membership: Membership) -> None:
        self._database = database
        self._stats = stats
        self._membership = membership

    async def answer(
        self, question: StatsQuestion, *, workspace_id: str, user_id: str, asked_in: str
    ) -> StatsCard:
        """Return the card for a question; a private channel's figures only for those who are in it."""
        if question.odd_period:
            return StatsCard("Stats", _periods(question.odd_period))
        channel_id = await self._channel_id(question, workspace_id=workspace_id)
        if question.about_channel and not await self._may_see(channel_id, workspace_id, user_id, asked_in):
            return StatsCard("Stats", NOT_FOR_YOU)
        scope = Scope(
            workspace_id=workspace_id,
            channel_id=channel_id,
            task=question.task,
            user_id=user_id if question.me else None,
        )
        report = await self._stats.report(scope, days=question.days)
        card = build_card(report, name=await self._name(scope, question))
        if question.me:
            return await self._with_judgement(card, scope)
        return await self._with_agreement(card, scope, since=report.period.first_day)

    async def _with_judgement(self, card: StatsCard, scope: Scope) -> StatsCard:
        """Add to a person's own figures what their judgement weighs: nobody else can ask for these."""
        async with self._database.read() as unit:
            rows = await unit.rater_weights.of_person(scope.workspace_id, user_id=str(scope.user_id))
            tasks = await read_tasks(unit, scope.workspace_id)
        titles = {row.task: tasks.title_of(row.task) for row in rows}
        return with_judgement(card, explain(rows, titles=titles, task=scope.task))

    async def _with_agreement(self, card: StatsCard, scope: Scope, *, since: date) -> StatsCard:
        """Add to shared figures how far people agree; of very many votes the latest are enough."""
        async with self._database.read() as unit:
            judgements = await unit.rater_weights.judgements(
                scope.workspace_id,
                dimensions=PLAINNESS,
                since_us=round(datetime.combine(since, time(), UTC).timestamp() * 1_000_000),
                at_most=_MOST_VOTES,
                channel_id=scope.channel_id,
                task=scope.task,
            )
        return with_agreement(card, agreement(ratings_of(judgements)))

    async def _may_see(self, channel_id: str | None, workspace_id: str, user_id: str, asked_in: str) -> bool:
        if channel_id is None:
            return False
        if channel_id == asked_in:
            return True
        return await self._membership.may_see(workspace_id, channel_id=channel_id, user_id=user_id)

    async def _channel_id(self, question: StatsQuestion, *, workspace_id: str) -> str | None:
        if question.channel_id or not question.channel_name:
            return question.channel_id
        async with self._database.read() as unit:
            channels = await unit.channels.of_workspace(workspace_id)
        return next((channel.id for channel in channels if channel.name == question.channel_name), None)

    async def _name(self, scope: Scope, question: StatsQuestion) -> str:
        parts = ["You"] if scope.user_id else []
        if scope.channel_id:
            parts.append(f"#{await self._channel_name(scope, question)}")
        if scope.task:
            parts.append(f"task {escape(await self._task_title(scope.workspace_id, scope.task))}")
        return " · ".join(parts) or "All channels"

    async def _task_title(self, workspace_id: str, name: str) -> str:
        async with self._database.read() as unit:
            return (await read_tasks(unit, workspace_id)).title_of(name)

    async def _channel_name(self, scope: Scope, question: StatsQuestion) -> str:
        if question.channel_name:
            return escape(question.channel_name)
        async with self._database.read() as unit:
            channel = await unit.channels.find(scope.workspace_id, channel_id=str(scope.channel_id))
        return escape(channel.name) if channel and channel.name else str(scope.channel_id)


def _read(word: str) -> dict[str, object]:
    if word.lower() in _FILLERS:
        return {}
    if word.lower() == "me":
        return {"me": True}
    if channel := _CHANNEL.fullmatch(word):
        return {"channel_id": channel["id"], "channel_name": channel["name"] or None}
    if word.startswith("#") and len(word) > 1:
        return {"channel_name": word[1:]}
    if period := _PERIOD.fullmatch(word):
        days = int(period[1])
        return {"days": days} if days in PERIODS else {"odd_period": word}
    return {"task": word.lower()}


def _periods(typed: str) -> str:
    offered = ", ".join(f"`{days}d`" for days in PERIODS)
    return f"I can look back {offered}; `{escape(typed)}` is not one of them."
