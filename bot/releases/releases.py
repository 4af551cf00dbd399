"""Everything about releases, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.releases.browsing import ReleaseBrowser
from bot.releases.change_telling import ChangeNews
from bot.releases.desk import ReleaseDesk
from bot.releases.guarding import Guard
from bot.releases.judges import Judges
from bot.releases.pipeline import Pipeline
from bot.releases.promote import Promotion
from bot.releases.telling import RunNews
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.messenger import Messenger
from bot.training.training import Training
from storage.engine import Database


@dataclass(frozen=True)
class Releases:
    """What handlers may call about releases."""

    promotion: Promotion
    pipeline: Pipeline
    news: RunNews
    changes: ChangeNews
    guard: Guard
    browser: ReleaseBrowser
    desk: ReleaseDesk


def build_releases(
    database: Database,
    *,
    settings: Settings,
    training: Training,
    judges: Judges,
    durable: Durable,
    messenger: Messenger,
    admins: Admins,
    clock: Callable[[], datetime],
) -> Releases:
    """Wire the parts."""
    promotion, trials = judges.promotion, judges.trials
    browser = ReleaseBrowser(database, book=judges.book, runs=training.runs, trials=trials, gate=judges.gate)
    return Releases(
        promotion=promotion,
        pipeline=Pipeline(
            database,
            following=training.following,
            judges=judges,
            automatic=settings.promotion == "automatic",
            clock=clock,
        ),
        news=RunNews(database, reports=training.reports, judges=judges),
        changes=ChangeNews(
            database,
            judges=judges,
            durable=durable,
            messenger=messenger,
            admin_channel=settings.admin_channel,
        ),
        guard=Guard(database, promotion=promotion, clock=clock, on=settings.guard),
        browser=browser,
        desk=ReleaseDesk(
            database,
            browser=browser,
            promotion=promotion,
            trials=trials,
            admins=admins,
            messenger=messenger,
        ),
    )
