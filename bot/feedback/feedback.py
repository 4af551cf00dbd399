"""Everything about feedback, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.feedback.acknowledge import Acknowledger
from bot.feedback.budget import Budget
from bot.feedback.controls import Controls
from bot.feedback.corrections import Corrections
from bot.feedback.edits import Edits
from bot.feedback.flags import Flags
from bot.feedback.implicit import Implicit
from bot.feedback.ledger import Ledger
from bot.feedback.lines import Lines
from bot.feedback.reactions import Reactions
from bot.feedback.reading import ReplyReader
from bot.feedback.reasons import Reasons
from bot.feedback.recorder import Recorder
from bot.feedback.replies import Replies
from bot.llm.chat_model import ChatModel
from bot.runtime.durable import Durable
from bot.slack.messenger import Messenger
from storage.engine import Database


@dataclass(frozen=True)
class Feedback:
    """What handlers may call about feedback."""

    reactions: Reactions
    controls: Controls
    implicit: Implicit
    replies: Replies
    reader: ReplyReader
    edits: Edits
    lines: Lines
    flags: Flags
    reasons: Reasons
    acknowledger: Acknowledger


def build_feedback(
    database: Database,
    *,
    ledger: Ledger,
    durable: Durable,
    messenger: Messenger,
    model: ChatModel,
    asks_per_day: int,
    model_reads_replies: bool,
    clock: Callable[[], datetime],
) -> Feedback:
    """Wire the parts; `asks_per_day` is how often one person may be asked for more."""
    recorder = Recorder(ledger, durable=durable, budget=Budget(asks_per_day=asks_per_day))
    corrections = Corrections(recorder, durable=durable, asks_model=model_reads_replies)
    implicit = Implicit(database, ledger=ledger, messenger=messenger, clock=clock)
    return Feedback(
        reactions=Reactions(database, recorder=recorder, clock=clock),
        controls=Controls(database, recorder=recorder, implicit=implicit, clock=clock),
        implicit=implicit,
        replies=Replies(database, corrections=corrections, clock=clock),
        reader=ReplyReader(database, corrections=corrections, model=model, clock=clock),
        edits=Edits(database, recorder=recorder, durable=durable, messenger=messenger, clock=clock),
        lines=Lines(database, recorder=recorder, durable=durable, messenger=messenger, clock=clock),
        flags=Flags(database, recorder=recorder, messenger=messenger, clock=clock),
        reasons=Reasons(database, corrections=corrections, messenger=messenger, clock=clock),
        acknowledger=Acknowledger(database, messenger=messenger),
    )
