"""What a gate and a trial found, in plain words with n, interval and evidence. Pure."""

from typing import Final

from bot.evaluation.gate import GateVerdict
from bot.evaluation.significance import Evidence
from bot.releases.guard import as_loss
from bot.slack.text import escape
from bot.trials.results import TrialResult
from storage.models import TrainingRun
from storage.repositories.trials import GUARD

_OUTCOMES: Final = {
    "promoted": "*{new} writes from now on.* It was better, and this deployment promotes what is.",
    "offered": "*{new} is better, and an admin decides:* promote it, or keep {old}.",
    "worse": "*{old} stays.* {new} is worse, and is not taken.",
    "not_enough": "*Not enough evidence.* {old} stays; an admin may still decide otherwise by the figures.",
    "archived": "The trainer named nothing that could write drafts here, so {old} stays. A result with the field "
    "`model` (a name that the model's endpoint knows) would go on to the check and the trial.",
}
_STOPPED_AT_GATE: Final = {
    "worse": "*{old} stays.* {new} was stopped before anybody had to read it: it writes held-out corrections worse.",
    "breaks": "*{old} stays.* {new} was stopped before anybody had to read it: it breaks corrections that {old} honours, "
    "and does not win enough elsewhere.",
}
_TRIAL_STOPPED: Final = "*{old} stays.* The trial of {new} was stopped{why}, so nothing is proved."
_WHY_STOPPED: Final = {
    "ratio": ": the sides were not as mixed as they were drawn, and then no figure means anything",
    "admin": " by an admin",
    "broken": " because something broke on our side",
}


def build_outcome(
    run: TrainingRun, *, old: str, new: str, verdict: GateVerdict | None, result: TrialResult | None
) -> list[str]:
    """Say what became of a challenger: the decision, then what it rests on.

    Args:
        run: that ended.
        old: what the champion is called: `r6`.
        new: what the challenger is called.
        verdict: of the gate, where there was one.
        result: of the trial, where there was one.
    """
    names = {"old": old, "new": new}
    lines = [_headline(run, verdict, result).format(**names)]
    if verdict is not None:
        lines.append(build_gate_words(verdict))
    if result is not None:
        lines.append(build_trial_words(result))
    return lines


def build_gate_words(verdict: GateVerdict) -> str:
    """Say what writing held-out corrections anew showed."""
    if verdict.state == "too_few":
        return f"Held-out corrections: only {verdict.n}, too few to tell; people decide."
    difference = f"{verdict.difference:+.2f} on a scale of 0 to 1 (95 % interval {verdict.low:+.2f} to {verdict.high:+.2f})"
    return (
        f"Held-out corrections, written anew by both (n = {verdict.n}): the difference is {difference}; "
        f"{verdict.gains} better, {len(verdict.regressions)} worse, {verdict.breaks} corrections broken."
    )


def build_trial_words(result: TrialResult) -> str:
    """Say what people thought."""
    if result.mode == GUARD:
        return "Watched by what people make of its live drafts, for 14 days after it went live."
    if result.n == 0:
        return "Trial: nobody has judged anything that counts."
    found = _preferred(result) if result.mode == "blind" else _measured(result)
    return f"{found} {_strength(result)}"


def build_guard_words(found: Evidence, *, bar: float) -> str:
    """Say why a release was taken back: what people made of its live drafts, beside what its predecessor promised."""
    if found.mean is None or found.low is None or found.high is None:
        return ""
    mean, low, high = (percent(as_loss(value, bar=bar)) for value in (found.mean, found.low, found.high))
    return (
        f"On a scale from 0 (perfect) to 100 (all wrong) its {found.n} live drafts that people judged stand at {mean} "
        f"(95 % interval {low} to {high}); up to {percent(bar)} would have been no worse than the one before. "
        f"Evidence {_odds(found.least)} to 1, whoever of the {found.voters} people is left out (20 to 1 decides)."
    )


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{round(100 * share)}"


def _headline(run: TrainingRun, verdict: GateVerdict | None, result: TrialResult | None) -> str:
    if run.outcome != "stopped":
        return _OUTCOMES[run.outcome or "archived"]
    if result is None:
        return _STOPPED_AT_GATE.get(verdict.reason if verdict else "", _STOPPED_AT_GATE["worse"])
    return _TRIAL_STOPPED.replace("{why}", _WHY_STOPPED.get(result.reason, ""))


def _preferred(result: TrialResult) -> str:
    beside = [
        f"{number} {what}"
        for number, what in ((result.ties, "a tie"), (result.both_bad, "both bad"))
        if number
    ]
    undecided = result.ties + result.both_bad
    old = result.n - result.wins - undecided
    also = f"; {undecided} without a preference ({', '.join(beside)})" if beside else ""
    half = ", with those counted half" if beside else ""
    return (
        f"People preferred the new version in {result.wins} of {result.n} comparisons and the old one in {old}{also}: "
        f"{_share(result.share_preferring)} % for the new one{half}{_interval(result)} ({result.voters} people)."
    )


def _measured(result: TrialResult) -> str:
    if result.share_preferring is None:
        return f"Trial on {result.n} live drafts."
    better = "less" if result.share_preferring >= 0 else "more"
    fall = abs(result.share_preferring)
    return (
        f"On {result.n} live drafts people found {percent(fall)} points {better} to correct or to dislike with the new "
        f"version{_interval(result)} ({result.voters} people)."
    )


def _interval(result: TrialResult) -> str:
    if result.low is None or result.high is None:
        return ""
    return f", 95 % interval {percent(result.low)} to {percent(result.high)} %"


def _share(share: float | None) -> str:
    return "?" if share is None else percent(share)


def _strength(result: TrialResult) -> str:
    if result.evidence is None:
        return ""
    spared = " whoever of them is left out" if result.least_without else ""
    return f"Evidence {_odds(result.evidence)} to 1 that it is better{spared} (20 to 1 decides)."


def _odds(evidence: float) -> str:
    return f"{evidence:.1f}" if evidence < 10 else f"{min(evidence, 1e6):,.0f}"


def reason_words(text: str) -> str:
    """Escape what a trainer or we gave as a reason."""
    return escape(text.rstrip("."))
