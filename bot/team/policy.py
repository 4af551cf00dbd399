"""What a workspace's admins decided about feedback: kept as JSON in the workspace's row, read here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from storage.models import Workspace

BY_ADMINS, BY_TEAM = "admins", "team"
RULES_BY: Final = (BY_ADMINS, BY_TEAM)


@dataclass(frozen=True)
class Policy:
    """A workspace's policy.

    Args:
        emoji: the workspace's own map on top of ours (`bot.feedback.signals.meaning_of`).
        flag_quorum: how many people's standing flags take a draft's text out of sight; 0: none do.
        implicit: whether implicit signals are recorded; members are told when this is turned on.
        other_organisations: whether people of other organisations count; None: as the operator set it.
        rules_by: whose decisions about rules hold: the `admins`', or everybody's (`team`).
    """

    emoji: Mapping[str, str] = field(default_factory=dict)
    flag_quorum: int = 0
    implicit: bool = False
    other_organisations: bool | None = None
    rules_by: str = BY_ADMINS

    @classmethod
    def of(cls, settings: Mapping[str, Any] | None) -> Self:
        """Read a workspace's settings; what is missing is as it is by default."""
        kept = settings or {}
        return cls(
            emoji=dict(kept.get("emoji") or {}),
            flag_quorum=int(kept.get("flag_quorum") or 0),
            implicit=bool(kept.get("implicit")),
            other_organisations=kept.get("other_organisations"),
            rules_by=BY_TEAM if kept.get("rules_by") == BY_TEAM else BY_ADMINS,
        )

    def write(self, workspace: Workspace) -> None:
        """Keep the policy; other settings of the workspace stay."""
        workspace.settings = {
            **workspace.settings,
            "emoji": dict(self.emoji),
            "flag_quorum": self.flag_quorum,
            "implicit": self.implicit,
            "other_organisations": self.other_organisations,
            "rules_by": self.rules_by,
        }
