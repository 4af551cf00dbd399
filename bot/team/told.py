"""Settings as people read them: mrkdwn, escaped."""

from collections.abc import Mapping
from typing import Final

from bot.runtime.local_time import WEEKDAYS
from bot.slack.blocks.settings import Told
from bot.slack.text import escape
from bot.team.channels import ADMINS, NO_DIGEST, REVIEWERS, ChannelWays
from bot.team.policy import BY_TEAM
from bot.team.tasks import TaskBook
from bot.team.workspaces import WorkspaceWays

_WHO: Final = {REVIEWERS: "Reviewers and admins", ADMINS: "Admins"}
_RULES_HERE: Final = {
    False: "Hold once they are borne out by enough feedback",
    True: "Wait until an admin approves them",
}
_COUNTED: Final = {True: "count", False: "do not count"}


def tell_channel(ways: ChannelWays, *, tasks: TaskBook, zone: str) -> tuple[Told, ...]:
    """Return a channel's settings line by line."""
    task = tasks.get(tasks.standing_in_for(ways.task))
    return (
        Told("Task", escape(task.title)),
        Told("Tone", escape(ways.tone) if ways.tone else "As the task says"),
        Told("Who may ask", _WHO.get(ways.who, "Everybody")),
        Told("Reviewers", _reviewers(ways)),
        Told("Weekly digest", _digest(ways, zone=zone)),
        Told("New rules", _RULES_HERE[ways.rules_need_admin]),
    )


def tell_workspace(
    ways: WorkspaceWays, *, emoji: Mapping[str, str], tasks: TaskBook, count_others: bool
) -> tuple[Told, ...]:
    """Return a workspace's settings line by line; `count_others` is what the operator set."""
    others = count_others if ways.other_organisations is None else ways.other_organisations
    return (
        Told("Time zone", escape(ways.zone)),
        Told("Flags", _flags(ways.flag_quorum)),
        Told("Implicit signals", "Recorded, shown apart from what people say" if ways.implicit else "Off"),
        Told("Other organisations", f"Their votes {_COUNTED[others]}"),
        Told("Emoji", f"The usual ones, and {len(emoji)} of your own" if emoji else "The usual ones"),
        Told(
            "Rules",
            "Everybody decides about them" if ways.rules_by == BY_TEAM else "Admins decide about them",
        ),
        Told("Tasks", f"{len(tasks.offered())} to pick from"),
    )


def _reviewers(ways: ChannelWays) -> str:
    if not ways.group:
        return "Nobody is asked by name"
    return f"{ways.reviewers} of <!subteam^{ways.group}> per draft"


def _digest(ways: ChannelWays, *, zone: str) -> str:
    if ways.digest == NO_DIGEST:
        return "None"
    return f"{WEEKDAYS.get(ways.digest, ways.digest)}s at {ways.digest_time} ({escape(zone)})"


def _flags(quorum: int) -> str:
    return (
        f"Text goes out of sight after {quorum} people's flags"
        if quorum
        else "Never take a text out of sight"
    )
