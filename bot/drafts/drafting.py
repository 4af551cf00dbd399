"""Everything that writes drafts and shows them, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.casting import Casting
from bot.drafts.generate import Generator
from bot.drafts.hiding import Hiding
from bot.drafts.phrasings import Phrasings
from bot.drafts.progress import Progress
from bot.drafts.prompt_maker import PromptMaker
from bot.drafts.publish import Publisher
from bot.drafts.revise import Reviser
from bot.drafts.show_edit import EditShower
from bot.drafts.why import Explainer
from bot.drafts.withdraw import RevisionWithdrawer
from bot.feedback.lines import Lines
from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.learning import Learning
from bot.llm.chat_model import ChatModels
from bot.llm.openai_embeddings import OpenAIEmbeddings
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.access import Admins
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
    examples: Examples
    casting: Casting
    prompts: PromptMaker

    async def close(self) -> None:
        """Stop what goes on beside the drafts, and close its connections."""
        await self.examples.close()


def build_drafting(  # noqa: PLR0913 - Drafting meets nearly everything.
    database: Database,
    *,
    settings: Settings,
    model: ChatModels,
    messenger: Messenger,
    threads: Threads,
    lines: Lines,
    learning: Learning,
    admins: Admins,
    durable: Durable,
    clock: Callable[[], datetime],
) -> Drafting:
    """Wire the parts."""
    casting = Casting(database, settings=settings, clock=clock)
    embeddings = OpenAIEmbeddings(settings) if settings.embeddings_model else None
    shelves = Shelves(database, clock=clock, embeddings=embeddings)
    examples = Examples(database, shelves=shelves, clock=clock)
    prompts = PromptMaker(
        database,
        learner=learning.learner,
        playbook=learning.playbook,
        examples=examples,
    )
    return Drafting(
        generator=Generator(
            database,
            models=model,
            threads=threads,
            prompts=prompts,
            casting=casting,
            clock=clock,
            progress=Progress(database, messenger=messenger),
        ),
        publisher=Publisher(
            database, messenger=messenger, clock=clock, streams=settings.prompt_layout == "sections"
        ),
        reviser=Reviser(database, models=model, casting=casting, messenger=messenger, clock=clock),
        withdrawer=RevisionWithdrawer(database, messenger=messenger),
        explainer=Explainer(database, messenger=messenger, admins=admins),
        edit_shower=EditShower(database, messenger=messenger),
        phrasings=Phrasings(
            database,
            lines=lines,
            models=model,
            casting=casting,
            durable=durable,
            messenger=messenger,
            clock=clock,
        ),
        hiding=Hiding(
            database,
            messenger=messenger,
            durable=durable,
            clock=clock,
            admin_channel=settings.admin_channel,
        ),
        examples=examples,
        casting=casting,
        prompts=prompts,
    )
