"""How a payload gets to the app: attempts, acknowledgements, retries, and a record of all of it."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import uuid4

from bot.sandbox.records import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
Outcome = Literal["waiting", "acked", "failed"]


@dataclass(eq=False)
class Attempt:
    """One try: when it left, how it ended."""

    number: int
    sent_at: float
    ended_at: float | None = None
    result: str = "waiting"
    envelope_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass(eq=False)
class Delivery:
    """A payload on its way to the app, or arrived, or given up."""

    kind: Kind
    payload: Json
    id: str = field(default_factory=lambda: str(uuid4()))
    outcome: Outcome = "waiting"
    answer: Json = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged it within the time Slack allows."""
        return self.outcome == "acked"

    @property
    def event(self) -> Json:
        """The event in the envelope; empty for interactions."""
        return dict(self.payload.get("event", {}))

    @property
    def seconds(self) -> float:
        """How long the last attempt took; what is unfinished took no time."""
        last = self.attempts[-1] if self.attempts else None
        return last.ended_at - last.sent_at if last and last.ended_at else 0.0

    @property
    def text(self) -> str:
        """What the app wrote in its acknowledgement."""
        return str(self.answer.get("text", ""))


@dataclass(frozen=True)
class Answer:
    """How an attempt ended: ``acked`` or Slack's reason for a retry, and what the app said."""

    result: str
    payload: Json = field(default_factory=dict)
    no_retry: bool = False


class Transport(Protocol):
    """Socket Mode or signed HTTP."""

    async def send(self, delivery: Delivery, *, attempt: Attempt, reason: str, patient: bool) -> Answer:
        """Send once and wait for the answer, at most as long as Slack waits.

        A ``patient`` delivery waits for a connection; the others fail at once without one.
        """


class Courier:
    """Delivers in the background; events are retried, what a person waits for is not."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        retry_delays: tuple[float, ...],
        note_change: Callable[[], None] = lambda: None,
    ) -> None:
        self.transport: Transport | None = None
        self.deliveries: list[Delivery] = []
        self._clock = clock
        self._note_change = note_change
        self._retry_delays = retry_delays
        self._held: list[Delivery] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, delivery: Delivery) -> None:
        """Send an event in the background, with Slack's retries."""
        self.deliveries.append(delivery)
        if self._held is not None:
            self._held.append(delivery)
        else:
            self._start(delivery)

    async def repeat(self, delivery: Delivery) -> Delivery:
        """Send something once more that was sent before, as Slack does when an acknowledgement got lost."""
        answer = await self._attempt(delivery, reason="timeout")
        delivery.outcome = "acked" if delivery.acked or answer.result == "acked" else "failed"
        return delivery

    async def ask(self, delivery: Delivery) -> Delivery:
        """Send something a person waits for: one attempt, no retry."""
        self.deliveries.append(delivery)
        answer = await self._attempt(delivery, reason="")
        delivery.outcome = "acked" if answer.result == "acked" else "failed"
        delivery.answer = answer.payload
        return delivery

    def hold(self) -> None:
        """Keep events back until ``release``."""
        self._held = [] if self._held is None else self._held

    def release(self, order: Callable[[list[Delivery]], Iterable[Delivery]]) -> None:
        """Send what was held back, in the given order."""
        held, self._held = self._held or [], None
        for delivery in order(held):
            self._start(delivery)

    async def close(self) -> None:
        """Stop every delivery that is still under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        answer = await self._attempt(delivery, reason="")
        for delay in self._retry_delays:
            if answer.result == "acked" or answer.no_retry:
                break
            await asyncio.sleep(delay)
            answer = await self._attempt(delivery, reason=answer.result)
        if not delivery.acked:
            delivery.outcome = "acked" if answer.result == "acked" else "failed"

    async def _attempt(self, delivery: Delivery, *, reason: str) -> Answer:
        attempt = Attempt(len(delivery.attempts), self._clock())
        delivery.attempts.append(attempt)
        self._note_change()
        patient = delivery.kind == "events_api"
        transport: Any = self.transport
        answer: Answer = await transport.send(delivery, attempt=attempt, reason=reason, patient=patient)
        attempt.ended_at, attempt.result = self._clock(), answer.result
        self._note_change()
        return answer
