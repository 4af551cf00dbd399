"""Feedback that is held back: what admins see and decide, what the person is told, and their appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.slack.fields import Modal, modal, text_field
from bot.slack.fields import section as paragraph
from bot.slack.pieces import built, button, buttons, header, note, question, section
from bot.slack.text import escape

Blocks = list[dict[str, Any]]
LONGEST_APPEAL: Final = 1_000
WORDS_FIELD: Final = "words"
MOST_NAMED: Final = 10
MOST_LISTED: Final = 5
NOBODY_HELD: Final = "Nobody's feedback is on hold."

_WHAT_HOLDS: Final = (
    "Nothing is deleted. Until one of you decides, what they did from then on, and do from now on, counts nowhere: not in "
    "figures, rules or examples. *Release* brings all of it back as if nothing had been. *Confirm* leaves it out; "
    "what they do after that counts again."
)
_TOLD_PEOPLE: Final[Mapping[str, str]] = {
    "burst": "very much came from you in a very short time",
    "brigade": "you and other people who are new here judged the same drafts alike, within an hour",
    "sockpuppet": "you and other people who are new here wrote the same words, within an hour",
    "spam": "for a while your votes have had nothing in common with anybody else's",
}


@dataclass(frozen=True)
class HeldGroup:
    """People who were held together: why, since when, and what became of each so far."""

    group_id: str
    kind: str
    facts: Mapping[str, Any]
    people: tuple[str, ...]
    since: datetime
    released: int = 0
    confirmed: int = 0
    decided_by: str | None = None

    @property
    def waiting(self) -> int:
        """How many people wait for a decision."""
        return len(self.people) - self.released - self.confirmed


@dataclass(frozen=True)
class HoldsPart:
    """What the Home tab lists: the latest groups, and how many people are on hold in all."""

    people: int = 0
    groups: tuple[HeldGroup, ...] = ()


def held_notice(group: HeldGroup) -> tuple[str, Blocks]:
    """Build what the admin channel is told, as it stands now."""
    headline = "Feedback on hold" if group.waiting else "Feedback that was on hold"
    text = f"{headline}: {_reason(group)}"
    sign = ":hourglass_flowing_sand:" if group.waiting else ":white_check_mark:"
    lines = [f"{sign} *{headline}.* {_reason(group)}", _who(group)]
    story = section("\n".join(lines))
    if group.waiting:
        return text, built(story, note(_WHAT_HOLDS), *_decisions(group))
    return text, built(story, section(_outcome(group)), *buttons(*_second_thoughts(group)))


def appeal_notice(hold_id: str, *, user_id: str, words: str, decided: str | None) -> tuple[str, Blocks]:
    """Build what the admin channel is told of an appeal; `decided` says what became of it."""
    text = f"<@{user_id}>, whose feedback is on hold, asks you to look at it."
    told = section(f":speech_balloon: {text}\n{_quoted(words)}")
    if decided is not None:
        return text, built(told, note(decided))
    return text, built(told, ActionsBlock(elements=_decide_one(hold_id)))


def held_note(hold_id: str, *, kind: str, since: datetime) -> tuple[str, Blocks]:
    """Build what the person is told, kindly: it may be a coincidence."""
    text = (
        f"Your feedback on drafts is on hold since {_moment(since)}: {_TOLD_PEOPLE[kind]}. That may well be honest. "
        "Nothing is deleted, and an admin of your workspace will look at it. Until then it does not count."
    )
    return text, built(section(text), *buttons(button("hold_appeal", "Tell the admins", value=hold_id)))


def decision_note(*, released: bool) -> tuple[str, Blocks]:
    """Build what the person is told once an admin has decided."""
    text = (
        "An admin looked at your feedback that was on hold: all of it counts. Sorry for the wait, and thank you."
        if released
        else "An admin looked at your feedback that was on hold, and it stays out of the count. "
        "What you say from now on counts again."
    )
    return text, built(section(text))


def appeal_modal(hold_id: str) -> Modal:
    """Build the modal in which somebody says what the admins should know."""
    words = "Your words go to the admins of your workspace, and to nobody else."
    field = text_field(
        WORDS_FIELD,
        "What should they know?",
        longest=LONGEST_APPEAL,
        multiline=True,
        example="For example: I caught up with a week of drafts at once",
    )
    return modal(
        "hold_appeal_modal",
        "Feedback on hold",
        submit="Send",
        blocks=[paragraph(words), field],
        metadata=hold_id,
    )


def build_holds(part: HoldsPart) -> list[Block]:
    """Build the admins' list in the Home tab."""
    title = header("Feedback on hold")
    if not part.groups:
        return [title, section(NOBODY_HELD)]
    rows: list[Block] = []
    for group in part.groups[:MOST_LISTED]:
        rows += [section(f"{_reason(group)}\n{_who(group)}"), *_decisions(group, where="home_")]
    shown = sum(group.waiting for group in part.groups[:MOST_LISTED])
    more = [note(f"And {part.people - shown:,} more people.")] if part.people > shown else []
    return [title, note(_WHAT_HOLDS), *rows, *more]


