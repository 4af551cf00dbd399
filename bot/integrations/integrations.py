"""Everything for a team's own systems, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.drafts.request import Drafts
from bot.integrations.access_view import AccessView
from bot.integrations.delivery import Delivery
from bot.integrations.drafts import OwnDrafts
from bot.integrations.endpoint import Endpoint
from bot.integrations.feed import FeedReader
from bot.integrations.limits import Limiter
from bot.integrations.outcomes import Outcomes
from bot.integrations.tokens import Tokens
from bot.integrations.webhooks import Webhooks
from bot.runtime.durable import Durable
from bot.settings import Settings
from bot.slack.messenger import Messenger
from storage.engine import Database


@dataclass(frozen=True)
class Integrations:
    """What handlers may call for a team's own systems."""

    tokens: Tokens
    limiter: Limiter
    drafts: OwnDrafts
    outcomes: Outcomes
    feed: FeedReader
    webhooks: Webhooks
    delivery: Delivery
    access_view: AccessView


def build_integrations(
    database: Database,
    *,
    settings: Settings,
    durable: Durable,
    drafts: Drafts,
    messenger: Messenger,
    clock: Callable[[], datetime],
) -> Integrations:
    """Wire the parts."""
    feed = FeedReader(database)
    endpoint = Endpoint(allow_private=settings.webhook_allow_private)
    tokens = Tokens(database, clock=clock)
    webhooks = Webhooks(database, feed=feed, endpoint=endpoint, clock=clock)
    return Integrations(
        tokens=tokens,
        limiter=Limiter(),
        drafts=OwnDrafts(database, drafts=drafts, messenger=messenger),
        outcomes=Outcomes(database, clock=clock),
        feed=feed,
        webhooks=webhooks,
        access_view=AccessView(tokens, webhooks=webhooks),
        delivery=Delivery(
            database,
            durable=durable,
            feed=feed,
            endpoint=endpoint,
            messenger=messenger,
            admin_channel=settings.admin_channel,
            clock=clock,
        ),
    )
