"""The form *This channel*."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject, TimePickerElement

from bot.slack.fields import Modal, modal, note, section, select_field, text_field

LONGEST_TONE: Final = 300
NOBODY: Final = "nobody"
WHO: Final[Mapping[str, str]] = {
    "everybody": "Everybody in the channel",
    "reviewers": "Its reviewers, and admins",
    "admins": "Admins only",
}
DIGEST: Final[Mapping[str, str]] = {
    "mon": "Every Monday",
    "tue": "Every Tuesday",
    "wed": "Every Wednesday",
    "thu": "Every Thursday",
    "fri": "Every Friday",
    "sat": "Every Saturday",
    "sun": "Every Sunday",
    "off": "No digest",
}
RULES_HERE: Final[Mapping[str, str]] = {
    "evidence": "As soon as enough feedback bears it out",
    "admin": "After an admin approved it",
}
_REVIEWERS: Final = {str(number): str(number) for number in range(1, 6)}


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """What the form shows: how it is now, and what there is to choose from.

    Args:
        channel_id: the channel.
        tasks: titles by name.
        task: the channel's own.
        tone: how its drafts should sound.
        who: who may ask.
        groups: Slack's user groups by id; None when Slack did not say which there are.
        group: the one that reviews.
        may_see_groups: whether Slack lets us see groups at all.
        reviewers: how many are asked per draft.
        digest: the weekday of the digest, or `off`.
        digest_time: its time, local.
        zone: of the workspace.
        rules_need_admin: whether new rules wait for an admin.
    """

    channel_id: str
    tasks: Mapping[str, str]
    task: str
    tone: str
    who: str
    groups: Mapping[str, str] | None
    group: str | None
    may_see_groups: bool
    reviewers: int
    digest: str
    digest_time: str
    zone: str
    rules_need_admin: bool = False


def channel_modal(form: ChannelForm, *, metadata: str) -> Modal:
    """Build the form."""
    where = f"<#{form.channel_id}>" if form.channel_id[:1] in ("C", "G") else "this conversation"
    blocks = [
        section(f"How drafts are made and judged in {where}."),
        select_field(
            "task",
            "Its own task",
            choices=form.tasks,
            chosen=form.task,
            hint="What kind of text a draft here is, unless somebody picks another.",
        ),
        _tone(form.tone),
        select_field("who", "Who may ask for drafts here?", choices=WHO, chosen=form.who),
        *_reviewers(form),
        select_field("digest", "Weekly digest", choices=DIGEST, chosen=form.digest),
        _time(form),
        _rules(form),
    ]
    return modal("settings_channel_modal", "This channel", blocks=blocks, metadata=metadata, submit="Save")


def _tone(tone: str) -> Block:
    return text_field(
        "tone",
        "Tone",
        longest=LONGEST_TONE,
        text=tone,
        example="Warm and brief. We say you, never users.",
        hint="How every draft here should sound, in a sentence or two. It stands in each prompt.",
        multiline=True,
        optional=True,
    )


def _reviewers(form: ChannelForm) -> list[Block]:
    """Build the choice of reviewers, or the sentence that says why there is none."""
    why_not = _why_no_groups(form)
    if why_not:
        return [note(why_not)]
    return [
        select_field(
            "group",
            "Reviewers",
            choices={NOBODY: "Nobody", **_groups(form)},
            chosen=form.group or NOBODY,
            hint="A user group whose people I ask by name for their opinion, taking turns.",
        ),
        select_field(
            "reviewers", "How many of them per draft?", choices=_REVIEWERS, chosen=str(form.reviewers)
        ),
    ]


def _why_no_groups(form: ChannelForm) -> str:
    if form.group:
        return (
            ""
            if form.groups is not None
            else "Slack did not tell me the user groups just now: the reviewers stay."
        )
    if form.groups is None:
        return "*Reviewers:* Slack did not tell me the user groups just now. Open this again in a moment."
    if not form.may_see_groups:
        return (
            "*Reviewers:* I may not see this workspace's user groups. With the scope `usergroups:read` (and a Slack "
            "plan that has groups) a group could review here."
        )
    return (
        ""
        if form.groups
        else "*Reviewers:* this workspace has no user group yet. Make one in Slack, and it can review here."
    )


def _groups(form: ChannelForm) -> dict[str, str]:
    groups = dict(form.groups or {})
    if form.group and form.group not in groups:
        groups[form.group] = "The group as it is now (I cannot see its name)"
    return groups


def _rules(form: ChannelForm) -> Block:
    return select_field(
        "rules_here",
        "When does a new rule hold here?",
        choices=RULES_HERE,
        chosen="admin" if form.rules_need_admin else "evidence",
        hint="A rule is one line of house style that I learned from corrections. /draftloop rules lists them.",
    )


def _time(form: ChannelForm) -> Block:
    return InputBlock(
        block_id="digest_time",
        label=PlainTextObject(text="Time of the digest"),
        element=TimePickerElement(action_id="digest_time", initial_time=form.digest_time),
        hint=PlainTextObject(text=f"Local time in {form.zone}."[:150]),
    )
