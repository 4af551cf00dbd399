"""What a trial goes by: how far back it reads, how much stands open at once, and how long it waits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

Mode = Literal["blind", "randomised"]
TrialState = Literal["open", "better", "worse", "not_enough", "stopped", "cancelled"]

ALPHA: Final = 0.05
BLIND: Final = "blind"
CHALLENGER, CHAMPION = "challenger", "champion"

RECENT: Final = timedelta(days=60)  # Briefs that are written anew; and who gave feedback since then is asked.
OPEN_AT_ONCE: Final = 10  # Pairs that wait for votes: texts are written ahead in small batches.
FEW_BRIEFS: Final = (
    60  # With fewer, two people judge each pair; else one: many pairs tell more than many votes.
)
SETTLE: Final = timedelta(minutes=10)  # How long a vote can be changed once it is in.
ANSWER_WITHIN: Final = timedelta(hours=48)
GIVE_UP: Final = timedelta(days=7)  # A pair that nobody judged by then is dropped.
ALL_ALIKE: Final = 30  # So many pairs without a difference, and no other: there is nothing to compare.

MEASURE_AFTER: Final = timedelta(
    hours=48
)  # What people think of a live draft is read that long after it was posted.
FAILED: Final = "failed"  # the state of a draft that did not work out
NOBODY: Final = ""  # as who said what a draft is worth: it could not be written, and that is its arm's loss
# Drafts with an opinion within the days of one trial from which on arms by draft tell more than blind pairs: fewer do
# not even show an edit distance of .3 instead of .4 (97 % by 400), nor thumbs at .2 instead of .4 (96 % by 400).
BUSY: Final = 400


@dataclass(frozen=True, slots=True)
class TrialPolicy:
    """What whoever runs the bot chose.

    Args:
        mode: blind pairs, live drafts of both arms, or whichever suits how busy the seat's channels are.
        days: after which a trial ends as it is.
        pairs: the most pairs of a blind trial.
    """

    mode: Literal["auto", "blind", "randomised"] = "auto"
    days: int = 14
    pairs: int = 200
