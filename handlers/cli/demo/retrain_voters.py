"""The blind voters of the retrain demo: people who see a request and two texts in a direct message, and press one button.

They judge by what stands in the message alone. Who wrote which text is nowhere in it.
"""

from collections.abc import Sequence
from typing import Any

from bot.sandbox import Message, Person, Sandbox
from bot.slack.plain import to_markdown
from handlers.cli.demo.house_style import likeness

_OPEN = "trial_not_now"  # Only an unanswered question offers this.
_SAME = 0.05
_GOOD = 1.5  # of 2


async def vote_on_all(sandbox: Sandbox, people: Sequence[Person]) -> int:
    """Let everybody answer what they were asked; return how many answers there were."""
    votes = 0
    for person in people:
        for message in questions(sandbox, person):
            await person.press(message, f"trial_vote_{choice(message)}")
            votes += 1
    return votes


def questions(sandbox: Sandbox, person: Person) -> list[Message]:
    """Return the questions that somebody has not answered yet."""
    return [one for one in sandbox.messages(person.direct) if _OPEN in _actions(one)]


def choice(message: Message) -> str:
    """Return what the reader presses: a, b, tie or both_bad."""
    brief, first, second = read(message)
    likes = [likeness(text, brief=brief) for text in (first, second)]
    if abs(likes[0] - likes[1]) > _SAME:
        return "a" if likes[0] > likes[1] else "b"
    return "tie" if min(likes) >= _GOOD else "both_bad"


def read(message: Message) -> tuple[str, str, str]:
    """Return the request and the two texts that a question shows."""
    quoted = next(text for text in _sections(message) if text.startswith("> "))
    first, second = (block["text"] for block in message.blocks if block["type"] == "markdown")
    return to_markdown(quoted.replace("> ", "")), first, second


def _sections(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def _actions(message: Message) -> set[str]:
    elements: list[dict[str, Any]] = [each for block in message.blocks for each in block.get("elements", [])]
    return {str(each.get("action_id")) for each in elements}
