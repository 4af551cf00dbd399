"""Tells that another release writes: a short message in the channels that it concerns, and one to admins with a button.

The audit log says what changed, whoever changed it, so that a press in Slack, a command in the terminal, the policy and
the guard are all told alike, and each once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.logs import get_logger
from bot.releases.change_words import PROGRAM, Change, Kind, build_change, build_changes
from bot.releases.guarding import evidence_of
from bot.releases.judges import Judges
from bot.releases.outcome_words import build_guard_words, build_trial_words
from bot.releases.release_words import build_name, read_name
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.blocks.release_news import Offer, change_news
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import AuditEntry, Release, Workspace
from storage.models.release import EVERY_TASK
from storage.queries.release_news import PROMOTED, ROLLED_BACK
from storage.repositories.trials import GUARD
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
WORKFLOW: Final = "release_news"
FRESH: Final = timedelta(hours=1)  # A change that nobody told within that time is no news.
LATELY: Final = timedelta(days=14)  # A channel that got a draft since then is told.
MOST_CHANNELS: Final = 20


@dataclass(frozen=True, slots=True)
class _News:
    """A change, and who is to hear of it."""

    key: str
    change: Change
    workspace: Workspace
    channels: Sequence[str]
    for_admins: bool


class ChangeNews:
    """Tells each change once."""

    def __init__(
        self,
        database: Database,
        *,
        judges: Judges,
        durable: Durable,
        messenger: Messenger,
        admin_channel: str | None = None,
    ) -> None:
        self._database = database
        self._judges = judges
        self._durable = durable
        self._messenger = messenger
        self._admin_channel = admin_channel

    async def tick(self, now: datetime) -> None:
        """Have every change told that was not told yet; the same change is the same work."""
        async with self._database.read() as unit:
            changes = await unit.release_news.changes(since=now - FRESH)
        for entry in changes:
            await self._ask_to_tell(entry)

    async def tell(self, entry_id: str) -> int:
        """Tell that another release writes; return how many channels heard. What was overtaken is not told."""
        async with self._database.read() as unit:
            news = await self._read(unit, entry_id)
        if news is None:
            return 0
        proof, changes = await self._proof(news.change), await self._changes(news.change)
        message = change_news(build_change(news.change), proof=proof, changes=changes)
        told = [await self._post(news, channel_id, *message) for channel_id in news.channels]
        if news.for_admins and (place := self._admins(news.workspace)):
            undo = [Offer("roll_back", news.change.champion.id, build_name(news.change.before.number))]
            offers = undo if news.change.kind == "promoted" else []
            text, blocks = change_news(build_change(news.change), proof=proof, changes=changes, offers=offers)
            told.append(await self._post(news, place, text, blocks))
        return sum(told)

    async def _ask_to_tell(self, entry: AuditEntry) -> None:
        work = f"release_news:{entry.id}"
        async with self._database.begin() as unit:
            await self._durable.enqueue(unit, WORKFLOW, entry.id, workflow_id=work, queue=BACKGROUND)

    async def _read(self, unit: UnitOfWork, entry_id: str) -> _News | None:
        entry = await unit.release_news.find_change(entry_id)
        change = None if entry is None else await _read_change(unit, entry)
        if entry is None or change is None:
            return None
        workspace = await unit.workspaces.get(entry.workspace_id)
        channels = await self._channels(unit, workspace, change.task, since=entry.at - LATELY)
        for_admins = not await _is_told_with_its_run(unit, change)
        return _News(f"release:{entry.id}", change, workspace, channels, for_admins)

    async def _channels(
        self, unit: UnitOfWork, workspace: Workspace, task: str, *, since: datetime
    ) -> Sequence[str]:
        seated = [seat.task for seat in await unit.releases.seats(workspace.id) if seat.task != EVERY_TASK]
        wanted = await unit.release_news.channels_with_drafts(
            workspace.id, task=task, without=seated, since=since, limit=MOST_CHANNELS
        )
        return [channel_id for channel_id in wanted if channel_id != self._admins(workspace)]

    async def _changes(self, change: Change) -> list[str]:
        workspace_id, (first, second) = (
            change.champion.workspace_id,
            (change.before.number, change.champion.number),
        )
        return build_changes(await self._judges.book.diff(workspace_id, first, second))

    async def _proof(self, change: Change) -> str:
        """Return what people said: of a promoted release in its trial, of one that fell behind of its live drafts."""
        async with self._database.read() as unit:
            if change.kind == "rolled_back":
                return await _why_fallen(unit, change.before)
            run_id = change.champion.run_id if change.kind == "promoted" else None
            run = await unit.runs.get(run_id) if run_id else None
        if run is None or run.trial_id is None:
            return ""
        return build_trial_words(await self._judges.trials.result(run.trial_id))

    async def _post(self, news: _News, channel_id: str, text: str, blocks: list[dict[str, Any]]) -> int:
        """Post in one channel; 0 when Slack refuses: we were removed, or it is archived."""
        key = f"{news.key}:{channel_id}"
        try:
            await self._messenger.post(
                news.workspace.id, channel_id=channel_id, text=text, blocks=blocks, key=key
            )
        except SlackRefused as error:
            log.info("release_news_refused", channel=channel_id, code=error.code)
            return 0
        return 1

    def _admins(self, workspace: Workspace) -> str | None:
        return workspace.admin_channel_id or self._admin_channel


async def _read_change(unit: UnitOfWork, entry: AuditEntry) -> Change | None:
    """Return what changed, if it is so still; the first release of all takes nobody's place."""
    subject = await unit.releases.get(entry.subject)
    if entry.action == ROLLED_BACK:
        back = await _named(unit, entry, "back")
        is_so = back is not None and subject.state != "live"
        return Change("rolled_back", subject.task, back, subject, entry.actor_id) if back and is_so else None
    if subject.state != "live":
        return None
    before = await _before(unit, subject) if entry.action == PROMOTED else await _named(unit, entry, "before")
    kind: Kind = "promoted" if entry.action == PROMOTED else "settings"
    return None if before is None else Change(kind, subject.task, subject, before, entry.actor_id)


async def _before(unit: UnitOfWork, champion: Release) -> Release | None:
    seats = await unit.releases.seats(champion.workspace_id, tasks=[champion.task])
    before_id = next((seat.before_id for seat in seats if seat.champion_id == champion.id), None)
    return await unit.releases.get(before_id) if before_id else None


async def _named(unit: UnitOfWork, entry: AuditEntry, detail: str) -> Release | None:
    number = read_name(str(entry.details.get(detail) or ""))
    return None if number is None else await unit.releases.find_number(entry.workspace_id, number=number)


async def _is_told_with_its_run(unit: UnitOfWork, change: Change) -> bool:
    """Tell whether the run's own report tells admins of this: of a promotion that the program made."""
    if change.kind != "promoted" or change.by != PROGRAM or change.champion.run_id is None:
        return False
    return (await unit.runs.get(change.champion.run_id)).release_id == change.champion.id


async def _why_fallen(unit: UnitOfWork, fallen: Release) -> str:
    guard = await unit.trials.find_guard(fallen.id) if fallen.reason == GUARD else None
    if guard is None:
        return ""
    outcomes = await unit.trials.outcomes_of(guard.id)
    return build_guard_words(evidence_of(guard, outcomes), bar=guard.bar or 1.0)
