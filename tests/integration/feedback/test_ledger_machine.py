"""Any order, any duplication, any interleaving of two replicas: the ledger equals the plain reference model."""

import asyncio
from collections import Counter
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bot.feedback.acts import Act
from bot.feedback.ledger import Ledger, find_place
from bot.feedback.tallying import posted_deltas
from bot.feedback.together import Job, Together
from storage.engine import Database
from storage.models import Hold, Opinion, Signal, Tally
from storage.models.tally import EVERYBODY, EVERYWHERE, OPINION_MEASURES
from storage.repositories import Landing
from tests.factories import (
    CHANNEL,
    NOW,
    make_correction,
    make_draft,
    make_member,
    make_message,
    make_workspace,
)

from .reference_ledger import ReferenceLedger, slot_of

PEOPLE = ("U0ANN", "U0BEN", "U0CAT")
REPLIES = ("reply:1.000001", "reply:2.000002")
STAMPS = ("1764000000.000100", "1764000000.000200")  # the draft's message and its second part
CONTROLS = (
    ("reaction", "emoji:+1", "positive"),
    ("reaction", "emoji:-1", "negative"),
    ("button", "buttons", "positive"),
    ("button", "buttons", "negative"),
    ("rating", "stars", "2"),
    ("rating", "stars", "5"),
    ("rating", "emoji:three", "3"),
    ("approval", "use", "true"),
    ("approval", "emoji:white_check_mark", "true"),
    ("flag", "flag", "biased"),
    ("flag", "flag", "unsafe"),
    ("correction", REPLIES[0], ""),
    ("correction", REPLIES[1], ""),
    ("edit", "edit:V1", ""),
)


FOREVER = 2**62


def _us(hours):
    return int(NOW.timestamp() + hours * 3600) * 1_000_000


def _act(number, person, control, kind, hours, stamp, is_bot):
    return Act(
        workspace_id="",
        event_id=f"Ev{number:08d}",
        channel_id=CHANNEL,
        message_ts=stamp,
        user_id=person,
        kind=control[0],
        control=control[1],
        value=control[2],
        act=kind,
        event_us=_us(hours),
        author_is_bot=is_bot,
        weight=250 if control[0] == "edit" else 0,
    )


def _landing(act):
    return Landing(act.workspace_id, act.channel_id, act.message_ts, act.user_id, act.event_id)


async def _nothing(_unit, _outcome):
    return None


def acts_with(*, people=PEOPLE, controls=CONTROLS):
    return st.builds(
        _act,
        number=st.integers(0, 10**8 - 1),
        person=st.sampled_from(people),
        control=st.sampled_from(controls),
        kind=st.sampled_from(["set", "set", "set", "withdraw"]),
        hours=st.integers(0, 60),
        stamp=st.sampled_from(STAMPS),
        is_bot=st.sampled_from([False] * 9 + [True]),
    )


# Bursts collide: one person on one dimension, or everybody at once.
bursts = st.one_of(
    st.lists(
        st.tuples(acts_with(people=PEOPLE[:1], controls=CONTROLS[:4]), st.integers(0, 1)),
        min_size=4,
        max_size=8,
    ),
    st.lists(st.tuples(acts_with(), st.integers(0, 1)), min_size=2, max_size=8),
)


