"""Releases and trials as people look at them: the list, one release's page, and trials with what they showed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.slack.blocks.rules import quoted
from bot.slack.fields import Modal, modal
from bot.slack.pieces import button, buttons, header, note, question, section

MOST_RELEASES: Final = 15
MOST_RULES: Final = 20
MOST_TRIALS: Final = 8
LONGEST_RULE: Final = 300

_WHAT_IS_IT: Final = (
    "A release is everything that writes drafts: a model, how it is asked, and changes to single rules. "
    "What you teach counts at once, whichever release is live."
)
_ADMINS_DECIDE: Final = "Admins decide which release is live."
_NO_RELEASES: Final = "None yet: the first draft makes the first release."
_NO_TRIALS: Final = (
    "None yet. A retraining that yields something new ends in one; `/draftloop retrain` starts it."
)
_NO_DIFFERENCE: Final = "None: it writes exactly alike."


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in the list, with what is told about it as mrkdwn."""

    release_id: str
    about: str


@dataclass(frozen=True, slots=True)
class ReleasesCard:
    """Everything that the list says; its lines are mrkdwn.

    Args:
        live: which release writes what, since when.
        now: what goes on: a training run, a trial.
        rows: releases, newest first.
        may: what the person who looks may do: retrain, cancel, roll_back.
        notice: what was just done.
    """

    live: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    rows: tuple[ReleaseRow, ...] = ()
    may: frozenset[str] = frozenset()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """A rule that two releases see differently; its texts are plain."""

    kind: Literal["reworded", "dropped", "added"]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReleaseCard:
    """Everything that a release's page says; rules are plain texts, all else is mrkdwn.

    Args:
        release_id: of the release.
        name: what people call it.
        state: in words.
        origin: where it comes from.
        compared_with: the release that the differences are to; empty: there is none.
        settings: what differs apart from rules.
        rules: the rules that differ.
        proof: what the gate and the trial showed.
        may: what the person who looks may do: promote, keep, roll_back.
        notice: what was just done.
    """

    release_id: str
    name: str
    state: str
    origin: str
    compared_with: str = ""
    settings: tuple[str, ...] = ()
    rules: tuple[RuleDifference, ...] = ()
    proof: tuple[str, ...] = ()
    may: frozenset[str] = frozenset()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class TrialCard:
    """A trial as everybody may see it: while it is open, counts only. All mrkdwn.

    Args:
        trial_id: of the trial.
        title: its number and what is compared.
        state: how far it is, or how it ended.
        findings: what it showed; empty while it is open.
        may_stop: whether the person who looks may end it.
    """

    trial_id: str
    title: str
    state: str
    findings: tuple[str, ...] = ()
    may_stop: bool = False


@dataclass(frozen=True, slots=True)
class ReleasesPart:
    """What the Home tab says: which release writes, and the trial that is open or was the last."""

    live: tuple[str, ...] = ()
    trial: TrialCard | None = None


def build_releases(part: ReleasesPart) -> list[Block]:
    """Build the part of the Home tab; nothing where there is no release yet."""
    if not part.live:
        return []
    door = button("home_releases", "Releases and trials", value="releases")
    trial = [*_trial(part.trial), note(HOW_TRIALS_DECIDE)] if part.trial else []
    return [header("Releases"), section("\n".join(part.live), accessory=door), *trial]


def releases_modal(card: ReleasesCard, *, metadata: str = "") -> Modal:
    """Build the list."""
    rows = [_row(row) for row in card.rows[:MOST_RELEASES]]
    blocks: list[Block] = [
        *([section(card.notice)] if card.notice else []),
        section("\n".join(card.live or (_NO_RELEASES,))),
        *([section("\n".join(card.now))] if card.now else []),
        *buttons(*_doors(card)),
        *([] if card.may else [note(_ADMINS_DECIDE)]),
        *([header("All releases"), *rows] if rows else []),
        note(_WHAT_IS_IT),
    ]
    return modal("releases_modal", "Releases", blocks=blocks, metadata=metadata)


