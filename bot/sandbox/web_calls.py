"""The record of what the app asked of the Web API."""

from dataclasses import dataclass

from bot.sandbox.records import Json


@dataclass(frozen=True)
class WebCall:
    """One call of the Web API; ``answer`` is what the method did, even if the app never saw it."""

    method: str
    arguments: Json
    answer: Json
    at: float
    status: int = 200
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the method did its work."""
        return bool(self.answer.get("ok"))
