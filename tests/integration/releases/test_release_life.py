"""Any order of teaching, decisions, promotions and rollbacks: what people decide always wins, nothing is done twice."""

import asyncio
from itertools import count
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.learning.scopes import Scope
from bot.releases.promote import Promoted, Refused, RolledBack
from bot.sandbox import Sandbox
from storage.engine import Database
from tests.integration.learning.conftest import ADMIN, House
from tests.integration.releases.conftest import Team, add, drop, reword

WISHES = {
    "No emoji.": ("emoji", "none"),
    "Use emoji.": ("emoji", "some"),
    "Keep it short.": ("length", "short"),
    "Give more detail.": ("length", "long"),
}
people = st.integers(0, 3)
places = st.integers(0, 30)
scopes = st.builds(Scope, st.sampled_from([None, "C1"]), st.sampled_from([None, "plain"]))
texts = st.sampled_from(sorted(WISHES))
_ids = count(1)


class ReleaseLife(RuleBasedStateMachine):
    """A workspace of its own in a database and a Slack that all examples share."""

    loop: asyncio.AbstractEventLoop
    database: Database
    sandbox: Sandbox

    @initialize()
    def open(self):
        house = House(self.database, self.sandbox)
        self.run(house.begin(team=f"T{uuid4().hex[:10].upper()}"))
        self.team = Team(house)
        self.run(self.team.begin())
        self.made = []
        self.without = None  # What drafts saw before the promotion that can be rolled back.
        self.touched = set()  # Topics that people spoke or decided about since then.
        self.decided = {}  # Rules that people decided about since then, as they left them.

    def run(self, work):
        return self.loop.run_until_complete(work)

    @rule(text=texts, by=people, channel=st.sampled_from(["C1", "C2"]))
    def somebody_corrects(self, text, by, channel):
        self.run(self.team.house.teach(text, by=by, channel=channel))
        self.touched.add(WISHES[text][0])

    @rule(text=texts, scope=scopes)
    def an_admin_writes_a_rule(self, text, scope):
        self.run(self.team.house.decisions.propose(self.team.id, text=text, scope=scope, user_id=ADMIN))
        self.touched.add(WISHES[text][0])

    @rule(place=places, name=st.sampled_from(["undo", "approve", "retire"]))
    def an_admin_decides(self, place, name):
        self.decide(place, name)

    @rule(place=places, text=st.sampled_from(["No emoji at all.", "Two sentences at most."]))
    def an_admin_edits(self, place, text):
        self.decide(place, "edit", text=text)

    def decide(self, place, name, **given):
        live = [one for one in self.run(self.team.rules()).values() if one.state in ("active", "proposed")]
        if not live:
            return
        chosen = live[place % len(live)]
        deed = getattr(self.team.house.decisions, name)
        self.run(deed(self.team.id, rule_id=chosen.id, user_id=ADMIN, **given))
        after = self.run(self.team.rules())[chosen.id]
        self.touched |= {chosen.topic, after.topic}
        if (after.version, after.approved_by) != (chosen.version, chosen.approved_by):
            self.decided[chosen.id] = (after.text, after.state, after.version)

    @rule(place=places, kind=st.sampled_from(["drop", "reword", "turn", "add"]), text=texts, scope=scopes)
    def a_challenger_is_made(self, place, kind, text, scope):
        topic, stance = WISHES[text]
        active = [one for one in self.run(self.team.rules()).values() if one.state == "active"]
        if kind != "add" and not active:
            return
        meant = active[place % len(active)] if active else None
        change = {
            "drop": lambda: drop(meant),
            "reword": lambda: reword(meant, f"{meant.text} Please."),
            "turn": lambda: reword(meant, text, topic=topic, stance=stance),
            "add": lambda: add(text, topic=topic, stance=stance, scope=scope, rule_id=f"{next(_ids):032x}"),
        }[kind]()
        self.made.append(self.run(self.team.make(change)))

    @rule(place=places)
    def it_goes_live(self, place):
        if not self.made:
            return
        release = self.made[place % len(self.made)]
        before, tried = self.run(self.team.playbook()), self.run(self.team.seen(release))
        done = self.run(self.team.promote(release))
        if isinstance(done, Promoted):
            assert self.run(self.team.playbook()) == tried
            assert self.run(self.team.live()) == release.number
            self.without, self.touched, self.decided = before, set(), {}

    @rule()
    def it_is_rolled_back(self):
        done = self.run(self.team.roll_back())
        if self.without is None:
            assert isinstance(done, Refused)
            return
        assert isinstance(done, RolledBack)
        now = self.run(self.team.playbook())
        for place, seen in self.without.items():
            for topic in {*seen, *now[place]} - self.touched:
                assert now[place].get(topic) == seen.get(topic)
        rules = self.run(self.team.rules())
        for rule_id, left in self.decided.items():
            one = rules[rule_id]
            assert (one.text, one.state, one.version) == left or one.topic in self.taught_since(rule_id)
        self.without, self.touched, self.decided = None, set(), {}

    def taught_since(self, rule_id):
        """Evidence that came after a decision may move a rule, as always."""
        return self.touched if self.run(self.team.rules())[rule_id].approved_by is None else set()

    @invariant()
    def nothing_is_applied_twice(self):
        if hasattr(self, "team"):
            assert self.run(self.team.seen()) == self.run(self.team.playbook())

    @invariant()
    def a_scope_has_one_active_rule_of_a_topic(self):
        if hasattr(self, "team"):
            active = [one for one in self.run(self.team.rules()).values() if one.state == "active"]
            assert len({(one.topic, Scope.of(one)) for one in active}) == len(active)

    @invariant()
    def exactly_one_release_is_live(self):
        if hasattr(self, "team"):
            states = self.run(self.team.states())
            live = [number for number, (state, _) in states.items() if state == "live"]
            assert live == [self.run(self.team.live())]

    def teardown(self):
        if hasattr(self, "team"):
            self.run(self.team.house.close())


def test_whatever_happens_people_have_the_last_word(sqlite_url, keyring):
    with asyncio.Runner() as runner:
        database = Database.connect(sqlite_url, keyring=keyring)
        sandbox = Sandbox()
        runner.run(sandbox.__aenter__())
        machine = type(
            "Machine", (ReleaseLife,), {"loop": runner.get_loop(), "database": database, "sandbox": sandbox}
        )
        limits = settings(
            max_examples=15, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        )
        try:
            run_state_machine_as_test(machine, settings=limits)
        finally:
            runner.run(sandbox.__aexit__(None, None, None))
            runner.run(database.close())
