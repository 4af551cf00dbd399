from datetime import UTC, datetime

import pytest

from bot.digests.timetable import Timetable
from bot.team.team_settings import build_team_settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def followed():
    """What was told about changes of policy: (before, after)."""
    return []


@pytest.fixture
def team(database, followed):
    async def follow(unit, workspace_id, before, after):
        followed.append((before, after))

    return build_team_settings(
        database,
        planner=Timetable(database, clock=lambda: NOW),
        policy_changed=follow,
        count_other_organisations=False,
        clock=lambda: NOW,
    )


@pytest.fixture
async def audit(database):
    async def read():
        async with database.read() as unit:
            return {
                entry.action: (entry.actor_id, entry.subject, entry.details)
                for entry in await unit.audit.of_workspace("T1")
            }

    return read
