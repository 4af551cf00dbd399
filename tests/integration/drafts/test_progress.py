"""A text is shown while it is written, and whatever breaks on the way it ends as one whole message."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.drafts.generate import Generator
from bot.drafts.progress import Progress
from bot.drafts.publish import Publisher
from bot.llm.chat_model import ModelUnreachable
from bot.llm.openai_chat import OpenAIChat
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.messenger import Messenger, SlackUnreachable
from bot.slack.threads import Threads
from tests.fakes.model_endpoint import Held
from tests.fakes.patience import until
from tests.integration.drafts.conftest import now

WORDS = "The office opens at nine on Monday, and everybody who comes by before ten finds a piece of cake."
HALF = "on Monday, and"
FINISHED = ["draft_vote", "draft_edit", "draft_use", "draft_stars", "draft_more"]


@pytest.fixture
def database(sqlite_database):
    """What is told here is between Slack and us: one database is enough."""
    return sqlite_database


@pytest.fixture
async def question(office):
    """A message of Ana's, in whose thread a draft is asked for."""
    office.endpoint.answer = lambda _: WORDS
    return await office.ana.say(office.general, "When do we open?")


def calls_of(office) -> Counter[str]:
    return Counter(call.method.removeprefix("chat.") for call in office.sandbox.calls)


def actions_of(message) -> list[str]:
    return [each.get("action_id") for block in message.blocks for each in block.get("elements", ())][1:]


def text_of(message) -> str:
    return "".join(block["text"] for block in message.blocks if block["type"] == "markdown")


def is_finished(message, text=WORDS) -> bool:
    return not message.streaming and text_of(message) == text and actions_of(message) == FINISHED


def in_thread(office, question):
    """The messages below a question."""
    return [message for message in office.replies(question) if message.ts != question.ts]


@asynccontextmanager
async def half_written(office, draft_id, *, look, drop=False):
    """Write a draft as far as `look` sees something of it; it goes on after the block."""
    held = Held(words=8, drop=drop)
    office.endpoint.fail(held)
    writing = asyncio.create_task(office.write(draft_id))
    try:
        yield await until(look)
    finally:
        held.go_on.set()
        await writing


async def test_in_a_thread_the_text_streams_and_the_same_message_becomes_the_draft(office, question):
    draft_id = await office.ask(thread_ts=question.ts, task="reply")

    def look():
        return [message for message in in_thread(office, question) if HALF in message.text]

    async with half_written(office, draft_id, look=look) as (growing,):
        assert growing.streaming
        assert growing.text == "The office opens at nine on Monday, and"
        assert [(card["task_id"], card["title"]) for card in growing.blocks] == [
            (f"draft:{draft_id}:0", "Writing · Reply")
        ]

    (message,) = in_thread(office, question)
    assert is_finished(message)
    assert [block["type"] for block in message.blocks] == [
        "context",
        "markdown",
        "context_actions",
        "actions",
    ]
    assert message.ts == growing.ts == (await office.draft(draft_id)).message_ts
    assert message.metadata["event_payload"] == {"key": f"draft:{draft_id}:0"}
    assert calls_of(office)["postMessage"] == 0
    assert calls_of(office)["update"] == calls_of(office)["stopStream"] == 1


async def test_in_a_channel_the_text_grows_by_changes_of_the_placeholder(office, question):
    draft_id = await office.ask()

    def look():
        return [message for message in office.shown() if HALF in text_of(message)]

    async with half_written(office, draft_id, look=look) as (growing,):
        assert "Writing" in str(growing.blocks[0])
        assert actions_of(growing) == []

    message = office.shown()[-1]
    assert is_finished(message)
    assert message.ts == growing.ts
    assert calls_of(office)["startStream"] == 0


async def test_a_stream_that_slack_or_a_person_stopped_goes_on_by_changes(office, question):
    draft_id = await office.ask(thread_ts=question.ts)

    def look():
        return [message for message in in_thread(office, question) if HALF in message.text]

    async with half_written(office, draft_id, look=look) as (growing,):
        growing.streaming = False

    (message,) = in_thread(office, question)
    assert is_finished(message)


