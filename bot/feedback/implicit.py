"""Implicit signals: what people do with a draft without saying what they think of it.

Off unless a workspace's admins turn them on, and then told to its members. They are signals of a kind of their own, with
slots and tallies of their own: no opinion, standing, verdict or training row is made of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.feedback.acts import Act, Outcome, Touch, Unchanged
from bot.feedback.copies import FEWEST_WORDS, is_copy, words_of
from bot.feedback.ledger import Ledger
from bot.feedback.signals import IMPLICIT, LEFT_ALONE, REPOSTED, USED
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.messenger import Messenger, SlackRefused
from bot.slack.plain import to_markdown
from bot.team.policy import Policy
from storage.engine import Database
from storage.models import Workspace
from storage.repositories import DraftPlace
from storage.repositories.drafts import DraftText, LeftAlone
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
ANNOUNCEMENT: Final = (
    "*From now on I also count what happens to drafts without a word:* that somebody pressed *Use this*, that a draft's "
    "text was posted in a channel I am in, and that a draft was left alone for a week. I never take these for opinions, "
    "never train on them, and `/draftloop stats` shows them apart. An admin can turn this off in `/draftloop settings`; "
    "who wants no part in it can opt out in my Home tab."
)
_TOLD: Final = (
    "Implicit signals are on here: a draft that is used, posted in a channel or left alone for a week is counted, apart "
    "from opinions."
)
_ALONE_FOR: Final = timedelta(days=7)
_LOOK_BACK: Final = timedelta(days=30)
_BATCH: Final = 50
_MOST_TEXTS: Final = 50  # Of each: the channel's latest drafts, and the workspace's.
_SINCE: Final = "implicit_since"
ANNOUNCE: Final = "announce_implicit"


@dataclass(frozen=True)
class Posted:
    """A message that a person wrote in a channel; a touch's `message_ts` is its own."""

    touch: Touch
    text: str
    thread_ts: str | None = None


