"""People opt out and in, and workspaces change whose feedback counts: the past follows, exactly."""

import asyncio
from dataclasses import replace

import pytest

from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger, find_place
from bot.feedback.participation import EVERYBODY, Participation
from bot.feedback.policy_changes import PolicyChanges
from bot.runtime.durable import Durable
from bot.team.policy import Policy
from storage.engine import Database
from tests.factories import (
    CHANNEL,
    NOW,
    USER,
    WORKSPACE,
    make_correction,
    make_draft,
    make_member,
    make_workspace,
)

TS = "1764000000.000100"
ELSEWHERE = "U0ELSE"
SAID = (
    {"kind": "reaction", "control": "emoji:-1", "value": "negative"},
    {"kind": "button", "control": "buttons", "value": "positive"},
    {"kind": "rating", "control": "stars", "value": "4"},
    {"kind": "approval", "control": "use", "value": "true"},
    {"kind": "flag", "control": "flag", "value": "unsafe", "text": "It names a customer."},
    {"kind": "correction", "control": "reply:1.2", "value": "", "text": "A better one."},
    {"kind": "edit", "control": "edit:V1", "value": "", "text": "The best one.", "weight": 250},
    {"kind": "implicit", "control": "implicit:used", "value": "used"},
)


def act(number=1, **given):
    said = {"kind": "reaction", "control": "emoji:+1", "value": "positive", "user_id": USER, **given}
    event_us = int(NOW.timestamp()) * 1_000_000 + number
    return Act(
        workspace_id=WORKSPACE,
        event_id=f"Ev{said['user_id']}{number}",
        channel_id=CHANNEL,
        message_ts=TS,
        event_us=event_us,
        **said,
    )


@pytest.fixture
async def durable(database):
    made = Durable(database, executor_id="test")
    await made.ensure_tables()
    yield made
    await made.close()


@pytest.fixture
async def draft(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit)
        await make_member(unit, "U0BEN")
        await make_member(unit, ELSEWHERE, home_team_id="T0OTHER")
        draft = await make_draft(unit, ts=TS, requester_id="U0REQUESTER")
        await make_correction(unit, draft, control="edit:V1", source="edit", edit_distance=0.25)
        await Ledger().rebuild(unit)  # The draft is counted as posted.
        return draft


@pytest.fixture
def participation(database, durable):
    return Participation(database, ledger=Ledger(), durable=durable, clock=lambda: NOW)


async def record(database, *acts):
    for one in acts:
        async with database.begin() as unit:
            await Ledger().record(unit, one, now=NOW)


async def everything(database, draft):
    """Opinions, standing and counters, as they can be compared."""
    async with database.read() as unit:
        opinions = {
            (one.user_id, one.slot): (one.value, one.event_us)
            for one in await unit.feedback.opinions_of_draft(draft.id)
        }
        standing = await unit.feedback.find_standing(draft.id)
        counters = await unit.run_sync(
            lambda connection: connection.exec_driver_sql(
                "SELECT day, channel_id, user_id, measure, n, total FROM tallies WHERE n <> 0 OR total <> 0"
            ).all()
        )
    names = (
        "positives",
        "negatives",
        "approvals",
        "flags",
        "corrections",
        "ratings",
        "rating_total",
        "verdict",
    )
    stands = tuple(getattr(standing, name) for name in names) if standing else None
    return opinions, stands, sorted(map(tuple, counters))


async def change(database, durable, **wanted):
    async with database.begin() as unit:
        workspace = await unit.workspaces.lock(WORKSPACE, now=NOW)
        before = Policy.of(workspace.settings)
        after = replace(before, **wanted)
        after.write(workspace)
        await PolicyChanges(durable=durable, clock=lambda: NOW).follow(unit, WORKSPACE, before, after)


async def test_opting_out_takes_everything_out_and_opting_in_brings_everything_back(
    database, draft, participation
):
    await record(database, act(99, user_id="U0BEN"))
    only_ben = await everything(database, draft)
    await record(database, *(act(number, **said) for number, said in enumerate(SAID)))
    everybody = await everything(database, draft)
    assert len(everybody[0]) == 8

    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=True)
    assert await everything(database, draft) == only_ben

    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=False)
    assert await everything(database, draft) == everybody
    async with database.begin() as unit:
        await Ledger().rebuild(unit)
    assert await everything(database, draft) == everybody


