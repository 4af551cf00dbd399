"""Keeps a correction in line with the signals that are its history, and starts what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.feedback.acts import Act, Ignored, Outcome, Unchanged
from bot.feedback.distance import edit_distance
from bot.feedback.interpret import INSTRUCTION, REWRITE, TALK, Reading, as_text, interpret
from bot.feedback.ledger import TALK as IGNORED_AS_TALK
from bot.feedback.recorder import Recorder
from bot.runtime.durable import Durable
from storage.models import Correction, Signal
from storage.repositories import DraftPlace
from storage.unit_of_work import UnitOfWork

PROGRAM = "program"


@dataclass(frozen=True)
class Origin:
    """Where a text came from: `thread` with the reply's ts, or `reason` (then it is never taken as talk)."""

    source: str
    message_ts: str | None = None

    @property
    def may_be_talk(self) -> bool:
        """Whether the text may be talk: an answer to our own question is not."""
        return self.source == "thread"


class Corrections:
    """Takes texts of people: each control (a reply, a reason) is one correction with its history."""

    def __init__(self, recorder: Recorder, *, durable: Durable) -> None:
        self._recorder = recorder
        self._durable = durable

    async def take(
        self, unit: UnitOfWork, act: Act, *, place: DraftPlace, origin: Origin, now: datetime
    ) -> Outcome:
        """Record a text, its change or its withdrawal, and bring the correction in line with it."""
        known = await unit.corrections.find(place.draft_id, control=act.control)
        original = await _original(unit, place, known)
        current = _current(await _history(unit, place, act), act)
        reading = _read(current, known, original, origin=origin)
        is_talk = reading is not None and reading.kind == TALK
        judged = replace(act, ignored=IGNORED_AS_TALK) if is_talk and act.act == "set" else act
        outcome = await self._recorder.record(unit, judged, now=now, place=place)
        if isinstance(outcome, Unchanged) or _does_not_count(outcome):
            return outcome
        if known is not None and (known.interpretation == TALK) != is_talk and reading is not None:
            await self._refold(unit, place, known, talk=is_talk)
        made = known or _new(act, place=place, origin=origin, now=now)
        await self._keep(unit, made, reading, original=original, now=now)
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
        if correction.interpretation == kind:
            return False
        correction.interpreted_by = user_id
        texts = await unit.feedback.signals_of_slot(
            place.draft_id, user_id=correction.user_id, slot=correction.control
        )
        written = next((one.text for one in reversed(texts) if one.act == "set"), None) or ""
        reading = Reading(kind, as_text(written, kind=kind, draft=correction.original or ""))
        if TALK in {kind, correction.interpretation}:
            await self._refold(unit, place, correction, talk=kind == TALK)
        await self._keep(unit, correction, reading, original=correction.original or "", now=now)
        return True

    async def _refold(
        self, unit: UnitOfWork, place: DraftPlace, correction: Correction, *, talk: bool
    ) -> None:
        await self._recorder.ledger.refold(
            unit, place=place, user_id=correction.user_id, control=correction.control, talk=talk
        )

    async def _keep(
        self,
        unit: UnitOfWork,
        correction: Correction,
        reading: Reading | None,
        *,
        original: str,
        now: datetime,
    ) -> None:
        """Write what the correction is now; every change is one more version, and starts the work of that version."""
        before = _facts(correction)
        _settle(correction, reading, original=original)
        if _facts(correction) == before:
            return
        correction.changed_at = now
        correction.version += 1
        is_new = correction.version == 1
        if is_new:
            await unit.corrections.add(correction)
        await unit.flush()
        await self._start(unit, correction, is_sure=reading is None or reading.sure)

    async def _start(self, unit: UnitOfWork, correction: Correction, *, is_sure: bool) -> None:
        version, teaches = (correction.id, correction.version), correction.interpretation != TALK
        name = f"{correction.id}:{correction.version}"
        if correction.state == "standing" and teaches:
            await self._durable.enqueue(unit, "revise", *version, workflow_id=f"revise:{name}")
        if correction.source == "thread":
            standing = correction.state == "standing" and correction.interpreted_by == PROGRAM
            tells = int(standing and (teaches or not is_sure))
            await self._durable.enqueue(unit, "mark_reply", *version, tells, workflow_id=f"mark_reply:{name}")


async def _history(unit: UnitOfWork, place: DraftPlace, act: Act) -> list[Signal]:
    signals = await unit.feedback.signals_of_slot(place.draft_id, user_id=act.user_id, slot=act.control)
    return [one for one in signals if one.status != "ignored" or one.reason == IGNORED_AS_TALK]


def _current(history: Sequence[Signal], act: Act) -> str | None:
    """Return the text that stands once `act` is in the history, whenever it came; None: it is withdrawn."""
    acts = [(one.event_us, one.event_id, one.act, one.text) for one in history]
    latest = max([*acts, (act.event_us, act.event_id, act.act, act.text)], key=lambda one: one[:2])
    return (latest[3] or "") if latest[2] == "set" else None


def _read(text: str | None, known: Correction | None, original: str, *, origin: Origin) -> Reading | None:
    """Return how the text is to be read: as the person said, or else by the rules; None when it is withdrawn."""
    if text is None:
        return None
    if known is not None and known.interpreted_by != PROGRAM:
        return Reading(known.interpretation, as_text(text, kind=known.interpretation, draft=original))
    reading = interpret(text, draft=original)
    is_answer = reading.kind == TALK and not origin.may_be_talk
    return replace(reading, kind=INSTRUCTION) if is_answer else reading


async def _original(unit: UnitOfWork, place: DraftPlace, known: Correction | None) -> str:
    if known is not None:
        return known.original or ""
    if place.current_revision_id is None:
        return ""
    return (await unit.drafts.revision(place.current_revision_id)).text or ""


def _does_not_count(outcome: Outcome) -> bool:
    return isinstance(outcome, Ignored) and outcome.reason != IGNORED_AS_TALK


def _new(act: Act, *, place: DraftPlace, origin: Origin, now: datetime) -> Correction:
    return Correction(
        workspace_id=act.workspace_id,
        draft_id=place.draft_id,
        revision_id=place.current_revision_id,
        user_id=act.user_id,
        control=act.control,
        source=origin.source,
        message_ts=origin.message_ts,
        interpretation=TALK,
        interpreted_by=PROGRAM,
        state="withdrawn",
        version=0,
        created_at=now,
        changed_at=now,
    )


def _settle(correction: Correction, reading: Reading | None, *, original: str) -> None:
    """Write how a text is read now; one that is withdrawn keeps what it was."""
    if reading is None:
        correction.state = "withdrawn"
        return
    correction.state = "standing"
    correction.interpretation = reading.kind
    correction.text, correction.original = reading.text, original
    is_text = reading.kind == REWRITE
    correction.edit_distance = edit_distance(original, reading.text) if is_text else None


def _facts(correction: Correction) -> tuple[object, ...]:
    return correction.state, correction.interpretation, correction.text
