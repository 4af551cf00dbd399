"""What happens in a workspace without anybody writing a message."""

from typing import Any

from bot.sandbox.deliveries import Courier, Delivery
from bot.sandbox.errors import SlackError
from bot.sandbox.events import announce_change, announce_membership, envelope, is_wanted
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Json, Message
from bot.sandbox.workspace import Workspace


class Happenings:
    """Changes to the workspace, and the events they cause."""

    workspace: Workspace
    courier: Courier

    def publish(self, event: Json) -> None:
        """Send an event to the app if it subscribed to it."""
        if is_wanted(self.workspace, event):
            self.courier.post(Delivery("events_api", envelope(self.workspace, event)))
        self.workspace.note_change()

    def send(self, body: Json) -> Delivery:
        """Send a body to the app's events endpoint as it is: ``app_rate_limited``, garbage."""
        delivery = Delivery("events_api", body)
        self.courier.post(delivery)
        return delivery

    def invite_bot(self, channel: Channel) -> None:
        """Somebody brings the app into a channel."""
        bot = self.workspace.bot
        channel.members.append(bot.user_id)
        announce_membership(self.workspace, kind="member_joined_channel", channel=channel, member=bot)

    def remove_bot(self, channel: Channel) -> None:
        """Somebody takes the app out of a channel; it hears of that and of nothing after."""
        bot = self.workspace.bot
        announce_membership(self.workspace, kind="member_left_channel", channel=channel, member=bot)
        channel.members.remove(bot.user_id)

    def unfurl(self, message: Message, *, url: str = "https://example.com/") -> None:
        """Add a link preview to a message: a change that is no edit."""
        channel = self.workspace.channels[message.channel]
        current, before = channel.messages[message.ts], channel.messages[message.ts].payload()
        current.attachments = [*current.attachments, {"from_url": url, "title": "A preview", "id": 1}]
        announce_change(self.workspace, channel=channel, message=current.payload(), before=before)

    def rename(self, channel: Channel, name: str) -> None:
        """Give a channel another name."""
        channel.name = name
        body = {"id": channel.id, "name": name, "created": channel.created}
        self.publish({"type": "channel_rename", "channel": body, "event_ts": self.workspace.event_ts()})

    def archive(self, channel: Channel, *, by: Person) -> None:
        """Archive a channel."""
        channel.is_archived = True
        kind = "group_archive" if channel.is_private else "channel_archive"
        self.publish(
            {"type": kind, "channel": channel.id, "user": by.user_id, "event_ts": self.workspace.event_ts()}
        )

    def change_person(self, person: Person, **changes: Any) -> None:
        """Change a member: ``is_admin``, ``is_guest``, ``deleted``, ``name``, ``tz``."""
        for name, value in changes.items():
            setattr(person.member, name, value)
        self.publish(
            {"type": "user_change", "user": person.member.payload(), "event_ts": self.workspace.event_ts()}
        )

    def uninstall(self) -> None:
        """Take the app out of the workspace: its tokens die and it hears of it."""
        tokens = {"oauth": [], "bot": [self.workspace.app.bot_user_id]}
        for grant in self.workspace.grants.values():
            grant.revoked = "account_inactive" if grant.kind == "bot" else grant.revoked
        self.publish({"type": "tokens_revoked", "tokens": tokens, "event_ts": self.workspace.event_ts()})
        self.publish({"type": "app_uninstalled", "event_ts": self.workspace.event_ts()})

    def revoke(self, token: str, *, code: str = "token_revoked") -> None:
        """Let one token be refused from now on."""
        if token not in self.workspace.grants:
            raise SlackError("invalid_auth")
        self.workspace.grants[token].revoked = code
