"""One repository per aggregate: `get` raises NotFound, `find` may return None."""

from storage.repositories.anchors import Anchors
from storage.repositories.asks import Asks
from storage.repositories.base import NotFound
from storage.repositories.corrections import Corrections
from storage.repositories.digests import Digests
from storage.repositories.drafts import Drafts
from storage.repositories.evaluations import GateResults, Memos
from storage.repositories.feed import FeedPlaces
from storage.repositories.feedback import Feedback
from storage.repositories.holds import HeldSpan, Holds
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
from storage.repositories.observations import Observations
from storage.repositories.operations import AuditLog, KeyChecks, Posts, Replicas
from storage.repositories.phrasings import Phrasings
from storage.repositories.polls import Polls
from storage.repositories.rater_weights import RaterWeights
from storage.repositories.recurring import RecurringBriefs
from storage.repositories.releases import Releases
from storage.repositories.rules import ENDED_BY_EVIDENCE, Rules
from storage.repositories.sightings import RuleSightings
from storage.repositories.standing import LetStand, LetStands
from storage.repositories.tallies import Tallies, TallyDelta
from storage.repositories.tasks import Tasks
from storage.repositories.training import Datasets
from storage.repositories.training_runs import TrainingRuns
from storage.repositories.trials import Trials
from storage.repositories.workspaces import Channels, Installations, Members, Workspaces

__all__ = [
    "ENDED_BY_EVIDENCE",
    "Anchors",
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
    "GateResults",
    "HeldSpan",
    "Holds",
    "Installations",
    "KeyChecks",
    "Landing",
    "LedgerEntry",
    "LedgerRows",
    "LedgerTables",
    "LetStand",
    "LetStands",
    "Members",
    "Memos",
    "NewSignal",
    "NotFound",
    "Observations",
    "Outcomes",
    "Phrasings",
    "Polls",
    "Posts",
    "RaterWeights",
    "RecurringBriefs",
    "Releases",
    "Replicas",
    "RuleSightings",
    "Rules",
    "Sight",
    "Standing",
    "Tallies",
    "TallyDelta",
    "Tasks",
    "TrainingRuns",
    "Trials",
    "Webhooks",
    "Workspaces",
]
