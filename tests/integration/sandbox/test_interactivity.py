import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import CannotError, Sandbox

PLAIN = {"type": "plain_text", "text": "x"}
STARS = [{"text": {"type": "plain_text", "text": f"{n}"}, "value": f"{n}"} for n in range(1, 6)]
SIDES = {
    "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "positive"},
    "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "negative"},
}
CONTROLS = [
    {"type": "markdown", "text": "**draft**"},
    {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "vote", **SIDES}]},
    {
        "type": "actions",
        "block_id": "controls",
        "elements": [
            {"type": "button", "action_id": "use", "text": PLAIN, "value": "7"},
            {"type": "static_select", "action_id": "stars", "options": STARS},
            {"type": "overflow", "action_id": "more", "options": STARS[:2]},
        ],
    },
]
TEXT = {
    "type": "plain_text_input",
    "action_id": "text",
    "initial_value": "first",
    "multiline": True,
    "max_length": 10,
}
KINDS = {"type": "checkboxes", "action_id": "kinds", "options": STARS}
WHO = {"type": "users_select", "action_id": "who"}


def field(name, element, **own):
    return {"type": "input", "block_id": name, "label": PLAIN, "element": element, **own}


def modal(**own):
    blocks = [field("text", TEXT), field("kinds", KINDS, optional=True), field("who", WHO, optional=True)]
    return {"type": "modal", "callback_id": "edit", "title": PLAIN, "submit": PLAIN, "blocks": blocks, **own}


async def post_draft(scene):
    posted = await scene.client.chat_postMessage(channel=scene.general.id, text="draft", blocks=CONTROLS)
    return scene.sandbox.message(scene.general, ts=posted["ts"])


async def open_modal(scene, app, **own):
    @app.shortcut("open")
    async def on_shortcut(ack, body, client):
        await client.views_open(trigger_id=body["trigger_id"], view=modal(**own))
        await ack()

    await scene.ana.global_shortcut("open")
    return await scene.ana.next_view()


async def test_every_control_sends_what_slack_sends(scene, any_app):
    actions = []

    @any_app.action("vote")
    @any_app.action("use")
    @any_app.action("stars")
    @any_app.action("more")
    async def on_action(ack, body):
        actions.append((body["actions"][0], body))
        await ack()

    draft = await post_draft(scene)
    deliveries = [
        await scene.ana.press(draft, "vote", value="negative"),
        await scene.ana.press(draft, "use"),
        await scene.ana.press(draft, "stars", selected_option="4"),
        await scene.ana.press(draft, "more", selected_option="2"),
    ]

    (vote, body), (use, _), (stars, with_state), (more, _) = actions
    assert all(delivery.acked for delivery in deliveries)
    assert (vote["type"], vote["value"], vote["text"]["text"]) == ("feedback_buttons", "negative", "Bad")
    assert (use["type"], use["value"], use["block_id"]) == ("button", "7", "controls")
    assert stars["selected_option"]["value"] == "4"
    assert with_state["state"]["values"]["controls"]["stars"]["selected_option"]["value"] == "4"
    assert (more["type"], more["selected_option"]["value"]) == ("overflow", "2")
    assert body["container"]["message_ts"] == body["message"]["ts"] == draft.ts
    assert body["user"]["id"] == scene.ana.user_id


async def test_what_is_not_there_cannot_be_pressed(scene):
    draft = await post_draft(scene)

    for action_id, chosen in (("gone", {}), ("vote", {"value": "meh"}), ("use", {"value": "8"})):
        with pytest.raises(CannotError):
            await scene.ana.press(draft, action_id, **chosen)
    with pytest.raises(CannotError):
        await scene.ana.press(draft, "stars", selected_option="6")


async def test_a_command_is_answered_to_one_person_or_to_all(scene, any_app):
    @any_app.command("/draft")
    async def on_draft(ack, command, respond):
        await ack("One moment.")
        await respond(f"Here is {command['text']}.", response_type="in_channel")

    delivery = await scene.ana.command(scene.general, "/draft", "a brief")
    await scene.sandbox.wait_for(lambda: scene.sandbox.messages(scene.general))

    assert delivery.text == "One moment."
    assert [message.text for message in scene.ana.ephemerals(scene.general)] == ["One moment."]
    assert scene.sandbox.messages(scene.general)[0].text == "Here is a brief."


