"""Flags: something is wrong with a draft in a way that a vote cannot say."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Self

from bot.feedback.acts import Act, Outcome, Touch, Unchanged
from bot.feedback.recorder import Recorder
from bot.feedback.signals import FLAG, FLAG_CATEGORIES
from bot.slack.blocks.feedback_modals import flag_modal
from bot.slack.messenger import Messenger
from storage.engine import Database

NO_FLAG: Final = "none"


@dataclass(frozen=True)
class FlagForm:
    """What the modal remembers: the message it is about."""

    channel_id: str
    message_ts: str

    def to_json(self) -> str:
        """Return it as `private_metadata`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read `private_metadata`."""
        return cls(**json.loads(text))


class Flags:
    """Opens the modal and takes what people flag."""

    def __init__(
        self,
        database: Database,
        *,
        recorder: Recorder,
        messenger: Messenger,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._recorder = recorder
        self._messenger = messenger
        self._clock = clock

    async def open(self, touch: Touch, *, trigger_id: str) -> None:
        """Open the modal; who has flagged the draft can take the flag back."""
        async with self._database.read() as unit:
            found = await unit.drafts.find_by_message(
                touch.workspace_id, channel_id=touch.channel_id, ts=touch.message_ts
            )
            held = found and await unit.feedback.find_opinion(found[0].id, user_id=touch.user_id, slot=FLAG)
        choices = dict(FLAG_CATEGORIES)
        if held:
            choices[NO_FLAG] = "Take my flag back"
        metadata = FlagForm(touch.channel_id, touch.message_ts).to_json()
        view = flag_modal(choices, chosen=held.value if held else None, metadata=metadata)
        await self._messenger.open_view(touch.workspace_id, trigger_id=trigger_id, view=view)

    async def submit(self, touch: Touch, *, category: str, comment: str | None) -> Outcome:
        """Record a flag with its comment; a later one of the same person replaces it."""
        if category != NO_FLAG and category not in FLAG_CATEGORIES:
            return Unchanged("says_nothing")
        act = Act.by(
            touch,
            kind=FLAG,
            control=FLAG,
            value="" if category == NO_FLAG else category,
            act="withdraw" if category == NO_FLAG else "set",
            text=(comment or "").strip() or None,
        )
        async with self._database.begin() as unit:
            return await self._recorder.record(unit, act, now=self._clock())
