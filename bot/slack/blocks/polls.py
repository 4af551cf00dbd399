"""A poll about two contradicting rules: the question, how many have voted, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.slack.blocks.learned import quoted
from bot.slack.pieces import built, button, buttons, note, section

Blocks = list[dict[str, Any]]
Choice = Literal["first", "second", "either"]
Outcome = Literal["first", "second", "either", "split", "nobody", "moot"]

_ENDS: Final[Mapping[Outcome, str]] = {
    "either": "*It stays open:* neither is a rule here, and what people correct from now on decides.",
    "split": "*People are split:* neither is a rule for everybody here, and what each of you corrects counts for your own drafts.",
    "nobody": "*Too few people voted,* or nearly all are new here: neither is a rule, and what people correct from now on decides.",
    "moot": "*Nothing to decide any more:* one of the two is no rule now.",
}


@dataclass(frozen=True)
class PollView:
    """A poll to show; the rules' texts are plain, `drafts` (which ones it is about) and `closes` are mrkdwn."""

    poll_id: str
    first: str
    second: str
    drafts: str = "drafts"
    closes: str = ""


@dataclass(frozen=True)
class Tally:
    """How many people voted for what."""

    first: int = 0
    second: int = 0
    either: int = 0

    @property
    def total(self) -> int:
        """How many people voted."""
        return self.first + self.second + self.either


def poll_message(poll: PollView, *, votes: int) -> tuple[str, Blocks]:
    """Build the open poll; how it stands is not told before it closes, so that nobody follows the others."""
    question = f"*One question:* how should I write {poll.drafts} here? People corrected them both ways."
    rows = (
        button("rule_poll_first", "The first", value=poll.poll_id),
        button("rule_poll_second", "The second", value=poll.poll_id),
        button("rule_poll_either", "Either is fine", value=poll.poll_id),
    )
    closing = f"One vote each, and you can change it. It closes {poll.closes} at the latest; how it stands is shown then."
    return question, built(
        section(f"{question}\n{_sides(poll)}"), *buttons(*rows), note(f"{closing} {_so_far(votes)}")
    )


def closed_message(poll: PollView, *, outcome: Outcome, tally: Tally) -> tuple[str, Blocks]:
    """Build what the poll becomes: what holds now, and what people voted."""
    text = f"{_told(poll, outcome)}\n{_sides(poll)}"
    counted = (
        f"Closed. The first: {tally.first} · The second: {tally.second} · Either is fine: {tally.either} "
        f"(n = {tally.total}). Every rule can be changed with `/draftloop rules`."
    )
    return _told(poll, outcome), built(section(text), note(counted))


def vote_note(poll: PollView, *, choice: Choice) -> str:
    """Say to somebody what their vote is now."""
    said = {"first": quoted(poll.first), "second": quoted(poll.second), "either": "either is fine"}[choice]
    return f"Your vote counts: {said}. You can change it until the poll closes."


def _told(poll: PollView, outcome: Outcome) -> str:
    if outcome in _ENDS:
        return _ENDS[outcome]
    return f"*Settled:* {poll.drafts} here follow {quoted(poll.first if outcome == 'first' else poll.second)}"


def _sides(poll: PollView) -> str:
    return f"1. {quoted(poll.first)}\n2. {quoted(poll.second)}"


def _so_far(votes: int) -> str:
    if not votes:
        return "No votes yet."
    return "1 vote so far." if votes == 1 else f"{votes} votes so far."
