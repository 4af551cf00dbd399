import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import FormError
from bot.team.channels import ChannelWays
from bot.team.forms import ChangedMeanwhile, fingerprint
from bot.team.policy import Policy
from bot.team.workspaces import WorkspaceWays

WAYS = WorkspaceWays(
    "Europe/Berlin",
    flag_quorum=3,
    implicit=True,
    other_organisations=False,
    admin_channel="C9",
    rules_by="team",
)
EMPTY = fingerprint({})


async def save(team, ways, *, seen=None):
    seen = seen or (await team.workspaces.read("T1")).seen
    return await team.workspaces.save("T1", ways=ways, seen=seen, user_id="U1")


async def test_a_workspace_is_as_it_was_saved_and_all_that_follows_is_asked_for(team, followed, audit):
    assert await save(team, WAYS)

    assert await team.workspaces.read("T1") == WAYS
    ((before, after),) = followed
    assert (before, after) == (
        Policy(),
        Policy(flag_quorum=3, implicit=True, other_organisations=False, rules_by="team"),
    )
    assert (await audit())["workspace.settings"][2]["zone"] == ["UTC", "Europe/Berlin"]
    assert await save(team, WAYS) is False


async def test_a_new_time_zone_moves_what_is_planned(team, database):
    weekly = ChannelWays("C1", digest="mon", digest_time="08:30")
    seen = (await team.channels.read("T1", channel_id="C1")).seen
    await team.channels.save("T1", ways=weekly, seen=seen, user_id="U1")

    await save(team, replace(WorkspaceWays(), zone="europe/berlin"))

    async with database.read() as unit:
        channel = await unit.channels.get("T1", channel_id="C1")
    assert (await team.workspaces.read("T1")).zone == "Europe/Berlin"
    assert channel.next_digest_at == datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"flag_quorum": 1}, "quorum"), ({"flag_quorum": 21}, "quorum"), ({"flag_quorum": -1}, "quorum"), ({"zone": "Moon"}, "zone"), ({"rules_by": "nobody"}, "rules_by")],
)  # fmt: skip
async def test_what_is_wrong_is_named_and_nothing_is_kept(team, followed, wrong, field):
    with pytest.raises(FormError) as refused:
        await save(team, replace(WAYS, **wrong))

    assert list(refused.value.fields) == [field]
    assert await team.workspaces.read("T1") == WorkspaceWays()
    assert followed == []


async def test_two_saves_at_once_lose_no_setting_of_each_other(team, database):
    async with database.begin() as unit:
        workspace = await unit.workspaces.lock("T1", now=datetime(2026, 11, 23, tzinfo=UTC))
        workspace.settings = {"kept_by_somebody_else": 1}
    seen = (await team.workspaces.read("T1")).seen

    await asyncio.gather(
        team.workspaces.save_emoji("T1", emoji={"eyes": "positive"}, seen=EMPTY, user_id="U1"),
        team.workspaces.save("T1", ways=replace(WorkspaceWays(), flag_quorum=4), seen=seen, user_id="U2"),
    )

    async with database.read() as unit:
        settings = (await unit.workspaces.get("T1")).settings
    assert settings["kept_by_somebody_else"] == 1
    assert Policy.of(settings) == Policy(emoji={"eyes": "positive"}, flag_quorum=4)


async def test_of_two_forms_about_the_same_the_later_is_told(team):
    seen = (await team.workspaces.read("T1")).seen
    await save(team, replace(WorkspaceWays(), flag_quorum=4), seen=seen)
    await team.workspaces.save_emoji("T1", emoji={"eyes": "positive"}, seen=EMPTY, user_id="U1")

    with pytest.raises(ChangedMeanwhile):
        await save(team, replace(WorkspaceWays(), flag_quorum=5), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        await team.workspaces.save_emoji("T1", emoji={}, seen=EMPTY, user_id="U1")

    assert (await team.workspaces.policy("T1")).flag_quorum == 4
    assert (await team.workspaces.policy("T1")).emoji == {"eyes": "positive"}
