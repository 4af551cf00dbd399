"""The greeting in a channel."""

from collections.abc import Iterator

from bot.slack.blocks.onboarding import greeting
from tests.surfaces.surface import Surface


def surfaces() -> Iterator[Surface]:
    for name, who, implicit in (
        ("everybody asks", "everybody", False),
        ("reviewers ask", "reviewers", False),
        ("admins ask, implicit signals are on", "admins", True),
    ):
        text, blocks = greeting(who_may_ask=who, implicit=implicit)
        yield Surface(f"greeting · {name}", "message", blocks, text)


def bounds(text: str) -> Iterator[Surface]:
    words, blocks = greeting(who_may_ask="admins", implicit=True)
    yield Surface("greeting", "message", blocks, words)