class Implicit:
    """Records implicit signals where they are on."""

    def __init__(
        self, database: Database, *, ledger: Ledger, messenger: Messenger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._messenger = messenger
        self._clock = clock

    async def used(self, unit: UnitOfWork, press: Act, *, place: DraftPlace) -> None:
        """Record, in the press' own transaction, that *Use this* was pressed, or that the press was taken back."""
        act = replace(press, event_id=f"{press.event_id}:used"[:255], kind=IMPLICIT, value=USED)
        await _record_use(
            unit, replace(act, control=f"{IMPLICIT}:{USED}"), place, self._ledger, self._clock()
        )

    async def posted(self, message: Posted) -> Outcome:
        """Record a message that is a draft's text; any other changes nothing."""
        words = words_of(to_markdown(message.text))
        if len(words) < FEWEST_WORDS or message.touch.author_is_bot:
            return Unchanged("no_copy")
        async with self._database.read() as unit:
            shown = await self._copied(unit, message, words)
        if shown is None:
            return Unchanged("no_copy")
        act = _act(message.touch, REPOSTED, control=_reposted(message.touch.message_ts))
        at = replace(act, channel_id=shown.channel_id, message_ts=shown.message_ts)
        async with self._database.begin() as unit:
            return await self._ledger.record(unit, at, now=self._clock())

    async def deleted(self, touch: Touch) -> Outcome:
        """Take back that a message was a draft's text: it is gone."""
        control = _reposted(touch.message_ts)
        async with self._database.read() as unit:
            known = await unit.feedback.find_set(
                touch.workspace_id, user_id=touch.user_id, kind=IMPLICIT, control=control
            )
        if known is None:
            return Unchanged("no_copy")
        act = replace(_act(touch, REPOSTED, control=control), act="withdraw")
        at = replace(act, channel_id=known.channel_id, message_ts=known.message_ts)
        async with self._database.begin() as unit:
            return await self._ledger.record(unit, at, now=self._clock())

    async def note_left_alone(self, now: datetime) -> None:
        """Record the drafts that nobody said or did anything about for a week: a job of the schedule."""
        async with self._database.read() as unit:
            workspaces = [one for one in await unit.workspaces.all() if Policy.of(one.settings).implicit]
        for workspace in workspaces:
            while await self._note_some(workspace, now=now):
                pass

    async def places_to_tell(self, workspace_id: str) -> list[str]:
        """Return the channels whose people are told that implicit signals were turned on: those we are in."""
        async with self._database.read() as unit:
            channels = await unit.channels.of_workspace(workspace_id)
        return [one.id for one in channels if one.bot_is_member and not one.archived and one.id[0] != "D"]

    async def announce(self, workspace_id: str, *, channel_id: str | None) -> bool:
        """Tell people in a channel that implicit signals were turned on, once; False where it cannot be told."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
        if workspace is None or channel_id is None or not Policy.of(workspace.settings).implicit:
            return False
        key = f"implicit:{workspace.settings.get(_SINCE, '')}:{channel_id}"
        try:
            await self._messenger.post(workspace_id, channel_id=channel_id, text=ANNOUNCEMENT, key=key)
        except (
            SlackRefused
        ) as refused:  # We were taken out of it meanwhile: the others are told all the same.
            log.info("implicit_not_announced", workspace=workspace_id, code=refused.code)
            return False
        return True

    async def _copied(self, unit: UnitOfWork, message: Posted, words: Sequence[str]) -> DraftText | None:
        workspace = await unit.workspaces.find(message.touch.workspace_id)
        if workspace is None or not Policy.of(workspace.settings).implicit:
            return None
        if workspace.bot_user_id and f"<@{workspace.bot_user_id}" in message.text:
            return None  # It is a request: its words are a brief.
        written = datetime.fromtimestamp(message.touch.event_us / 1_000_000, UTC)
        texts = await unit.drafts.latest_texts(
            workspace.id,
            channel_id=message.touch.channel_id,
            since=written - _LOOK_BACK,
            until=written,
            limit=_MOST_TEXTS,
        )
        elsewhere = (one for one in texts if not _is_under(message, one))
        return next((one for one in elsewhere if is_copy(words, words_of(one.text))), None)

    async def _note_some(self, workspace: Workspace, *, now: datetime) -> bool:
        """Record some of a workspace's drafts that were left alone; return whether there may be more."""
        since = _since(workspace)
        async with self._database.begin() as unit:
            alone = await unit.drafts.left_alone(
                workspace.id,
                since=max(since, now - _ALONE_FOR - _LOOK_BACK),
                until=now - _ALONE_FOR,
                limit=_BATCH,
            )
            for draft in sorted(alone, key=lambda one: (one.channel_id, one.message_ts)):
                await self._ledger.record(unit, _left_alone(workspace.id, draft), now=now)
        return len(alone) == _BATCH


async def ask_to_announce(unit: UnitOfWork, workspace_id: str, *, durable: Durable) -> None:
    """Ask for every channel to be told that implicit signals were turned on, once this commits."""
    work = f"{ANNOUNCE}:{workspace_id}:{new_id()}"
    await durable.enqueue(unit, ANNOUNCE, workspace_id, workflow_id=work, queue=BACKGROUND)


def told(policy: Policy) -> str:
    """Return the sentence by which members are told that implicit signals are on; nothing while they are off."""
    return _TOLD if policy.implicit else ""


async def remember_since(unit: UnitOfWork, workspace_id: str, *, now: datetime | None) -> None:
    """Note since when implicit signals are on (None: they are off); what happened before is never counted."""
    workspace = await unit.workspaces.get(workspace_id)
    kept = {name: value for name, value in workspace.settings.items() if name != _SINCE}
    workspace.settings = kept if now is None else {**kept, _SINCE: now.isoformat()}


def _since(workspace: Workspace) -> datetime:
    kept: Any = workspace.settings.get(_SINCE)
    return datetime.fromisoformat(kept) if kept else workspace.created_at


async def _record_use(unit: UnitOfWork, act: Act, place: DraftPlace, ledger: Ledger, now: datetime) -> None:
    if act.act == "set" and not Policy.of(place.workspace_settings).implicit:
        return
    if act.act == "withdraw":
        held = await unit.ledger.open_signals(place.draft_id, user_id=act.user_id, slots=[act.control])
        if not held:
            return
    await ledger.record(unit, act, now=now, place=place)


def _act(touch: Touch, value: str, *, control: str) -> Act:
    """A message may be a correction of one draft and a copy of another: its event stands for the correction."""
    act = Act.by(touch, kind=IMPLICIT, control=control, value=value)
    return replace(act, event_id=f"{touch.event_id}:copy"[:255])


def _reposted(ts: str) -> str:
    return f"{IMPLICIT}:{REPOSTED}:{ts}"


def _is_under(message: Posted, draft: DraftText) -> bool:
    """Tell whether a message stands in a draft's own thread: there it is a correction, or talk about it."""
    return message.thread_ts is not None and message.thread_ts in {draft.message_ts, draft.thread_ts}


def _left_alone(workspace_id: str, draft: LeftAlone) -> Act:
    at = draft.posted_at + _ALONE_FOR
    return Act(
        workspace_id=workspace_id,
        event_id=f"{IMPLICIT}:{LEFT_ALONE}:{draft.draft_id}",
        channel_id=draft.channel_id,
        message_ts=draft.message_ts,
        user_id=draft.requester_id,
        kind=IMPLICIT,
        control=f"{IMPLICIT}:{LEFT_ALONE}",
        value=LEFT_ALONE,
        event_us=round(at.timestamp() * 1_000_000),
    )
