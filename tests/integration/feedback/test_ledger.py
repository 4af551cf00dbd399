import asyncio
from functools import partial

import pytest

from bot.feedback.acts import Act, Ignored, Recorded, Unchanged
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger, find_place
from storage.engine import Database
from tests.factories import (
    CHANNEL,
    NOW,
    USER,
    WORKSPACE,
    make_channel,
    make_draft,
    make_member,
    make_workspace,
)

TS = "1764000000.000100"
NOON = int(NOW.timestamp()) * 1_000_000


def act(number=1, **columns):
    given = {
        "workspace_id": WORKSPACE,
        "event_id": f"Ev{number}",
        "channel_id": CHANNEL,
        "message_ts": TS,
        "user_id": USER,
        "kind": "reaction",
        "control": "emoji:+1",
        "value": "positive",
        "event_us": NOON + number,
        **columns,
    }
    return Act(**given)


@pytest.fixture
async def draft(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_member(unit)
        return await make_draft(unit, ts=TS)


async def record(database, *acts, ledger=None):
    outcomes = []
    for one in acts:
        async with database.begin() as unit:
            outcomes.append(await (ledger or Ledger()).record(unit, one, now=NOW))
    return outcomes


async def statuses(database, draft):
    async with database.read() as unit:
        return [(one.status, one.reason) for one in await unit.feedback.signals_of_draft(draft.id)]


async def test_an_act_is_recorded_once(database, draft):
    first, again = await record(database, act(), act())

    assert isinstance(first, Recorded)
    assert again == Unchanged("known_already")
    assert await statuses(database, draft) == [("counted", None)]


async def test_a_message_that_is_no_draft_changes_nothing(database, draft):
    [outcome] = await record(database, act(message_ts="1764000000.999999"))

    assert outcome == Unchanged("not_a_draft")
    assert await statuses(database, draft) == []


@pytest.mark.parametrize(
    ("member", "given", "reason"),
    [
        ({"is_bot": True}, {}, "bot"),
        ({}, {"author_is_bot": True}, "bot"),
        ({}, {"user_id": "U0BOT"}, "own_bot"),
        ({"opted_out": True}, {}, "opted_out"),
        ({"deactivated": True}, {}, "deactivated"),
        ({"home_team_id": "T0OTHER"}, {}, "other_organisation"),
        ({}, {"author_team_id": "T0OTHER"}, "other_organisation"),
    ],
)
async def test_who_does_not_count_is_stored_with_the_reason(database, draft, member, given, reason):
    async with database.begin() as unit:
        await make_member(unit, **member)

    [outcome] = await record(database, act(**given))

    assert isinstance(outcome, Ignored)
    assert await statuses(database, draft) == [("ignored", reason)]


async def test_other_organisations_count_where_the_settings_say_so(database, draft):
    ledger = Ledger(count_other_organisations=True)

    [outcome] = await record(database, act(author_team_id="T0OTHER"), ledger=ledger)

    assert isinstance(outcome, Recorded)


async def test_the_words_of_somebody_who_does_not_count_are_not_kept(database, draft):
    flag = act(kind="flag", control="flag", value="unsafe", text="a secret", author_is_bot=True)

    await record(database, flag)

    async with database.read() as unit:
        [signal] = await unit.feedback.signals_of_draft(draft.id)
    assert signal.text is None


async def test_who_opted_out_can_still_take_an_earlier_vote_back(database, draft):
    await record(database, act(1))
    async with database.begin() as unit:
        await unit.members.opt_out(WORKSPACE, user_id=USER)

    await record(database, act(2, act="withdraw"))

    assert [status for status, _ in await statuses(database, draft)] == ["withdrawn", "withdrawn"]


async def test_a_withdrawal_finds_its_emoji_when_the_map_has_changed_since(database, draft):
    await record(database, act(1))

    await record(database, act(2, kind="rating", value="5", act="withdraw"))

    async with database.read() as unit:
        assert await unit.feedback.opinions_of_draft(draft.id) == []


async def test_a_removal_that_came_before_its_emoji_holds_although_the_map_has_changed_in_between(
    database, draft
):
    await record(database, act(2, act="withdraw"))

    await record(database, act(1, kind="rating", value="5"))

    async with database.read() as unit:
        assert await unit.feedback.opinions_of_draft(draft.id) == []


async def test_however_long_the_history_only_what_stands_is_read(database, draft):
    presses = [act(2 * number, act="set" if number % 2 else "withdraw") for number in range(60)]
    votes = [act(2 * number + 1, kind="button", control="buttons") for number in range(60)]

    await record(database, *presses, *votes)

    async with database.begin() as unit:
        read = await unit.ledger.open_signals(draft.id, user_id=USER, slots=["vote"])
    assert len(read) == 3  # Both controls stand, and the emoji's latest withdrawal.


async def test_rebuilding_says_the_same_as_what_was_kept_along_the_way(database, draft):
    await record(database, act(1), act(2, user_id="U0BEN", value="negative", control="emoji:-1"))
    async with database.read() as unit:
        before = await unit.feedback.find_standing(draft.id)

    async with database.begin() as unit:
        await Ledger().rebuild(unit)

    async with database.read() as unit:
        after = await unit.feedback.find_standing(draft.id)
    assert (before.positives, before.negatives, before.verdict) == (1, 1, "rejected")
    assert (after.positives, after.negatives, after.verdict) == (1, 1, "rejected")


async def test_replicas_that_ask_at_the_same_time_stay_within_the_budget(database, keyring, database_url):
    async with database.begin() as unit:
        await make_workspace(unit)
        stamps = [f"1764000000.00020{number}" for number in range(6)]
        for stamp in stamps:
            await make_draft(unit, ts=stamp)
    other = Database.connect(database_url, keyring=keyring)

    async def ask(replica, stamp):
        async with replica.begin() as unit:
            place = await find_place(unit, act(message_ts=stamp))
            take = partial(Budget(asks_per_day=2).take, place=place, user_id=USER, now=NOW)
            return await unit.ledger.run(take)

    asked = await asyncio.gather(*(ask(replica, stamp) for stamp in stamps for replica in (database, other)))

    await other.close()
    assert sum(asked) == 2


OPINIONS = (
    {"kind": "reaction", "control": "emoji:+1", "value": "negative"},
    {"kind": "button", "control": "buttons", "value": "positive"},
    {"kind": "rating", "control": "stars", "value": "4"},
    {"kind": "approval", "control": "use", "value": "true"},
    {"kind": "flag", "control": "flag", "value": "unsafe"},
    {"kind": "correction", "control": "reply:1.2", "value": "", "text": "A better one."},
)


async def counters(database):
    async with database.read() as unit:
        return await unit.run_sync(
            lambda connection: connection.exec_driver_sql(
                "SELECT channel_id, user_id, measure, n, total FROM tallies WHERE n <> 0 OR total <> 0"
            ).all()
        )


async def test_what_a_bot_said_before_we_knew_counts_no_more(database, draft):
    await record(database, *(act(number, user_id="U0NEW", **said) for number, said in enumerate(OPINIONS)))
    assert await counters(database)

    async with database.begin() as unit:
        (await unit.members.ensure(WORKSPACE, user_id="U0NEW")).is_bot = True
        await unit.flush()
        vacated = await Ledger().reconsider(unit, workspace_id=WORKSPACE, user_id="U0NEW")

    assert vacated == 5
    assert set(await statuses(database, draft)) == {("ignored", "bot")}
    assert await counters(database) == []
    async with database.read() as unit:
        standing = await unit.feedback.find_standing(draft.id)
        assert await unit.feedback.opinions_of_draft(draft.id) == []
    assert (standing.positives, standing.approvals, standing.corrections, standing.verdict) == (
        0,
        0,
        0,
        "open",
    )


async def test_a_member_who_leaves_keeps_what_they_said(database, draft):
    await record(database, act())

    async with database.begin() as unit:
        (await unit.members.ensure(WORKSPACE, user_id=USER)).deactivated = True
        await unit.flush()
        vacated = await Ledger().reconsider(unit, workspace_id=WORKSPACE, user_id=USER)

    assert vacated == 0
    assert await statuses(database, draft) == [("counted", None)]


async def test_slack_is_not_asked_for_the_name_of_a_direct_message(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit, "C0TEAM")
        await make_channel(unit, "D0ALICE")

    async with database.read() as unit:
        unintroduced = await unit.channels.unintroduced(limit=10)
    assert [channel.id for channel in unintroduced] == ["C0TEAM"]


async def test_somebody_new_is_noted_so_that_slack_can_be_asked_who_they_are(database, draft):
    await record(database, act(user_id="U0NEW"))

    async with database.read() as unit:
        unintroduced = await unit.members.unintroduced(limit=10)
    assert "U0NEW" in [member.id for member in unintroduced]