async def test_an_unanswered_command_fails_after_slacks_patience(impatient_scene):
    scene = impatient_scene
    answer = await scene.client.apps_connections_open(app_token=scene.sandbox.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(answer["url"]) as socket:
        await socket.receive_json()

        delivery = await scene.ana.command(scene.general, "/draft")

    assert (delivery.outcome, delivery.attempts[0].result) == ("failed", "timeout")
    assert len(delivery.attempts) == 1


async def test_a_modal_comes_back_with_errors_until_it_is_right(scene, any_app):
    states = []

    @any_app.view("edit")
    async def on_edit(ack, view):
        states.append(view["state"]["values"])
        wrong = view["state"]["values"]["text"]["text"]["value"] == "bad"
        await (ack(response_action="errors", errors={"text": "Not that."}) if wrong else ack())

    view = await open_modal(scene, any_app, private_metadata="draft 7")
    refused = await scene.ana.submit(view, {"text": {"text": "bad"}, "who": {"who": scene.ana.user_id}})
    accepted = await scene.ana.submit(view, {"text": {"text": "good"}, "kinds": {"kinds": ["1", "3"]}})

    assert view.private_metadata == "draft 7"
    assert (refused.errors, refused.closed) == ({"text": "Not that."}, False)
    assert (accepted.errors, accepted.closed, scene.ana.open_views) == ({}, True, [])
    assert states[0]["who"]["who"]["selected_user"] == scene.ana.user_id
    assert states[1]["who"]["who"]["selected_user"] == scene.ana.user_id
    assert [option["value"] for option in states[1]["kinds"]["kinds"]["selected_options"]] == ["1", "3"]


async def test_untouched_fields_keep_what_stands_there(scene, socket_app):
    seen = []

    @socket_app.view("edit")
    async def on_edit(ack, view):
        seen.append(view["state"]["values"])
        await ack()

    await scene.ana.submit(await open_modal(scene, socket_app))

    assert seen[0]["text"]["text"]["value"] == "first"
    assert seen[0]["kinds"]["kinds"]["selected_options"] == []
    assert seen[0]["who"]["who"]["selected_user"] is None


async def test_slacks_client_does_not_submit_what_is_empty_or_too_long(scene, socket_app):
    view = await open_modal(scene, socket_app)

    for entries in ({"text": {"text": ""}}, {"text": {"text": "x" * 11}}, {"nowhere": {"text": "x"}}):
        with pytest.raises(CannotError):
            await scene.ana.submit(view, entries)
    assert scene.ana.open_views == [view]


async def test_views_are_updated_pushed_and_cleared(scene, any_app):
    answers = [
        {"response_action": "update", "view": modal(callback_id="second")},
        {"response_action": "push", "view": modal(callback_id="third")},
        {"response_action": "clear"},
    ]

    @any_app.view({"type": "view_submission", "callback_id": "edit"})
    @any_app.view({"type": "view_submission", "callback_id": "second"})
    @any_app.view({"type": "view_submission", "callback_id": "third"})
    async def on_submit(ack):
        await ack(**answers.pop(0))

    view = await open_modal(scene, any_app)
    updated = (await scene.ana.submit(view)).view
    pushed = (await scene.ana.submit(updated)).view
    stack = [shown.callback_id for shown in scene.ana.open_views]
    cleared = await scene.ana.submit(pushed)

    assert updated.id == view.id
    assert pushed.payload["previous_view_id"] == view.id
    assert stack == ["second", "third"]
    assert cleared.closed
    assert scene.ana.open_views == []


async def test_the_app_can_update_and_push_by_itself(scene, socket_app):
    view = await open_modal(scene, socket_app, blocks=[CONTROLS[2]], external_id="ours")

    @socket_app.action("use")
    async def on_use(ack, body, client):
        await client.views_push(trigger_id=body["trigger_id"], view=modal(callback_id="above"))
        await ack()

    await scene.client.views_update(external_id="ours", view=modal(blocks=[CONTROLS[2]], external_id="ours"))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await scene.client.views_update(view_id=view.id, hash="old", view=modal())
    await scene.ana.press(view, "use")

    assert [shown.callback_id for shown in scene.ana.open_views] == ["edit", "above"]


async def test_a_press_in_a_modal_carries_what_stands_in_its_fields(scene, socket_app):
    seen = []

    @socket_app.action("stars")
    async def on_stars(ack, body):
        seen.append(body["view"]["state"]["values"])
        await ack()

    view = await open_modal(scene, socket_app, blocks=[CONTROLS[2], field("text", TEXT)])
    await scene.ana.press(view, "stars", selected_option="5", state={"text": {"text": "typed"}})

    assert seen[0]["controls"]["stars"]["selected_option"]["value"] == "5"
    assert seen[0]["text"]["text"]["value"] == "typed"
    assert scene.ana.open_views[0].payload["state"]["values"] == seen[0]


async def test_closing_is_told_when_the_app_wants_to_know(scene, socket_app):
    closed = []

    @socket_app.view_closed("edit")
    async def on_closed(ack, view):
        closed.append(view["id"])
        await ack()

    view = await open_modal(scene, socket_app, notify_on_close=True)
    await scene.ana.close(view)

    assert closed == [view.id]


async def test_triggers_expire_and_are_good_once():
    now = [1_760_000_000.0]
    async with Sandbox(clock=lambda: now[0]) as sandbox:
        from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415

        ana = sandbox.add_person("Ana")
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        used, late = (sandbox.workspace.issue_trigger(ana.user_id) for _ in range(2))

        await client.views_open(trigger_id=used, view=modal())
        now[0] += 3.1

        for trigger, error in ((late, "expired_trigger_id"), ("1.2.x", "invalid_trigger_id")):
            with pytest.raises(SlackApiError, match=error):
                await client.views_open(trigger_id=trigger, view=modal())
        now[0] -= 3.1
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await client.views_open(trigger_id=used, view=modal())


async def test_a_refused_view_is_explained(scene, socket_app):
    with pytest.raises(SlackApiError) as caught:
        await scene.client.views_open(
            trigger_id=scene.sandbox.workspace.issue_trigger(scene.ana.user_id),
            view=modal(title={"type": "plain_text", "text": "x" * 25}),
        )

    assert caught.value.response["error"] == "invalid_arguments"
    assert "json-pointer:/view/title/text" in caught.value.response["response_metadata"]["messages"][0]


async def test_response_urls_replace_delete_and_wear_out(scene, socket_app):
    urls = []

    @socket_app.action("use")
    async def on_use(ack, body):
        urls.append(body["response_url"])
        await ack()

    draft = await post_draft(scene)
    await scene.ana.press(draft, "use")
    webhook = AsyncWebhookClient(urls[0])
    replaced = await webhook.send(text="replaced", replace_original=True)
    refused = await webhook.send(text="x", blocks=[{"type": "marquee"}])
    for _ in range(3):
        await webhook.send(text="only for you", replace_original=False)
    deleted = await webhook.send(delete_original=True)
    spent = await webhook.send(text="once too often")

    assert (replaced.status_code, refused.status_code, deleted.status_code) == (200, 400, 200)
    assert "invalid_blocks" in refused.body
    assert len(scene.ana.ephemerals(scene.general)) == 3
    assert scene.sandbox.messages(scene.general) == []
    assert (spent.status_code, "used_url" in spent.body) == (404, True)


async def test_ephemeral_messages_can_be_pressed_and_taken_away(scene, socket_app):
    @socket_app.action("use")
    async def on_use(ack, body, respond):
        assert "message" not in body
        await ack()
        await respond(delete_original=True)

    await scene.client.chat_postEphemeral(
        channel=scene.general.id, user=scene.ana.user_id, text="psst", blocks=CONTROLS[2:]
    )
    await scene.ana.press(scene.ana.ephemerals()[0], "use")
    await scene.sandbox.wait_for(lambda: not scene.ana.ephemerals())

    assert scene.sandbox.messages(scene.general) == []


async def test_shortcuts_carry_the_message(scene, any_app):
    seen = []

    @any_app.shortcut("draft_reply")
    async def on_shortcut(ack, body):
        seen.append(body)
        await ack()

    message = await scene.ana.say(scene.general, "please answer")
    delivery = await scene.ana.message_shortcut(message, "draft_reply")

    assert delivery.acked
    assert (seen[0]["type"], seen[0]["message"]["text"]) == ("message_action", "please answer")
    assert seen[0]["channel"]["id"] == scene.general.id


async def test_a_home_is_published_and_found_again(scene, any_app):
    @any_app.event("app_home_opened")
    async def on_home(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CONTROLS[2:]})

    @any_app.action("use")
    async def on_use(ack):
        await ack()

    await scene.ana.open_home()
    await scene.sandbox.wait_for(lambda: scene.ana.home)

    assert (await scene.ana.press(scene.ana.home, "use")).acked


async def test_an_external_select_offers_what_the_app_answers(scene, any_app):
    @any_app.options("pick")
    async def on_options(ack, body):
        await ack(options=[STARS[int(body["value"])]])

    select = {"type": "external_select", "action_id": "pick", "min_query_length": 0}
    view = await open_modal(scene, any_app, blocks=[field("pick", select)])

    assert await scene.ana.suggest(view, "pick", "2") == [STARS[2]]
