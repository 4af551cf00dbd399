"""From what people taught to what writes: training, trials and releases, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.drafting import Drafting
from bot.feedback.ledger import Ledger
from bot.llm.chat_model import ChatModels
from bot.releases.judges import build_judges
from bot.releases.releases import Releases, build_releases
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.access import Admins, Membership
from bot.slack.messenger import Messenger
from bot.training.trainers.parts import TrainerParts
from bot.training.trainers.registry import build_trainer
from bot.training.training import Training, build_training
from bot.trials.trials import Trials
from storage.engine import Database


@dataclass(frozen=True)
class Loop:
    """What handlers may call, in the order in which a challenger meets it."""

    training: Training
    trials: Trials
    releases: Releases


def build_loop(  # noqa: PLR0913 - What is trained, tried and released meets nearly everything.
    database: Database,
    *,
    settings: Settings,
    drafting: Drafting,
    models: ChatModels,
    ledger: Ledger,
    durable: Durable,
    messenger: Messenger,
    membership: Membership,
    admins: Admins,
    clock: Callable[[], datetime],
) -> Loop:
    """Wire the parts.

    Raises:
        SettingsError: the trainer that is named lacks one of its settings.
    """
    parts = TrainerParts(
        database, casting=drafting.casting, prompts=drafting.prompts, models=models, clock=clock
    )
    trainer = build_trainer(settings, parts)
    training = build_training(
        database, settings=settings, trainer=trainer, durable=durable, messenger=messenger, clock=clock
    )
    judges = build_judges(
        database,
        settings=settings,
        drafting=drafting,
        models=models,
        ledger=ledger,
        messenger=messenger,
        membership=membership,
        clock=clock,
    )
    releases = build_releases(
        database,
        settings=settings,
        training=training,
        judges=judges,
        durable=durable,
        messenger=messenger,
        admins=admins,
        clock=clock,
    )
    return Loop(training, judges.trials, releases)
