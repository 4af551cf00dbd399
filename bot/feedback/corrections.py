"""Keeps a correction in line with the signals that are its history, and starts what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.feedback.acts import Act, Ignored, Outcome, Unchanged
from bot.feedback.distance import edit_distance
from bot.feedback.interpret import INSTRUCTION, REWRITE, TALK, Reading, as_text, interpret
from bot.feedback.recorder import Recorder
from bot.feedback.rejudge import TALK as IGNORED_AS_TALK
from bot.feedback.taking_back import HELD, answered, is_taken_back, step_back
from bot.feedback.who_counts import QUARANTINED
from bot.runtime.durable import BACKGROUND, INTERACTIVE, Durable
from storage.models import Correction, Revision, Signal
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork

PROGRAM, MODEL = "program", "model"  # who said what a text is, besides people
READING = "reading"  # nobody yet: the model is being asked, and until it answers the text counts as talk
_MACHINES: Final = frozenset({PROGRAM, MODEL, READING})
_HEARD: Final = frozenset({IGNORED_AS_TALK, QUARANTINED})  # whose words are kept although they do not count
SILENT, TELLS, TELLS_A_GUESS = 0, 1, 2  # whether the author gets a note about how a reply was read


@dataclass(frozen=True)
class Origin:
    """Where a text came from: `thread` with the reply's ts, or `reason` (then it is never taken as talk)."""

    source: str
    message_ts: str | None = None

    @property
    def may_be_talk(self) -> bool:
        """Whether the text may be talk: an answer to our own question is not."""
        return self.source == "thread"


@dataclass(frozen=True)
class _Judged:
    """A reading, and who it comes from."""

    reading: Reading
    by: str


