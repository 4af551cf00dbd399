"""Where a team's settings are read and kept, by what they are about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.team.channels import ChannelSettings, DigestPlanner
from bot.team.task_editor import TaskEditor
from bot.team.workspaces import PolicyChanged, WorkspaceSettings, ZonePlanner
from storage.engine import Database


class Planner(DigestPlanner, ZonePlanner, Protocol):
    """The one place that knows what is planned when."""


@dataclass(frozen=True)
class TeamSettings:
    """A team's settings; `count_other_organisations` is what the operator set for those who leave it at that."""

    channels: ChannelSettings
    workspaces: WorkspaceSettings
    tasks: TaskEditor
    count_other_organisations: bool


def build_team_settings(
    database: Database,
    *,
    planner: Planner,
    policy_changed: PolicyChanged,
    count_other_organisations: bool,
    clock: Callable[[], datetime],
) -> TeamSettings:
    """Wire the parts together."""
    return TeamSettings(
        ChannelSettings(database, planner=planner, clock=clock),
        WorkspaceSettings(database, planner=planner, clock=clock, policy_changed=policy_changed),
        TaskEditor(database, clock=clock),
        count_other_organisations,
    )
