"""Writing, editing, reacting, coming and going."""

import mimetypes
from collections.abc import Iterable

from bot.sandbox.errors import CannotError
from bot.sandbox.events import announce_membership
from bot.sandbox.people.seat import Seat
from bot.sandbox.posting import change, escape, post, remove
from bot.sandbox.reacting import add_reaction, remove_reaction
from bot.sandbox.records import Channel, Json, Message, StoredFile


class Writing(Seat):
    """What somebody does in a channel."""

    async def say(
        self,
        channel: Channel,
        text: str,
        *,
        thread: Message | None = None,
        broadcast: bool = False,
        files: Iterable[tuple[str, bytes]] = (),
    ) -> Message:
        """Write a message; special characters are escaped as Slack's client does, mentions in Slack's syntax stay."""
        if self.user_id not in channel.members or channel.is_archived:
            raise CannotError(f"{self.member.name} cannot write in {channel.name}.")
        message = Message(channel.id, self._workspace.message_ts(channel), self.user_id, escape(text))
        message.team = self.member.team_id
        message.bot_id = f"B{self.user_id[1:]}" if self.member.is_bot else None
        message.thread_ts = (thread.thread_ts or thread.ts) if thread else None
        message.files = [self._upload(channel, name, content) for name, content in files]
        shared = "file_share" if message.files else None
        message.subtype = "thread_broadcast" if broadcast and thread else shared
        return post(self._workspace, channel=channel, message=message)

    async def edit(self, message: Message, text: str) -> Message:
        """Change one's own message."""
        channel, own = self._own(message)
        change(self._workspace, channel=channel, message=own, editor=self.user_id, text=escape(text))
        return own

    async def delete(self, message: Message) -> None:
        """Delete one's own message."""
        channel, own = self._own(message)
        remove(self._workspace, channel=channel, message=own)

    async def react(self, message: Message, name: str, *, item_user: bool = True) -> None:
        """Put an emoji on a message; without ``item_user`` the event does not say whose message it is."""
        channel, found = self._find(message)
        add_reaction(
            self._workspace,
            channel=channel,
            message=found,
            user_id=self.user_id,
            name=name,
            item_user=item_user,
        )

    async def unreact(self, message: Message, name: str) -> None:
        """Take one's emoji off a message."""
        channel, found = self._find(message)
        remove_reaction(self._workspace, channel=channel, message=found, user_id=self.user_id, name=name)

    async def join(self, channel: Channel) -> None:
        """Enter a channel."""
        channel.members.append(self.user_id)
        announce_membership(
            self._workspace, kind="member_joined_channel", channel=channel, member=self.member
        )

    async def leave(self, channel: Channel) -> None:
        """Leave a channel."""
        channel.members.remove(self.user_id)
        announce_membership(self._workspace, kind="member_left_channel", channel=channel, member=self.member)

    def _own(self, message: Message) -> tuple[Channel, Message]:
        channel, found = self._find(message)
        if found.user != self.user_id:
            raise CannotError(f"{self.member.name} cannot change somebody else's message.")
        return channel, found

    def _upload(self, channel: Channel, name: str, content: bytes) -> Json:
        workspace = self._workspace
        file_id = workspace.new_id("F")
        url = f"{workspace.base_url}/files-pri/{workspace.team_id}-{file_id}/{name}"
        stored = StoredFile(file_id, name, len(content), self.user_id, workspace.now(), url, content=content)
        stored.mimetype = mimetypes.guess_type(name)[0] or stored.mimetype
        stored.completed, stored.channels = True, [channel.id]
        workspace.files[file_id] = stored
        return stored.payload()
