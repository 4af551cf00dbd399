"""A rule as prompts and finished texts know it, and what a correction says about one topic."""

from dataclasses import dataclass
from typing import Literal

from bot.learning.scopes import Scope

# Who found it: said in plain words, seen in what changed (both by patterns), read by the model, or let stand by a reader.
Source = Literal["stated", "seen", "model", "poll", "press", "kept"]


@dataclass(frozen=True)
class Saying:
    """What one correction says about one topic; different stances on a topic oppose each other.

    `text` is the stance as a rule in plain words. Where patterns know the topic it is written so that
    `bot.llm.style.style_of_wish` reads it back as the same style.
    """

    topic: str
    stance: str
    text: str
    source: Source


@dataclass(frozen=True)
class HouseRule:
    """An active rule that holds for a draft."""

    id: str
    number: int
    topic: str
    stance: str
    text: str
    scope: Scope
    version: int = 1  # goes up with every change: a prompt tells which one it held
