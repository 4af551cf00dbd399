import pytest

from bot.sandbox import App, CannotError, Sandbox


def events(scene, kind=None):
    found = [delivery.event for delivery in scene.sandbox.deliveries]
    return [event for event in found if kind in (None, event.get("subtype"), event["type"])]


async def test_a_message_reaches_the_app_in_slacks_envelope(scene, any_app):
    seen = []

    @any_app.event("message")
    async def on_message(body):
        seen.append(body)

    message = await scene.ana.say(scene.general, "fish & <chips>")
    await scene.sandbox.settle()

    body = seen[0]
    assert (body["type"], body["team_id"]) == ("event_callback", scene.sandbox.team_id)
    assert body["authorizations"][0]["user_id"] == scene.sandbox.app.bot_user_id
    assert body["event"]["text"] == "fish &amp; &lt;chips&gt;"
    assert body["event"]["event_ts"] == message.ts
    assert scene.sandbox.deliveries[0].acked


async def test_a_mention_arrives_as_message_and_as_mention(scene, socket_app):
    seen = []

    @socket_app.event("app_mention")
    async def on_mention(event):
        seen.append(event)

    @socket_app.event("message")
    async def on_message(event):
        seen.append(event)

    await scene.ana.say(scene.general, f"{scene.sandbox.mention} a brief")
    await scene.sandbox.settle()

    assert sorted(event["type"] for event in seen) == ["app_mention", "message"]
    assert seen[0]["ts"] == seen[1]["ts"]


async def test_edits_unfurls_and_deletions_differ_as_in_slack(scene):
    message = await scene.ana.say(scene.general, "first")
    await scene.ana.edit(message, "second")
    scene.sandbox.unfurl(message)
    await scene.ana.delete(message)

    edit, unfurl = events(scene, "message_changed")
    deletion = events(scene, "message_deleted")[0]
    assert edit["message"]["edited"]["user"] == scene.ana.user_id
    assert (edit["previous_message"]["text"], edit["message"]["text"]) == ("first", "second")
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"] == "second"
    assert unfurl["message"]["edited"] == edit["message"]["edited"]
    assert (deletion["deleted_ts"], deletion["previous_message"]["text"]) == (message.ts, "second")
    assert scene.sandbox.messages(scene.general) == []


async def test_the_first_message_of_a_thread_leaves_a_tombstone(scene):
    first = await scene.ana.say(scene.general, "first")
    await scene.ana.say(scene.general, "reply", thread=first)

    await scene.ana.delete(first)

    change = events(scene, "message_changed")[0]
    assert change["message"]["subtype"] == "tombstone"
    assert change["previous_message"]["text"] == "first"


async def test_replies_broadcasts_and_files_are_told_apart(scene):
    first = await scene.ana.say(scene.general, "first")
    await scene.ana.say(scene.general, "reply", thread=first)
    await scene.ana.say(scene.general, "loud", thread=first, broadcast=True)
    await scene.ana.say(scene.general, "file", files=[("notes.txt", b"hello")])

    plain, reply, loud, file = events(scene, "message")
    assert "thread_ts" not in plain
    assert (reply["thread_ts"], reply["parent_user_id"]) == (first.ts, scene.ana.user_id)
    assert "subtype" not in reply
    assert (loud["subtype"], loud["root"]["ts"]) == ("thread_broadcast", first.ts)
    assert (file["subtype"], file["files"][0]["name"]) == ("file_share", "notes.txt")


async def test_reactions_carry_item_and_author_if_slack_knows_it(scene):
    message = await scene.ana.say(scene.general, "hello")
    await scene.ana.react(message, "+1::skin-tone-3")
    await scene.ana.react(message, "eyes", item_user=False)
    await scene.ana.unreact(message, "+1::skin-tone-3")

    added, anonymous = events(scene, "reaction_added")
    removed = events(scene, "reaction_removed")[0]
    assert added["item"] == {"type": "message", "channel": scene.general.id, "ts": message.ts}
    assert added["item_user"] == scene.ana.user_id
    assert "item_user" not in anonymous
    assert float(added["event_ts"]) < float(anonymous["event_ts"]) < float(removed["event_ts"])


