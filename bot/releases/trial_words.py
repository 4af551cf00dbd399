"""How a trial is spoken of: counts while it is open, figures once it is closed."""

from collections.abc import Mapping
from typing import Final

from bot.learning.rulebook.rule_words import build_date
from bot.releases.outcome_words import build_trial_words
from bot.releases.release_words import build_name, build_tasks
from bot.slack.blocks.releases import TrialCard
from bot.trials.results import TrialLine
from storage.repositories.trials import GUARD, OPEN

_ENDED: Final[Mapping[str, str]] = {
    "better": "{new} is better.",
    "worse": "{new} is worse, so {old} stayed.",
    "not_enough": "not enough evidence, so {old} stayed.",
    "stopped": "stopped, because its sides were not as mixed as they were drawn: no figure means anything then.",
    "cancelled": "stopped without a decision.",
}
_GUARDED: Final[Mapping[str, str]] = {
    "worse": "{new} fell behind, and was rolled back.",
    "not_enough": "{new} held what its trial had promised.",
}


def build_trial_card(line: TrialLine, *, may_stop: bool) -> TrialCard:
    """Say what is compared, how far it is or how it ended, and then what it showed."""
    result = line.result
    return TrialCard(
        trial_id=line.trial_id,
        title=_title(line),
        state=_open(line) if result.state == OPEN else _ended(line),
        findings=() if result.state == OPEN else (build_trial_words(result),),
        may_stop=may_stop and result.state == OPEN and result.mode != GUARD,
    )


def _title(line: TrialLine) -> str:
    new, old = build_name(line.challenger), build_name(line.champion)
    if line.result.mode == GUARD:
        return f"Trial {line.number}: whether {new} holds what it promised"
    return f"Trial {line.number}: {new} against {old}, {build_tasks(line.task)}"


def _open(line: TrialLine) -> str:
    done, planned = line.result.done, line.result.planned
    counted = (
        f"{done:,} of {planned:,} comparisons are in"
        if line.result.mode == "blind"
        else f"{done:,} live drafts are judged"
    )
    return f"Open since {build_date(line.opened_at)}, until {build_date(line.closes_at)} at the latest: {counted}."


def _ended(line: TrialLine) -> str:
    when = f"Ended on {build_date(line.closed_at)}: " if line.closed_at else ""
    words = _GUARDED if line.result.mode == GUARD else _ENDED
    ending = words.get(line.result.outcome or "", _ENDED["cancelled"])
    return when + ending.format(new=build_name(line.challenger), old=build_name(line.champion))
