"""Everything about training, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.messenger import Messenger
from bot.training.consent import Consent
from bot.training.datasets import Datasets
from bot.training.desk import TrainingDesk
from bot.training.exports import FeedbackExport
from bot.training.following import Following
from bot.training.report import RunReports
from bot.training.run_record import RunPolicy
from bot.training.runs import TrainingRuns
from bot.training.trainers.base import Trainer
from bot.training.triggers import RetrainTriggers
from storage.engine import Database


@dataclass(frozen=True)
class Training:
    """What handlers may call about datasets and runs."""

    consent: Consent
    datasets: Datasets
    feedback_export: FeedbackExport
    runs: TrainingRuns
    desk: TrainingDesk
    following: Following
    reports: RunReports
    triggers: RetrainTriggers


def build_training(
    database: Database,
    *,
    settings: Settings,
    trainer: Trainer | None,
    durable: Durable,
    messenger: Messenger,
    clock: Callable[[], datetime],
) -> Training:
    """Wire the parts."""
    datasets = Datasets(database, layout=settings.prompt_layout)
    policy = RunPolicy(
        minimum_rows=settings.retrain_minimum_rows,
        timeout=timedelta(seconds=settings.trainer_timeout_seconds),
        trial=timedelta(days=settings.trial_days),
        second=settings.retrain_second,
    )
    runs = TrainingRuns(database, durable=durable, trainer=trainer, policy=policy, clock=clock)
    return Training(
        consent=Consent(database),
        datasets=datasets,
        feedback_export=FeedbackExport(database),
        runs=runs,
        desk=TrainingDesk(runs),
        following=Following(database, datasets=datasets, trainer=trainer, policy=policy, clock=clock),
        reports=RunReports(database, messenger=messenger, admin_channel=settings.admin_channel),
        triggers=RetrainTriggers(
            database, runs=runs, cron=settings.retrain_cron, threshold=settings.retrain_threshold
        ),
    )