async def test_the_bots_own_messages_are_events_too(scene):
    await scene.client.chat_postMessage(channel=scene.general.id, text="mine")

    event = events(scene, "message")[0]
    assert (event["bot_id"], event["app_id"]) == (scene.sandbox.app.bot_id, scene.sandbox.app.app_id)


async def test_only_what_the_app_may_hear_is_sent(scene):
    foreign = scene.sandbox.add_channel("foreign", members=[scene.ana], bot=False)
    secret = scene.sandbox.add_channel("secret", members=[scene.ana], private=True, bot=False)
    message = await scene.ana.say(foreign, "not for the bot")
    whisper = await scene.ana.say(secret, "neither")
    await scene.ana.react(message, "+1")
    await scene.ana.react(whisper, "+1")

    # Slack sends reactions from public channels that the bot is not in; facts of life.
    assert [(event["type"], event["item"]["channel"]) for event in events(scene)] == [
        ("reaction_added", foreign.id)
    ]


async def test_unsubscribed_events_and_missing_scopes_mean_silence():
    app = App(
        events=frozenset({"message.channels", "reaction_added"}), scopes=frozenset({"channels:history"})
    )
    async with Sandbox(app=app) as sandbox:
        ana = sandbox.add_person("Ana")
        channel = sandbox.add_channel("general", members=[ana])

        message = await ana.say(channel, "hello")
        await ana.react(message, "+1")
        await ana.open_home()

        assert [delivery.event["type"] for delivery in sandbox.deliveries] == ["message"]


async def test_the_life_of_a_workspace_is_announced(scene):
    sandbox = scene.sandbox
    bo = sandbox.add_person("Bo")
    await bo.join(scene.general)
    await bo.leave(scene.general)
    sandbox.rename(scene.general, "everybody")
    sandbox.change_person(bo, deleted=True)
    await scene.ana.open_home()
    sandbox.archive(scene.general, by=scene.ana)
    sandbox.uninstall()

    assert [event["type"] for event in events(scene)] == [
        "member_joined_channel",
        "member_left_channel",
        "channel_rename",
        "user_change",
        "app_home_opened",
        "channel_archive",
        "tokens_revoked",
        "app_uninstalled",
    ]
    assert events(scene, "user_change")[0]["user"]["deleted"] is True
    assert events(scene, "channel_rename")[0]["channel"]["name"] == "everybody"


async def test_the_bot_hears_of_a_channel_from_its_invitation_to_its_removal(scene):
    foreign = scene.sandbox.add_channel("foreign", members=[scene.ana], bot=False)
    await scene.ana.say(foreign, "before")
    scene.sandbox.invite_bot(foreign)
    await scene.ana.say(foreign, "during")
    scene.sandbox.remove_bot(foreign)
    await scene.ana.say(foreign, "after")

    kinds = [(event["type"], event.get("text") or event["user"]) for event in events(scene)]
    bot = scene.sandbox.app.bot_user_id
    assert kinds == [("member_joined_channel", bot), ("message", "during"), ("member_left_channel", bot)]


async def test_strangers_of_shared_channels_are_marked(scene):
    sol = scene.sandbox.add_person("Sol", team="T0OTHER")
    shared = scene.sandbox.add_channel("shared", members=[scene.ana, sol])

    await sol.say(shared, "hello from outside")

    delivery = scene.sandbox.deliveries[0]
    assert delivery.payload["is_ext_shared_channel"] is True
    assert delivery.event["user_team"] == "T0OTHER"


async def test_stamps_are_unique_in_a_channel_and_may_collide_between_channels():
    sandbox = Sandbox(clock=lambda: 1_760_000_000.0)
    ana = sandbox.add_person("Ana")
    one, two = (
        sandbox.add_channel("one", members=[ana], bot=False),
        sandbox.add_channel("two", members=[ana], bot=False),
    )

    stamps = [(await ana.say(channel, "x")).ts for channel in (one, one, two)]

    assert stamps == ["1760000000.000000", "1760000000.000001", "1760000000.000000"]


async def test_people_cannot_do_what_slack_would_not_let_them(scene):
    bo = scene.sandbox.add_person("Bo")
    message = await scene.ana.say(scene.general, "mine")

    with pytest.raises(CannotError):
        await bo.say(scene.general, "not a member")
    with pytest.raises(CannotError):
        await bo.edit(message, "yours")
    with pytest.raises(CannotError):
        await scene.ana.press(message, "no_such_button")
