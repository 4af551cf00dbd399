"""One thing that the bot can show, and the texts that are hardest to show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.sandbox.blocks import message_problems, view_problems

LONGEST_MESSAGE: Final = 40_000
LIMITS: Final = (75, 150, 300, 500, 1_000, 2_000, 3_000, 10_000, 12_000)


@dataclass(frozen=True)
class Surface:
    """A message (seen by all, or by one), a modal or a Home view; `name` says which state, like `draft · long`."""

    name: str
    kind: Literal["message", "note", "modal", "home"]
    shown: Any  # a list of blocks, or a view
    text: str = "A notification."

    def problems(self) -> list[str]:
        """Everything Slack would refuse."""
        if self.kind in {"modal", "home"}:
            return view_problems(self.shown)
        too_long = ["the text is too long"] if len(self.text) > LONGEST_MESSAGE else []
        return [*too_long, *message_problems(self.shown)]


def said(name: str, text: str) -> Surface:
    """A note that is only text."""
    return Surface(name, "note", [], text)


def hard_texts() -> Iterator[tuple[str, str]]:
    """Texts by name: nothing, one character, at and beyond Slack's limits, and those that break layouts."""
    yield "nothing", ""
    yield "one", "x"
    for limit in LIMITS:
        yield f"at {limit}", "wörd " * (limit // 5)
        yield f"beyond {limit}", "wörd " * (limit // 5) + "x"
    yield "emoji", "👩🏽‍🚀🏳️‍🌈 " * 500
    yield "right to left", "مرحبا بالعالم \u202e dlrow " * 100
    yield "zalgo", "z\u0351\u036b\u0343a\u0349\u0355l\u0321g\u0310o\u0327 " * 300
    yield "one word of 40 kB", "w" * 40_000
    yield (
        "markup",
        "<!channel> <@U0ALICE> & <https://evil.example|bank.example> *bold* ```code``` `x` > # - | a | b |\n",
    )
    yield "lines", "a line\n" * 400
