import json

import pytest
from slack_sdk.errors import SlackApiError

from tests.integration.sandbox_page.test_doing import on_anything, post_draft


async def inspected(visit, **parameters):
    screen = await visit.screen(visit.ana, panel="inspector", **parameters)
    return screen["regions"]["inspector-head"], screen["lists"]["inspector"]


async def test_calls_and_deliveries_are_shown_newest_first(connected):
    on_anything(connected)
    draft = await post_draft(connected)
    target = {"channel": connected.general.id, "ts": draft.ts}
    await connected.do(connected.ana, "press", target=target, action_id="use", block_id="again", value="8")

    head, items = await inspected(connected)

    assert "newest first" in head
    pressed, posted = [
        next(n for n, item in enumerate(items) if name in item["html"])
        for name in ("block_actions use", "chat.postMessage")
    ]
    assert pressed < posted
    assert "acknowledged in " in items[pressed]["html"]
    posted = items[posted]["html"]
    assert "call--out" in posted
    assert "bot → Slack" in posted
    assert "&#34;action_id&#34;: &#34;vote&#34;" in posted


async def test_refusals_and_faults_are_marked(visit):
    visit.sandbox.inject("auth.test", "ratelimited")
    for call in (visit.client.auth_test(), visit.client.chat_postMessage(channel="C404", text="x")):
        with pytest.raises(SlackApiError):
            await call

    _, items = await inspected(visit)

    assert "channel_not_found" in items[0]["html"]
    assert "call--failed" in items[0]["html"]
    assert "ratelimited · 429" in items[1]["html"]


async def test_a_delivery_that_is_waiting_or_failed_says_so(visit):
    await visit.ana.say(visit.general, "hello")
    await visit.do(visit.ana, "command", channel=visit.general.id, text="/draft x")

    _, items = await inspected(visit)

    assert "not acknowledged: no_connection" in items[0]["html"]
    assert "waiting" in items[1]["html"]


async def test_a_search_finds_what_stands_in_the_raw_json(visit):
    await visit.ana.say(visit.general, "needle")
    await visit.client.auth_test()

    _, found = await inspected(visit, q="NEEDLE")
    _, by_name = await inspected(visit, q="auth.test")
    _, none = await inspected(visit, q="haystack-without")

    assert (len(found), len(by_name), none) == (1, 1, [])


async def test_only_the_latest_are_shown(visit):
    for number in range(230):
        await visit.ana.say(visit.general, f"message {number}")

    _, items = await inspected(visit)

    assert len(items) == 200
    assert "message 229" in items[0]["html"]


async def test_no_secret_is_ever_shown(connected):
    on_anything(connected)
    app = connected.sandbox.app
    await post_draft(connected)
    leak = (
        f"{app.bot_token} {app.app_token} {app.signing_secret} {app.client_secret} {app.verification_token}"
    )
    await connected.client.chat_postMessage(
        channel=connected.ana.direct.id,
        text=leak,
        metadata=json.dumps({"event_type": "x", "event_payload": {"token": app.bot_token}}),
    )
    await connected.sandbox.settle()

    _, items = await inspected(connected)

    shown = "".join(item["html"] for item in items)
    assert "…" in shown
    for secret in leak.split():
        assert secret not in shown


async def test_what_did_not_change_is_built_once(connected):
    await post_draft(connected)

    first = await inspected(connected)
    second = await inspected(connected)

    assert first == second


async def test_json_that_travels_as_text_is_unpacked_and_broken_json_is_left(visit):
    await visit.client.api_call("chat.postMessage", params={"channel": visit.general.id, "text": "[not json"})
    blocks = '[{"type": "divider"}]'
    await visit.client.api_call(
        "chat.postMessage", params={"channel": visit.general.id, "text": "x", "blocks": blocks}
    )

    _, items = await inspected(visit, q="chat.postMessage")

    assert "&#34;type&#34;: &#34;divider&#34;" in items[0]["html"]
    assert "[not json" in items[1]["html"]


async def test_a_very_long_payload_is_cut(visit):
    await visit.ana.say(visit.general, "x" * 30_000)

    _, items = await inspected(visit)

    assert "… (cut)" in items[0]["html"]
