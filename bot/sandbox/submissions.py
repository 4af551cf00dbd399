"""What becomes of a modal that somebody submits."""

from dataclasses import dataclass, field

from bot.sandbox.deliveries import Delivery
from bot.sandbox.records import OpenView


@dataclass(frozen=True)
class Submission:
    """The outcome: ``errors`` by block, the view that is shown now, and the delivery itself."""

    delivery: Delivery
    errors: dict[str, str] = field(default_factory=dict)
    view: OpenView | None = None

    @property
    def closed(self) -> bool:
        """Whether the modal is gone."""
        return self.delivery.acked and self.view is None
