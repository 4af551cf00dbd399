import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import App, Sandbox, SlackError
from bot.sandbox.keeping import Keeper, KeptUnreadable, restore, save, snapshot
from bot.sandbox.posting import bot_message, post
from bot.sandbox.records import StoredFile
from bot.sandbox.screens import open_view, publish_home

NOW = 1_790_000_000.0
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
BLOCKS = [{"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "Hello *you*"}}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "A window"}, "blocks": BLOCKS}
NAMES = st.sampled_from(["+1", "tada", "eyes", "+1::skin-tone-3"])

# What people and the app did, one after the other: (what, who, to which message, the words).
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "answer", "react", "edit", "delete", "whisper", "show", "home", "upload", "direct"]
        ),
        st.integers(0, 2),
        st.integers(0, 5),
        TEXTS,
        NAMES,
    ),
    max_size=15,
)


class Town:
    """A sandbox in which anything may have happened."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(clock=lambda: NOW)
        self.people = [
            self.sandbox.add_person("Ana", admin=True, tz="Europe/Berlin"),
            self.sandbox.add_person("Ben", guest=True),
            self.sandbox.add_person("Eve", team="T0OTHER"),
        ]
        self.channel = self.sandbox.add_channel("launch", members=self.people)
        self.sandbox.add_channel("secret", members=self.people[:1], private=True)
        self.sandbox.add_group("writers", members=self.people)

    async def do(self, what, who, which, words, name):
        person, messages = self.people[who], list(self.channel.messages.values())
        target = messages[which % len(messages)] if messages else await person.say(self.channel, words)
        await getattr(self, what)(person, target, words, name)

    async def say(self, person, _target, words, _name):
        await person.say(self.channel, words)

    async def answer(self, person, target, words, name):
        await person.say(self.channel, words, thread=target, broadcast=name == "tada")

    async def react(self, person, target, _words, name):
        try:
            await person.react(target, name)
        except SlackError:  # It stood there already.
            await person.unreact(target, name)

    async def edit(self, person, target, words, _name):
        if target.user == person.user_id:
            await person.edit(target, words)

    async def delete(self, person, target, _words, _name):
        if target.user == person.user_id:
            await person.delete(target)

    async def whisper(self, person, _target, words, _name):
        whisper = bot_message(self.sandbox.workspace, channel=self.channel, text=words, blocks=BLOCKS)
        whisper.ephemeral_to = person.user_id
        person.member.ephemerals.append(whisper)

    async def show(self, person, _target, _words, _name):
        if len(person.member.views) < 3:
            open_view(self.sandbox.workspace, member=person.member, given=MODAL)

    async def home(self, person, _target, _words, _name):
        publish_home(self.sandbox.workspace, member=person.member, given={"type": "home", "blocks": BLOCKS})

    async def upload(self, person, _target, words, _name):
        await person.say(self.channel, words, files=[("a.png", words.encode())])

    async def direct(self, person, _target, words, _name):
        message = bot_message(self.sandbox.workspace, channel=person.direct, text=words)
        post(self.sandbox.workspace, channel=person.direct, message=message)


def without_marks(kept):
    return {name: part for name, part in kept.items() if name not in ("number", "moment")}


@given(deeds=DEEDS)
async def test_whatever_happened_stands_there_again_after_a_restart(deeds, tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "slack.json"
    town = Town()
    for deed in deeds:
        await town.do(*deed)
    await town.sandbox.courier.close()

    save(town.sandbox, path)
    again = restore(path, clock=lambda: NOW)

    assert without_marks(snapshot(again)) == without_marks(json.loads(path.read_text()))
    assert without_marks(snapshot(again)) == without_marks(snapshot(town.sandbox))
    assert list(again.people) == list(town.sandbox.people)
    assert again.workspace.channels == town.sandbox.workspace.channels
    assert again.workspace.members == town.sandbox.workspace.members
    assert again.workspace.grants == town.sandbox.workspace.grants


async def test_a_restored_sandbox_gives_out_new_ids_and_later_moments_only(tmp_path):
    town = Town()
    message = await town.people[0].say(town.channel, "before")
    await town.sandbox.courier.close()
    save(town.sandbox, tmp_path / "slack.json")
    later_ids = {
        town.sandbox.workspace.new_id("Ev") for _ in range(50)
    }  # Given out by a process that was killed.

    again = restore(tmp_path / "slack.json", clock=lambda: NOW - 3600)

    channel = again.workspace.channels[town.channel.id]
    assert not later_ids & {again.workspace.new_id("Ev") for _ in range(50)}
    assert again.workspace.message_ts(channel) > message.ts
    assert again.workspace.event_ts() > message.ts


async def test_tokens_stay_and_the_app_is_the_one_of_now(tmp_path):
    before = Sandbox(app=App(scopes=frozenset({"chat:write"})), clock=lambda: NOW)
    save(before, tmp_path / "slack.json")

    again = restore(tmp_path / "slack.json", app=App(name="Draftloop 2"), clock=lambda: NOW)

    assert (again.bot_token, again.app_token) == (before.bot_token, before.app_token)
    assert again.app.name == "Draftloop 2"
    assert again.workspace.grants[again.bot_token].scopes == again.app.scopes


async def test_a_restored_sandbox_works(tmp_path):
    town = Town()
    first = await town.people[0].say(town.channel, "first")
    await town.sandbox.courier.close()
    save(town.sandbox, tmp_path / "slack.json")

    async with restore(tmp_path / "slack.json", clock=lambda: NOW) as again:
        ana, channel = again.people[town.people[0].user_id], again.workspace.channels[town.channel.id]
        await ana.react(again.message(channel, ts=first.ts), "+1")
        await ana.say(channel, "second", thread=first)

        assert [reply.text for reply in again.messages(channel, thread=first)] == ["second"]
        assert again.message(channel, ts=first.ts).reactions == {"+1": [ana.user_id]}


@pytest.mark.parametrize(
    "content", [None, "", "{", "[]", '{"format": 99}', '{"format": 1, "app": {"colour": "red"}}']
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, content):
    path = tmp_path / "slack.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(KeptUnreadable, match="cannot be read"):
        restore(path, clock=lambda: NOW)


async def test_changes_are_saved_soon_and_the_last_ones_at_the_end(tmp_path):
    path = tmp_path / "slack.json"
    town = Town()
    ana = town.people[0]

    async with Keeper(town.sandbox, path, pause=0.01):
        await ana.say(town.channel, "one")
        await town.sandbox.wait_for(lambda: "one" in path.read_text())
        await ana.say(town.channel, "two")
    await town.sandbox.courier.close()

    assert "two" in path.read_text()
    assert names_in(tmp_path) == ["slack.json"]
    assert town.sandbox.workspace.watchers == []


async def test_a_save_that_fails_leaves_the_old_file_and_is_tried_again(tmp_path, monkeypatch, caplog):
    path = tmp_path / "slack.json"
    town = Town()

    async with Keeper(town.sandbox, path, pause=0.01):
        with monkeypatch.context() as full:
            full.setattr("bot.runtime.appearing.os.fsync", refuse)
            await town.people[0].say(town.channel, "one")
            await asyncio.sleep(0.1)
            assert "one" not in path.read_text()
        await town.people[0].say(town.channel, "two")
        await town.sandbox.wait_for(lambda: "two" in path.read_text())
    await town.sandbox.courier.close()

    assert names_in(tmp_path) == ["slack.json"]


def names_in(folder):
    return [each.name for each in folder.iterdir()]


def refuse(_descriptor):
    raise OSError(28, "No space left on device")


def test_files_keep_their_bytes(tmp_path):
    town = Town()
    stored = StoredFile("F1", "a.png", 3, "U1", 1, "http://127.0.0.1/a.png", content=b"\x00\xff\x10")
    town.sandbox.workspace.files["F1"] = stored
    save(town.sandbox, tmp_path / "slack.json")

    again = restore(tmp_path / "slack.json", clock=lambda: NOW)

    assert again.workspace.files == {"F1": stored}
