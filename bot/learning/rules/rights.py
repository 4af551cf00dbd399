"""Who may decide about rules, and what to tell those who may not."""

from dataclasses import dataclass
from typing import Final

from bot.errors import BotError, FormError
from bot.slack.access import Admins, NotAnAdmin
from bot.team.policy import BY_TEAM, Policy
from storage.engine import Database
from storage.models import Member

OPERATOR: Final = "operator"  # whoever runs the terminal: no Slack id looks like this


class NoSuchRule(BotError):
    """The rule is not there (any more), or belongs to another workspace."""

    code = "no_such_rule"
    sentence = "That rule is not there any more."


class NotYours(BotError):
    """Somebody wants to take back what others taught."""

    code = "not_yours"
    sentence = "Only those who taught this, and admins, can do that."


class ScopeNotNarrower(FormError):
    """*Too broad* with a place that is not within the rule's own."""

    code = "scope_not_narrower"
    sentence = "The rule does not hold in all of that, so this would not make it narrower."

    def __init__(self) -> None:
        super().__init__({"scope": self.sentence})


class SilentMember(BotError):
    """Somebody whose feedback does not count wants to decide about rules."""

    code = "silent_member"
    sentence = "Your feedback does not count in this workspace at the moment, so I cannot take this."


@dataclass(frozen=True)
class Rights:
    """Asks whether somebody decides about rules, at the moment they press."""

    database: Database
    admins: Admins

    async def decides(self, workspace_id: str, *, user_id: str) -> bool:
        """Return whether somebody's decisions about rules hold: an admin's, or everybody's where the team decides.

        Raises:
            AdminNotKnown: Slack is slow.
        """
        if user_id == OPERATOR or await self._team_decides(workspace_id, user_id):
            return True
        return await self.admins.knows(workspace_id, user_id=user_id)

    async def require(self, workspace_id: str, *, user_id: str) -> None:
        """Let those pass who decide about rules.

        Raises:
            NotAnAdmin: it is somebody else.
            AdminNotKnown: Slack is slow.
        """
        if user_id == OPERATOR or await self._team_decides(workspace_id, user_id):
            return
        if not await self.admins.knows(workspace_id, user_id=user_id):
            raise NotAnAdmin

    async def _team_decides(self, workspace_id: str, user_id: str) -> bool:
        async with self.database.read() as unit:
            workspace = await unit.workspaces.find(workspace_id)
            member = await unit.members.find(workspace_id, user_id=user_id)
        if workspace is None or Policy.of(workspace.settings).rules_by != BY_TEAM:
            return False
        return member is not None and not is_silent_member(member, workspace_id)


def is_silent_member(member: Member | None, workspace_id: str) -> bool:
    """Tell whether nothing that somebody presses counts: they opted out, are held back, a bot or from elsewhere."""
    if member is None:
        return False
    is_foreign = member.home_team_id not in (None, workspace_id)
    return member.opted_out or member.is_bot or member.held_from_us is not None or is_foreign
