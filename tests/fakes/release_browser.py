"""What the Home tab and other screens read releases and trials with, on a real database and without a bot around it."""

from datetime import timedelta

from bot.evaluation.gating import GateReader
from bot.releases.browsing import ReleaseBrowser
from bot.releases.registry import ReleaseBook
from bot.runtime.durable import Durable
from bot.training.run_record import RunPolicy
from bot.training.runs import TrainingRuns
from bot.trials.results import TrialReader
from storage.engine import Database
from tests.factories import NOW


def release_browser(database: Database) -> ReleaseBrowser:
    """Wire the readers; nobody trains."""
    durable = Durable(database, executor_id="reader")
    runs = TrainingRuns(
        database,
        durable=durable,
        trainer=None,
        policy=RunPolicy(minimum_rows=1, timeout=timedelta(hours=1)),
        clock=lambda: NOW,
    )
    return ReleaseBrowser(
        database,
        book=ReleaseBook(database),
        runs=runs,
        trials=TrialReader(database),
        gate=GateReader(database),
    )
