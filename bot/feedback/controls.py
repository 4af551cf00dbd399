"""The controls below a draft: 👍/👎, ★ and *Use this*."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.feedback.acts import Act, Outcome, Recorded, Touch, Unchanged
from bot.feedback.fold import order
from bot.feedback.implicit import Implicit
from bot.feedback.ledger import find_place
from bot.feedback.recorder import Recorder
from bot.feedback.signals import APPROVAL, APPROVED, NEGATIVE, POSITIVE, STARS
from storage.engine import Database
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork

USE = "use"


class Controls:
    """Records presses; each control holds one standing value, and pressing again replaces it."""

    def __init__(
        self, database: Database, *, recorder: Recorder, implicit: Implicit, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._recorder = recorder
        self._implicit = implicit
        self._clock = clock

    async def vote(self, touch: Touch, *, value: str) -> Outcome:
        """Record a press on one of the feedback buttons; Slack tells nothing when it is pressed off again."""
        if value not in {POSITIVE, NEGATIVE}:
            return Unchanged("says_nothing")
        return await self._record(Act.by(touch, kind="button", control="buttons", value=value))

    async def rate(self, touch: Touch, *, stars: str) -> Outcome:
        """Record a rating of 1 to 5 stars."""
        if stars not in STARS:
            return Unchanged("says_nothing")
        return await self._record(Act.by(touch, kind="rating", control="stars", value=stars))

    async def use(self, touch: Touch) -> Outcome:
        """Record an approval; pressing *Use this* again takes it back, and says so."""
        act = Act.by(touch, kind="approval", control=USE, value=APPROVED)
        async with self._database.begin() as unit:
            place = await find_place(unit, act)
            if place is None:
                return Unchanged("not_a_draft")
            again = await _is_standing(unit, place, act)
            said = replace(act, act="withdraw") if again else act
            outcome = await self._recorder.record(unit, said, now=self._clock(), place=place)
            if isinstance(outcome, Recorded):
                await self._implicit.used(unit, said, place=place)
            if again and isinstance(outcome, Recorded):
                await self._recorder.note(unit, act, place=place, code="use_taken_back", key=act.event_id)
            return outcome

    async def _record(self, act: Act) -> Outcome:
        async with self._database.begin() as unit:
            return await self._recorder.record(unit, act, now=self._clock())


async def _is_standing(unit: UnitOfWork, place: DraftPlace, act: Act) -> bool:
    """Tell whether the last press was one that uses the draft, also of somebody whose presses do not count."""
    history = await unit.ledger.run(
        lambda tables: tables.slot_history(place.draft_id, user_id=act.user_id, slot=APPROVAL)
    )
    presses = [entry for entry in history if entry.control == USE and entry.event_id != act.event_id]
    return bool(presses) and max(presses, key=order).act == "set"
