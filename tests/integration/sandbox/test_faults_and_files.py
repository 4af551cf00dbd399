import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox


async def test_a_429_says_how_long_to_wait_and_the_sdk_waits(scene):
    scene.sandbox.inject("chat.postMessage", "ratelimited", retry_after=0)
    scene.client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))

    await scene.client.chat_postMessage(channel=scene.general.id, text="hello")

    assert [call.status for call in scene.sandbox.calls] == [429, 200]
    assert len(scene.sandbox.messages(scene.general)) == 1


@pytest.mark.parametrize("kind", ["server_error", "html"])
async def test_what_is_not_json_fails_in_the_sdk(scene, kind):
    scene.sandbox.inject("chat.postMessage", kind)

    with pytest.raises(SlackApiError):
        await scene.client.chat_postMessage(channel=scene.general.id, text="hello")

    assert scene.sandbox.messages(scene.general) == []


@pytest.mark.parametrize(("kind", "happened"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_may_hide_a_post_that_happened(scene, kind, happened):
    scene.sandbox.inject("chat.postMessage", kind)

    with pytest.raises(aiohttp.ClientError):
        await scene.client.chat_postMessage(channel=scene.general.id, text="hello")

    assert len(scene.sandbox.messages(scene.general)) == happened
    assert [(call.fault, call.ok) for call in scene.sandbox.calls] == [(kind, bool(happened))]


async def test_delays_errors_and_every_method_at_once(scene):
    scene.sandbox.inject("*", "error", code="internal_error", times=2)
    scene.sandbox.inject("auth.test", "delay", seconds=0.01)

    with pytest.raises(SlackApiError, match="internal_error"):
        await scene.client.conversations_list()
    delayed = await scene.client.auth_test()
    with pytest.raises(SlackApiError, match="internal_error"):
        await scene.client.conversations_list()

    assert delayed["ok"]


async def test_rate_limits_are_slacks_when_switched_on():
    async with Sandbox(rate_limits=True, clock=lambda: 1_760_000_000.0) as sandbox:
        one, two = sandbox.add_channel("one"), sandbox.add_channel("two")
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        for _ in range(3):
            await client.chat_postMessage(channel=one.id, text="hello")

        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=one.id, text="too fast")
        await client.chat_postMessage(channel=two.id, text="another channel")

        assert caught.value.response["error"] == "ratelimited"
        assert caught.value.response.headers["Retry-After"] == "1"


async def test_other_methods_are_limited_by_their_tier_and_recover():
    now = [1_760_000_000.0]
    async with Sandbox(rate_limits=True, clock=lambda: now[0]) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        for _ in range(20):
            await client.users_list()

        with pytest.raises(SlackApiError) as caught:
            await client.users_list()
        now[0] += float(caught.value.response.headers["Retry-After"])

        assert (await client.users_list())["ok"]


async def test_files_go_up_in_three_steps_and_come_down_again(scene):
    first = await scene.ana.say(scene.general, "chart please")
    uploaded = await scene.client.files_upload_v2(
        filename="trend.png",
        content=b"not really a picture",
        title="Trend",
        alt_txt="Acceptance went up",
        channel=scene.general.id,
        thread_ts=first.ts,
        initial_comment="This week",
    )
    info = await scene.client.files_info(file=uploaded["file"]["id"])
    headers = {"Authorization": f"Bearer {scene.sandbox.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        content = await (await session.get(info["file"]["url_private"])).read()

    reply = scene.sandbox.messages(scene.general, thread=first)[0]
    assert (reply.text, reply.subtype, reply.files[0]["title"]) == ("This week", "file_share", "Trend")
    assert content == b"not really a picture"
    assert scene.sandbox.files[0].alt_text == "Acceptance went up"
    image = {"type": "image", "alt_text": "Acceptance", "slack_file": {"id": uploaded["file"]["id"]}}
    assert (await scene.client.chat_postMessage(channel=scene.general.id, text="x", blocks=[image]))["ok"]
    await scene.client.files_delete(file=uploaded["file"]["id"])
    assert scene.sandbox.files == []


async def test_a_file_that_never_arrived_cannot_be_shared(scene):
    announced = await scene.client.files_getUploadURLExternal(filename="a.txt", length=3)

    with pytest.raises(SlackApiError, match="file_not_found"):
        await scene.client.files_completeUploadExternal(files=[{"id": announced["file_id"], "title": "a"}])


async def test_a_stream_grows_and_ends_as_one_message(scene):
    first = await scene.ana.say(scene.general, "a brief")
    stream = await scene.client.chat_stream(
        channel=scene.general.id,
        thread_ts=first.ts,
        recipient_team_id=scene.sandbox.team_id,
        recipient_user_id=scene.ana.user_id,
        buffer_size=1,
    )
    for word in ("Hello ", "dear ", "team."):
        await stream.append(markdown_text=word)
    growing = scene.sandbox.messages(scene.general, thread=first)[0]
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await scene.client.chat_update(channel=scene.general.id, ts=growing.ts, text="x")
    await stream.stop(blocks=[{"type": "divider"}])

    message = scene.sandbox.messages(scene.general, thread=first)[0]
    assert message.text == "Hello dear team."
    assert [block["type"] for block in message.blocks] == ["markdown", "divider"]
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await scene.client.chat_appendStream(channel=scene.general.id, ts=message.ts, markdown_text="more")


async def test_a_task_card_in_a_stream_stands_above_its_text_until_the_message_is_replaced(scene):
    first = await scene.ana.say(scene.general, "a brief")
    recipient = {"recipient_team_id": scene.sandbox.team_id, "recipient_user_id": scene.ana.user_id}
    card = {"type": "task_update", "id": "k1", "title": "Writing", "status": "in_progress"}
    started = await scene.client.chat_startStream(
        channel=scene.general.id, thread_ts=first.ts, chunks=[card], **recipient
    )
    place = {"channel": scene.general.id, "ts": started["ts"]}
    done = {"type": "task_update", "id": "k1", "title": "Written", "status": "complete"}
    await scene.client.chat_appendStream(**place, chunks=[{"type": "markdown_text", "text": "Hello."}, done])

    message = scene.sandbox.messages(scene.general, thread=first)[0]
    assert [(block["task_id"], block["title"]) for block in message.blocks] == [("k1", "Written")]
    await scene.client.chat_stopStream(**place)
    assert [block["type"] for block in message.blocks] == ["task_card", "markdown"]
    await scene.client.chat_update(**place, text="Whole.", blocks=[])
    assert message.blocks == []
    with pytest.raises(SlackApiError, match="invalid_chunks"):
        await scene.client.chat_startStream(
            channel=scene.general.id,
            thread_ts=first.ts,
            chunks=[{"type": "task_update", "id": "k2"}],
            **recipient,
        )


async def test_a_stream_in_a_channel_needs_a_recipient_and_closes_after_five_minutes():
    now = [1_760_000_000.0]
    async with Sandbox(clock=lambda: now[0]) as sandbox:
        ana = sandbox.add_person("Ana")
        channel = sandbox.add_channel("general", members=[ana])
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        first = await ana.say(channel, "a brief")
        recipient = {"recipient_team_id": sandbox.team_id, "recipient_user_id": ana.user_id}

        with pytest.raises(SlackApiError, match="missing_recipient_team_id"):
            await client.chat_startStream(channel=channel.id, thread_ts=first.ts)
        started = await client.chat_startStream(channel=channel.id, thread_ts=first.ts, **recipient)
        now[0] += 301
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await client.chat_appendStream(channel=channel.id, ts=started["ts"], markdown_text="late")
        await client.chat_update(channel=channel.id, ts=started["ts"], text="by update then")

        assert sandbox.messages(channel, thread=first)[0].text == "by update then"
