"""Tells webhooks what happened: in order, at least once, one delivery at a time over all replicas.

A webhook's row says when it may be called next. Whoever calls it moves that time ahead first and so holds a lease: the
time itself is the proof. When the lease is not ours any more (we were too slow, or died), somebody else tells the same
events again, and what we learned is not written down.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.integrations.endpoint import Answer, Endpoint
from bot.integrations.envelope import build_delivery
from bot.integrations.feed import Events, FeedReader
from bot.integrations.webhooks import host_of
from bot.logs import get_logger
from bot.runtime.durable import BACKGROUND, Durable
from bot.slack.blocks.api_access import webhook_given_up
from bot.slack.clients import NotInstalled
from bot.slack.messenger import Messenger, SlackRefused
from storage.engine import Database
from storage.models import AuditEntry, Webhook

log = get_logger(__name__)

MOST_EVENTS: Final = 100
MOST_FAILURES: Final = 20
LEASE: Final = timedelta(seconds=60)  # several times what one call may take
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(hours=3)  # 20 failures in a row then take more than a day
_LOOK: Final = 1_000
_MOMENT: Final = timedelta(microseconds=1)  # No two leases are the same, whatever the clock does.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

DONE: Final = 0
GIVEN_UP: Final = -1


@dataclass(frozen=True, slots=True)
class _Leased:
    """A webhook that is ours until `until`."""

    webhook: Webhook
    until: datetime


class Delivery:
    """Calls webhooks; the tick finds those with news, a durable workflow tells them."""

    def __init__(
        self,
        database: Database,
        *,
        durable: Durable,
        feed: FeedReader,
        endpoint: Endpoint,
        messenger: Messenger,
        admin_channel: str | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._durable = durable
        self._feed = feed
        self._endpoint = endpoint
        self._messenger = messenger
        self._admin_channel = admin_channel
        self._clock = clock

    async def run_due(self, now: datetime) -> int:
        """Ask for the delivery of every webhook that has news and may be called; return of how many."""
        async with self._database.read() as unit:
            due = await unit.webhooks.due(now, limit=_LOOK)
        return sum([await self._ask(webhook, now=now) for webhook in due])

    async def deliver(self, webhook_id: str, lease: int) -> int:
        """Tell a webhook the next events.

        Returns:
            The lease to go on with, `DONE`, or `GIVEN_UP`.
        """
        leased = await self._lease(webhook_id, lease)
        if leased is None:
            return DONE
        webhook = leased.webhook
        await self._feed.arrange(webhook.workspace_id)
        news = await self._feed.events(
            webhook.workspace_id, after=int(webhook.cursor or 0), limit=MOST_EVENTS
        )
        answer = await self._call(webhook, news)
        return await self._note(leased, news, answer)

    async def release(self, webhook_id: str, lease: int) -> None:
        """Give a webhook back that has still more to hear."""
        await self._lease(webhook_id, lease, until=self._clock())

    async def tell_given_up(self, webhook_id: str) -> None:
        """Tell the admins that a webhook is not called any more, if there is a channel for that."""
        async with self._database.read() as unit:
            webhook = await unit.webhooks.find(webhook_id)
            workspace = webhook and await unit.workspaces.find(webhook.workspace_id)
        channel_id = workspace and (workspace.admin_channel_id or self._admin_channel)
        if webhook is None or webhook.disabled_at is None or not channel_id:
            return
        text, blocks = webhook_given_up(
            webhook.id, host=host_of(webhook), failures=webhook.failures, told=webhook.last_status or "?"
        )
        try:
            await self._messenger.post(
                webhook.workspace_id,
                channel_id=channel_id,
                text=text,
                blocks=blocks,
                key=f"webhook-off:{webhook.id}:{as_lease(webhook.disabled_at)}",
            )
        except (SlackRefused, NotInstalled) as error:
            log.warning("webhook_notice_refused", workspace=webhook.workspace_id, code=error.code)

    async def _ask(self, seen: Webhook, *, now: datetime) -> bool:
        if not await self._feed.has_news(seen.workspace_id, after=int(seen.cursor or 0)):
            return False
        async with self._database.begin() as unit:
            webhook = await unit.webhooks.lock(seen.id)
            if webhook.next_at != seen.next_at or webhook.disabled_at is not None:
                return False  # Another replica was here since we looked.
            webhook.next_at = now + LEASE
            lease = as_lease(webhook.next_at)
            await self._durable.enqueue(
                unit,
                "webhook",
                webhook.id,
                lease,
                workflow_id=f"webhook:{webhook.id}:{lease}",
                queue=BACKGROUND,
            )
        return True

    async def _lease(self, webhook_id: str, lease: int, *, until: datetime | None = None) -> _Leased | None:
        """Renew our lease; None if it is not ours any more."""
        async with self._database.begin() as unit:
            if await unit.webhooks.find(webhook_id) is None:
                return None
            webhook = await unit.webhooks.lock(webhook_id)
            if webhook.next_at is None or as_lease(webhook.next_at) != lease:
                return None
            webhook.next_at = until or max(self._clock() + LEASE, webhook.next_at + _MOMENT)
        return _Leased(webhook, webhook.next_at)

    async def _call(self, webhook: Webhook, news: Events) -> Answer | None:
        if not news.events:
            return None
        unix_time = int(self._clock().timestamp())
        body, headers = build_delivery(webhook, news.events, unix_time=unix_time)
        return await self._endpoint.post(webhook.url, body=body, headers=headers)

    async def _note(self, leased: _Leased, news: Events, answer: Answer | None) -> int:
        """Write down how it went, unless somebody else has taken over."""
        now = self._clock()
        async with self._database.begin() as unit:
            webhook = await unit.webhooks.lock(leased.webhook.id)
            if webhook.next_at != leased.until or webhook.cursor != leased.webhook.cursor:
                return DONE  # It was replayed, or the lease ran out.
            if answer is None or answer.taken:
                _note_taken(webhook, news, answer, now=now)
            else:
                _note_failed(webhook, answer, now=now)
            if webhook.disabled_at is not None:
                await unit.audit.add(_given_up(webhook, now=now))
        log.info("webhook_called", webhook=webhook.id, events=len(news.events), answer=webhook.last_status)
        return _next_step(webhook, full=len(news.events) == MOST_EVENTS)


def as_lease(moment: datetime) -> int:
    """Return a moment as a number that a workflow can carry: microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def pause_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row: doubling, up to `LONGEST_PAUSE`."""
    doublings = 1 << min(failures - 1, 32)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def _note_taken(webhook: Webhook, news: Events, answer: Answer | None, *, now: datetime) -> None:
    webhook.cursor, webhook.failures = str(news.position), 0
    webhook.delivered += len(news.events)
    webhook.last_status = answer.told if answer else webhook.last_status
    webhook.next_at = now + LEASE if len(news.events) == MOST_EVENTS else now


def _note_failed(webhook: Webhook, answer: Answer, *, now: datetime) -> None:
    webhook.failures += 1
    webhook.last_status = answer.told
    webhook.next_at = now + pause_after(webhook.failures)
    if answer.gone or webhook.failures >= MOST_FAILURES:
        webhook.disabled_at, webhook.next_at = now, None


def _next_step(webhook: Webhook, *, full: bool) -> int:
    if webhook.disabled_at is not None:
        return GIVEN_UP
    return as_lease(webhook.next_at) if full and webhook.failures == 0 and webhook.next_at else DONE


def _given_up(webhook: Webhook, *, now: datetime) -> AuditEntry:
    return AuditEntry(
        workspace_id=webhook.workspace_id,
        at=now,
        actor_id="program",
        action="webhook_given_up",
        subject=f"webhook:{webhook.id}",
        details={"failures": webhook.failures, "last_status": webhook.last_status},
    )
