"""What decides about a challenger, from its making to its promotion."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.casting import Casting, spec_of
from bot.drafts.drafting import Drafting
from bot.evaluation.gating import Gate
from bot.evaluation.judge import build_judge
from bot.evaluation.replay import Replay
from bot.feedback.ledger import Ledger
from bot.llm.chat_model import ChatModels
from bot.releases.promote import Promotion
from bot.releases.registry import ReleaseBook
from bot.settings import Settings
from bot.slack.access import Membership
from bot.slack.messenger import Messenger
from bot.trials.trials import Trials, build_trials
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Judges:
    """The places that a challenger comes through.

    Args:
        casting: sees to it that there is a champion.
        book: makes the challenger a release.
        gate: holds it against corrections that it never saw.
        trials: let people compare it with the champion.
        promotion: lets it go live, and takes it back.
    """

    casting: Casting
    book: ReleaseBook
    gate: Gate
    trials: Trials
    promotion: Promotion


def build_judges(
    database: Database,
    *,
    settings: Settings,
    drafting: Drafting,
    models: ChatModels,
    ledger: Ledger,
    messenger: Messenger,
    membership: Membership,
    clock: Callable[[], datetime],
) -> Judges:
    """Wire the parts; gate and trials have drafts written anew by the same hand."""
    replay = Replay(database, prompts=drafting.prompts, models=models.using, clock=clock)
    return Judges(
        casting=drafting.casting,
        book=ReleaseBook(database),
        gate=Gate(
            database,
            replay=replay,
            judge=build_judge(database, settings=settings, models=models, clock=clock),
            clock=clock,
        ),
        trials=build_trials(
            database,
            settings=settings,
            writer=replay,
            spec_of=spec_of,
            ledger=ledger,
            messenger=messenger,
            membership=membership,
            clock=clock,
        ),
        promotion=Promotion(database, clock=clock),
    )
