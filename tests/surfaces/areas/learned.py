"""What a correction taught, the question where a rule should hold, rules that wait for an admin, and polls."""

from collections.abc import Iterator
from dataclasses import replace

from bot.learning.telling.narrowing import NarrowEnough
from bot.learning.telling.notes import NOTHING_LEFT, OPPOSED, UNDONE
from bot.learning.telling.polls import NoSuchPoll, PollClosed
from bot.learning.telling.voting import MayNotVote
from bot.slack.blocks.learned import (
    LearnedLine,
    Waiting,
    answered_message,
    learned_message,
    stale_message,
    too_broad_modal,
    waiting_message,
)
from bot.slack.blocks.polls import PollView, Tally, closed_message, poll_message, vote_note
from tests.surfaces.surface import Surface, said

_VALUE = ":".join("abcde"[number] * 32 for number in range(5))
_WHERE = "in <#C0LAUNCH>, for *Announcement* drafts"
_PLAIN = LearnedLine("No exclamation marks.", _WHERE, "follows", _VALUE)
_POLL = PollView(
    "a" * 32,
    first="Sign off with “Cheers, the team”.",
    second="No sign-off.",
    drafts="Announcement drafts",
    closes="<!date^1795681200^{date_short_pretty} at {time}|25 Nov, 15:00 UTC>",
)
_SCOPES = {
    "channel": "Only in #launch",
    "task": "Only for drafts of the kind “Announcement”",
    "both": "Only for “Announcement” in #launch",
    "mine": "Only for drafts that I ask for",
}


def surfaces() -> Iterator[Surface]:
    yield from _notes()
    yield from _questions()
    yield from _polls()


def bounds(text: str) -> Iterator[Surface]:
    lines = [replace(_PLAIN, text=text, where=f"in <#C0LAUNCH>, for *{text[:75]}* drafts")] * 5
    words, blocks = learned_message(lines)
    yield Surface("learned", "message", blocks, words)
    labels = {"task": f"Only for drafts of the kind “{text}”"}
    modal = too_broad_modal(labels, text=text, where=_WHERE, metadata=_VALUE)
    yield Surface("too broad", "modal", modal)
    waiting = Waiting(text, _WHERE, people=1_000)
    words, blocks = waiting_message(waiting, value=_VALUE)
    yield Surface("waits for an admin", "message", blocks, words)
    words, blocks = answered_message(waiting, approved=True, admin_id="U0CHLOE")
    yield Surface("approved", "message", blocks, words)
    poll = replace(_POLL, first=text, second=text, drafts=f"{text[:75]} drafts")
    words, blocks = poll_message(poll, votes=10_000)
    yield Surface("poll", "message", blocks, words)
    words, blocks = closed_message(poll, outcome="first", tally=Tally(9_999, 9_999, 9_999))
    yield Surface("poll closed", "message", blocks, words)
    yield said("vote", vote_note(poll, choice="first"))


def _notes() -> Iterator[Surface]:
    standings = {
        "one rule": [_PLAIN],
        "three rules": [
            _PLAIN,
            replace(_PLAIN, text="Say “customers”, not “users”.", where="everywhere"),
            replace(_PLAIN, text="Keep it short.", standing="unsure"),
        ],
        "noted only": [replace(_PLAIN, standing="unsure")],
        "undecided": [replace(_PLAIN, standing="undecided")],
        "needs an admin": [replace(_PLAIN, standing="needs_admin")],
        "one undone": [
            replace(_PLAIN, standing="undone"),
            replace(_PLAIN, text="Begin with a greeting.", can_be_narrower=False),
        ],
        "no room": [replace(_PLAIN, standing="no_room")],
        "outvoted": [replace(_PLAIN, standing="outvoted")],
        "no rule any more": [replace(_PLAIN, standing="gone")],
    }
    for name, lines in standings.items():
        text, blocks = learned_message(lines)
        yield Surface(f"learned · {name}", "message", blocks, text)
    text, blocks = stale_message()
    yield Surface("learned · correction taken back", "message", blocks, text)
    for name, note in (
        ("undone", UNDONE),
        ("somebody else's press", OPPOSED),
        ("nothing left", NOTHING_LEFT),
    ):
        yield said(f"undo · {name}", note)


def _questions() -> Iterator[Surface]:
    modal = too_broad_modal(_SCOPES, text=_PLAIN.text, where="everywhere", metadata=_VALUE)
    yield Surface("too broad", "modal", modal)
    one = {"mine": _SCOPES["mine"]}
    modal = too_broad_modal(one, text=_PLAIN.text, where=_WHERE, metadata=_VALUE)
    yield Surface("too broad · one way left", "modal", modal)
    yield said("too broad · narrow enough", NarrowEnough.sentence)
    waiting = Waiting(_PLAIN.text, _WHERE, people=2, link="https://sandbox.example/archives/C0LAUNCH/p1")
    text, blocks = waiting_message(waiting, value=_VALUE)
    yield Surface("waits for an admin", "message", blocks, text)
    for name, approved in (("approved", True), ("dismissed", False)):
        text, blocks = answered_message(waiting, approved=approved, admin_id="U0CHLOE")
        yield Surface(f"waits for an admin · {name}", "message", blocks, text)


def _polls() -> Iterator[Surface]:
    for name, votes in (("opened", 0), ("one vote", 1), ("votes", 5)):
        text, blocks = poll_message(_POLL, votes=votes)
        yield Surface(f"poll · {name}", "message", blocks, text)
    for outcome, tally in (
        ("first", Tally(4, 1, 2)),
        ("second", Tally(1, 3, 0)),
        ("either", Tally(1, 1, 3)),
        ("split", Tally(2, 2, 1)),
        ("nobody", Tally(1, 0, 0)),
        ("moot", Tally()),
    ):
        text, blocks = closed_message(_POLL, outcome=outcome, tally=tally)
        yield Surface(f"poll · closed: {outcome}", "message", blocks, text)
    for choice in ("first", "second", "either"):
        yield said(f"vote · {choice}", vote_note(_POLL, choice=choice))
    for error in (NoSuchPoll, PollClosed, MayNotVote):
        yield said(f"vote · {error.code}", error.sentence)
