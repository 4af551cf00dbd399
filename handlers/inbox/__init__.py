"""Events in: stored before Slack gets its answer, then fed to the listeners, as often as it takes."""

from handlers.inbox.intake import Intake
from handlers.inbox.projector import Pace, Projector
from handlers.inbox.retries import RetryPolicy

__all__ = ["Intake", "Pace", "Projector", "RetryPolicy"]