async def test_what_is_said_while_out_comes_back_except_for_words(database, draft, participation):
    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=True)
    await record(database, *(act(number, **said) for number, said in enumerate(SAID)))
    assert (await everything(database, draft))[0] == {}

    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=False)

    opinions, stands, _ = await everything(database, draft)
    assert sorted(slot for _, slot in opinions) == ["approval", "flag", "implicit:used", "rating", "vote"]
    assert stands == (1, 0, 1, 1, 0, 1, 4, "accepted")


async def test_what_is_taken_back_while_out_stays_taken_back(database, draft, participation):
    await record(database, act(1), act(2, control="buttons", kind="button", value="negative"))
    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=True)

    await record(database, act(3, act="withdraw"))
    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=False)

    opinions, *_ = await everything(database, draft)
    assert {slot: value for (_, slot), (value, _) in opinions.items()} == {"vote": "negative"}


async def test_an_emoji_taken_back_while_out_stays_so_although_it_means_something_else_by_now(
    database, draft, participation
):
    await record(database, act(1))
    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=True)

    await record(database, act(2, kind="rating", value="5", act="withdraw"))
    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=False)

    assert (await everything(database, draft))[0] == {}


async def test_talk_stays_talk_whoever_comes_and_goes(database, draft, participation):
    reply = {"kind": "correction", "control": "reply:1.2", "value": "", "text": "lol"}
    await record(database, act(1, **reply, ignored="talk"))

    for out in (True, False):
        await participation.opt_out(WORKSPACE, user_id=USER, opted_out=out)
        assert (await everything(database, draft))[0] == {}


async def test_a_vote_that_is_being_recorded_while_its_author_opts_out_does_not_count(
    database, draft, participation, keyring, database_url
):
    other = Database.connect(database_url, keyring=keyring)
    async with other.begin() as unit:
        place = await find_place(unit, act())  # It has seen that they take part.
        leaving = asyncio.create_task(participation.opt_out(WORKSPACE, user_id=USER, opted_out=True))
        await asyncio.wait([leaving], timeout=0.3)
        await Ledger().record(unit, act(), now=NOW, place=place)

    await leaving
    await other.close()
    assert (await everything(database, draft))[0] == {}


async def test_a_workspace_may_let_other_organisations_count_and_may_think_better_of_it(
    database, draft, durable, participation
):
    await record(database, act(99, user_id="U0BEN"), act(1, user_id=ELSEWHERE, value="negative"))
    without = await everything(database, draft)
    assert list(without[0]) == [("U0BEN", "vote")]

    await change(database, durable, other_organisations=True)
    await participation.reconsider(WORKSPACE, EVERYBODY)
    counted = await everything(database, draft)
    assert sorted(counted[0]) == [("U0BEN", "vote"), (ELSEWHERE, "vote")]
    assert counted[1][:2] == (1, 1)

    await change(database, durable, other_organisations=False)
    await participation.reconsider(WORKSPACE, EVERYBODY)
    assert await everything(database, draft) == without


async def test_people_from_elsewhere_who_opted_out_stay_out_when_their_organisation_counts(
    database, draft, durable, participation
):
    await record(database, act(1, user_id=ELSEWHERE))
    await participation.opt_out(WORKSPACE, user_id=ELSEWHERE, opted_out=True)

    await change(database, durable, other_organisations=True)
    await participation.reconsider(WORKSPACE, EVERYBODY)

    assert (await everything(database, draft))[0] == {}


async def test_flags_of_somebody_who_opts_out_hide_nothing(database, draft, durable, participation):
    await change(database, durable, flag_quorum=2)
    flag = {"kind": "flag", "control": "flag", "value": "unsafe"}
    await record(database, act(1, **flag), act(2, **flag, user_id="U0BEN"))
    assert await hidden_at(database, draft) is not None

    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=True)
    assert await hidden_at(database, draft) is None

    await participation.opt_out(WORKSPACE, user_id=USER, opted_out=False)
    assert await hidden_at(database, draft) is not None


async def hidden_at(database, draft):
    async with database.read() as unit:
        return (await unit.drafts.get(draft.id)).hidden_at
