"""What is told of releases: the end of a run to admins, and in channels that another release writes."""

from collections.abc import Iterator
from typing import Any

from bot.slack.blocks.release_news import Offer, change_news, decided_news, run_news
from bot.slack.text import escape
from tests.surfaces.surface import Surface

PROOF = (
    "People preferred the new version in 61 of 88 comparisons and the old one in 21; 6 without a preference (4 a tie, "
    "2 both bad): 73 % for the new one, with those counted half, 95 % interval 62 to 81 % (9 people). Evidence 41 to 1 that it is better whoever of them is left out (20 to 1 decides)."
)
GATE = (
    "Held-out corrections, written anew by both (n = 40): the difference is +0.08 on a scale of 0 to 1 (95 % interval "
    "+0.02 to +0.14); 20 better, 3 worse, 0 corrections broken."
)
CHANGES = ("model: house-1 → house-2", "3 rules reworded", "1 rule added")
LIVE = "*r7 writes all drafts from now on,* in place of r6. It proved to be better, and went live by itself."
OFFER = (Offer("promote", "a" * 32, "r7"), Offer("keep", "a" * 32, "r6"))
UNDO = (Offer("roll_back", "a" * 32, "r6"),)


def surfaces() -> Iterator[Surface]:
    """Every message of this area."""
    offered = ["*r7 is better, and an admin decides:* promote it, or keep r6.", GATE, PROOF, *CHANGES]
    yield _message("a challenger that is better", run_news(offered, offers=OFFER))
    text, blocks = run_news(offered, offers=OFFER)
    done = decided_news(
        blocks, told="*r7 writes from the next draft on.* Rolling back takes one press.", by="U0CHLOE"
    )
    yield _message("a challenger that was decided", (text, done))
    yield _message("a challenger that was promoted", run_news([LIVE, GATE, PROOF], offers=UNDO))
    yield _message("nothing to decide", run_news(["*Retraining was cancelled.*"]))
    yield _message("a channel hears of a release", change_news(LIVE, proof=PROOF, changes=CHANGES))
    told = change_news(LIVE, proof=PROOF, changes=CHANGES * 4, offers=UNDO)
    yield _message("admins hear of a release", told)


def bounds(text: str) -> Iterator[Surface]:
    """The same, with a hard text wherever somebody's may stand."""
    some = escape(text) or "x"
    offers = [Offer(deed, "a" * 32, "r123456") for deed in ("promote", "keep", "roll_back")]
    yield _message("a run", run_news([some] * 9, offers=offers))
    yield _message("a change", change_news(some, proof=some, changes=[some] * 9, offers=offers))


def _message(name: str, built: tuple[str, list[dict[str, Any]]]) -> Surface:
    text, blocks = built
    return Surface(name, "message", blocks, text)
