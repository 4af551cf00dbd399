"""Fifty people, two replicas, and everything that can go wrong on the way: in the end no opinion is wrong.

`DRAFTLOOP_STORM_WAVES` and `DRAFTLOOP_STORM_SIZE` make it longer, `DRAFTLOOP_STORM_SEED` another one.
"""

import asyncio
import contextlib
import os
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.feedback.acts import Touch
from bot.feedback.participation import EVERYBODY
from bot.feedback.tallying import posted_deltas
from bot.services import build_services
from bot.settings import Settings
from bot.team.policy import Policy
from storage.models import Draft, DraftStanding, Opinion, Tally
from storage.models.tally import EVERYWHERE
from tests.conftest import TEST_KEY
from tests.factories import (
    NOW,
    WORKSPACE,
    make_channel,
    make_draft,
    make_member,
    make_message,
    make_workspace,
)

from .reference import Reference
from .weather import CHATS, Weather

WAVES = int(os.environ.get("DRAFTLOOP_STORM_WAVES", "4"))
SIZE = int(os.environ.get("DRAFTLOOP_STORM_SIZE", "75"))
SEED = int(os.environ.get("DRAFTLOOP_STORM_SEED", "20261123"))
PEOPLE, DRAFTS, CHANNELS = 50, 24, 4
AT_ONCE = 24
START = int(NOW.timestamp()) * 1_000_000
ELSEWHERE = "T0OTHER"


def stamp(draft, part=0):
    return f"1764{draft:06d}.{part:06d}"


class Storm:
    """Two replicas, the reference, and the way from one to the other."""

    def __init__(self, replicas, reference, drafts):
        self.replicas, self.reference, self.drafts = replicas, reference, drafts
        self.told = set()
        self.deliveries = 0

    async def rage(self, wave):
        await self.decide(wave)
        await self.deliver(wave.votes, meanwhile=[self.turn(*turn) for turn in wave.turns])
        await self.deliver(wave.texts)
        await self.deliver(wave.uses)

    async def decide(self, wave):
        """The admins change their minds; what their workflows would do is done at once."""
        told = self.reference
        told.own_emoji, told.quorum = wave.emoji, wave.quorum
        told.counts_elsewhere = bool(wave.counts_elsewhere)
        services = self.replicas[0]
        async with services.database.begin() as unit:
            workspace = await unit.workspaces.lock(WORKSPACE, now=NOW)
            before = Policy.of(workspace.settings)
            after = replace(
                before, emoji=wave.emoji, flag_quorum=wave.quorum, other_organisations=wave.counts_elsewhere
            )
            after.write(workspace)
            await services.policy_changes.follow(unit, WORKSPACE, before, after)
        await self.replicas[1].participation.reconsider(WORKSPACE, EVERYBODY)
        await self.replicas[0].participation.recount_flags(WORKSPACE)

    async def turn(self, person, out):
        (self.reference.out.add if out else self.reference.out.discard)(person)
        await self.replicas[self.deliveries % 2].participation.opt_out(
            WORKSPACE, user_id=person, opted_out=out
        )

    async def deliver(self, deeds, *, meanwhile=()):
        for deed in deeds:
            self.tell(deed)
        turns = list(meanwhile)
        for start in range(0, len(deeds), AT_ONCE):
            some = [self.send(deed) for deed in deeds[start : start + AT_ONCE]]
            await asyncio.gather(*some, *turns)
            turns = []

    def tell(self, deed):
        """Tell the reference, once."""
        if deed.event_id in self.told:
            return
        self.told.add(deed.event_id)
        told, draft = self.reference, self.drafts[deed.draft]
        when = {"at": deed.at, "event_id": deed.event_id}
        if deed.what == "react":
            told.react(draft, deed.person, deed.says[0], added=deed.says[1], **when)
        elif deed.what in {"reply", "unreply"}:
            kind = None if deed.says is None else ("talk" if deed.says in CHATS else "correction", "")
            told.write(draft, deed.person, deed.control, kind, **when)
        elif deed.what == "use":
            again = told.holds(draft, deed.person, "use")
            told.put(draft, deed.person, "use", None if again else ("approval", "true"), **when)
        else:
            dimension = {"vote": "vote", "stars": "rating", "flag": "flag"}[deed.what]
            says = None if deed.says is None else (dimension, deed.says)
            told.put(draft, deed.person, {"vote": "buttons"}.get(deed.what, deed.what), says, **when)

    async def send(self, deed):
        self.deliveries += 1
        feedback = self.replicas[self.deliveries % 2].feedback
        kind = self.reference.people[deed.person]
        touch = Touch(
            WORKSPACE,
            deed.event_id,
            deed.at,
            f"C{deed.draft % CHANNELS}",
            stamp(deed.draft, 0 if deed.what.endswith("reply") else deed.part),
            deed.person,
            ELSEWHERE if kind == "elsewhere" else None,
            author_is_bot=kind == "bot",
        )
        await SENDING[deed.what](feedback, touch, deed)


