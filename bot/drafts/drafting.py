"""Everything that writes drafts and shows them, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.generate import Generator
from bot.drafts.hiding import Hiding
from bot.drafts.phrasings import Phrasings
from bot.drafts.progress import Progress
from bot.drafts.prompt import Prompting
from bot.drafts.publish import Publisher
from bot.drafts.revise import Reviser
from bot.drafts.show_edit import EditShower
from bot.drafts.why import Explainer
from bot.drafts.withdraw import RevisionWithdrawer
from bot.feedback.lines import Lines
from bot.llm.chat_model import ChatModel
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.messenger import Messenger
from bot.slack.threads import Threads
from storage.engine import Database


@dataclass(frozen=True)
class Drafting:
    """What handlers may call once a draft is asked for."""

    generator: Generator
    publisher: Publisher
    reviser: Reviser
    withdrawer: RevisionWithdrawer
    explainer: Explainer
    edit_shower: EditShower
    phrasings: Phrasings
    hiding: Hiding


def build_drafting(
    database: Database,
    *,
    settings: Settings,
    model: ChatModel,
    messenger: Messenger,
    threads: Threads,
    lines: Lines,
    durable: Durable,
    clock: Callable[[], datetime],
) -> Drafting:
    """Wire the parts."""
    prompting = Prompting(settings.prompt_layout, examples=settings.prompt_examples)
    most = settings.model_max_tokens
    return Drafting(
        generator=Generator(
            database,
            model=model,
            threads=threads,
            max_tokens=most,
            clock=clock,
            prompting=prompting,
            progress=Progress(database, messenger=messenger),
        ),
        publisher=Publisher(
            database, messenger=messenger, clock=clock, streams=settings.prompt_layout == "sections"
        ),
        reviser=Reviser(
            database, model=model, messenger=messenger, max_tokens=most, clock=clock, prompting=prompting
        ),
        withdrawer=RevisionWithdrawer(database, messenger=messenger),
        explainer=Explainer(database, messenger=messenger),
        edit_shower=EditShower(database, messenger=messenger),
        phrasings=Phrasings(
            database,
            lines=lines,
            model=model,
            durable=durable,
            messenger=messenger,
            max_tokens=most,
            clock=clock,
        ),
        hiding=Hiding(
            database,
            messenger=messenger,
            durable=durable,
            clock=clock,
            admin_channel=settings.admin_channel,
        ),
    )
