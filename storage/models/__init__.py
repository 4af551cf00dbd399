"""Every table, one file per aggregate; importing this package registers them all."""

from storage.models.dataset import DatasetRow, DatasetVersion
from storage.models.digest import Digest
from storage.models.draft import Draft, DraftMessage, DraftStanding, Revision
from storage.models.feedback import Ask, Correction, Opinion, Signal
from storage.models.inbox import InboxBase, InboxEvent
from storage.models.operations import AuditEntry, KeyCheck, Post, Replica
from storage.models.tally import Tally
from storage.models.training import TrainingRun
from storage.models.workspace import Channel, Installation, Member, Workspace

__all__ = [
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
    "Post",
    "Replica",
    "Revision",
    "Signal",
    "Tally",
    "TrainingRun",
    "Workspace",
]
