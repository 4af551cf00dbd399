"""The messenger against a Slack on localhost that drops, delays and refuses."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox import App, Sandbox
from bot.settings import Settings
from bot.slack.clients import Clients, NotInstalled
from bot.slack.messenger import Messenger, SlackRefused, SlackUnreachable
from storage.models import Installation

TEAM = "T0SANDBOX"
FILE = {
    "filename": "chart.png",
    "content": b"PNG" * 50,
    "title": "Chart",
    "alt_text": "A chart",
    "key": "chart:1",
}


@pytest.fixture
async def sandbox():
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def ana(sandbox):
    return sandbox.add_person("Ana")


@pytest.fixture
def general(sandbox, ana):
    return sandbox.add_channel("general", members=[ana])


@pytest.fixture
async def connect(sandbox, sqlite_database):
    made = []

    def connect_messenger(*, token=True, **options):
        settings = Settings(
            _env_file=None,
            slack_api_url=sandbox.api_url,
            slack_bot_token=sandbox.bot_token if token else None,
        )
        clients = Clients(settings, sqlite_database)
        made.append(Messenger(clients, database=sqlite_database, **{"posts_per_second": 1000, **options}))
        return made[-1]

    yield connect_messenger
    for messenger in made:
        await messenger.close()


@pytest.fixture
def messenger(connect):
    return connect()


def _post(messenger, channel, *, text="Hello", key="k1", **content):
    return messenger.post(TEAM, channel_id=channel.id, text=text, key=key, **content)


def _count(sandbox, method):
    return sum(call.method == method for call in sandbox.calls)


async def test_a_key_posts_one_message(messenger, sandbox, general):
    first = await _post(messenger, general)
    second = await _post(messenger, general)

    assert first == second
    assert [message.text for message in sandbox.messages(general)] == ["Hello"]
    assert _count(sandbox, "chat.postMessage") == 1


async def test_two_askers_at_once_post_one_message(messenger, sandbox, general):
    stamps = await asyncio.gather(*[_post(messenger, general) for _ in range(5)])

    assert len(set(stamps)) == 1
    assert len(sandbox.messages(general)) == 1


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(messenger, sandbox, general):
    sandbox.inject("chat.postMessage", "drop_after")
    with pytest.raises(SlackUnreachable):
        await _post(messenger, general)

    ts = await _post(messenger, general)

    assert [message.ts for message in sandbox.messages(general)] == [ts]
    assert _count(sandbox, "chat.postMessage") == 1


async def test_a_clock_that_was_moved_ahead_hides_nothing(connect, sandbox, general):
    messenger = connect(clock=lambda: datetime.now(UTC) + timedelta(days=4))
    sandbox.inject("chat.postMessage", "drop_after")
    with pytest.raises(SlackUnreachable):
        await _post(messenger, general)

    await _post(messenger, general)

    assert len(sandbox.messages(general)) == 1


async def test_a_reply_whose_answer_was_lost_is_found_in_its_thread(messenger, sandbox, general, ana):
    question = await ana.say(general, "A question")
    sandbox.inject("chat.postMessage", "drop_after")
    with pytest.raises(SlackUnreachable):
        await _post(messenger, general, thread_ts=question.ts)

    ts = await _post(messenger, general, thread_ts=question.ts)

    assert [message.ts for message in sandbox.messages(general, thread=question)] == [ts]


async def test_another_process_finds_what_a_dead_one_posted(connect, sandbox, general, ana):
    sandbox.inject("chat.postMessage", "drop_after")
    with pytest.raises(SlackUnreachable):
        await _post(connect(), general)
    for number in range(250):  # more than one page of talk since
        await ana.say(general, f"talk {number}")

    await _post(connect(), general)

    assert [message.text for message in sandbox.messages(general)].count("Hello") == 1


@pytest.mark.parametrize("kind", ["drop_before", "server_error", "html", "error"])
async def test_a_post_that_never_arrived_is_sent_on_the_repeat(messenger, sandbox, general, kind):
    sandbox.inject("chat.postMessage", kind)
    with pytest.raises(SlackUnreachable):
        await _post(messenger, general)

    ts = await _post(messenger, general)

    assert [message.ts for message in sandbox.messages(general)] == [ts]


async def test_the_rate_limit_is_waited_for(messenger, sandbox, general):
    sandbox.inject("chat.postMessage", "ratelimited", retry_after=0)

    await _post(messenger, general)

    assert len(sandbox.messages(general)) == 1


async def test_a_rate_limit_beyond_the_deadline_is_for_later(connect, sandbox, general):
    messenger = connect(deadline_seconds=0.2)
    sandbox.inject("chat.postMessage", "ratelimited", retry_after=30)

    with pytest.raises(SlackUnreachable):
        await _post(messenger, general)
    await _post(messenger, general)

    assert len(sandbox.messages(general)) == 1


async def test_posts_keep_to_slacks_pace(sqlite_database):
    async with Sandbox(rate_limits=True) as sandbox:
        general = sandbox.add_channel("general")
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        messenger = Messenger(Clients(settings, sqlite_database), database=sqlite_database)

        await asyncio.gather(*[_post(messenger, general, key=f"k{number}") for number in range(5)])
        await messenger.close()

    assert len(sandbox.messages(general)) == 5
    assert all(call.status == 200 for call in sandbox.calls)


async def test_refusals_are_said_kindly(messenger, sandbox, general):
    elsewhere = sandbox.add_channel("elsewhere", bot=False)
    archived = sandbox.add_channel("old")
    archived.is_archived = True

    refused = {}
    for channel in (elsewhere, archived):
        with pytest.raises(SlackRefused) as caught:
            await _post(messenger, channel, key=channel.id)
        refused[caught.value.code] = caught.value.sentence
    with pytest.raises(SlackRefused) as too_long:
        await _post(messenger, general, text="x" * 40_001)

    assert refused.keys() == {"not_in_channel", "is_archived"}
    assert "Invite me" in refused["not_in_channel"]
    assert too_long.value.code == "msg_too_long"


async def test_a_missing_scope_is_named(sqlite_database):
    async with Sandbox(app=App(scopes=frozenset({"channels:read"}))) as sandbox:
        general = sandbox.add_channel("general")
        settings = Settings(_env_file=None, slack_api_url=sandbox.api_url, slack_bot_token=sandbox.bot_token)
        messenger = Messenger(Clients(settings, sqlite_database), database=sqlite_database)

        with pytest.raises(SlackRefused, match="chat:write") as caught:
            await _post(messenger, general)
        await messenger.close()

    assert caught.value.code == "missing_scope"


async def test_the_installations_token_is_used_and_read_anew_after_a_refusal(
    connect, sandbox, general, sqlite_database
):
    messenger = connect(token=False)
    with pytest.raises(NotInstalled):
        await _post(messenger, general)
    await _install(sqlite_database, token="xoxb-wrong")
    with pytest.raises(SlackRefused) as caught:
        await _post(messenger, general)
    await _install(sqlite_database, token=sandbox.bot_token)

    await _post(messenger, general)

    assert caught.value.code == "invalid_auth"
    assert len(sandbox.messages(general)) == 1


async def _install(database, *, token):
    installation = Installation(
        workspace_id=TEAM, bot_token=token, bot_user_id="U1", installed_at=datetime.now(UTC), scopes=""
    )
    async with database.begin() as unit:
        await unit.installations.save(installation)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("files.completeUploadExternal", "drop_after"),
        ("files.completeUploadExternal", "drop_before"),
        ("files.completeUploadExternal", "server_error"),
        ("files.getUploadURLExternal", "server_error"),
    ],
)
async def test_an_upload_is_shared_once_whatever_breaks(messenger, sandbox, general, method, kind):
    sandbox.inject(method, kind)
    with pytest.raises(SlackUnreachable):
        await messenger.upload(TEAM, channel_id=general.id, **FILE)

    file_id = await messenger.upload(TEAM, channel_id=general.id, **FILE)
    again = await messenger.upload(TEAM, channel_id=general.id, **FILE)

    shared = [shared["id"] for message in sandbox.messages(general) for shared in message.files]
    assert (shared, again) == ([file_id], file_id)
    assert [stored.content for stored in sandbox.files if stored.id == file_id] == [FILE["content"]]


async def test_a_file_without_a_channel_is_uploaded_but_not_shown(messenger, sandbox, general):
    file_id = await messenger.upload(TEAM, channel_id=None, **FILE)

    assert [stored.id for stored in sandbox.files if stored.completed] == [file_id]
    assert sandbox.messages(general) == []


async def test_messages_are_changed_and_deleted(messenger, sandbox, general):
    ts = await _post(messenger, general)

    await messenger.update(TEAM, channel_id=general.id, ts=ts, text="Changed")
    changed = sandbox.message(general, ts=ts).text
    await messenger.delete(TEAM, channel_id=general.id, ts=ts)
    await messenger.delete(TEAM, channel_id=general.id, ts=ts)

    assert changed == "Changed"
    assert sandbox.messages(general) == []


async def test_reactions_may_be_there_or_gone_already(messenger, sandbox, general):
    ts = await _post(messenger, general)

    for _ in range(2):
        await messenger.react(TEAM, channel_id=general.id, ts=ts, name="eyes")
    reacted = dict(sandbox.message(general, ts=ts).reactions)
    for _ in range(2):
        await messenger.unreact(TEAM, channel_id=general.id, ts=ts, name="eyes")

    assert "eyes" in reacted
    assert "eyes" not in sandbox.message(general, ts=ts).reactions


async def test_people_get_direct_messages_and_notes(messenger, sandbox, general, ana):
    await messenger.direct(TEAM, user_id=ana.user_id, text="Just you", key="dm:1")
    await messenger.direct(TEAM, user_id=ana.user_id, text="Just you", key="dm:1")
    await messenger.ephemeral(TEAM, channel_id=general.id, user_id=ana.user_id, text="A note")

    assert [message.text for message in ana.ephemerals(general)] == ["A note"]
    assert _count(sandbox, "chat.postMessage") == 1


async def test_people_and_channels_are_looked_up(messenger, sandbox, general, ana):
    person = await messenger.user(TEAM, user_id=ana.user_id)
    channel = await messenger.channel(TEAM, channel_id=general.id)
    ts = await _post(messenger, general)
    link = await messenger.permalink(TEAM, channel_id=general.id, ts=ts)

    assert (person.name, person.is_bot, person.timezone) == ("Ana", False, "UTC")
    assert (channel.name, channel.is_member) == ("general", True)
    assert general.id in link


async def test_no_text_and_no_token_reaches_the_log(messenger, sandbox, general, caplog, capsys):
    elsewhere = sandbox.add_channel("elsewhere", bot=False)
    sandbox.inject("chat.postMessage", "server_error")

    with caplog.at_level(logging.INFO):
        for channel, error in ((general, SlackUnreachable), (elsewhere, SlackRefused)):
            with pytest.raises(error):
                await _post(messenger, channel, text="the secret plan", key=channel.id)

    printed = capsys.readouterr()
    logged = caplog.text + printed.out + printed.err
    assert "slack_call_failed" in logged
    assert "the secret plan" not in logged
    assert sandbox.bot_token not in logged
