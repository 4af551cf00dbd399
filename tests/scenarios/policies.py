"""A workspace's policy, changed as the settings change it."""

from dataclasses import replace

from bot.team.policy import Policy


async def decide(house, **changes):
    """Save another policy for the house's workspace, with all that follows from it."""
    async with house.services.database.begin() as unit:
        workspace = await unit.workspaces.lock(house.sandbox.team_id, now=house.clock())
        before = Policy.of(workspace.settings)
        after = replace(before, **changes)
        after.write(workspace)
        await house.services.policy_changes.follow(unit, workspace.id, before, after)
