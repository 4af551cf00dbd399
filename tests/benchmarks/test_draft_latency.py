"""What a draft takes besides the model: with 10,000 rules and 100,000 examples stored. Run by `make bench`.

Real: the SQLite file with sealed rows, the learner's look for news, the playbook, the index, what is read and checked of
the found drafts, the prompt, the revision with its sightings (committed with `synchronous=FULL`). Not in it: the model
(an instant answer in this process) and Slack. A few rules of each scope hold for a draft, as in a real workspace; the
other 10,000 are of other channels, proposed or retired. Printed: milliseconds per draft (median and p95,
by the clock and of processor time, which a busy machine disturbs less), transactions and statements per draft, which
no machine disturbs, and how long the first draft after a start waits while the index is built.
"""

import asyncio
import json
import random
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time

import pytest
from sqlalchemy import Engine, event, insert

from bot.drafts.casting import Casting
from bot.drafts.generate import Generator
from bot.drafts.prompt_maker import PromptMaker
from bot.learning.examples.example_finder import Examples
from bot.learning.examples.retrieval import Shelves
from bot.learning.rules.learner import Learner
from bot.learning.rules.playbook import Playbook
from bot.llm.chat_model import Completion
from bot.runtime.durable import Durable
from bot.settings import Settings
from storage.engine import Database
from storage.keyring import Place
from storage.models import Correction, Draft, Revision, Rule
from storage.types import new_id
from tests.benchmarks.test_retrieval import filler
from tests.factories import WORKSPACE, make_channel, make_workspace

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNELS = 20
BATCH = 5_000
ROUNDS = 120
TOPICS = ("emoji", "greeting", "length", "bold", "bullets", "contractions", "numbers", "dates")
TEXT = "The {0} moved to Thursday. Please check the {0} before noon and tell us what you think of it. " * 2


class InstantModel:
    """Answers in no time: only the rest is measured."""

    def using(self, use):
        return self

    async def complete(self, messages, **_):
        return Completion(TEXT.format(len(messages)), "instant")


def sealed(keyring, table, column, row_id, text):
    return keyring.seal(text, place=Place(table, f"{column}_sealed", WORKSPACE, row_id))


def teaching_rows(keyring, numbers, chance):
    """Make drafts with a revision and a correction each, newest first, one in ten of them in the first channel."""
    rows = {Draft: [], Revision: [], Correction: []}
    for number in numbers:
        at = NOW - timedelta(minutes=number + 1)
        draft_id, revision_id, correction_id = new_id(), new_id(), new_id()
        channel = "C000" if number % 10 == 0 else f"C{number % CHANNELS:03}"
        own = {"workspace_id": WORKSPACE, "created_at": at}
        rows[Draft].append(
            own
            | {
                "id": draft_id,
                "channel_id": channel,
                "requester_id": "U0",
                "task": "plain",
                "source": "command",
                "request_key": draft_id,
                "brief_sealed": sealed(keyring, "drafts", "brief", draft_id, filler(chance)),
                "state": "posted",
                "posted_at": at,
                "current_revision_id": revision_id,
            }
        )
        text = TEXT.format(number)
        rows[Revision].append(
            own
            | {
                "id": revision_id,
                "draft_id": draft_id,
                "number": 1,
                "kind": "generated",
                "text_sealed": sealed(keyring, "revisions", "text", revision_id, text),
            }
        )
        rows[Correction].append(
            own
            | {
                "id": correction_id,
                "draft_id": draft_id,
                "user_id": f"U{number % 60}",
                "control": f"reply:{number}",
                "source": "thread",
                "interpretation": "rewrite",
                "interpreted_by": "program",
                "text_sealed": sealed(keyring, "corrections", "text", correction_id, f"{text} Better."),
                "original_sealed": sealed(keyring, "corrections", "original", correction_id, text),
                "state": "standing",
                "version": 1,
                "learned_version": 1,
                "lesson": "on",
                "changed_at": at,
            }
        )
    return rows


