"""The first steps of a workspace: each is ticked by what is stored, and all of them go away when they are done."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.slack.blocks.home_checklist import Step
from bot.team.audit import note
from storage.engine import Database
from storage.models import Workspace
from storage.queries.home import Progress

DISMISSED: Final = "checklist_dismissed"  # in the workspace's settings
_ATTEST = "`/draftloop attest` shows what to confirm; without it I learn from examples, but train no model."


class Checklist:
    """Reads how far a workspace is, and remembers when its admins do not want to see it any more."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def steps(self, workspace_id: str) -> tuple[Step, ...]:
        """Return the steps; none when all that are needed are done, or when an admin hid them."""
        async with self._database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
            if workspace is not None and workspace.settings.get(DISMISSED):
                return ()
            steps = build_steps(await unit.home.progress(workspace_id), workspace)
        return steps if any(not (step.done or step.optional) for step in steps) else ()

    async def dismiss(self, workspace_id: str, *, user_id: str) -> None:
        """Hide the steps from all admins of the workspace."""
        now = self._clock()
        async with self._database.begin() as unit:
            workspace = await unit.workspaces.lock(workspace_id, now=now)
            if workspace.settings.get(DISMISSED):
                return
            workspace.settings = {**workspace.settings, DISMISSED: True}
            await note(
                unit,
                workspace_id,
                actor_id=user_id,
                action="checklist.dismissed",
                subject=workspace_id,
                now=now,
            )


def build_steps(progress: Progress, workspace: Workspace | None) -> tuple[Step, ...]:
    """Build the steps in the order in which they are best done."""
    zone = workspace.timezone if workspace else "UTC"
    is_attested = workspace is not None and workspace.attested_at is not None
    return (
        Step("Invite me to a channel", "type `/invite @Draftloop` in it.", progress.invited),
        Step(
            "Set the time zone",
            f"`/draftloop timezone Europe/Berlin`. Now it is {zone}.",
            progress.zone_chosen or zone != "UTC",
        ),
        Step("Ask for a first draft", "type `/draft <what you need>` in that channel.", progress.drafted),
        Step(
            "Give the first feedback",
            "press 👍 or 👎 on the draft, or reply in its thread with a better text.",
            progress.judged,
        ),
        Step(
            "Choose what a channel's drafts are like",
            "`/draftloop settings` has each channel's task and tone.",
            progress.channel_shaped,
        ),
        Step("Plan the digest", "`/draftloop digest friday 15:00` in the channel.", progress.digest_planned),
        Step(
            "Name reviewers",
            "`/draftloop settings` lets a user group of a channel be asked in turn.",
            progress.reviewers_named,
            optional=True,
        ),
        Step("Allow training", _ATTEST, is_attested, optional=True),
    )