def _decisions(group: HeldGroup, *, where: str = "") -> list[ActionsBlock]:
    if len(group.people) == 1:
        return buttons(*_decide_one(group.group_id, where=where))
    sure = question(
        f"Confirm all {group.waiting}?",
        "What they did stays out of the count. You can still release it later.",
        yes="Confirm",
        no="Not yet",
    )
    return buttons(
        button(f"{where}hold_release", f"Release all {group.waiting}", value=group.group_id),
        button(f"{where}hold_confirm", f"Confirm all {group.waiting}", value=group.group_id, asks=sure),
    )


def _decide_one(hold_id: str, *, where: str = "") -> list[ButtonElement]:
    return [
        button(f"{where}hold_release", "Release", value=hold_id),
        button(f"{where}hold_confirm", "Confirm", value=hold_id),
    ]


def _second_thoughts(group: HeldGroup) -> list[ButtonElement]:
    return [button("hold_release", "Release after all", value=group.group_id)] if group.confirmed else []


def _outcome(group: HeldGroup) -> str:
    counts = {"released": group.released, "confirmed": group.confirmed}
    told = " and ".join(f"{n} {word}" for word, n in counts.items() if n)
    if len(group.people) == 1:
        told = "Released: all of it counts" if group.released else "Confirmed: it stays out of the count"
    return f"*{told}*" + (f", by <@{group.decided_by}>." if group.decided_by else ".")


def _who(group: HeldGroup) -> str:
    return f"{people_named(group.people)}, since {_moment(group.since)}."


def people_named(user_ids: Sequence[str]) -> str:
    """Return people as Slack shows them, the first of many."""
    named = [f"<@{user_id}>" for user_id in user_ids[:MOST_NAMED]]
    if len(user_ids) > MOST_NAMED:
        return f"{', '.join(named)} and {len(user_ids) - MOST_NAMED} more"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _reason(group: HeldGroup) -> str:
    """Say in plain figures what was seen; facts of an older version may lack some."""
    facts = {name: f"{value:,}" if isinstance(value, int) else value for name, value in group.facts.items()}
    told = {
        "burst": "One person did {acts} things on drafts within {minutes} minutes. On a usual day they do {usual_day}; "
        "the busiest of the others did {busiest_other} in as long.",
        "brigade": "{people} people who are new here judged the same {drafts} drafts alike within an hour. Of those who were "
        "here before, {others_agree} judged them the same way and {others_against} the other way.",
        "sockpuppet": "{people} people who are new here wrote the same {words} words within {minutes} minutes.",
        "spam": "Of one person's {compared} votes that can be compared, {agreed} agree with everybody else's: "
        "no more than chance would have it.",
    }
    return told[group.kind].format(**facts)


def _moment(at: datetime) -> str:
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def _quoted(words: str) -> str:
    return "\n".join(f"> {line}" for line in escape(words).splitlines())