def rule_row(keyring, number):
    """Make a rule: the first 30 hold for the measured drafts, the rest do not."""
    rule_id = new_id()
    holds = number < 30
    topic = TOPICS[number] if number < len(TOPICS) else f"words:old{number}|new{number}"
    text = f"Say “new{number}” instead of “old{number}”."
    return {
        "id": rule_id,
        "workspace_id": WORKSPACE,
        "number": number + 1,
        "channel_id": ("C000", None, None)[number % 3] if holds else f"C{1 + number % (CHANNELS - 1):03}",
        "task": "plain" if number % 2 else None,
        "requester_id": None,
        "topic_sealed": sealed(keyring, "rules", "topic", rule_id, topic),
        "stance_sealed": sealed(keyring, "rules", "stance", rule_id, f"new{number}"),
        "text_sealed": sealed(keyring, "rules", "text", rule_id, text),
        "origin": "learned",
        "state": "active" if holds or number % 5 == 0 else ("proposed", "retired")[number % 2],
        "reason": "",
        "supporters": 2,
        "opposers": 0,
        "weight_for": 2.0,
        "weight_against": 0.0,
        "used": 0,
        "version": 1,
        "created_at": NOW,
        "changed_at": NOW,
    }


async def fill(database, *, rules, examples):
    chance = random.Random(examples)
    async with database.begin() as unit:
        await make_workspace(unit)
        await make_channel(unit, "C000")
        made = [rule_row(database.keyring, number) for number in range(rules)]
        await unit.run_sync(lambda connection: connection.execute(insert(Rule), made))
    for start in range(0, examples, BATCH):
        rows = teaching_rows(database.keyring, range(start, min(examples, start + BATCH)), chance)
        async with database.begin() as unit:
            for model, values in rows.items():
                await unit.run_sync(lambda connection, m=model, v=values: connection.execute(insert(m), v))


async def ask(database, number, chance):
    async with database.begin() as unit:
        draft = Draft(
            workspace_id=WORKSPACE,
            channel_id="C000",
            requester_id="U1",
            task="plain",
            source="command",
            request_key=f"ask:{number}",
            brief=filler(chance),
            created_at=NOW,
        )
        return (await unit.drafts.add(draft)).id


@contextmanager
def counted(said):
    """Count the transactions and the statements in them; on SQLite a transaction begins with a statement."""

    def count(_connection, _cursor, statement, *_):
        said["transactions" if statement.startswith("BEGIN") else "statements"] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)


async def measured(database, durable, *, rules, examples):
    await fill(database, rules=rules, examples=examples)
    shelves = Shelves(database, clock=lambda: NOW)
    finder = Examples(database, shelves=shelves, clock=lambda: NOW)
    learner = Learner(database, durable=durable, clock=lambda: NOW)
    prompts = PromptMaker(database, learner=learner, playbook=Playbook(), examples=finder)
    generator = Generator(
        database,
        models=InstantModel(),
        threads=None,
        prompts=prompts,
        casting=Casting(database, settings=Settings(_env_file=None), clock=lambda: NOW),
        clock=lambda: NOW,
    )
    chance = random.Random(7)
    taken, busy, said = [], [], Counter()
    for number in range(ROUNDS):
        draft_id = await ask(database, number, chance)
        with counted(said):
            began, worked = perf_counter(), process_time()
            revision_id = await generator.generate(draft_id)
            taken.append(1000 * (perf_counter() - began))
            busy.append(1000 * (process_time() - worked))
        if number == 0:
            async with asyncio.timeout(600):
                await shelves.wait_until_whole(WORKSPACE)
    async with database.read() as unit:
        prompt = json.loads((await unit.drafts.revision(revision_id)).prompt)
    await finder.close()
    later, work = sorted(taken[1:]), sorted(busy[1:])
    return {
        "rules": rules,
        "examples": examples,
        "first_ms": round(taken[0], 1),
        "median_ms": round(later[len(later) // 2], 1),
        "p95_ms": round(later[int(len(later) * 0.95)], 1),
        "cpu_median_ms": round(work[len(work) // 2], 1),
        "cpu_p95_ms": round(work[int(len(work) * 0.95)], 1),
        "transactions": round(said["transactions"] / ROUNDS, 1),
        "statements": round(said["statements"] / ROUNDS, 1),
        "rules_in_prompt": len(prompt["rules"]),
        "examples_in_prompt": len(prompt["examples"]),
    }


@pytest.mark.parametrize(("rules", "examples"), [(10, 100), (10_000, 100_000)])
def test_our_part_of_a_draft(benchmark, sqlite_url, keyring, rules, examples):
    async def run():
        database = Database.connect(sqlite_url, keyring=keyring)
        durable = Durable(database, executor_id="bench")
        await durable.ensure_tables()
        figures = await measured(database, durable, rules=rules, examples=examples)
        await durable.close()
        await database.close()
        return figures

    figures = benchmark.pedantic(lambda: asyncio.run(run()), rounds=1)

    benchmark.extra_info |= figures
    print(json.dumps(figures))  # noqa: T201 - the figures are what a bench is for
