"""Adding and taking back reactions, for people and bots alike."""

from bot.sandbox.errors import SlackError
from bot.sandbox.events import announce_reaction
from bot.sandbox.records import Channel, Message
from bot.sandbox.workspace import Workspace


def add_reaction(
    workspace: Workspace,
    *,
    channel: Channel,
    message: Message,
    user_id: str,
    name: str,
    item_user: bool = True,
) -> None:
    """Put somebody's emoji on a message.

    Raises:
        SlackError: ``already_reacted`` or ``too_many_reactions``.
    """
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        raise SlackError("already_reacted")
    if sum(user_id in others for others in message.reactions.values()) >= 23:
        raise SlackError("too_many_reactions")
    users.append(user_id)
    author = message.user if item_user else None
    announce_reaction(
        workspace,
        kind="reaction_added",
        user_id=user_id,
        channel=channel,
        ts=message.ts,
        name=name,
        item_user=author,
    )


def remove_reaction(
    workspace: Workspace, *, channel: Channel, message: Message, user_id: str, name: str
) -> None:
    """Take somebody's emoji off a message.

    Raises:
        SlackError: ``no_reaction``.
    """
    users = message.reactions.get(name, [])
    if user_id not in users:
        raise SlackError("no_reaction")
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    announce_reaction(
        workspace,
        kind="reaction_removed",
        user_id=user_id,
        channel=channel,
        ts=message.ts,
        name=name,
        item_user=message.user,
    )