@pytest.mark.parametrize("place", ["thread", "channel"])
async def test_a_model_that_fails_half_way_ends_as_the_note_in_the_one_message(office, question, place):
    draft_id = await office.ask(thread_ts=question.ts if place == "thread" else None)

    def look():
        return [message for message in all_of_ours(office, question) if HALF in str(message)]

    async with half_written(office, draft_id, look=look, drop=True) as (growing,):
        pass

    message, note = all_of_ours(office, question)
    assert message.ts == growing.ts
    assert not message.streaming
    assert "did not work out" in str(message.blocks)
    assert HALF not in str(message)
    assert note.blocks[1]["elements"][0]["action_id"] == "draft_retry"
    assert (await office.draft(draft_id)).failure == ModelUnreachable.code


def all_of_ours(office, question):
    """Every message of the bot, in the channel, below the question and below its own."""
    tops = [message for message in office.shown() if message.ts != question.ts]
    below = [reply for top in [question, *tops] for reply in office.replies(top) if reply.ts != top.ts]
    return [message for message in [*tops, *below] if message.bot_id]


async def test_after_a_failure_half_way_a_retry_ends_as_the_draft_in_the_same_message(office, question):
    draft_id = await office.ask(thread_ts=question.ts)

    def look():
        return [message for message in in_thread(office, question) if HALF in message.text]

    async with half_written(office, draft_id, look=look, drop=True) as (growing,):
        pass
    await office.drafts.retry(draft_id, attempt=1, workspace_id=office.sandbox.team_id)
    await office.write(draft_id, attempt=2)

    message, note = in_thread(office, question)
    assert message.ts == growing.ts
    assert is_finished(message)
    assert "I tried again" in note.text


async def test_a_stream_whose_beginning_was_lost_is_found_again(office, question):
    draft_id = await office.ask(thread_ts=question.ts)
    office.sandbox.inject("chat.startStream", "drop_after")

    with pytest.raises(SlackUnreachable):
        await office.publisher.show_placeholder(draft_id, 1)
    await office.write(draft_id)

    (message,) = in_thread(office, question)
    assert is_finished(message)


async def test_two_lost_streams_in_one_thread_are_not_mistaken_for_each_other(office, question):
    drafts = [await office.ask(thread_ts=question.ts) for _ in range(2)]
    office.sandbox.inject("chat.startStream", "drop_after", times=2)
    for draft_id in drafts:
        with pytest.raises(SlackUnreachable):
            await office.publisher.show_placeholder(draft_id, 1)

    for draft_id in reversed(drafts):
        await office.write(draft_id)

    messages = in_thread(office, question)
    assert [message.ts for message in messages] == [(await office.draft(each)).message_ts for each in drafts]
    assert all(map(is_finished, messages))


@pytest.mark.parametrize("kind", ["ratelimited", "error"])
async def test_where_slack_has_no_stream_for_us_an_ordinary_message_does(office, question, kind):
    draft_id = await office.ask(thread_ts=question.ts)
    office.sandbox.inject("chat.startStream", kind, code="not_allowed")

    await office.write(draft_id)

    (message,) = in_thread(office, question)
    assert is_finished(message)
    assert calls_of(office)["postMessage"] == 1


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.update"])
@pytest.mark.parametrize("kind", ["ratelimited", "drop_before", "drop_after", "server_error"])
async def test_progress_that_slack_does_not_take_costs_nothing(office, question, method, kind):
    draft_id = await office.ask(thread_ts=question.ts if method == "chat.appendStream" else None)
    office.sandbox.inject(method, kind, retry_after=60)

    assert await office.write(draft_id) is None

    messages = all_of_ours(office, question)
    assert [is_finished(message) for message in messages] == [True]


