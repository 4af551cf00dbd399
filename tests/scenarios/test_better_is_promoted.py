"""A better challenger: trained elsewhere, checked on held-out corrections, preferred by people in Slack, and live by itself.

And what comes after: its drafts turn bad, people say so, and the guard takes it back without anybody's help.
"""

import asyncio
import contextlib
import re
from datetime import timedelta
from itertools import count

from handlers.workflows import pipeline
from storage.models import Opinion
from storage.types import utc_now
from tests.factories import make_correction, make_draft, make_signal
from tests.fakes.model_endpoint import house_model
from tests.fakes.trainer_endpoint import SECRET, running_endpoint
from tests.scenarios.house import open_house, shows

PLACES = (
    "gym",
    "library",
    "canteen",
    "garage",
    "studio",
    "kitchen",
    "lobby",
    "terrace",
    "workshop",
    "archive",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TOPICS = [f"The {place} is open again on {day}" for place in PLACES for day in DAYS]
PAST = [f"The {place} is closed on {day}" for place in PLACES for day in DAYS]
FILLER = "Hi everyone! 👋 We are really excited to share this with all of you! 🎉"
NONSENSE = "Lorem ipsum dolor sit amet, consectetur adipiscing elit."
MOST_ROUNDS = 150
NOONISH = range(12, 16)
NUMBERS = count(1)


class Models:
    """What the endpoint writes under each name: the house's rambles, the better one says it plainly."""

    def __init__(self):
        self.names = {"scripted": lambda news: f"{FILLER}\n\n{news}!", "better": lambda news: f"{news}."}

    def __call__(self, asked):
        brief = re.search(r"<brief>\n?(.*?)\n?</brief>", asked["messages"][-1]["content"], re.DOTALL)
        return self.names[asked["model"]](brief[1]) if brief else house_model(asked)


@contextlib.asynccontextmanager
async def open_story(sqlite_url, tmp_path, monkeypatch):
    """A house whose trainer is a server of its own, with a past: corrections to learn from, and drafts people liked."""
    for name, seconds in (("FIRST_PAUSE", 0.1), ("BETWEEN_ADVANCES", 0.2), ("AFTER_A_VOTE", 0.2)):
        monkeypatch.setattr(pipeline, name, seconds)
    async with running_endpoint() as trainer:
        trainer.status = {"state": "succeeded", "result": {"model": "better", "loss": 0.1}}
        settings = {
            "trainer": "webhook",
            "trainer_webhook_url": trainer.url,
            "trainer_webhook_secret": SECRET,
            "retrain_minimum_rows": 5,
            "promotion": "automatic",
            "trial_mode": "blind",
        }
        async with open_house(sqlite_url, tmp_path, **settings) as house:
            house.endpoint.answer = models = Models()
            yield house, trainer, models


async def past(house):
    """Corrections of long ago, which the challenger learns from, and later drafts of r1 with a thumb each."""
    team, now = house.sandbox.team_id, utc_now()
    async with house.services.database.begin() as unit:
        for number, topic in enumerate(TOPICS):
            long_ago = {"created_at": now - timedelta(days=70), "posted_at": now - timedelta(days=70)}
            author, control = f"U{number}", f"reply:{number}"
            draft = await make_draft(
                unit,
                workspace_id=team,
                channel_id="C0ARCHIVE",
                brief=topic,
                text=f"{FILLER}\n\n{topic}!",
                **long_ago,
            )
            rewrite = {"control": control, "text": f"{topic}.", "original": f"{FILLER}\n\n{topic}!"}
            await make_correction(unit, draft, user_id=author, edit_distance=0.6, **rewrite)
            await make_signal(
                unit, draft, kind="correction", control=control, slot=control, value="", user_id=author
            )
        for number, topic in enumerate(PAST):
            lately = now - timedelta(days=3, minutes=number)
            draft = await make_draft(
                unit,
                workspace_id=team,
                channel_id=house.channel.id,
                brief=topic,
                release="r1",
                requester_id=house.ana.user_id,
                created_at=lately,
                posted_at=lately,
            )
            unit._session.add(liked(draft, f"U{number}"))


def liked(draft, user_id):
    return Opinion(
        draft_id=draft.id, user_id=user_id, slot="vote", workspace_id=draft.workspace_id,
        dimension="vote", kind="reaction", value="positive", signal_id="s", event_us=1,
    )  # fmt: skip


async def team(house):
    """Six people besides Ana who have said something of a draft in the channel."""
    more = [house.sandbox.add_person(name) for name in ("Dan", "Eve", "Finn", "Gia")]
    house.channel.members.extend(person.user_id for person in more)
    draft = await house.ask(house.ana, "The parking lot is closed")
    voters = [house.ben, house.chloe, *more]
    for person in voters:
        await person.react(draft, "+1")
    await house.settled()
    return voters


async def latest_run(house):
    async with house.services.database.read() as unit:
        return (await unit.runs.of_workspace(house.sandbox.team_id, limit=1))[0]


async def vote_until_over(house, voters):
    """Let working days pass; whoever is asked prefers the text without empty words."""
    for _ in range(MOST_ROUNDS):
        run = await latest_run(house)
        if run.finished_at is not None:
            return run
        for person in voters:
            for question in questions(house, person):
                await person.press(question, "trial_vote_b" if a_rambles(question) else "trial_vote_a")
        await asyncio.sleep(0.5)  # The pipeline looks several times in it.
        house.clock.jump_to(next_round(house.clock()))
    raise AssertionError("The trial did not end.")


def next_round(now):
    """A quarter of an hour later, from noon to four o'clock of working days."""
    later = now + timedelta(minutes=15)
    if later.weekday() < 5 and later.hour in NOONISH:
        return later
    noon = later.replace(hour=12, minute=0) + timedelta(days=later.hour > NOONISH[-1])
    return noon + timedelta(days=7 - noon.weekday() if noon.weekday() >= 5 else 0)


def questions(house, person):
    return [one for one in house.sandbox.messages(person.direct) if shows(one, "trial_not_now")]


def a_rambles(question):
    """Whether the first of the two texts is the one with empty words."""
    first, _, _ = str(question.blocks).partition("*B*")
    return "excited" in first


async def release_of_next_draft(house):
    """What the context line of a new draft names."""
    draft = await house.ask(house.ana, f"The lift works again {next(NUMBERS)}")
    return re.search(r"\br\d+\b", str(draft.blocks[0]))[0]


async def dislike_drafts(house, voters, *, number):
    """Ask for drafts, and let a different person put a thumb down on each."""
    for at in range(number):
        draft = await house.ask(house.ana, f"The printer works again {next(NUMBERS)}")
        await voters[at % len(voters)].react(draft, "-1")
    await house.settled()


def said(house, channel):
    return "\n".join(message.text for message in house.sandbox.messages(channel) if message.bot_id)


def shown_to_admins(house):
    return str([message.blocks for message in house.sandbox.messages(house.admins)])


async def test_a_better_challenger_goes_live_and_is_taken_back_when_it_turns_bad(
    sqlite_url, tmp_path, monkeypatch
):
    async with open_story(sqlite_url, tmp_path, monkeypatch) as (house, trainer, models):
        voters = await team(house)
        await past(house)
        at_first = await release_of_next_draft(house)

        # A run is trained elsewhere, checked, tried and decided.
        await house.chloe.command(house.admins, "/draftloop", "attest confirm")
        await house.chloe.command(house.channel, "/draftloop", "retrain")
        run = await vote_until_over(house, voters)

        assert (run.state, run.outcome) == ("succeeded", "promoted")
        assert len(trainer.jobs) == 1
        report = await house.until(lambda: said(house, house.admins))
        assert "*r2 writes from now on.*" in report
        assert "Held-out corrections, written anew by both (n = " in report
        assert "People preferred the new version in" in report
        await house.until(lambda: "It proved to be better" in said(house, house.channel))
        assert (at_first, await release_of_next_draft(house)) == ("r1", "r2")

        # It turns bad; people say so, and nobody has to do anything.
        models.names["better"] = lambda news: NONSENSE
        await house.services.releases.guard.tick(house.clock())
        await dislike_drafts(house, voters, number=14)
        house.clock.jump_to(house.clock() + timedelta(days=3))
        await house.services.releases.guard.tick(house.clock())

        await house.until(lambda: "so I took it back by myself" in said(house, house.channel))
        await house.until(lambda: "14 live drafts that people judged stand at 100" in shown_to_admins(house))
        assert await release_of_next_draft(house) == "r1"
