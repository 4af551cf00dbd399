"""How often the next draft of the embedded model follows a correction: the README's story, played 20 times. `make bench`.

Everything is real: a Slack on localhost, the bot, the model. Somebody asks, corrects the draft in the thread
("Better: …"), and somebody else asks for something different. That draft follows when it ends with the correction's
sign-off, is about as short, and tells its own news. Printed beside it: how often the model did so by itself (no rule had
to put its text right). Each story has a workspace of its own, so that none teaches another. The settings:

- `none`: nobody ever corrected anything.
- `empty`: one correction, where there was none before.
- `changed_mind`: Ana's six older corrections here want another style; now Ana corrects otherwise. She is to be followed.
- `objected`: Ben corrects otherwise against Ana's six. One edit against one person's habit settles nothing: no rule
  holds, both styles are among the examples, and the model has the choice.
"""

import asyncio
import contextlib
import importlib.util
import json
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.llm.embedded import MODEL, EmbeddedModel
from bot.llm.style_marks import ends_with
from bot.sandbox import Sandbox
from bot.services import build_services
from bot.settings import Settings
from handlers.cli.demo.telling import readable
from handlers.serving import RunningBot
from tests.conftest import TEST_KEY
from tests.factories import make_correction, make_draft

PATIENCE = 120.0
MOST_WORDS = 25
# The last one is none that an edit pattern knows: there the model is on its own.
SIGN_OFFS = (
    "Questions: ask Ana.",
    "— The office team",
    "Thanks, everyone!",
    "Any questions? Ask Ben.",
    "Details follow in the wiki.",
)
# A brief, what people make of its draft, another brief, and the word that its draft cannot do without.
STORIES = (
    ("Tell the team that the release moved to Thursday", "The release moved to Thursday.", "Announce that the office is closed on Monday", "office"),
    ("Announce that lunch is at noon today", "Lunch is at noon today.", "Let people know the printer is being repaired", "printer"),
    ("Say that the demo starts at 3 pm", "The demo starts at 3 pm.", "We hired a designer, Maya, she starts on Monday", "Maya"),
    ("Tell everyone the VPN is down tonight", "The VPN is down tonight.", "Ask people to submit expenses by Wednesday", "expenses"),
    ("Announce version 2.4 with dark mode", "Version 2.4 is out, with dark mode.", "The summer party is on 12 July", "party"),
    ("Tell the team the retro moved to Friday", "The retro moved to Friday.", "Remind everyone to update their laptops", "laptops"),
    ("Post that the coffee machine works again", "The coffee machine works again.", "New parking rules start in March", "parking"),
    ("Tell support that tickets move to the new queue", "Tickets move to the new queue.", "The security training is due this week", "training"),
    ("Announce that Chloe leads the data team", "Chloe now leads the data team.", "Tell people that the lift is out of order", "lift"),
    ("Say the server was restarted", "The server was restarted.", "We are switching to a new calendar tool", "calendar"),
    ("Tell the team that the budget was approved", "The budget was approved.", "Invite everybody to the book club on Tuesday", "book"),
    ("Announce a fire drill at 10", "There is a fire drill at 10.", "The customer survey is online", "survey"),
    ("Tell everyone that the kitchen is being cleaned", "The kitchen is being cleaned.", "Our website has a new search", "search"),
    ("Say that interviews start next week", "Interviews start next week.", "Let the team know the backup finished", "backup"),
    ("Announce that the shop is open again", "The shop is open again.", "Please tell people the meeting room is booked", "room"),
    ("Tell the team we signed a new customer", "We signed a new customer.", "Say that holiday requests are due in May", "holiday"),
    ("Post that the newsletter went out", "The newsletter went out.", "Tell people the heating is fixed", "heating"),
    ("Tell everyone the docs moved", "The docs moved.", "Announce that phone support opens at eight", "phone"),
    ("Announce that Ben is back", "Ben is back.", "Tell the team that the price list changed", "price"),
    ("Say that the tests are green", "The tests are green.", "Announce that the warehouse moves to Leeds", "warehouse"),
)  # fmt: skip
OLDER = ("the bike shed", "the roof", "the garden", "the archive", "the canteen", "the gym")
OLDER_SIGN_OFF = "Love, the house team"
OLDER_STYLE = f"Hello all! Big news about {{what}}! It opens next week and we are so happy! {OLDER_SIGN_OFF}"
ANA, BEN = range(2)
# Who corrects, by setting; and where Ana made the older corrections before that.
CORRECTS = {"none": None, "empty": BEN, "changed_mind": ANA, "objected": BEN}
OLD = ("changed_mind", "objected")


@dataclass
class Office:
    """A Slack with a bot whose model is the embedded one."""

    sandbox: Sandbox
    services: object
    people: list

    async def ask(self, channel, brief):
        before = len(self.sandbox.messages(channel))
        assert (await self.people[ANA].command(channel, "/draft", brief)).acked
        drafted = await self.sandbox.wait_for(
            lambda: [
                one
                for one in self.sandbox.messages(channel)[before:]
                if "draft_vote" in json.dumps(one.blocks)
            ],
            timeout=PATIENCE,
        )
        return drafted[0]

    async def correct(self, channel, draft, better, *, by):
        await self.people[by].say(channel, f"Better: {better}", thread=draft)

        def revised():
            replies = self.sandbox.messages(channel, thread=draft)
            return [one for one in replies if one.bot_id and better in readable(one)]

        await self.sandbox.wait_for(revised, timeout=PATIENCE)

    async def rules_needed(self, channel, draft) -> bool:
        async with self.services.database.read() as unit:
            found = await unit.drafts.find_by_message(
                self.sandbox.team_id, channel_id=channel.id, ts=draft.ts
            )
            revision = await unit.drafts.revision(found[0].current_revision_id)
        assert revision.model == MODEL
        return any(rule["changed_text"] for rule in json.loads(revision.prompt)["rules"])

    async def remember(self, channel):
        """Put six older corrections by Ana in another style into a channel's past."""
        async with self.services.database.begin() as unit:
            for number, what in enumerate(OLDER):
                await past_correction(
                    unit, self.sandbox.team_id, channel.id, number, what, self.people[ANA].user_id
                )