class LedgerMachine(RuleBasedStateMachine):
    def __init__(self, url, keyring):
        super().__init__()
        self.runner = asyncio.Runner()
        self.replicas = [Database.connect(url, keyring=keyring) for _ in range(2)]
        self.together = [Together(replica) for replica in self.replicas]
        self.ledger = Ledger()
        self.reference = ReferenceLedger()
        self.workspace_id = f"T{uuid4().hex[:12]}"

    def teardown(self):
        for replica in self.replicas:
            self.runner.run(replica.close())
        self.runner.close()

    @initialize()
    def post_a_draft(self):
        self.runner.run(self._post_a_draft())

    async def _post_a_draft(self):
        async with self.replicas[0].begin() as unit:
            await make_workspace(unit, self.workspace_id)
            await make_member(unit, workspace_id=self.workspace_id)
            draft = await make_draft(unit, workspace_id=self.workspace_id, ts=STAMPS[0])
            await make_message(unit, draft, ts=STAMPS[1], part=1)
            # What an edit weighs stands in its correction.
            await make_correction(unit, draft, control="edit:V1", source="edit", edit_distance=0.25)
            self.draft_id = draft.id
            self.requester_id, self.posted_day = draft.requester_id, draft.posted_at.date()
            await unit.tallies.add(posted_deltas(await find_place(unit, self._probe())))

    def _probe(self, user_id="U0ANN"):
        return Act(self.workspace_id, "", CHANNEL, STAMPS[0], user_id, "reaction", "", "", 0)

    @rule(act=acts_with(), replica=st.integers(0, 1))
    def somebody_acts(self, act, replica):
        self.runner.run(self._record(act, replica))

    @precondition(lambda self: self.reference.acts)
    @rule(choice=st.data(), replica=st.integers(0, 1))
    def an_event_comes_again(self, choice, replica):
        event_id = choice.draw(st.sampled_from(sorted(self.reference.acts)))
        self.runner.run(self._record(self.reference.acts[event_id], replica))

    @rule(burst=bursts, again=st.booleans())
    def replicas_work_at_the_same_time(self, burst, again):
        both = [*burst, *((act, 1 - replica) for act, replica in burst)] if again else burst
        self.runner.run(self._gather(both))

    @rule(burst=bursts, again=st.booleans())
    def acts_share_transactions(self, burst, again):
        both = [*burst, *((act, 1 - replica) for act, replica in burst)] if again else burst
        self.runner.run(self._write_together(both))

    @rule(
        person=st.sampled_from(PEOPLE),
        control=st.sampled_from(REPLIES),
        talk=st.booleans(),
        replica=st.integers(0, 1),
    )
    def a_reply_is_put_right(self, person, control, talk, replica):
        self.runner.run(self._put_right(person, control, talk, replica))

    @rule(person=st.sampled_from(PEOPLE), hours=st.integers(0, 60), replica=st.integers(0, 1))
    def feedback_is_held_back(self, person, hours, replica):
        start = _us(hours)
        hold_id = self.runner.run(self._hold(person, start, replica))
        self.reference.held[person, hold_id] = (start, FOREVER)

    @precondition(lambda self: self.reference.held)
    @rule(choice=st.data(), until=st.none() | st.integers(0, 60), replica=st.integers(0, 1))
    def an_admin_decides(self, choice, until, replica):
        """Until None: it is released, else confirmed up to then."""
        person, hold_id = choice.draw(st.sampled_from(sorted(self.reference.held)))
        start, end = self.reference.held[person, hold_id]
        if until is None:
            del self.reference.held[person, hold_id]
        elif end == FOREVER:
            self.reference.held[person, hold_id] = (start, _us(until))
        self.runner.run(self._decide(person, hold_id, until, replica))

    @rule(replica=st.integers(0, 1))
    def rollups_are_rebuilt(self, replica):
        self.runner.run(self._rebuild(replica))

    async def _gather(self, burst):
        async with asyncio.TaskGroup() as group:
            for act, replica in burst:
                group.create_task(self._record(act, replica))

    async def _write_together(self, burst):
        async with asyncio.TaskGroup() as group:
            for act, replica in burst:
                judged = self._judged(act)
                take = partial(self.ledger.take, act=judged, now=NOW)
                group.create_task(self.together[replica].write(Job(_landing(judged), take, _nothing)))

    async def _record(self, act, replica):
        act = self._judged(act)
        async with self.replicas[replica].begin() as unit:
            await self.ledger.record(unit, act, now=NOW)

    def _judged(self, act):
        """Tell the reference, and return the act as the product's handlers would hand it on."""
        known = self.reference.acts.get(act.event_id)
        act = known or replace(act, workspace_id=self.workspace_id)
        self.reference.record(act)
        talk = act.act == "set" and (act.user_id, act.control) in self.reference.talk
        return replace(act, ignored="talk" if talk else None)

    async def _put_right(self, person, control, talk, replica):
        self.reference.put_right(person, control, talk=talk)
        async with self.replicas[replica].begin() as unit:
            place = await find_place(unit, self._probe(person))
            await self.ledger.refold(unit, place=place, user_id=person, control=control, talk=talk)

    async def _hold(self, person, start, replica):
        async with self.replicas[replica].begin() as unit:
            await make_member(unit, person, workspace_id=self.workspace_id)
            hold = Hold(
                workspace_id=self.workspace_id, user_id=person, kind="burst", from_us=start, created_at=NOW
            )
            await unit.holds.add([hold])
            await self._follow(unit, person)
            return hold.id

    async def _decide(self, person, hold_id, until, replica):
        async with self.replicas[replica].begin() as unit:
            [hold] = await unit.holds.of_group(self.workspace_id, group_id=hold_id)
            hold.state = "released" if until is None else "confirmed"
            hold.until_us = hold.until_us or (until is not None and _us(until)) or None
            await self._follow(unit, person)

    async def _follow(self, unit, person):
        await unit.holds.mark_members(self.workspace_id, user_ids=[person])
        await self.ledger.reconsider(unit, workspace_id=self.workspace_id, user_id=person)

    async def _late_acts_are_seen_to(self):
        """What comes in late, out of a span that is confirmed, is judged by the next look."""
        spans = self.reference.held.items()
        for person in {person for (person, _), (_, end) in spans if end != FOREVER}:
            async with self.replicas[0].begin() as unit:
                await self.ledger.reconsider(unit, workspace_id=self.workspace_id, user_id=person)

    async def _rebuild(self, replica):
        async with self.replicas[replica].begin() as unit:
            await self.ledger.rebuild(unit, workspace_id=self.workspace_id)

    @invariant()
    def equals_the_reference(self):
        if hasattr(self, "draft_id"):
            self.runner.run(self._late_acts_are_seen_to())
            self.runner.run(self._compare())

    async def _compare(self):
        opinions, statuses = self.reference.outcome()
        async with self.replicas[0].read() as unit:
            session = unit._session
            signals = (await session.scalars(select(Signal).where(Signal.draft_id == self.draft_id))).all()
            held = (await session.scalars(select(Opinion).where(Opinion.draft_id == self.draft_id))).all()
            tallies = (
                await session.scalars(select(Tally).where(Tally.workspace_id == self.workspace_id))
            ).all()
            standing = await unit.feedback.find_standing(self.draft_id)
        assert len(signals) == len(self.reference.acts)
        assert {one.event_id: one.status for one in signals if one.act == "set"} == statuses
        events = {one.id: one.event_id for one in signals}
        assert {(one.user_id, one.slot): (events[one.signal_id], one.kind, one.event_us) for one in held} == {
            seat: (act.event_id, act.kind, act.event_us) for seat, act in opinions.items()
        }
        assert all(slot_of(act) == slot for (_, slot), act in opinions.items())
        self._compare_sums(standing, tallies)

    def _compare_sums(self, standing, tallies):
        expected = self.reference.standing()
        names = ("positives", "negatives", "approvals", "flags", "corrections", "ratings", "rating_total")
        assert {name: getattr(standing, name, 0) or 0 for name in names} == {
            name: expected[name] for name in names
        }
        assert getattr(standing, "verdict", "open") == self.reference.verdict()
        counted = {
            (row.user_id, row.day, row.measure): (row.n, row.total)
            for row in tallies
            if row.channel_id != EVERYWHERE and (row.n or row.total)
        }
        assert counted == self.reference.tallies(requester_id=self.requester_id, posted_day=self.posted_day)
        self._compare_workspace_sums(tallies, counted)

    def _compare_workspace_sums(self, tallies, counted):
        summed, expected, given, expected_given = Counter(), Counter(), Counter(), Counter()
        for row in tallies:
            if row.channel_id == EVERYWHERE and row.user_id in EVERYBODY:
                summed[row.day, row.measure] += row.n
            elif row.channel_id == EVERYWHERE:
                given[row.user_id, row.day] += row.n
        for (user_id, day, measure), (n, _) in counted.items():
            expected[day, measure] += n
            if measure in OPINION_MEASURES:
                expected_given[user_id, day] += n
        assert +summed == +expected
        assert +given == +expected_given


@pytest.mark.parametrize(
    ("url_fixture", "examples"), [("sqlite_url", 40), ("postgresql_url", 15)], ids=["sqlite", "postgresql"]
)
def test_the_ledger_equals_a_plain_reference_model(request, keyring, url_fixture, examples):
    url = request.getfixturevalue(url_fixture)
    limits = settings(
        max_examples=examples,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(lambda: LedgerMachine(url, keyring), settings=limits)
