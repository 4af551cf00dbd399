import asyncio
import json
import sys

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import CannotError, RemoteSandbox, deed

CONFIG = {
    "ack_seconds": 1.0,
    "retry_delays": [0.0, 0.05],
    "people": [{"name": "Ana", "admin": True}, {"name": "Bo"}],
    "channels": [{"name": "general", "members": ["Ana", "Bo"]}],
}


@pytest.fixture
async def remote(tmp_path):
    path = tmp_path / "sandbox.json"
    path.write_text(json.dumps(CONFIG))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--config", str(path), stdout=asyncio.subprocess.PIPE
    )
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    async with RemoteSandbox(ready) as sandbox:
        yield sandbox
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_people_are_played_over_the_control_interface(remote):
    ana, general = remote.people["Ana"], remote.channels["general"]
    client = AsyncWebClient(token=remote.bot_token, base_url=remote.api_url)
    message = await ana.say(general, "hello", files=[("a.txt", b"abc")])
    await ana.react(message, "+1")
    await client.chat_postMessage(channel=general.id, text="draft", thread_ts=message.ts)

    replies = await remote.messages(general, thread=message)
    reacted = await remote.message(general, ts=message.ts)
    calls = await remote.calls()

    assert [reply.text for reply in replies] == ["draft"]
    assert reacted.reactions == {"+1": [ana.user_id]}
    assert [call.method for call in calls] == ["chat.postMessage"]
    assert (await remote.files())[0].content == b"abc"
    with pytest.raises(CannotError):
        await ana.press(message, "nothing")
    with pytest.raises(LookupError):
        await remote.stop()


async def test_a_burst_is_one_request_and_deliveries_can_be_read(remote):
    ana, general = remote.people["Ana"], remote.channels["general"]
    cleo = await remote.add_person("Cleo")
    message = await ana.say(general, "vote")
    people = [ana, remote.people["Bo"], cleo]
    await remote.burst([deed("react", message, "+1", on=person.user_id) for person in people])
    answer = await AsyncWebClient(base_url=remote.api_url).apps_connections_open(app_token=remote.app_token)

    async with aiohttp.ClientSession() as session, session.ws_connect(answer["url"]) as socket:
        await socket.receive_json()
        for _ in range(4):
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await remote.settle()

    deliveries = await remote.deliveries()
    assert [delivery.acked for delivery in deliveries] == [True] * 4
    assert {delivery.event["user"] for delivery in deliveries[1:]} == {person.user_id for person in people}


async def test_other_web_pages_cannot_play_people(remote):
    url = remote.api_url.replace("/api/", "/control/do")
    async with aiohttp.ClientSession() as session:
        as_form = await session.post(url, data=json.dumps({"verb": "calls"}))
        by_name = await session.post(url, json={"verb": "calls"}, headers={"Host": "evil.example"})

    assert (as_form.status, by_name.status) == (415, 421)
