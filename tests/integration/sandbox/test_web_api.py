import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import App, Sandbox

METADATA = {"event_type": "draftloop_post", "event_payload": {"key": "k1"}}


async def refusal(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def test_a_post_comes_back_in_history_with_its_metadata_only_when_asked(scene):
    posted = await scene.client.chat_postMessage(channel=scene.general.id, text="hello", metadata=METADATA)

    plain = await scene.client.conversations_history(channel=scene.general.id)
    full = await scene.client.conversations_history(channel=scene.general.id, include_all_metadata=True)

    assert plain["messages"][0]["ts"] == posted["ts"]
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == METADATA
    assert full["messages"][0]["app_id"] == scene.sandbox.app.app_id


async def test_a_thread_is_told_from_its_first_message_and_pages_by_cursor(scene):
    first = await scene.ana.say(scene.general, "first")
    for number in range(5):
        await scene.client.chat_postMessage(channel=scene.general.id, text=f"{number}", thread_ts=first.ts)

    texts = []
    async for page in await scene.client.conversations_replies(
        channel=scene.general.id, ts=first.ts, limit=2
    ):
        texts += [message["text"] for message in page["messages"]]
    history = await scene.client.conversations_history(channel=scene.general.id)

    assert texts == ["first", "0", "1", "2", "3", "4"]
    assert [message["reply_count"] for message in history["messages"]] == [5]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C404", "text": "x"}, "channel_not_found"),
        ({"text": " "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "colour": "red"}, "invalid_arguments"),
        ({"text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
    ],
)
async def test_a_post_is_refused_in_slacks_words(scene, arguments, error):
    arguments = {"channel": scene.general.id, **arguments}

    assert await refusal(scene.client.api_call("chat.postMessage", json=arguments)) == error
    assert scene.sandbox.messages(scene.general) == []


async def test_membership_and_archives_are_respected(scene):
    sandbox, client = scene.sandbox, scene.client
    foreign = sandbox.add_channel("foreign", members=[scene.ana], bot=False)
    secret = sandbox.add_channel("secret", members=[scene.ana], private=True, bot=False)
    old = sandbox.add_channel("old", members=[scene.ana])
    sandbox.archive(old, by=scene.ana)

    assert await refusal(client.chat_postMessage(channel=foreign.id, text="x")) == "not_in_channel"
    assert await refusal(client.chat_postMessage(channel=secret.id, text="x")) == "channel_not_found"
    assert await refusal(client.conversations_info(channel=secret.id)) == "channel_not_found"
    assert await refusal(client.chat_postMessage(channel=old.id, text="x")) == "is_archived"
    stranger = sandbox.add_person("Bo")
    ephemeral = client.chat_postEphemeral(channel=scene.general.id, user=stranger.user_id, text="x")
    assert await refusal(ephemeral) == "user_not_in_channel"


async def test_tokens_are_checked_before_anything_else(scene):
    sandbox, client = scene.sandbox, scene.client

    assert await refusal(client.auth_test(token="xoxb-wrong")) == "invalid_auth"
    assert await refusal(client.auth_test(token=sandbox.app_token)) == "not_allowed_token_type"
    assert await refusal(AsyncWebClient(base_url=sandbox.api_url).auth_test()) == "not_authed"
    sandbox.revoke(sandbox.bot_token)
    assert await refusal(client.auth_test()) == "token_revoked"
    sandbox.uninstall()
    assert await refusal(client.auth_test()) == "account_inactive"


async def test_a_missing_scope_says_what_is_needed_and_what_there_is():
    async with Sandbox(app=App(scopes=frozenset({"chat:write", "users:read"}))) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        channel = sandbox.add_channel("general")

        with pytest.raises(SlackApiError) as caught:
            await client.conversations_history(channel=channel.id)

        assert caught.value.response["error"] == "missing_scope"
        assert caught.value.response["needed"] == "channels:history"
        assert caught.value.response["provided"] == "chat:write,users:read"


async def test_only_the_apps_own_messages_can_be_changed(scene):
    client, channel = scene.client, scene.general.id
    theirs = await scene.ana.say(scene.general, "mine")

    assert await refusal(client.chat_update(channel=channel, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refusal(client.chat_delete(channel=channel, ts=theirs.ts)) == "cant_delete_message"
    assert await refusal(client.chat_update(channel=channel, ts="1.000001", text="x")) == "message_not_found"


async def test_an_update_with_text_alone_takes_the_blocks_away(scene):
    client, channel = scene.client, scene.general.id
    blocks = [{"type": "markdown", "text": "**draft**"}]
    posted = await client.chat_postMessage(channel=channel, text="draft", blocks=blocks)

    await client.chat_update(channel=channel, ts=posted["ts"], text="second", blocks=blocks)
    unmarked = scene.sandbox.message(scene.general, ts=posted["ts"]).edited
    await client.chat_update(channel=channel, ts=posted["ts"], text="third")

    message = scene.sandbox.message(scene.general, ts=posted["ts"])
    assert unmarked is None
    assert (message.text, message.blocks) == ("third", [])
    assert message.edited["user"] == scene.sandbox.app.bot_user_id


async def test_reactions_of_the_bot_follow_slacks_rules(scene):
    client, message = scene.client, await scene.ana.say(scene.general, "hello")
    place = {"channel": scene.general.id, "timestamp": message.ts}

    await client.reactions_add(name="eyes", **place)
    got = await client.reactions_get(**place)

    assert got["message"]["reactions"] == [
        {"name": "eyes", "users": [scene.sandbox.app.bot_user_id], "count": 1}
    ]
    assert await refusal(client.reactions_add(name="eyes", **place)) == "already_reacted"
    assert await refusal(client.reactions_add(name="No Such", **place)) == "invalid_name"
    await client.reactions_remove(name="eyes", **place)
    assert await refusal(client.reactions_remove(name="eyes", **place)) == "no_reaction"


async def test_people_channels_and_groups_can_be_asked_about(scene):
    sandbox, client = scene.sandbox, scene.client
    stranger = sandbox.add_person("Sol", team="T0OTHER")
    shared = sandbox.add_channel("shared", members=[scene.ana, stranger])
    group = sandbox.add_group("editors", members=[scene.ana])

    user = (await client.users_info(user=scene.ana.user_id))["user"]
    listed = [member["id"] for member in (await client.users_list())["members"]]
    channels = [channel["name"] for channel in (await client.conversations_list())["channels"]]
    mine = [
        channel["name"] for channel in (await client.users_conversations(user=stranger.user_id))["channels"]
    ]

    assert (user["is_admin"], user["tz"]) == (True, "Europe/Berlin")
    assert stranger.user_id not in listed
    assert channels == ["general", "shared"]
    assert mine == ["shared"]
    assert (await client.conversations_info(channel=shared.id))["channel"]["is_ext_shared"]
    assert (await client.conversations_members(channel=shared.id))["members"] == shared.members
    (listed_group,) = (await client.usergroups_list())["usergroups"]
    assert (listed_group["handle"], "users" in listed_group) == ("editors", False)
    assert (await client.usergroups_users_list(usergroup=group.id))["users"] == [scene.ana.user_id]
    assert (await client.bots_info(bot=sandbox.app.bot_id))["bot"]["app_id"] == sandbox.app.app_id
    assert (await client.team_info())["team"]["id"] == sandbox.team_id


async def test_a_direct_message_reaches_one_person(scene):
    opened = await scene.client.conversations_open(users=scene.ana.user_id)

    by_channel = await scene.client.chat_postMessage(channel=opened["channel"]["id"], text="one")
    by_user = await scene.client.chat_postMessage(channel=scene.ana.user_id, text="two")
    link = await scene.client.chat_getPermalink(channel=by_user["channel"], message_ts=by_user["ts"])

    assert by_channel["channel"] == by_user["channel"] == scene.ana.direct.id
    assert [message.text for message in scene.sandbox.messages(scene.ana.direct)] == ["one", "two"]
    assert by_user["ts"].replace(".", "") in link["permalink"]


async def test_joining_needs_a_scope_and_a_public_channel():
    scopes = frozenset({"channels:join", "channels:read"})
    async with Sandbox(app=App(scopes=scopes)) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        public = sandbox.add_channel("public", bot=False)

        await client.conversations_join(channel=public.id)

        assert sandbox.app.bot_user_id in public.members


async def test_forms_tokens_in_the_body_and_garbage_are_read_as_slack_reads_them(scene):
    url, token = f"{scene.sandbox.api_url}chat.postMessage", scene.sandbox.bot_token
    form = {"token": token, "channel": scene.general.id, "text": "form", "blocks": '[{"type": "divider"}]'}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        as_form = await (await session.post(url, data=form)).json()
        as_text = await (
            await session.post(url, data="{", headers={"Content-Type": "application/json"})
        ).json()
        as_list = await (await session.post(url, json=[1])).json()
        unknown = await (await session.post(f"{scene.sandbox.api_url}no.such")).json()

    assert as_form["message"]["blocks"][0]["type"] == "divider"
    assert (as_text["error"], as_list["error"]) == ("invalid_json", "json_not_object")
    assert unknown["error"] == "unknown_method"


async def test_calls_are_recorded_without_the_token(scene):
    await scene.client.chat_postMessage(channel=scene.general.id, text="hello", token=scene.sandbox.bot_token)

    call = scene.sandbox.calls[-1]
    assert (call.method, call.ok) == ("chat.postMessage", True)
    assert call.arguments == {"channel": scene.general.id, "text": "hello"}
    assert scene.sandbox.bot_token not in str(call)


# slack_sdk 3.47 still uses a class that aiohttp 3.14 deprecates.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_installing_by_oauth_yields_a_working_token_once(scene):
    sandbox = scene.sandbox
    query = {
        "client_id": sandbox.client_id,
        "scope": "chat:write",
        "state": "s1",
        "redirect_uri": "http://127.0.0.1/back",
    }
    async with aiohttp.ClientSession() as session:
        answer = await session.get(
            f"{sandbox.base_url}/oauth/v2/authorize", params=query, allow_redirects=False
        )
    code = answer.headers["Location"].partition("code=")[2].partition("&")[0]
    exchange = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret, "code": code}

    granted = await AsyncWebClient(base_url=sandbox.api_url).oauth_v2_access(**exchange)
    client = AsyncWebClient(token=granted["access_token"], base_url=sandbox.api_url)
    await client.chat_postMessage(channel=scene.general.id, text="installed")

    assert "state=s1" in answer.headers["Location"]
    assert (granted["scope"], granted["team"]["id"]) == ("chat:write", sandbox.team_id)
    assert (
        await refusal(AsyncWebClient(base_url=sandbox.api_url).oauth_v2_access(**exchange)) == "invalid_code"
    )
    assert await refusal(client.users_info(user=scene.ana.user_id)) == "missing_scope"


async def test_it_listens_on_loopback_only():
    with pytest.raises(ValueError, match="loopback"):
        await Sandbox().start("0.0.0.0")