class Corrections:
    """Takes texts of people: each control (a reply, a reason) is one correction with its history.

    With `asks_model` a reply that the rules are not sure about is left to `bot.feedback.reading`.
    """

    def __init__(self, recorder: Recorder, *, durable: Durable, asks_model: bool = False) -> None:
        self._recorder = recorder
        self._durable = durable
        self._asks_model = asks_model

    async def take(
        self, unit: UnitOfWork, act: Act, *, place: DraftPlace, origin: Origin, now: datetime
    ) -> Outcome:
        """Record a text, its change or its withdrawal, and bring the correction in line with it."""
        made = await unit.corrections.find(place.draft_id, control=act.control)
        known = made is not None
        correction = made or await _new(unit, act, place=place, origin=origin, now=now)
        judged = self._judge(_current(await _history(unit, place, act), act), correction, origin=origin)
        is_talk = judged is not None and judged.reading.kind == TALK
        said = replace(act, ignored=IGNORED_AS_TALK) if is_talk and act.act == "set" else act
        outcome = await self._recorder.record(unit, said, now=now, place=place)
        if is_held_back(outcome):
            await self._put_aside(unit, correction, judged, now=now)
        if isinstance(outcome, Unchanged) or _does_not_count(outcome):
            return outcome
        if known and judged is not None and (correction.interpretation == TALK) != is_talk:
            await self._refold(unit, place, correction, talk=is_talk)
        await self._keep(unit, correction, judged, now=now)
        return outcome

    async def put_right(
        self,
        unit: UnitOfWork,
        correction: Correction,
        *,
        place: DraftPlace,
        kind: str,
        user_id: str,
        now: datetime,
    ) -> bool:
        """Let a person say what their text is; False when that is what it is taken for already."""
        is_news = correction.interpretation != kind
        texts = await unit.feedback.signals_of_slot(
            place.draft_id, user_id=correction.user_id, slot=correction.control
        )
        written = next((one.text for one in reversed(texts) if one.act == "set"), None) or ""
        reading = Reading(kind, as_text(written, kind=kind, draft=correction.original or ""))
        if not is_news:
            reading = replace(
                reading, text=correction.text
            )  # It is confirmed, and nothing follows from that.
        await self.settle(unit, correction, reading, place=place, by=user_id, now=now)
        return is_news

    async def renew(self, unit: UnitOfWork, correction: Correction, *, now: datetime) -> None:
        """Take the text that its author wrote last, where that did not count when they wrote it and does now."""
        texts = await unit.feedback.signals_of_slot(
            correction.draft_id, user_id=correction.user_id, slot=correction.control
        )
        heard = [one for one in texts if one.act == "set" and one.status != "ignored"]
        if len(heard) < 2 or heard[-1].received_at <= correction.changed_at or is_taken_back(correction):
            return
        origin = Origin(correction.source, correction.message_ts)
        await self._keep(unit, correction, self._judge(heard[-1].text, correction, origin=origin), now=now)

    async def settle(
        self,
        unit: UnitOfWork,
        correction: Correction,
        reading: Reading,
        *,
        place: DraftPlace,
        by: str,
        now: datetime,
    ) -> None:
        """Write what a standing text is, as somebody (a person, the model) read it, and move what counts with it."""
        if (reading.kind == TALK) != (correction.interpretation == TALK):
            await self._refold(unit, place, correction, talk=reading.kind == TALK)
        judged = _Judged(reading, by)
        if reading.kind != TALK and await _waits_for_an_admin(unit, correction):
            correction.state = HELD
            await self._put_aside(unit, correction, judged, now=now)
        else:
            await self._keep(unit, correction, judged, now=now)

    async def _put_aside(
        self, unit: UnitOfWork, correction: Correction, judged: _Judged | None, *, now: datetime
    ) -> None:
        """Keep a text of somebody whose feedback is held back; nothing follows from it, and what stood before stands."""
        if not is_taken_back(correction):
            return
        _settle(correction, judged)
        correction.state, correction.changed_at = HELD, now
        correction.version += 1
        if correction.version == 1:
            await unit.corrections.add(correction)
        await unit.flush()

    async def _refold(
        self, unit: UnitOfWork, place: DraftPlace, correction: Correction, *, talk: bool
    ) -> None:
        await self._recorder.ledger.refold(
            unit, place=place, user_id=correction.user_id, control=correction.control, talk=talk
        )

    def _judge(self, text: str | None, correction: Correction, *, origin: Origin) -> _Judged | None:
        """Return how the text is to be read: as the person said, or by the rules, or later; None: it is withdrawn."""
        if text is None:
            return None
        original = correction.original or ""
        if correction.interpreted_by not in _MACHINES:
            kind = correction.interpretation
            return _Judged(Reading(kind, as_text(text, kind=kind, draft=original)), correction.interpreted_by)
        reading = interpret(text, draft=original)
        if not origin.may_be_talk:
            kind = INSTRUCTION if reading.kind == TALK else reading.kind
            return _Judged(replace(reading, kind=kind), PROGRAM)
        if self._asks_model and not reading.sure:
            return _Judged(Reading(TALK, text.strip()), READING)
        return _Judged(reading, PROGRAM)

    async def _keep(
        self, unit: UnitOfWork, correction: Correction, judged: _Judged | None, *, now: datetime
    ) -> None:
        """Write what the correction is now; every change is one more version, and starts the work of that version."""
        before = _facts(correction)
        _settle(correction, judged)
        if _facts(correction) == before:
            return
        correction.changed_at = now
        correction.version += 1
        if correction.version == 1:
            await unit.corrections.add(correction)
        await unit.flush()
        if correction.state == "standing" and correction.interpreted_by == READING:
            await self._enqueue(unit, "read_reply", correction, queue=BACKGROUND)  # Drafts go first.
        else:
            await self._start(unit, correction, is_sure=judged is None or judged.reading.sure)

    async def _start(self, unit: UnitOfWork, correction: Correction, *, is_sure: bool) -> None:
        if correction.version > 1 or not is_taken_back(correction):
            await enqueue_learning(unit, correction, durable=self._durable)
        if not is_taken_back(correction):
            await self._enqueue(unit, "revise", correction)
        elif correction.version > 1 and await step_back(unit, correction):
            await self._enqueue(unit, "withdraw_revision", correction)
        if correction.source == "thread":
            await self._enqueue(unit, "mark_reply", correction, _tells(correction, is_sure=is_sure))

    async def _enqueue(
        self, unit: UnitOfWork, name: str, correction: Correction, *more: int, queue: str = INTERACTIVE
    ) -> None:
        version = (correction.id, correction.version)
        workflow_id = f"{name}:{correction.id}:{correction.version}"
        await self._durable.enqueue(unit, name, *version, *more, workflow_id=workflow_id, queue=queue)


