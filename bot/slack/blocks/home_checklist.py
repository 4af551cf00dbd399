"""The first steps of a workspace, for its admins: what is done, and for each open step the one thing to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ConfirmObject

from bot.slack.pieces import button, buttons, header, note, question, section


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is called, how it is done (mrkdwn), and whether it is."""

    title: str
    how: str
    done: bool
    optional: bool = False


def build_checklist(steps: Sequence[Step]) -> list[Block]:
    """Build the list; nothing when there are no steps to show."""
    if not steps:
        return []
    needed = [step for step in steps if not step.optional]
    done = sum(step.done for step in needed)
    hide = button("home_checklist_dismiss", "Hide this list", value="dismiss", asks=_sure())
    return [
        header("First steps"),
        section("\n".join(_line(step) for step in steps)),
        note(f"{done} of {len(needed)} done. I tick each by myself. Only admins see this list."),
        *buttons(hide),
    ]


def _line(step: Step) -> str:
    if step.done:
        return f"✅  {step.title}"
    optional = " _(optional)_" if step.optional else ""
    return f"⬜  *{step.title}*{optional}: {step.how}"


def _sure() -> ConfirmObject:
    text = "It goes away for all admins of this workspace. Everything on it works as before."
    return question("Hide the first steps?", text, yes="Hide them", no="Keep them")
