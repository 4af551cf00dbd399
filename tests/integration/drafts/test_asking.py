"""Every way to ask, through the running bot: Slack's wire protocol in, a model over HTTP, Slack's messages out."""

import pytest
from pydantic import SecretStr

from bot.sandbox import Message, Sandbox
from bot.services import build_services
from bot.settings import Settings
from handlers.serving import RunningBot
from tests.conftest import TEST_KEY
from tests.fakes.model_endpoint import ModelEndpoint, Slow, Status


@pytest.fixture
async def sandbox():
    async with Sandbox(retry_delays=(0.0, 0.05)) as running:
        yield running


@pytest.fixture
async def endpoint():
    async with ModelEndpoint() as running:
        yield running


@pytest.fixture
async def services(sandbox, endpoint, database_url, tmp_path):
    settings = Settings(
        _env_file=None,
        slack_api_url=sandbox.api_url,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=SecretStr(sandbox.app_token),
        openai_base_url=endpoint.url,
        database_url=database_url,
        encryption_keys=[SecretStr(TEST_KEY)],
        data_dir=tmp_path,
        http_port=0,
        socket_connections=1,
    )
    built = await build_services(settings)
    yield built
    await built.close()


@pytest.fixture
async def bot(services, sandbox):
    running = RunningBot(services)
    await running.start()
    await sandbox.wait_connected()
    yield running
    await running.stop()


@pytest.fixture
def ana(sandbox):
    return sandbox.add_person("Ana")


@pytest.fixture
def general(sandbox, ana):
    return sandbox.add_channel("general", members=[ana])


@pytest.fixture
async def written(bot, services, sandbox, general):
    """Wait until all work is done; return what stands in the channel."""

    async def wait() -> list[Message]:
        await sandbox.settle()
        await sandbox.wait_for(lambda: sandbox.messages(general))
        await services.durable.wait_idle()
        return sandbox.messages(general)

    return wait


def markdown(message) -> str:
    return "\n".join(block["text"] for block in message.blocks if block["type"] == "markdown")


async def test_a_command_gets_a_placeholder_at_once_and_then_the_text(
    bot, sandbox, services, endpoint, ana, general
):
    endpoint.fail(Slow(1.0))

    delivery = await ana.command(general, "/draft", "announce that R&D opens at 9")

    (placeholder,) = await sandbox.wait_for(lambda: sandbox.messages(general))
    assert delivery.acked
    assert delivery.text == ""
    assert "Writing" in placeholder.text
    await services.durable.wait_idle()
    assert "R&D opens at 9" in markdown(sandbox.messages(general)[0])


async def test_a_command_without_a_brief_opens_the_modal_and_its_draft_follows(ana, general, written):
    delivery = await ana.command(general, "/draft")
    view = await ana.next_view()
    result = await ana.submit(
        view, {"brief": {"brief": "R&D <opens> at 9"}, "task": {"task": "announcement"}}
    )

    (message,) = await written()
    assert delivery.acked
    assert result.closed
    assert "R&D <opens> at 9" in markdown(message)
    assert "Announcement" in str(message.blocks[0])


async def test_a_blank_brief_in_the_modal_is_told_beside_its_field(bot, sandbox, ana, general):
    await ana.command(general, "/draft")
    view = await ana.next_view()

    result = await ana.submit(view, {"brief": {"brief": "   "}})

    assert "Tell me what to write" in result.errors["brief"]
    assert sandbox.messages(general) == []


async def test_a_brief_that_is_too_long_is_told_only_to_its_author(bot, sandbox, ana, general):
    delivery = await ana.command(general, "/draft", "x" * 10_001)

    assert "Could you shorten it?" in str(delivery.answer)
    assert sandbox.messages(general) == []


async def test_the_global_shortcut_posts_where_the_modal_says(bot, sandbox, ana, general, written):
    await ana.global_shortcut("new_draft")
    view = await ana.next_view()

    await ana.submit(view, {"brief": {"brief": "the office opens at 9"}, "channel": {"channel": general.id}})

    (message,) = await written()
    assert "The office opens at 9" in markdown(message)


async def test_the_message_shortcut_drafts_a_reply_in_the_messages_thread(
    sandbox, endpoint, ana, general, written
):
    message = await ana.say(general, "Could you send R&D the slides?")

    delivery = await ana.message_shortcut(message, "draft_reply")

    await written()
    (reply,) = sandbox.messages(general, thread=message)
    assert delivery.acked
    assert "Reply" in str(reply.blocks[0])
    assert "<context>\nCould you send R&amp;D the slides?\n</context>" in endpoint.prompts[0]


async def test_a_mention_is_a_brief_and_its_thread_the_context(bot, sandbox, endpoint, ana, general):
    question = await ana.say(general, "When do we open?")
    await ana.say(general, "At nine, I think.", thread=question)
    await ana.say(general, f"{sandbox.mention} answer that we open at nine", thread=question)

    reply = await sandbox.wait_for(
        lambda: next(filter(markdown, sandbox.messages(general, thread=question)), None)
    )

    assert "nine" in markdown(reply)
    assert "Person 1: At nine, I think." in endpoint.prompts[0]
    assert "<brief>\nanswer that we open at nine\n</brief>" in endpoint.prompts[0]


