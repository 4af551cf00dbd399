"""The question of a blind trial as its person sees it, what becomes of it, and the line for a reason."""

from collections.abc import Iterator
from dataclasses import replace

from bot.slack.blocks.trial import (
    NOT_NOW,
    STOPPED,
    TrialQuestion,
    trial_closed,
    trial_question,
    trial_reason_modal,
)
from tests.surfaces.surface import Surface, said

FIRST = "*Release 2.4 is out*\n\n- Exports are twice as fast\n- Two fixes for shared channels\n\nQuestions? Ask here."
SECOND = (
    "Hi team, release 2.4 went out on 23 November. Exports now take half the time, and two faults in shared channels "
    "are gone. If something looks odd, tell us in this channel."
)
ASKED = TrialQuestion(
    pair_id="a" * 32,
    channel_id="C0LAUNCH",
    brief="Tell the team that release 2.4 is out: faster exports, two fixes for shared channels",
    first=FIRST,
    second=SECOND,
)


def surfaces() -> Iterator[Surface]:
    states = {
        "asked": ASKED,
        "chose A": replace(ASKED, chosen="a"),
        "chose both bad, with a reason": replace(ASKED, chosen="both_bad", has_reason=True),
        "opted out": replace(ASKED, chosen="b", counts=False),
        "long texts": replace(
            ASKED, first="A paragraph of a long draft. " * 107, second="And one more. " * 600
        ),
    }
    for name, asked in states.items():
        text, blocks = trial_question(asked)
        yield Surface(f"trial · {name}", "message", blocks, text)
    for name, voted in (("closed", True), ("closed without a vote", False)):
        text, blocks = trial_closed(voted=voted)
        yield Surface(f"trial · {name}", "message", blocks, text)
    yield Surface("trial · why", "modal", trial_reason_modal("a" * 32))
    yield said("trial · not now", NOT_NOW)
    yield said("trial · stop asking", STOPPED)


def bounds(text: str) -> Iterator[Surface]:
    shown, blocks = trial_question(replace(ASKED, brief=text, first=text, second=text))
    yield Surface("trial · asked", "message", blocks, shown)
