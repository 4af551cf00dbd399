"""Everything about judging feedback, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.feedback.budget import Budget
from bot.feedback.participation import Participation
from bot.runtime.durable import Durable
from bot.scoring.anchor_questions import AnchorQuestions
from bot.scoring.anchors import Anchors
from bot.scoring.appeals import Appeals
from bot.scoring.hold_notes import HoldNotes
from bot.scoring.quarantine import Quarantine
from bot.scoring.weights import Weights
from bot.settings import Settings
from bot.slack.access import Admins, Membership
from bot.slack.messenger import Messenger
from storage.engine import Database


@dataclass(frozen=True)
class Scoring:
    """What handlers may call about how feedback is judged."""

    weights: Weights
    anchors: Anchors
    questions: AnchorQuestions
    quarantine: Quarantine
    appeals: Appeals
    hold_notes: HoldNotes


def build_scoring(
    database: Database,
    *,
    settings: Settings,
    participation: Participation,
    durable: Durable,
    messenger: Messenger,
    admins: Admins,
    membership: Membership,
    clock: Callable[[], datetime],
) -> Scoring:
    """Wire the parts."""
    return Scoring(
        weights=Weights(database, clock=clock),
        anchors=Anchors(database, admins=admins, clock=clock),
        questions=AnchorQuestions(
            database,
            budget=Budget(asks_per_day=settings.asks_per_day),
            durable=durable,
            messenger=messenger,
            membership=membership,
            clock=clock,
        ),
        quarantine=Quarantine(database, participation=participation, durable=durable, clock=clock),
        appeals=Appeals(database, durable=durable, messenger=messenger, clock=clock),
        hold_notes=HoldNotes(database, messenger=messenger, admin_channel=settings.admin_channel),
    )