async def enqueue_learning(unit: UnitOfWork, correction: Correction, *, durable: Durable) -> None:
    """Have what this version of a correction teaches learned, once this commits."""
    version = (correction.id, correction.version)
    work = f"learn:{correction.id}:{correction.version}"
    await durable.enqueue(unit, "learn", *version, workflow_id=work, queue=BACKGROUND)


async def _history(unit: UnitOfWork, place: DraftPlace, act: Act) -> list[Signal]:
    signals = await unit.feedback.signals_of_slot(place.draft_id, user_id=act.user_id, slot=act.control)
    return [one for one in signals if one.status != "ignored" or one.reason in _HEARD]


def _current(history: Sequence[Signal], act: Act) -> str | None:
    """Return the text that stands once `act` is in the history, whenever it came; None: it is withdrawn."""
    acts = [(one.event_us, one.event_id, one.act, one.text) for one in history]
    latest = max([*acts, (act.event_us, act.event_id, act.act, act.text)], key=lambda one: one[:2])
    return (latest[3] or "") if latest[2] == "set" else None


def _does_not_count(outcome: Outcome) -> bool:
    return isinstance(outcome, Ignored) and outcome.reason != IGNORED_AS_TALK


def is_held_back(outcome: Outcome) -> bool:
    """Tell whether an act is kept, but waits for an admin to look at who did it."""
    return isinstance(outcome, Ignored) and outcome.reason == QUARANTINED


async def _waits_for_an_admin(unit: UnitOfWork, correction: Correction) -> bool:
    """Tell whether a text does not count because its author's feedback of that time is held back."""
    spans = await unit.holds.spans(correction.workspace_id, user_id=correction.user_id)
    where = {"user_id": correction.user_id, "slot": correction.control}
    return bool(spans) and await unit.feedback.find_opinion(correction.draft_id, **where) is None


async def _new(unit: UnitOfWork, act: Act, *, place: DraftPlace, origin: Origin, now: datetime) -> Correction:
    draft = await unit.drafts.get(place.draft_id)
    seen = await answered(unit, draft, reply_ts=origin.message_ts)
    return Correction(
        workspace_id=act.workspace_id,
        draft_id=place.draft_id,
        revision_id=seen.id if seen else None,
        user_id=act.user_id,
        control=act.control,
        source=origin.source,
        message_ts=origin.message_ts,
        interpretation=TALK,
        interpreted_by=PROGRAM,
        original=_text_of(seen),
        state="withdrawn",
        version=0,
        created_at=now,
        changed_at=now,
    )


def _text_of(revision: Revision | None) -> str:
    return (revision.text or "") if revision else ""


def _settle(correction: Correction, judged: _Judged | None) -> None:
    """Write how a text is read now; one that is withdrawn keeps what it was."""
    if judged is None:
        correction.state = "withdrawn"
        return
    reading, original = judged.reading, correction.original or ""
    correction.state = "standing"
    correction.interpretation, correction.interpreted_by = reading.kind, judged.by
    correction.text = reading.text
    is_text = reading.kind == REWRITE
    correction.edit_distance = edit_distance(original, reading.text) if is_text else None


def _facts(correction: Correction) -> tuple[object, ...]:
    is_read = correction.interpreted_by != READING
    return correction.state, correction.interpretation, correction.text, is_read


def _tells(correction: Correction, *, is_sure: bool) -> int:
    """The author hears how a machine read their reply, unless it is talk for sure."""
    if correction.state != "standing" or correction.interpreted_by not in _MACHINES:
        return SILENT
    if not is_sure:
        return TELLS_A_GUESS
    return SILENT if is_taken_back(correction) else TELLS
