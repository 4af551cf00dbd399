"""One repository per aggregate: `get` raises NotFound, `find` may return None."""

from storage.repositories.asks import Asks
from storage.repositories.base import NotFound
from storage.repositories.corrections import Corrections
from storage.repositories.digests import Digests
from storage.repositories.drafts import Drafts
from storage.repositories.feed import FeedPlaces
from storage.repositories.feedback import Feedback
from storage.repositories.integrations import ApiTokens, Outcomes, Webhooks
from storage.repositories.ledger import LedgerRows
from storage.repositories.ledger_rows import (
    DraftPlace,
    Landing,
    LedgerEntry,
    NewSignal,
    Sight,
    Standing,
)
from storage.repositories.ledger_tables import LedgerTables
from storage.repositories.operations import AuditLog, KeyChecks, Posts, Replicas
from storage.repositories.phrasings import Phrasings
from storage.repositories.recurring import RecurringBriefs
from storage.repositories.tallies import Tallies, TallyDelta
from storage.repositories.tasks import Tasks
from storage.repositories.training import Datasets, TrainingRuns
from storage.repositories.workspaces import Channels, Installations, Members, Workspaces

__all__ = [
    "ApiTokens",
    "Asks",
    "AuditLog",
    "Channels",
    "Corrections",
    "Datasets",
    "Digests",
    "DraftPlace",
    "Drafts",
    "FeedPlaces",
    "Feedback",
    "Installations",
    "KeyChecks",
    "Landing",
    "LedgerEntry",
    "LedgerRows",
    "LedgerTables",
    "Members",
    "NewSignal",
    "NotFound",
    "Outcomes",
    "Phrasings",
    "Posts",
    "RecurringBriefs",
    "Replicas",
    "Sight",
    "Standing",
    "Tallies",
    "TallyDelta",
    "Tasks",
    "TrainingRuns",
    "Webhooks",
    "Workspaces",
]
