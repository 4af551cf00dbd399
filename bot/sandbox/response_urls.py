"""The ``response_url`` of an interaction: five answers within half an hour."""

import secrets
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import SlackError
from bot.sandbox.posting import bot_message, change, checked_content, is_empty, post, remove
from bot.sandbox.records import Channel, Json, Member, Message, words
from bot.sandbox.workspace import Workspace

MOST_USES = 5
SECONDS = 1800
_TAKES = words(
    "text blocks attachments response_type replace_original delete_original thread_ts metadata unfurl_links "
    "unfurl_media mrkdwn"
)


@dataclass
class ResponseUrl:
    """Where an answer to one interaction goes."""

    member: Member
    channel: Channel
    message: Message | None
    issued_at: float
    uses: int = 0


class ResponseUrls:
    """Every URL given out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._urls: dict[str, ResponseUrl] = {}

    def issue(self, member: Member, *, channel: Channel, message: Message | None = None) -> str:
        """A fresh URL."""
        secret = secrets.token_urlsafe(12)
        self._urls[secret] = ResponseUrl(member, channel, message, self._workspace.clock())
        return f"{self._workspace.base_url}/response/{secret}"

    def answer(self, secret: str, *, body: Any) -> None:
        """Do what the app asked for at a URL.

        Raises:
            SlackError: ``used_url``, ``expired_url``, ``no_text`` or what a message is refused for.
        """
        url = self._urls.get(secret)
        if url is None:
            raise SlackError("invalid_url")
        if self._workspace.clock() - url.issued_at > SECONDS:
            raise SlackError("expired_url")
        if url.uses >= MOST_USES:
            raise SlackError("used_url")
        if not isinstance(body, dict) or not body.keys() <= _TAKES:
            raise SlackError("invalid_payload")
        respond(self._workspace, url=url, body=body)
        url.uses += 1


def respond(workspace: Workspace, *, url: ResponseUrl, body: Json) -> None:
    """Replace or delete the original, or say something new, to one person unless told otherwise."""
    if body.get("delete_original"):
        _delete(workspace, url)
        return
    content = checked_content(workspace, {name: body[name] for name in body if name in _CONTENT})
    if is_empty(content):
        raise SlackError("no_text")
    if body.get("replace_original") and url.message is not None:
        _replace(workspace, url, content)
        return
    message = bot_message(workspace, channel=url.channel, **content, thread_ts=body.get("thread_ts"))
    if body.get("response_type") == "in_channel":
        post(workspace, channel=url.channel, message=message)
    else:
        message.ephemeral_to = url.member.user_id
        url.member.ephemerals.append(message)


_CONTENT = ("text", "blocks", "attachments", "metadata")


def _delete(workspace: Workspace, url: ResponseUrl) -> None:
    message = url.message
    if message is None:
        raise SlackError("no_original")
    if message.ephemeral_to:
        url.member.ephemerals = [other for other in url.member.ephemerals if other is not message]
    elif message.ts in url.channel.messages:
        remove(workspace, channel=url.channel, message=message)


def _replace(workspace: Workspace, url: ResponseUrl, content: Json) -> None:
    message = url.message
    content.setdefault("blocks", [])
    if message is not None and message.ephemeral_to:
        for name, value in content.items():
            setattr(message, name, value)
    elif message is not None:
        change(workspace, channel=url.channel, message=message, editor=None, **content)
