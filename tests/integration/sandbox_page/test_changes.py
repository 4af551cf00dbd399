import asyncio
import json

import pytest

from bot.sandbox.page import changes


async def next_event(stream):
    while line := (await stream.content.readline()).decode():
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))["version"]
    return None


async def test_an_open_page_hears_of_every_kind_of_change(visit):
    async with visit.http.get(f"{visit.url}/changes") as stream:
        assert stream.content_type == "text/event-stream"
        heard = [await next_event(stream)]
        for deed in (
            visit.ana.say(visit.general, "one"),
            visit.client.auth_test(),
            visit.do(visit.ana, "open_home"),
            visit.client.chat_postEphemeral(channel=visit.general.id, user=visit.ana.user_id, text="psst"),
        ):
            await deed
            heard.append(await asyncio.wait_for(next_event(stream), 5))

    assert heard == sorted(set(heard))


async def test_a_burst_is_told_once(visit):
    async with visit.http.get(f"{visit.url}/changes") as stream:
        await next_event(stream)
        for number in range(50):
            await visit.ana.say(visit.general, f"{number}")

        first = await asyncio.wait_for(next_event(stream), 5)
        last = first
        while last < visit.page._changes.version:
            last = await asyncio.wait_for(next_event(stream), 5)

    assert (await visit.screen(visit.ana))["version"] == last


async def test_nothing_is_said_while_nothing_happens(visit):
    async with visit.http.get(f"{visit.url}/changes") as stream:
        version = await next_event(stream)
        await visit.screen(visit.ana)

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(next_event(stream), 0.5)

    assert (await visit.screen(visit.ana))["version"] == version


async def test_a_heartbeat_keeps_the_line_open(visit, monkeypatch):
    monkeypatch.setattr(changes, "HEARTBEAT_SECONDS", 0.05)
    async with visit.http.get(f"{visit.url}/changes") as stream:
        await next_event(stream)
        await stream.content.readline()

        beat = await asyncio.wait_for(stream.content.readline(), 5)

    assert beat.startswith(b":")


async def test_stopping_ends_the_open_streams(visit):
    async with visit.http.get(f"{visit.url}/changes") as stream:
        await next_event(stream)
        await visit.page.stop()

        assert await asyncio.wait_for(next_event(stream), 5) is None
    assert visit.sandbox.workspace.watchers == []