async def test_a_mention_delivered_again_is_one_draft(bot, sandbox, services, endpoint, ana, general):
    await ana.say(general, f"{sandbox.mention} say that the office opens at 9")
    await sandbox.wait_for(lambda: any(map(markdown, sandbox.messages(general))))
    for delivery in list(sandbox.deliveries):
        await sandbox.redeliver(delivery)

    await ana.say(general, f"{sandbox.mention} say that lunch is at noon")
    await sandbox.wait_for(lambda: len(endpoint.requests) == 2)
    await services.durable.wait_idle()

    assert len([message for message in sandbox.messages(general) if markdown(message)]) == 2
    assert len(endpoint.requests) == 2


async def test_a_bare_mention_gets_a_note_and_no_draft(bot, sandbox, ana, general):
    await ana.say(general, sandbox.mention)

    (note,) = await sandbox.wait_for(lambda: ana.ephemerals(general))

    assert "Tell me what to write" in note.text
    assert len(sandbox.messages(general)) == 1


async def test_retry_after_a_failure_writes_the_draft_once(
    sandbox, services, endpoint, ana, general, written
):
    endpoint.fail(Status(401))
    await ana.command(general, "/draft", "announce that the office opens at 9")
    (message,) = await written()
    (note,) = sandbox.messages(general, thread=message)

    press = await ana.press(note, "draft_retry")
    await services.durable.wait_idle()

    assert press.acked
    assert "The office opens at 9" in markdown(sandbox.messages(general)[0])
    assert len(sandbox.messages(general)) == 1
    assert "draft_retry" not in str(sandbox.messages(general, thread=message)[0].blocks)


async def test_a_model_that_stays_down_is_tried_again_before_the_person_is_told(
    sandbox, endpoint, ana, general, written
):
    endpoint.fail(*[Status(503)] * 3)

    await ana.command(general, "/draft", "announce that the office opens at 9")

    (message,) = await written()
    (note,) = sandbox.messages(general, thread=message)
    assert len(endpoint.requests) == 3
    assert "could not reach the model" in note.text


async def test_a_model_that_is_too_slow_is_told_after_one_deadline(
    sandbox, endpoint, services, ana, general, written
):
    services.model._deadline = 0.3
    endpoint.fail(Slow(30))

    await ana.command(general, "/draft", "announce that the office opens at 9")

    (message,) = await written()
    (note,) = sandbox.messages(general, thread=message)
    assert len(endpoint.requests) == 1
    assert "took too long" in note.text


async def test_a_model_that_comes_back_is_not_noticed(sandbox, endpoint, ana, general, written):
    endpoint.fail(Status(503))

    await ana.command(general, "/draft", "announce that the office opens at 9")

    (message,) = await written()
    assert "The office opens at 9" in markdown(message)
    assert sandbox.messages(general, thread=message) == []


async def test_why_this_draft_is_shown_to_whoever_asks(sandbox, ana, general, written):
    await ana.command(general, "/draft", "announce that the office opens at 9")
    (message,) = await written()

    press = await ana.press(message, "draft_more", selected_option="why")

    (note,) = await sandbox.wait_for(lambda: ana.ephemerals(general))
    assert press.acked
    assert "Why this draft?" in str(note.blocks)


async def test_a_channel_without_us_is_told_in_a_direct_message(bot, sandbox, ana):
    elsewhere = sandbox.add_channel("elsewhere", members=[ana], bot=False)

    delivery = await ana.command(elsewhere, "/draft", "say hi")

    (note,) = await sandbox.wait_for(lambda: sandbox.messages(ana.direct))
    assert delivery.acked
    assert "/invite" in note.text


async def test_a_wish_in_the_thread_becomes_a_revised_draft(sandbox, ana, general, written):
    await ana.command(general, "/draft", "announce that the office opens at 9")
    (message,) = await written()

    await ana.say(general, "No exclamation marks please", thread=message)

    revised = await sandbox.wait_for(lambda: revised_below(sandbox, general, message))
    assert "!" not in markdown(revised).split("~~")[0]
    assert "% changed" in str(revised.blocks[0])
    assert "draft_vote" in str(revised.blocks)


async def test_a_revision_that_failed_has_a_retry_of_its_own(
    sandbox, services, endpoint, ana, general, written
):
    await ana.command(general, "/draft", "announce that the office opens at 9")
    (message,) = await written()
    endpoint.fail(Status(401))
    await ana.say(general, "No exclamation marks please", thread=message)
    note = await sandbox.wait_for(lambda: with_button(sandbox, general, message, "revise_retry"))

    press = await ana.press(note, "revise_retry")

    assert press.acked
    await sandbox.wait_for(lambda: revised_below(sandbox, general, message))
    await services.durable.wait_idle()
    assert with_button(sandbox, general, message, "revise_retry") is None


async def test_a_mention_below_a_draft_is_a_new_brief_and_no_correction(
    sandbox, services, endpoint, ana, general, written
):
    await ana.command(general, "/draft", "announce that the office opens at 9")
    (message,) = await written()

    await ana.say(general, f"{sandbox.mention} say that lunch is at noon", thread=message)

    reply = await sandbox.wait_for(
        lambda: next(filter(markdown, sandbox.messages(general, thread=message)), None)
    )
    await services.durable.wait_idle()
    assert "Lunch is at noon" in markdown(reply)
    async with services.database.read() as unit:
        assert await unit.corrections.of_workspace(sandbox.team_id) == []


def revised_below(sandbox, general, message):
    replies = sandbox.messages(general, thread=message)
    return next((reply for reply in replies if "Revised from your correction" in str(reply.blocks)), None)


def with_button(sandbox, general, message, action_id):
    replies = sandbox.messages(general, thread=message)
    return next((reply for reply in replies if action_id in str(reply.blocks)), None)
