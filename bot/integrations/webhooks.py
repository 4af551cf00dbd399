"""A workspace's webhooks: added, listed, tried, paused, replayed, removed. What is sent, and when, says `delivery`."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from bot.errors import BotError
from bot.integrations.endpoint import Answer, Endpoint
from bot.integrations.envelope import build_delivery
from bot.integrations.feed import FeedReader
from storage.engine import Database
from storage.models import AuditEntry, Webhook

MOST_WEBHOOKS: Final = 10


class WebhookUnknown(BotError):
    """The workspace has no such webhook."""

    code = "webhook_unknown"
    sentence = "This workspace has no such webhook; `draftloop webhooks list` shows them."


class TooManyWebhooks(BotError):
    """A workspace has enough of them."""

    code = "too_many_webhooks"
    sentence = f"A workspace can have {MOST_WEBHOOKS} webhooks. Remove one first."


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook that was just added; nobody can read `secret` again."""

    id: str
    url: str
    secret: str


class Webhooks:
    """Keeps a workspace's webhooks; every change is in the audit log."""

    def __init__(
        self,
        database: Database,
        *,
        feed: FeedReader,
        endpoint: Endpoint,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._feed = feed
        self._endpoint = endpoint
        self._clock = clock

    async def add(self, workspace_id: str, *, url: str, by: str) -> NewWebhook:
        """Add an address that hears of everything from now on.

        Raises:
            UrlRefused, TooManyWebhooks: nothing was added.
        """
        url, secret = self._endpoint.check(url), f"dlw_{secrets.token_urlsafe(32)}"
        position, now = await self._feed.place_of(workspace_id, since=None), self._clock()
        webhook = Webhook(
            workspace_id=workspace_id,
            url=url,
            secret=secret,
            cursor=str(position),
            next_at=now,
            created_by=by,
            created_at=now,
        )
        async with self._database.begin() as unit:
            if len(await unit.webhooks.of_workspace(workspace_id)) >= MOST_WEBHOOKS:
                raise TooManyWebhooks
            await unit.webhooks.add(webhook)
            await unit.audit.add(_entry(webhook, "webhook_added", by=by, now=now))
        return NewWebhook(webhook.id, url, secret)

    async def of_workspace(self, workspace_id: str) -> list[Webhook]:
        """Return the workspace's webhooks, oldest first."""
        async with self._database.read() as unit:
            return await unit.webhooks.of_workspace(workspace_id)

    async def remove(self, workspace_id: str, *, webhook_id: str, by: str) -> None:
        """Forget a webhook.

        Raises:
            WebhookUnknown: there is none.
        """
        await self._get(workspace_id, webhook_id)
        async with self._database.begin() as unit:
            webhook = await unit.webhooks.lock(webhook_id)
            await unit.audit.add(_entry(webhook, "webhook_removed", by=by, now=self._clock()))
            await unit.webhooks.remove(webhook_id)

    async def enable(self, workspace_id: str, *, webhook_id: str, by: str) -> None:
        """Call a webhook again that was given up; it goes on where it stopped.

        Raises:
            WebhookUnknown: there is none.
        """
        await self._change(
            workspace_id,
            webhook_id,
            by=by,
            action="webhook_enabled",
            disabled_at=None,
            failures=0,
            next_at=self._clock(),
        )

    async def replay(self, workspace_id: str, *, webhook_id: str, since: datetime, by: str) -> None:
        """Tell a webhook everything since a moment once more.

        Raises:
            WebhookUnknown: there is none.
        """
        position = await self._feed.place_of(workspace_id, since=since)
        await self._change(workspace_id, webhook_id, by=by, action="webhook_replayed", cursor=str(position))

    async def test(self, workspace_id: str, *, webhook_id: str) -> Answer:
        """Send a webhook one delivery without events; return what it answered.

        Raises:
            WebhookUnknown: there is none.
        """
        webhook = await self._get(workspace_id, webhook_id)
        body, headers = build_delivery(webhook, [], kind="test", unix_time=int(time.time()))
        return await self._endpoint.post(webhook.url, body=body, headers=headers)

    async def _get(self, workspace_id: str, webhook_id: str) -> Webhook:
        async with self._database.read() as unit:
            webhook = await unit.webhooks.find(webhook_id, workspace_id=workspace_id)
        if webhook is None:
            raise WebhookUnknown
        return webhook

    async def _change(
        self, workspace_id: str, webhook_id: str, *, by: str, action: str, **columns: Any
    ) -> None:
        await self._get(workspace_id, webhook_id)
        async with self._database.begin() as unit:
            webhook = await unit.webhooks.lock(webhook_id)
            for name, value in columns.items():
                setattr(webhook, name, value)
            await unit.audit.add(_entry(webhook, action, by=by, now=self._clock()))


def host_of(webhook: Webhook) -> str:
    """Return where a webhook goes, as far as it may be shown: the rest of an address may hold a secret."""
    return urlsplit(webhook.url).hostname or "?"


def _entry(webhook: Webhook, action: str, *, by: str, now: datetime) -> AuditEntry:
    return AuditEntry(
        workspace_id=webhook.workspace_id,
        at=now,
        actor_id=by,
        action=action,
        subject=f"webhook:{webhook.id}",
        details={"host": host_of(webhook)},
    )