@asynccontextmanager
async def another_replica(office):
    """The same office as a second process serves it: it knows nothing of the streams of the first."""
    settings = Settings(
        _env_file=None,
        slack_api_url=office.sandbox.api_url,
        slack_bot_token=SecretStr(office.sandbox.bot_token),
        openai_base_url=office.endpoint.url,
    )
    clients, model = Clients(settings, office.database), OpenAIChat(settings)
    messenger = Messenger(clients, database=office.database, progress_seconds=0.05)
    progress = Progress(office.database, messenger=messenger)
    wiring = {
        "models": model,
        "casting": office.casting,
        "clock": now,
        "progress": progress,
        "prompts": office.prompts,
    }
    generator = Generator(office.database, threads=Threads(clients), **wiring)
    yield generator, Publisher(office.database, messenger=messenger, clock=now)
    await messenger.close()
    await model.close()


@pytest.mark.parametrize("place", ["thread", "channel"])
async def test_another_replica_takes_over_half_way_and_the_first_one_does_not_spoil_it(
    office, question, place
):
    draft_id = await office.ask(thread_ts=question.ts if place == "thread" else None)

    def look():
        return [message for message in all_of_ours(office, question) if HALF in str(message)]

    async with half_written(office, draft_id, look=look) as (growing,), another_replica(office) as replica:
        generator, publisher = replica
        assert await publisher.show_placeholder(draft_id, 1) == growing.ts
        await generator.generate(draft_id)
        await publisher.show(draft_id)
        assert is_finished(growing)

    (message,) = all_of_ours(office, question)
    assert message.ts == growing.ts
    assert is_finished(message)


async def test_of_a_long_text_only_the_first_message_is_shown_before_it_is_whole(office, question):
    office.endpoint.answer = lambda _: "\n\n".join(
        f"Paragraph {n}. " + f"{'w' * 99} " * 20 for n in range(12)
    )
    draft_id = await office.ask(thread_ts=question.ts)

    await office.write(draft_id)

    added = [
        call.arguments["markdown_text"] for call in office.sandbox.calls if call.method == "chat.appendStream"
    ]
    assert sum(map(len, added)) <= 11_000
    assert len(in_thread(office, question)) == 3


async def test_nothing_dangerous_is_shown_on_the_way(office, question):
    pieces = (
        f"Ask <!channel> and <@{office.ana.user_id}> or [bank.example](https://evil.example) at @here today. "
    )
    office.endpoint.answer = lambda _: pieces * 6
    office.endpoint._pause = 0.01
    in_place = [await office.ask(thread_ts=question.ts), await office.ask()]

    for draft_id in in_place:
        await office.write(draft_id)

    sent = [str(call.arguments) for call in office.sandbox.calls if call.method.startswith("chat.")]
    assert calls_of(office)["appendStream"] > 1
    assert calls_of(office)["update"] > 3
    for dangerous in ("<!channel", f"<@{office.ana.user_id}", "[bank.example](https://evil", "@here"):
        assert not any(dangerous in each for each in sent)


class TestASmallModel:
    @pytest.fixture
    def house_settings(self):
        return {"prompt_layout": "turns"}

    async def test_is_not_shown_at_work_because_its_best_try_counts(self, office, question):
        draft_id = await office.ask()

        await office.write(draft_id)

        assert "stream" not in office.endpoint.requests[0]
        assert calls_of(office)["update"] == 1


class TestACrowd:
    @pytest.fixture
    def slack(self):
        return Sandbox(rate_limits=True)

    async def test_of_drafts_at_once_is_never_refused_for_its_progress(self, office, question):
        office.endpoint._pause = 0.04
        channels = [office.sandbox.add_channel(f"room-{n}", members=[office.ana]) for n in range(10)]
        asked = [await office.ask(channel_id=channel.id) for channel in channels]
        asked += [await office.ask(thread_ts=question.ts) for _ in range(10)]

        problems = await asyncio.gather(*(office.write(draft_id) for draft_id in asked))

        refused = Counter(call.method for call in office.sandbox.calls if call.status == 429)
        assert problems == [None] * 20
        assert refused == {}
        assert calls_of(office)["update"] > 20
        assert calls_of(office)["appendStream"] > 10
