"""Everything about learning, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.learning.rules.decisions import Decisions
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.learning.sayings.distil import Distiller
from bot.learning.telling.narrowing import Narrowing
from bot.learning.telling.notes import Notes
from bot.learning.telling.polls import Polls
from bot.learning.telling.waiting import Waits
from bot.llm.chat_model import ChatModel
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.access import Admins
from bot.slack.messenger import Messenger
from storage.engine import Database


@dataclass(frozen=True)
class Learning:
    """What handlers may call about rules and what is learned."""

    learner: Learner
    playbook: Playbook
    decisions: Decisions
    notes: Notes
    narrowing: Narrowing
    waits: Waits
    polls: Polls


def build_learning(
    database: Database,
    *,
    settings: Settings,
    model: ChatModel,
    durable: Durable,
    messenger: Messenger,
    admins: Admins,
    clock: Callable[[], datetime],
) -> Learning:
    """Wire the parts."""
    distiller = Distiller(model) if settings.distil == "model" else None
    learner = Learner(database, durable=durable, clock=clock, distiller=distiller)
    decisions = Decisions(database, admins=admins, durable=durable, clock=clock)
    waits = Waits(database, decisions=decisions, messenger=messenger, admin_channel=settings.admin_channel)
    return Learning(
        learner=learner,
        playbook=Playbook(),
        decisions=decisions,
        notes=Notes(database, learner=learner, decisions=decisions, waits=waits, messenger=messenger),
        narrowing=Narrowing(database, decisions=decisions, messenger=messenger),
        waits=waits,
        polls=Polls(
            database,
            decisions=decisions,
            durable=durable,
            messenger=messenger,
            clock=clock,
            count_other_organisations=settings.count_other_organisations,
        ),
    )
