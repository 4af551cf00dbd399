"""Emoji on a draft, or on any part or revision of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import Transient
from bot.feedback.acts import Act, Outcome, Touch, Unchanged
from bot.feedback.ledger import holds, place_of
from bot.feedback.recorder import Recorder, Taken
from bot.feedback.signals import DIMENSIONS, Meaning, emoji_control, meaning_of
from bot.feedback.together import Job, Together
from bot.team.policy import Policy
from storage.engine import Database
from storage.repositories import DraftPlace, LedgerTables
from storage.unit_of_work import UnitOfWork

# What an emoji that says nothing (any more) is taken back as: the ledger finds where it was counted.
_UNMAPPED = Meaning("reaction", "vote", "")


_COMING = timedelta(minutes=10)  # Longer than any draft takes; a forgotten ask must not hold reactions up.
_CLOCKS_DIFFER = timedelta(seconds=5)


class DraftComing(Transient):
    """The reaction may be on a draft whose message is not noted yet."""

    code = "draft_coming"


class Reactions:
    """Records reactions and their removal."""

    def __init__(self, database: Database, *, recorder: Recorder, clock: Callable[[], datetime]) -> None:
        self._together = Together(database)
        self._recorder = recorder
        self._clock = clock

    async def record(self, touch: Touch, *, emoji: str, added: bool) -> Outcome:
        """Record that somebody put an emoji on a message or took it away, if the message shows a draft."""
        now = self._clock()

        async def follow(unit: UnitOfWork, taken: Taken | Unchanged) -> None:
            if isinstance(taken, Taken):
                await self._recorder.follow(unit, taken, now=now)

        job = Job(
            landing=touch.landing,
            take=lambda tables: self._take(tables, touch, emoji, added=added, now=now),
            follow=follow,
        )
        taken = await self._together.write(job)
        return taken.outcome if isinstance(taken, Taken) else taken

    def _take(
        self, tables: LedgerTables, touch: Touch, emoji: str, *, added: bool, now: datetime
    ) -> Taken | Unchanged:
        """Find the draft, what the emoji means there, and record it: one trip to the database."""
        place = place_of(tables, touch)
        if place is None:
            wait_for_draft(tables, touch, now=now)
            return Unchanged("not_a_draft")
        meaning = meaning_of(emoji, own_map=Policy.of(place.workspace_settings).emoji)
        if meaning is None and (added or not _counted(tables, place, touch, emoji)):
            return Unchanged("says_nothing")
        act = _act(touch, emoji, meaning or _UNMAPPED, added=added)
        return self._recorder.take(tables, act, now=now, place=place)


def wait_for_draft(tables: LedgerTables, touch: Touch | Act, *, now: datetime) -> None:
    """Put an act off while its message may be a draft that Slack shows already and we have yet to note.

    That takes moments, or until another replica has taken over from one that died in between.
    """
    until = min(now, datetime.fromtimestamp(float(touch.message_ts), UTC) + _CLOCKS_DIFFER)
    if tables.draft_is_coming(
        touch.workspace_id,
        channel_id=touch.channel_id,
        message_ts=touch.message_ts,
        since=now - _COMING,
        until=until,
    ):
        raise DraftComing


def _counted(tables: LedgerTables, place: DraftPlace, touch: Touch, emoji: str) -> bool:
    """Tell whether an emoji that says nothing now counted when it was put there: the map may have changed."""
    is_out = place.opted_out or place.held_from_us is not None
    if is_out or place.home_team_id not in {None, place.workspace_id}:
        return True  # It may have, and may again one day: that they took it back is worth a row.
    held = tables.open_signals(place.draft_id, user_id=touch.user_id, slots=DIMENSIONS)
    return holds(held, control=emoji_control(emoji))


def _act(touch: Touch, emoji: str, meaning: Meaning, *, added: bool) -> Act:
    return Act.by(
        touch,
        kind=meaning.kind,
        control=emoji_control(emoji),
        value=meaning.value,
        act="set" if added else "withdraw",
    )
