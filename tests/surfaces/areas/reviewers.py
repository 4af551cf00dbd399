"""Requests for a review, and what follows a press."""

from collections.abc import Iterator

from bot.slack.blocks.reviewers import NOT_NOW, NOT_YOURS, STOPPED, review_request
from tests.surfaces.surface import Surface, said


def surfaces() -> Iterator[Surface]:
    people = ["U0ANA", "U0BEN", "U0CHLOE"]
    for name, named in (("one", people[:1]), ("two", people[:2]), ("three", people), ("nobody left", [])):
        text, blocks = review_request("a" * 32, people=named, round_of="first", taking_over=False)
        yield Surface(f"review · {name}", "message", blocks, text)
    text, blocks = review_request("a" * 32, people=["U0DARA"], round_of="U0DARA", taking_over=True)
    yield Surface("review · in somebody's place", "message", blocks, text)
    for name, note in (
        ("not now", NOT_NOW),
        ("stop asking", STOPPED),
        ("somebody else's buttons", NOT_YOURS),
    ):
        yield said(f"review · {name}", note)


def bounds(text: str) -> Iterator[Surface]:
    people = [f"U{number:010}" for number in range(5)]
    words, blocks = review_request("a" * 32, people=people, round_of="first", taking_over=False)
    yield Surface("review · most", "message", blocks, words)