SENDING = {
    "react": lambda to, touch, deed: to.reactions.record(touch, emoji=deed.says[0], added=deed.says[1]),
    "vote": lambda to, touch, deed: to.controls.vote(touch, value=deed.says),
    "stars": lambda to, touch, deed: to.controls.rate(touch, stars=deed.says),
    "use": lambda to, touch, _deed: to.controls.use(touch),
    "flag": lambda to, touch, deed: to.flags.submit(touch, category=deed.says or "none", comment=None),
    "reply": lambda to, touch, deed: to.replies.put(
        touch, reply_ts=deed.control.removeprefix("reply:"), text=deed.says
    ),
    "unreply": lambda to, touch, deed: to.replies.remove(touch, reply_ts=deed.control.removeprefix("reply:")),
}


@contextlib.asynccontextmanager
async def two_replicas(database_url, folder):
    settings = Settings(
        _env_file=None,
        slack_bot_token="xoxb-test",
        slack_app_token="xapp-test",
        openai_api_key="test",
        openai_model="scripted",
        database_url=database_url,
        encryption_keys=[TEST_KEY],
        data_dir=folder,
    )
    async with contextlib.AsyncExitStack() as stack:
        replicas = []
        for _ in range(2):
            services = await build_services(settings, clock=lambda: NOW)
            stack.push_async_callback(services.close)
            await services.durable.ensure_tables()
            replicas.append(services)
        yield replicas


async def set_out(services, people):
    """Post the drafts, each in two messages; return their ids."""
    ids = []
    async with services.database.begin() as unit:
        await make_workspace(unit)
        for number in range(CHANNELS):
            await make_channel(unit, f"C{number}")
        for person, kind in people.items():
            home = ELSEWHERE if kind == "elsewhere" else WORKSPACE
            await make_member(unit, person, home_team_id=home, is_bot=kind == "bot")
        for number in range(DRAFTS):
            draft = await make_draft(
                unit,
                channel_id=f"C{number % CHANNELS}",
                task=("plain", "reply")[number % 2],
                requester_id=f"U{number % PEOPLE:03d}",
                ts=stamp(number),
                posted_at=NOW,
            )
            await make_message(unit, draft, ts=stamp(number, 1), part=1)
            place = await unit.ledger.place(
                WORKSPACE, channel_id=draft.channel_id, message_ts=stamp(number), user_id="U000"
            )
            await unit.tallies.add(posted_deltas(place))
            ids.append(draft.id)
    return ids


def crowd():
    kinds = {0: "bot", 1: "elsewhere", 2: "elsewhere", 3: "elsewhere"}
    return {f"U{number:03d}": kinds.get(number, "member") for number in range(PEOPLE)}


async def found(services):
    """What the database says: opinions, standings, tallies, hidden drafts."""
    async with services.database.read() as unit:
        session = unit._session
        opinions = (await session.scalars(select(Opinion))).all()
        standings = (await session.scalars(select(DraftStanding))).all()
        tallies = (await session.scalars(select(Tally).where(Tally.channel_id != EVERYWHERE))).all()
        hidden = set(await session.scalars(select(Draft.id).where(Draft.hidden_at.is_not(None))))
    return opinions, standings, tallies, hidden


def compare(reference, opinions, standings, tallies, hidden):
    held = reference.opinions()
    wanted = {
        seat: ("" if act.says[0] == "correction" else act.says[1], act.at) for seat, act in held.items()
    }
    assert {
        (one.draft_id, one.user_id, one.slot): ("" if one.kind == "correction" else one.value, one.event_us)
        for one in opinions
    } == wanted
    names = ("positives", "negatives", "approvals", "flags", "corrections", "ratings", "rating_total")
    counted = {one.draft_id: +Counter({name: getattr(one, name) for name in names}) for one in standings}
    assert {draft: got for draft, got in counted.items() if got} == reference.standings()
    assert {one.draft_id: one.verdict for one in standings} == {
        draft: reference.verdict(got) for draft, got in counted.items()
    }
    assert {
        (one.channel_id, one.task, one.user_id, one.day, one.measure): one.n for one in tallies if one.n
    } == reference.tallies()
    assert hidden == reference.hidden()


@pytest.mark.timeout(600)
async def test_a_storm_over_two_replicas_leaves_no_opinion_wrong(database_url, tmp_path):
    people = crowd()
    weather = Weather(SEED, people=list(people), drafts=DRAFTS, start_us=START)
    async with two_replicas(database_url, tmp_path) as replicas:
        ids = await set_out(replicas[0], people)
        facts = {
            draft: (f"C{n % CHANNELS}", ("plain", "reply")[n % 2], f"U{n % PEOPLE:03d}")
            for n, draft in enumerate(ids)
        }
        storm = Storm(replicas, Reference(people, facts, NOW), ids)

        for _ in range(WAVES):
            await storm.rage(weather.wave(SIZE))
            compare(storm.reference, *await found(replicas[1]))

        async with replicas[1].database.begin() as unit:
            await replicas[1].ledger.rebuild(unit)
        compare(storm.reference, *await found(replicas[0]))
    assert len(storm.reference.opinions()) > SIZE
