"""Exercises for tests, with what does not matter filled in."""

from typing import Any

from bot.evaluation.exercises import Exercise
from bot.learning.house_rule import Saying
from bot.learning.scopes import Cell
from bot.team.tasks import TASKS


def make_exercise(*, task: str = "announcement", wishes: tuple[Saying, ...] = (), **given: Any) -> Exercise:
    columns: dict[str, Any] = {
        "draft_id": "d1",
        "cell": Cell("C0GENERAL", task, "U0ALICE"),
        "brief": "Announce that the office moves to Berlin on Friday",
        "context": "",
        "original": "Hi everyone! 👋 The office moves to Berlin on Friday! We are excited to share this with you!",
        "target": "The office moves to Berlin on Friday.",
        "order": TASKS[task],
        **given,
    }
    return Exercise(wishes=wishes, **columns)


def wish(topic: str, stance: str, text: str) -> Saying:
    return Saying(topic, stance, text, "stated")
