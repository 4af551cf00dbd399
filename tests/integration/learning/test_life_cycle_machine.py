"""Any order of corrections, second thoughts, decisions, polls and time: what rules are never, and always, true to."""

import asyncio
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.errors import BotError
from bot.learning.rules.lifecycle import is_decided
from bot.learning.scopes import Scope
from bot.sandbox import Sandbox
from storage.engine import Database
from storage.models import Rule
from tests.integration.learning.conftest import ADMIN, House

WISHES = ("No emoji.", "Use emoji.", "Keep it short.", "Give more detail.")
DECISIONS = ("undo", "approve", "retire")
people = st.integers(0, 3)
channels = st.sampled_from(["C1", "C2"])
tasks = st.sampled_from(["plain", "reply"])
places = st.integers(0, 30)
scopes = st.builds(Scope, st.sampled_from([None, "C1"]), st.sampled_from([None, "plain"]))


class LifeCycle(RuleBasedStateMachine):
    """A workspace of its own in a database and a Slack that all examples share."""

    loop: asyncio.AbstractEventLoop
    database: Database
    sandbox: Sandbox

    @initialize()
    def open(self):
        self.house = House(self.database, self.sandbox)
        self.run(self.house.begin(team=f"T{uuid4().hex[:10].upper()}"))
        self.taught, self.ended, self.seen = [], set(), {}

    def run(self, work):
        return self.loop.run_until_complete(work)

    @rule(text=st.sampled_from(WISHES), by=people, asked_by=people, channel=channels, task=tasks)
    def somebody_corrects(self, text, by, asked_by, channel, task):
        work = self.house.teach(text, by=by, asked_by=asked_by, channel=channel, task=task)
        self.taught.append(self.run(work))

    @rule(place=places, state=st.sampled_from(["withdrawn", "standing"]))
    def somebody_has_second_thoughts(self, place, state):
        if self.taught:
            self.run(self.house.change(self.taught[place % len(self.taught)], state=state))

    @rule(place=places, name=st.sampled_from(DECISIONS), by=st.one_of(people, st.just(ADMIN)))
    def somebody_decides(self, place, name, by):
        self.decide(name, by, place)

    @rule(place=places, by=st.one_of(people, st.just(ADMIN)), scope=scopes)
    def somebody_finds_it_too_broad(self, place, by, scope):
        self.decide("narrow", by, place, scope=scope)

    @rule(place=places, scope=scopes)
    def an_admin_moves_it(self, place, scope):
        self.decide("rescope", ADMIN, place, scope=scope)

    @rule(text=st.sampled_from(WISHES), by=st.one_of(people, st.just(ADMIN)), scope=scopes)
    def somebody_proposes(self, text, by, scope):
        user_id = by if isinstance(by, str) else self.house.people[by]
        self.run(
            self.attempt(
                self.house.decisions.propose(self.house.team, text=text, scope=scope, user_id=user_id)
            )
        )

    @rule(by=people, out=st.booleans())
    def somebody_opts_out_or_in(self, by, out):
        self.run(self.opt_out(self.house.people[by], out))

    @rule(outcome=st.sampled_from(["first", "second", "either", "nobody"]))
    def polls_close(self, outcome):
        self.run(self.close_polls(outcome))

    @rule(drafts=st.integers(50, 400))
    def time_passes(self, drafts):
        self.run(self.age(drafts))

    def decide(self, name, by, place, **given):
        rules = self.run(self.kept())
        if rules:
            user_id = by if isinstance(by, str) else self.house.people[by]
            deed = getattr(self.house.decisions, name)
            chosen = rules[place % len(rules)].id
            self.run(self.attempt(deed(self.house.team, rule_id=chosen, user_id=user_id, **given)))

    async def attempt(self, work):
        try:
            await work
        except BotError:
            return  # Not everybody may do everything.

    async def opt_out(self, user_id, out):
        async with self.database.begin() as unit:
            await unit.members.opt_out(self.house.team, user_id=user_id, opted_out=out)
        await self.house.learner.reconsider(self.house.team, user_id=user_id)

    async def close_polls(self, outcome):
        for poll in await self.polls():
            async with self.database.begin() as unit:
                kept = await unit.polls.lock(poll.id)
                kept.state, kept.outcome, kept.closed_at = "closed", outcome, self.house.now
            await self.house.decisions.settle_poll(poll.id, outcome=outcome)

    async def polls(self):
        async with self.database.read() as unit:
            found = [
                await unit.polls.of_channel(self.house.team, channel_id=one, opened_since=self.house.now)
                for one in ("C1", "C2")
            ]
        return [poll for polls in found for poll in polls if poll.state == "open"]

    async def age(self, drafts):
        async with self.database.begin() as unit:
            for one in await unit.observations.counting(self.house.team, limit=1_000):
                one.drafts_before -= drafts
        await self.house.learner.sweep(self.house.team)

    async def kept(self) -> list[Rule]:
        async with self.database.read() as unit:
            return await unit.rules.all(self.house.team)

    @invariant()
    def a_scope_has_one_active_rule_of_a_topic(self):
        if hasattr(self, "house"):
            active = [(one.topic, Scope.of(one)) for one in self.run(self.kept()) if one.state == "active"]
            assert len(active) == len(set(active))

    @invariant()
    def what_people_ended_stays_ended(self):
        for one in self.run(self.kept()) if hasattr(self, "house") else ():
            assert one.id not in self.ended or one.state == "retired" or one.approved_by
            if one.state == "retired" and one.reason in ("undone", "retired", "outvoted", "either"):
                self.ended.add(one.id)

    @invariant()
    def every_change_is_written_down(self):
        for one in self.run(self.kept()) if hasattr(self, "house") else ():
            now = (one.state, Scope.of(one), one.text)
            if self.seen.get(one.id, now) != now or one.id not in self.seen:
                assert self.run(self.entries(one.id)) > self.seen.get((one.id, "entries"), 0)
            self.seen[one.id], self.seen[one.id, "entries"] = now, self.run(self.entries(one.id))

    async def entries(self, rule_id):
        async with self.database.read() as unit:
            return len(
                [
                    one
                    for one in await unit.audit.of_workspace(self.house.team, limit=1_000)
                    if one.subject == rule_id
                ]
            )

    def teardown(self):
        if hasattr(self, "house"):
            try:
                self.run(self.rebuilding_changes_nothing())
            finally:
                self.run(self.house.close())

    async def rebuilding_changes_nothing(self):
        """Rules by evidence follow from the evidence that is left: made anew from it they are the same."""
        await self.house.learner.sweep(self.house.team)
        before = by_evidence(await self.kept())
        async with self.database.begin() as unit:
            for one in await unit.rules.live(self.house.team):
                if not is_decided(one) and one.reason != "narrowed":
                    one.state, one.reason = "retired", "forgotten"
        await self.house.learner.sweep(self.house.team)

        assert by_evidence(await self.kept()) == before


def by_evidence(rules):
    return {
        (one.topic, one.stance, Scope.of(one))
        for one in rules
        if one.state == "active" and not is_decided(one)
    }


def test_whatever_happens_rules_keep_their_promises(sqlite_url, keyring):
    with asyncio.Runner() as runner:
        database = Database.connect(sqlite_url, keyring=keyring)
        sandbox = Sandbox()
        runner.run(sandbox.__aenter__())
        machine = type(
            "Machine", (LifeCycle,), {"loop": runner.get_loop(), "database": database, "sandbox": sandbox}
        )
        limits = settings(
            max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        )
        try:
            run_state_machine_as_test(machine, settings=limits)
        finally:
            runner.run(sandbox.__aexit__(None, None, None))
            runner.run(database.close())