async def past_correction(unit, workspace_id, channel_id, number, what, user_id):
    at = datetime(2026, 1, 1 + number, tzinfo=UTC)
    draft = await make_draft(
        unit,
        workspace_id=workspace_id,
        channel_id=channel_id,
        requester_id=user_id,
        brief=f"Announce that {what} opens next week",
        text=(text := f"The opening of {what} is next week."),
        created_at=at,
    )
    better = OLDER_STYLE.format(what=what)
    await make_correction(
        unit, draft, text=better, original=text, user_id=user_id, created_at=at, changed_at=at
    )


def body(message) -> str:
    return "\n".join(block["text"] for block in message.blocks if block["type"] == "markdown")


def follows(text, *, sign_off, noun) -> dict[str, bool]:
    marks = {
        "sign_off": ends_with(text, sign_off),
        "short": len(text.split()) <= MOST_WORDS,
        "own_news": re.search(noun, text, re.IGNORECASE) is not None,
    }
    return {**marks, "followed": all(marks.values()), "older_sign_off": ends_with(text, OLDER_SIGN_OFF)}


@contextlib.asynccontextmanager
async def opened_office(model_url, folder, database_url) -> AsyncIterator[Office]:
    """Open a workspace of its own, with a bot and a database that know nothing yet."""
    async with contextlib.AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(ack_seconds=PATIENCE))
        people = [sandbox.add_person("Ana", admin=True), sandbox.add_person("Ben")]
        settings = Settings(
            _env_file=None,
            slack_bot_token=sandbox.bot_token,
            slack_app_token=sandbox.app_token,
            slack_api_url=sandbox.api_url,
            openai_base_url=model_url,
            openai_model=MODEL,
            prompt_layout="turns",
            prompt_examples=2,
            distil="patterns",
            database_url=database_url,
            encryption_keys=[TEST_KEY],
            http_port=0,
            data_dir=folder,
            tick_seconds=0.2,
        )
        services = await build_services(settings)
        stack.push_async_callback(services.close)
        bot = RunningBot(services)
        stack.push_async_callback(bot.stop)
        await bot.start()
        yield Office(sandbox, services, people)


async def play(office, number, *, setting) -> dict[str, bool]:
    first, better, second, noun = STORIES[number]
    sign_off = SIGN_OFFS[number % len(SIGN_OFFS)]
    channel = office.sandbox.add_channel("news", members=office.people)
    if setting in OLD:
        await office.remember(channel)
    if (person := CORRECTS[setting]) is not None:
        joint = "\n\n" if sign_off.startswith("—") else " "
        better = f"{better}{joint}{sign_off}"
        await office.correct(channel, await office.ask(channel, first), better, by=person)
    draft = await office.ask(channel, second)
    needed = await office.rules_needed(channel, draft)
    seen = follows(body(draft), sign_off=sign_off, noun=noun)
    print(setting, number, seen["followed"], "rules" if needed else "model", repr(body(draft)[:160]))  # noqa: T201
    return {**seen, "by_itself": seen["followed"] and not needed}


async def played(model_url, folder, template, *, setting) -> dict[str, int]:
    rounds = []
    for number in range(len(STORIES)):
        story = folder / f"{setting}-{number}"
        story.mkdir()
        for suffix in ("", ".inbox"):
            shutil.copy(f"{template}{suffix}", story / f"draftloop.db{suffix}")
        async with opened_office(model_url, story, f"sqlite:///{story / 'draftloop.db'}") as office:
            rounds.append(await play(office, number, setting=setting))
    return {mark: sum(one[mark] for one in rounds) for mark in rounds[0]}


async def measure(folder, template) -> dict[str, int]:
    model = EmbeddedModel()
    try:
        url = await model.start()
        return {
            f"{setting}_{mark}": count
            for setting in CORRECTS
            for mark, count in (await played(url, folder, template, setting=setting)).items()
        }
    finally:
        await model.close()


@pytest.mark.model
@pytest.mark.timeout(1800)
@pytest.mark.skipif(
    importlib.util.find_spec("xllamacpp") is None, reason="the embedded model is not installed"
)
def test_the_next_draft_follows_a_correction(benchmark, sqlite_template, tmp_path):
    figures = benchmark.pedantic(lambda: asyncio.run(measure(tmp_path, sqlite_template)), rounds=1)

    benchmark.extra_info.update({"of": len(STORIES), **figures})
    print(json.dumps(benchmark.extra_info))  # noqa: T201 - the figures are what a bench is for
    assert figures["empty_followed"] > figures["none_followed"]
    assert figures["empty_followed"] >= len(STORIES) // 2
    assert figures["changed_mind_followed"] >= len(STORIES) // 2
    assert figures["objected_older_sign_off"] < len(STORIES) // 2  # No rule insists on the older style.
