"""How a team's own systems talk with us: their tokens, the outcomes they report, the addresses we call."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from storage.models import ApiToken, Outcome, Webhook
from storage.repositories.base import Repository, found


class ApiTokens(Repository):
    """Tokens of the HTTP API, known by their hash only."""

    async def add(self, token: ApiToken) -> None:
        """Keep a new token."""
        self._session.add(token)
        await self._session.flush()

    async def find_by_hash(self, token_hash: str) -> ApiToken | None:
        """Return the token with this hash, revoked or not."""
        return await self._session.scalar(select(ApiToken).where(ApiToken.hash == token_hash))

    async def find(self, workspace_id: str, *, token_id: str) -> ApiToken | None:
        """Return the workspace's token of this id."""
        token = await self._session.get(ApiToken, token_id)
        return token if token is not None and token.workspace_id == workspace_id else None

    async def of_workspace(self, workspace_id: str) -> list[ApiToken]:
        """Return the workspace's tokens, the usable ones first, the newest first."""
        tokens = select(ApiToken).where(ApiToken.workspace_id == workspace_id)
        ordered = tokens.order_by(ApiToken.revoked_at.is_not(None), ApiToken.created_at.desc(), ApiToken.id)
        return list(await self._session.scalars(ordered))

    async def used(self, token_id: str, *, now: datetime, apart: timedelta) -> None:
        """Note that a token was used, unless that was noted within the time `apart`."""
        due = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - apart)
        await self._session.execute(
            update(ApiToken).where(ApiToken.id == token_id, due).values(last_used_at=now)
        )


class Outcomes(Repository):
    """A team's own results for drafts."""

    async def put(self, outcome: Outcome) -> None:
        """Keep an outcome; a later value for the same draft, name and moment replaces the earlier one."""
        insert = self._insert(Outcome).values(
            {column.key: getattr(outcome, column.key) for column in Outcome.__table__.columns}
        )
        told = ("value", "received_at", "token_id")
        await self._session.execute(
            insert.on_conflict_do_update(
                index_elements=["draft_id", "name", "measured_at"],
                set_={**{name: insert.excluded[name] for name in told}, "feed_position": None},
                where=Outcome.value != insert.excluded.value,
            )
        )

    async def of_drafts(self, draft_ids: Collection[str]) -> list[Outcome]:
        """Return the outcomes of these drafts, by name and moment."""
        reported = select(Outcome).where(Outcome.draft_id.in_(draft_ids))
        return list(
            await self._session.scalars(reported.order_by(Outcome.name, Outcome.measured_at, Outcome.id))
        )


class Webhooks(Repository):
    """Addresses that hear of what happens."""

    async def add(self, webhook: Webhook) -> None:
        """Keep a new webhook."""
        self._session.add(webhook)
        await self._session.flush()

    async def find(self, webhook_id: str, *, workspace_id: str | None = None) -> Webhook | None:
        """Return the webhook; with `workspace_id`, only if it is that workspace's."""
        webhook = await self._session.get(Webhook, webhook_id)
        return None if webhook is None or workspace_id not in {None, webhook.workspace_id} else webhook

    async def lock(self, webhook_id: str) -> Webhook:
        """Return the webhook as it is now; nobody else changes it until this transaction ends.

        Raises:
            NotFound: there is none.
        """
        webhook = await self._session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)
        return found(webhook, "webhook", webhook_id)

    async def of_workspace(self, workspace_id: str) -> list[Webhook]:
        """Return the workspace's webhooks, oldest first."""
        added = select(Webhook).where(Webhook.workspace_id == workspace_id)
        return list(await self._session.scalars(added.order_by(Webhook.created_at, Webhook.id)))

    async def due(self, now: datetime, *, limit: int) -> list[Webhook]:
        """Return the webhooks that may be called now, the longest waiting first."""
        waiting = select(Webhook).where(Webhook.next_at <= now, Webhook.disabled_at.is_(None))
        return list(await self._session.scalars(waiting.order_by(Webhook.next_at, Webhook.id).limit(limit)))

    async def remove(self, webhook_id: str) -> None:
        """Forget a webhook."""
        await self._session.execute(delete(Webhook).where(Webhook.id == webhook_id))
