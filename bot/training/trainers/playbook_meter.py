"""Counts the calls that a run pays for, and ends a slice of it in time."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.llm.chat_model import ChatMessage, ChatModel, ChatModels, Completion, ModelUse, OnText


class SliceOver(Exception):
    """The time of this slice is over, or somebody wants it to end; what was answered so far is kept."""


class BudgetSpent(Exception):
    """Every call that the run may make was made."""


class Meter:
    """Stands between a run and its models.

    Args:
        models: every model of the chat endpoint.
        budget: calls that the run may make.
        spent: calls that it made before.
        seconds: that a slice goes on after its first call; what the memo knows costs no time of it.
        monotonic: a clock in seconds.
    """

    def __init__(
        self,
        models: ChatModels,
        *,
        budget: int,
        spent: int,
        seconds: float,
        monotonic: Callable[[], float],
    ) -> None:
        self._models = models
        self._budget = budget
        self._seconds = seconds
        self._monotonic = monotonic
        self._ends_at: float | None = None
        self.spent = spent
        self.stop = threading.Event()

    def begin(self) -> None:
        """Begin a slice."""
        self._ends_at = None
        self.stop.clear()

    def using(self, use: ModelUse) -> ChatModel:
        """Return a model whose calls are counted."""
        return _Metered(self, self._models.using(use))

    def take(self) -> None:
        """Count one call.

        Raises:
            SliceOver, BudgetSpent: it must not be made.
        """
        now = self._monotonic()
        if self._ends_at is None:
            self._ends_at = now + self._seconds
        if self.stop.is_set() or now >= self._ends_at:
            raise SliceOver
        if self.spent >= self._budget:
            raise BudgetSpent
        self.spent += 1


class _Metered:
    """A `ChatModel` whose calls are counted."""

    def __init__(self, meter: Meter, model: ChatModel) -> None:
        self._meter = meter
        self._model = model

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        temperature: float,
        schema: Mapping[str, Any] | None = None,
        on_text: OnText | None = None,
    ) -> Completion:
        self._meter.take()
        return await self._model.complete(
            messages, max_tokens=max_tokens, temperature=temperature, schema=schema, on_text=on_text
        )
