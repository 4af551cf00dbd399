"""A trial in a Slack of its own: two releases that say what a test wants, and people who gave feedback in a channel."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from bot.drafts.release_spec import ReleaseSpec
from bot.evaluation.replay import Written
from bot.feedback.acts import Touch
from bot.feedback.budget import Budget
from bot.feedback.ledger import Ledger
from bot.feedback.participation import Participation
from bot.llm.chat_model import ModelUse
from bot.runtime.durable import Durable
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.access import Membership
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger
from bot.trials.asking import Asking
from bot.trials.pairs import Pairs
from bot.trials.terms import TrialPolicy
from bot.trials.trials import Trials
from bot.trials.voting import Voting
from storage.models import Opinion, Release, ReleaseSeat
from tests.factories import NOW, make_channel, make_draft, make_member, make_workspace

NOON = NOW.replace(hour=12)  # of a Monday
_presses = count(1)


@dataclass
class Texts:
    """What both releases write: a text that names the release and the draft, unless told otherwise."""

    said: dict = field(default_factory=dict)  # by release name, or by (release name, draft id)
    asked: list = field(default_factory=list)
    away: Exception | None = None

    async def write_draft(self, draft_id, spec, *, run_id, seed=0):
        if self.away is not None:
            raise self.away
        self.asked.append((spec.name, draft_id, run_id))
        usual = Written(f"{spec.name} for {draft_id}")
        return self.said.get((spec.name, draft_id), self.said.get(spec.name, usual))


class Scene:
    """A channel, a champion r1, a challenger r2, and a clock that a test moves."""

    def __init__(self, database, sandbox, *, asks_per_day=2, sides=None):
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        self.clients = Clients(settings, database)
        self.messenger = Messenger(self.clients, database=database, posts_per_second=1_000)
        self.database, self.sandbox, self.team = database, sandbox, sandbox.team_id
        self.now, self.texts, self.ledger = NOON, Texts(), Ledger()
        self.durable = Durable(database, executor_id="test")
        self.participation = Participation(
            database, ledger=self.ledger, durable=self.durable, clock=self.clock
        )
        self.people = {}
        self.sides = sides
        self.asks_per_day = asks_per_day

    def clock(self):
        return self.now

    def trials(self, **policy):
        """Trials by these terms; what they know is in the database."""
        parts = {"database": self.database, "clock": self.clock}
        membership = Membership(self.clients, messenger=self.messenger)
        drawing = {} if self.sides is None else {"draw_side": self.sides}
        return Trials(
            **parts,
            pairs=Pairs(**parts, writer=self.texts, spec_of=spec_of),
            asking=Asking(
                **parts,
                budget=Budget(asks_per_day=self.asks_per_day),
                messenger=self.messenger,
                membership=membership,
                **drawing,
            ),
            voting=Voting(**parts, ledger=self.ledger, messenger=self.messenger, membership=membership),
            policy=TrialPolicy(**policy),
        )

    async def begin(self, *names):
        await self.durable.ensure_tables()
        self.channel = self.sandbox.add_channel("launch", members=[])
        async with self.database.begin() as unit:
            await make_workspace(unit, self.team)
            await make_channel(unit, self.channel.id, workspace_id=self.team)
            self.champion = await unit.releases.add(release(self.team, 1, state="live"))
            self.challenger = await unit.releases.add(release(self.team, 2, dataset_version_id="version"))
            await unit.releases.take_seat(
                ReleaseSeat(
                    workspace_id=self.team,
                    task="",
                    champion_id=self.champion.id,
                    changed_by="program",
                    changed_at=NOW,
                )
            )
        for name in ("Ana", *names):
            await self.joins(name)

    async def joins(self, name):
        """Somebody comes to the channel and likes a draft there."""
        person = self.people[name] = self.sandbox.add_person(name)
        self.channel.members.append(person.user_id)
        async with self.database.begin() as unit:
            await make_member(unit, person.user_id, workspace_id=self.team)
        await self.says(person.user_id, await self.draft(brief=""))

    async def briefs(self, number):
        return [await self.draft(brief=f"Brief {at}") for at in range(number)]

    async def draft(self, **columns):
        given = {"requester_id": self.people["Ana"].user_id, "posted_at": self.now, **columns}
        async with self.database.begin() as unit:
            return await make_draft(unit, workspace_id=self.team, channel_id=self.channel.id, **given)

    async def says(self, user_id, draft, value="positive"):
        async with self.database.begin() as unit:
            unit._session.add(
                Opinion(
                    draft_id=draft.id,
                    user_id=user_id,
                    slot="vote",
                    workspace_id=self.team,
                    dimension="vote",
                    kind="reaction",
                    value=value,
                    signal_id="s",
                    event_us=round(self.now.timestamp() * 1_000_000),
                )
            )

    async def change(self, name, **columns):
        async with self.database.begin() as unit:
            await make_member(unit, self.people[name].user_id, workspace_id=self.team, **columns)

    async def open(self, trials, run_id="run", **more):
        return await trials.open(self.team, task="", challenger_id=self.challenger.id, run_id=run_id, **more)

    async def pairs(self, trial_id):
        async with self.database.read() as unit:
            return await unit.trials.pairs_of(trial_id)

    async def votes(self, trial_id):
        async with self.database.read() as unit:
            return await unit.trials.votes_of(trial_id)

    async def signals(self):
        """What the export of feedback would tell: (user, kind, value, status)."""
        async with self.database.read() as unit:
            batches = [batch async for batch in unit.training.signal_batches()]
        return [(row[4], row[5], row[6], row[10]) for batch in batches for row in batch]

    def messages(self, name):
        return self.sandbox.messages(self.people[name].direct)

    def press(self, user_id, *, later=0):
        """A press in a direct message."""
        at = self.now + timedelta(seconds=later)
        return Touch(
            self.team, f"press-{next(_presses)}", round(at.timestamp() * 1_000_000), "D0", "1.0", user_id
        )

    async def votes_for(self, trials, trial_id, choose):
        """Everybody who is asked answers; `choose` says `challenger`, `champion`, `tie` or `both_bad` of a vote."""
        for vote in await self.votes(trial_id):
            if vote.state == "asked":
                said = choose(vote)
                sides = (
                    {"challenger": "a", "champion": "b"}
                    if vote.flipped
                    else {"challenger": "b", "champion": "a"}
                )
                await trials.voting.vote(
                    self.press(vote.user_id), pair_id=vote.pair_id, choice=sides.get(said, said)
                )

    def passes(self, **time):
        self.now += timedelta(**time)


def release(team, number, **columns):
    given = {
        "origin": "settings",
        "model": "scripted",
        "temperature": 0.4,
        "max_tokens": 800,
        "layout": "sections",
        "examples": 4,
        "fingerprint": f"{number}",
        "created_by": "program",
        "created_at": NOW,
        **columns,
    }
    return Release(workspace_id=team, number=number, **given)


def spec_of(row):
    return ReleaseSpec(f"r{row.number}", ModelUse(row.model), row.temperature, row.max_tokens)


@pytest.fixture
async def scene(sqlite_database):
    async with Sandbox() as sandbox:
        scene = Scene(sqlite_database, sandbox)
        await scene.begin("Ben", "Chloe", "Dan", "Eve")
        yield scene
        await scene.durable.close()
        await scene.clients.close()
