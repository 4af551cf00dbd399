"""What trainers may need that lives in the bot itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.casting import Casting
from bot.drafts.prompt_maker import PromptMaker
from bot.llm.chat_model import ChatModels
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class TrainerParts:
    """Parts of the running bot for trainers that work inside of it.

    Args:
        database: where runs, rules and memos are.
        casting: who writes now.
        prompts: makes prompts as production does.
        models: every model of the chat endpoint.
        clock: what time it is.
    """

    database: Database
    casting: Casting
    prompts: PromptMaker
    models: ChatModels
    clock: Callable[[], datetime]