def release_modal(card: ReleaseCard, *, metadata: str = "") -> Modal:
    """Build a release's page."""
    blocks: list[Block] = [
        *([section(card.notice)] if card.notice else []),
        section(f"*State:* {card.state}\n*From:* {card.origin}"),
        *buttons(*_decisions(card)),
        *_differences(card),
        section("\n".join(["*What speaks for it*", *(card.proof or ("Nothing has been measured.",))])),
    ]
    return modal("release_modal", f"Release {card.name}"[:24], blocks=blocks, metadata=metadata)


def trials_modal(cards: Sequence[TrialCard], *, notice: str = "", metadata: str = "") -> Modal:
    """Build the trials, the newest first."""
    shown = [block for card in cards[:MOST_TRIALS] for block in _trial(card)]
    blocks: list[Block] = [
        *([section(notice)] if notice else []),
        *(shown or [section(_NO_TRIALS)]),
        note(HOW_TRIALS_DECIDE),
    ]
    return modal("trials_modal", "Trials", blocks=blocks, metadata=metadata)


HOW_TRIALS_DECIDE: Final = (
    "People compare two unlabelled texts; sides are drawn for each of them. Nobody sees figures before the end. The test "
    "stays valid however often it is looked at, and no single person can decide it. _Not enough evidence_ is an answer."
)


def _trial(card: TrialCard) -> list[Block]:
    """Build what is told about one trial."""
    stop = (
        button("trial_end", "Stop it", value=card.trial_id, asks=_sure_to_stop()) if card.may_stop else None
    )
    lines = [f"*{card.title}*", card.state, *card.findings]
    return [section("\n".join(lines), accessory=stop)]


def _row(row: ReleaseRow) -> Block:
    return section(row.about, accessory=button("release_open", "Open", value=row.release_id))


def _doors(card: ReleasesCard) -> list[ButtonElement]:
    doors = [button("trials_open", "Trials", value="trials")]
    if "retrain" in card.may:
        doors.append(button("release_retrain", "Retrain now", value="retrain"))
    if "cancel" in card.may:
        doors.append(button("release_cancel_run", "Cancel the run", value="cancel", asks=_sure_to_cancel()))
    return doors


def _decisions(card: ReleaseCard) -> list[ButtonElement]:
    offered = {
        "promote": ("Promote", "primary", _sure_to_promote(card)),
        "keep": ("Keep the old one", None, None),
        "roll_back": ("Roll back", "danger", _sure_to_roll_back()),
    }
    return [
        button(f"release_{deed}", label, value=card.release_id, style=style, asks=asks)
        for deed, (label, style, asks) in offered.items()
        if deed in card.may
    ]


def _differences(card: ReleaseCard) -> list[Block]:
    if not card.compared_with:
        return []
    lines = [*card.settings, *(_rule(each) for each in card.rules[:MOST_RULES])]
    hidden = len(card.rules) - MOST_RULES
    more = [f"… and {hidden:,} more rules."] if hidden > 0 else []
    title = f"*What it does differently from {card.compared_with}*"
    return [section("\n".join([title, *(lines or [_NO_DIFFERENCE]), *more]))]


def _rule(change: RuleDifference) -> str:
    before, after = (quoted(text, limit=LONGEST_RULE) for text in (change.before, change.after))
    return {
        "reworded": f"• Rule reworded: {before} → {after}",
        "dropped": f"• Rule left out: {before}",
        "added": f"• Rule added: {after}",
    }[change.kind]


def _sure_to_promote(card: ReleaseCard) -> ConfirmObject:
    text = f"From the next draft on {card.name} writes. Rolling back takes one press."
    return question(f"Promote {card.name}?", text, yes="Promote", no="Not now")


def _sure_to_roll_back() -> ConfirmObject:
    text = "From the next draft on the release before this one writes again. What people taught since stays."
    return question("Roll back?", text, yes="Roll back", no="Not now", style="danger")


def _sure_to_stop() -> ConfirmObject:
    text = "The trial ends without a decision, and its votes stay in the ledger. The live release stays live."
    return question("Stop this trial?", text, yes="Stop it", no="Let it run")


def _sure_to_cancel() -> ConfirmObject:
    text = "The trainer is told to stop, and a trial of this run ends without a decision."
    return question("Cancel this run?", text, yes="Cancel it", no="Let it run")
