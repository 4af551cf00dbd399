"""Every table, one file per aggregate; importing this package registers them all."""

from storage.models.dataset import DatasetExclusion, DatasetRow, DatasetVersion
from storage.models.digest import Digest
from storage.models.draft import Draft, DraftMessage, DraftStanding, Revision
from storage.models.evaluation import GateResult, Memo
from storage.models.feedback import Ask, Correction, Opinion, PhrasingRequest, Signal
from storage.models.inbox import InboxBase, InboxEvent
from storage.models.integration import ApiToken, Outcome, Webhook
from storage.models.learning import Observation, Rule, RulePoll, RulePollVote, RuleSighting
from storage.models.operations import AuditEntry, KeyCheck, Post, Replica
from storage.models.rating import Anchor, AnchorAnswer, Hold, RaterWeight
from storage.models.recurring import RecurringBrief
from storage.models.release import Release, ReleaseChange, ReleaseSeat
from storage.models.tally import Tally
from storage.models.task import TeamTask
from storage.models.training import TrainingRun
from storage.models.trial import Trial, TrialOutcome, TrialPair, TrialVote
from storage.models.workspace import Channel, Installation, Member, Workspace

__all__ = [
    "Anchor",
    "AnchorAnswer",
    "ApiToken",
    "Ask",
    "AuditEntry",
    "Channel",
    "Correction",
    "DatasetExclusion",
    "DatasetRow",
    "DatasetVersion",
    "Digest",
    "Draft",
    "DraftMessage",
    "DraftStanding",
    "GateResult",
    "Hold",
    "InboxBase",
    "InboxEvent",
    "Installation",
    "KeyCheck",
    "Member",
    "Memo",
    "Observation",
    "Opinion",
    "Outcome",
    "PhrasingRequest",
    "Post",
    "RaterWeight",
    "RecurringBrief",
    "Release",
    "ReleaseChange",
    "ReleaseSeat",
    "Replica",
    "Revision",
    "Rule",
    "RulePoll",
    "RulePollVote",
    "RuleSighting",
    "Signal",
    "Tally",
    "TeamTask",
    "TrainingRun",
    "Trial",
    "TrialOutcome",
    "TrialPair",
    "TrialVote",
    "Webhook",
    "Workspace",
]
