"""Every table, one file per aggregate; importing this package registers them all."""

from storage.models.dataset import DatasetRow, DatasetVersion
from storage.models.digest import Digest
from storage.models.draft import Draft, DraftMessage, DraftStanding, Revision
from storage.models.feedback import Ask, Correction, Opinion, PhrasingRequest, Signal
from storage.models.inbox import InboxBase, InboxEvent
from storage.models.integration import ApiToken, Outcome, Webhook
from storage.models.operations import AuditEntry, KeyCheck, Post, Replica
from storage.models.recurring import RecurringBrief
from storage.models.tally import Tally
from storage.models.task import TeamTask
from storage.models.training import TrainingRun
from storage.models.workspace import Channel, Installation, Member, Workspace

__all__ = [
    "ApiToken",
    "Ask",
    "AuditEntry",
    "Channel",
    "Correction",
    "DatasetRow",
    "DatasetVersion",
    "Digest",
    "Draft",
    "DraftMessage",
    "DraftStanding",
    "InboxBase",
    "InboxEvent",
    "Installation",
    "KeyCheck",
    "Member",
    "Opinion",
    "Outcome",
    "PhrasingRequest",
    "Post",
    "RecurringBrief",
    "Replica",
    "Revision",
    "Signal",
    "Tally",
    "TeamTask",
    "TrainingRun",
    "Webhook",
    "Workspace",
]
