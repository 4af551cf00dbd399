import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import FormError
from bot.team.channels import ChannelWays
from bot.team.forms import ChangedMeanwhile

WAYS = ChannelWays(
    "C1",
    task="announcement",
    tone="Warm. No <tags>.",
    who="reviewers",
    group="S1",
    reviewers=3,
    digest="mon",
    digest_time="08:30",
    rules_need_admin=True,
)


async def save(team, ways, *, seen=None, user_id="U1"):
    seen = seen or (await team.channels.read("T1", channel_id=ways.channel_id)).seen
    return await team.channels.save("T1", ways=ways, seen=seen, user_id=user_id)


async def test_a_channel_is_as_it_was_saved_and_its_digest_is_planned(team, database, audit):
    assert await save(team, WAYS)

    assert await team.channels.read("T1", channel_id="C1") == WAYS
    async with database.read() as unit:
        channel = await unit.channels.get("T1", channel_id="C1")
    assert channel.next_digest_at == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    who, subject, details = (await audit())["channel.settings"]
    assert (who, subject) == ("U1", "C1")
    assert details["task"] == ["plain", "announcement"]
    assert "Warm" not in str(details)


async def test_the_same_again_changes_nothing(team, audit):
    seen = (await team.channels.read("T1", channel_id="C1")).seen
    await save(team, WAYS, seen=seen)

    assert await save(team, WAYS, seen=seen) is False


async def test_a_digest_can_be_taken_away_and_brought_back(team, database):
    await save(team, replace(WAYS, digest="off"))
    async with database.read() as unit:
        channel = await unit.channels.get("T1", channel_id="C1")
    assert (channel.digest_enabled, channel.next_digest_at) == (False, None)

    await save(team, replace(WAYS, digest="tue"))

    assert (await team.channels.read("T1", channel_id="C1")).digest == "tue"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"task": "haiku"}, "task"),
        ({"tone": "x" * 301}, "tone"),
        ({"who": "nobody"}, "who"),
        ({"who": "reviewers", "group": None}, "who"),
        ({"reviewers": 6}, "reviewers"),
        ({"reviewers": -1}, "reviewers"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(team, wrong, field):
    with pytest.raises(FormError) as refused:
        await save(team, replace(WAYS, **wrong))

    assert list(refused.value.fields) == [field]
    assert await team.channels.read("T1", channel_id="C1") == ChannelWays("C1")


async def test_of_two_admins_at_once_one_is_told(team):
    seen = (await team.channels.read("T1", channel_id="C1")).seen
    mine, theirs = replace(WAYS, task="reply"), ChannelWays("C1", who="admins")

    outcomes = await asyncio.gather(
        save(team, mine, seen=seen), save(team, theirs, seen=seen, user_id="U2"), return_exceptions=True
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome is not True)[:1] == [ChangedMeanwhile]
    assert await team.channels.read("T1", channel_id="C1") in (mine, theirs)
