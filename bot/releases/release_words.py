"""How releases and trials are spoken of: one wording for Slack, the Home tab, reports and the terminal."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.learning.rulebook.rule_words import build_date
from bot.releases.promote import Promoted, Refused, Rejected, RolledBack
from bot.slack.text import escape
from bot.training.runs import RunLine
from storage.models import Release, ReleaseSeat
from storage.models.release import EVERY_TASK

_ORIGINS: Final[Mapping[str, str]] = {
    "settings": "this deployment's settings",
    "manual": "somebody's hand",
    "playbook": "a retraining of the rules",
    "trl": "a retraining on this machine",
    "openai": "a retraining at the model's provider",
    "webhook": "your own trainer",
    "command": "your own trainer",
}
_STATES: Final[Mapping[str, str]] = {
    "candidate": "a candidate",
    "live": "live",
    "retired": "retired",
    "rejected": "not taken",
}
_REASONS: Final[Mapping[str, str]] = {
    "gate": "it did worse on held-out corrections",
    "worse": "people preferred the live one",
    "not_enough": "not enough evidence",
    "stopped": "its trial was stopped",
    "cancelled": "its run was cancelled",
    "kept_old": "an admin kept the old one",
    "rolled_back": "rolled back",
    "guard": "it fell behind once it was live",
    "replaced": "another one came after it",
}


_RUNS: Final[Mapping[str, str]] = {
    "queued": ":hourglass_flowing_sand: A training run waits for the one before it.",
    "asked": ":hourglass_flowing_sand: A training run is about to begin.",
    "frozen": ":hourglass_flowing_sand: A dataset is frozen, and goes to the trainer.",
    "submitted": ":hourglass_flowing_sand: The trainer has a dataset, and has not begun yet.",
    "running": ":hourglass_flowing_sand: The trainer is at work.",
    "trained": ":hourglass_flowing_sand: Something new is trained, and writes held-out drafts anew.",
    "gated": ":hourglass_flowing_sand: A candidate waits for its trial.",
    "trying": ":scales: A candidate is on trial.",
    "decided": ":hourglass_flowing_sand: A run is decided, and is being put away.",
}


def build_name(number: int) -> str:
    """Return what people call a release."""
    return f"r{number}"


def read_name(word: str) -> int | None:
    """Read `r7` or `7`; None for anything else."""
    digits = word.strip().lower().removeprefix("r")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else None


def build_tasks(task: str) -> str:
    """Say whose drafts a seat is about."""
    return "all drafts" if task == EVERY_TASK else f"drafts of the task *{escape(task)}*"


def build_origin(release: Release) -> str:
    """Say where a release comes from."""
    return _ORIGINS.get(release.origin, escape(release.origin))


def build_state(release: Release) -> str:
    """Say how a release stands, and why."""
    why = _REASONS.get(release.reason, "")
    marked = "; trained on something that has been erased since" if release.marked_at else ""
    return f"{_STATES.get(release.state, escape(release.state))}{f' ({why})' if why else ''}{marked}"


def build_row(release: Release) -> str:
    """Say in two lines what a release is."""
    name = f"*{build_name(release.number)}* · {build_state(release)}"
    about = f"{build_tasks(release.task)} · from {build_origin(release)} · {build_date(release.created_at)}"
    return f"{name}\n{about}"


def build_live(seat: ReleaseSeat, champion: Release) -> str:
    """Say which release writes from a seat, and since when."""
    whose = build_tasks(seat.task)
    return f":large_green_circle: *{build_name(champion.number)}* writes {whose} since {build_date(seat.changed_at)}."


def build_run(run: RunLine) -> str:
    """Say how far a training run is."""
    return _RUNS.get(run.state, "A training run is under way.") + _done(run)


def build_settings(differences: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Say what two releases differ in apart from rules."""
    return tuple(
        f"• {escape(name).capitalize()}: {escape(before)} → {escape(after)}"
        for name, before, after in differences
    )


def _done(run: RunLine) -> str:
    return f" {round(100 * run.progress)} % done." if run.state == "running" and run.progress else ""


def build_done(release: Release, done: object) -> str:
    """Say what a decision about a release did; `done` is what `Promotion` returned."""
    name = build_name(release.number)
    if isinstance(done, Promoted):
        return f"*{name} writes from the next draft on.* Rolling back takes one press."
    if isinstance(done, RolledBack):
        return f"*Rolled back.* From the next draft on {build_name(done.number)} writes again."
    if isinstance(done, Rejected):
        return f"*{name} is not taken.* It is kept, and can still be promoted."
    return done.sentence if isinstance(done, Refused) else f"{name} is as you want it already."
