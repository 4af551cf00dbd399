"""What was decided about a rule, from the audit log, in plain words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.learning.rulebook.rule_words import ENDED, build_date
from bot.learning.rules.reopening import BY_POLL
from bot.learning.rules.rights import OPERATOR
from bot.learning.rules.rule_changes import PROGRAM
from bot.learning.scopes import Scope
from bot.learning.telling.scope_words import scope_in_words
from bot.team.tasks import TaskBook
from storage.models import AuditEntry

_DEEDS: Final[Mapping[str, str]] = {
    "rule.proposed": "proposed it",
    "rule.activated": "made it active",
    "rule.approved": "approved it",
    "rule.edited": "changed its words",
    "rule.rescoped": "changed where it holds",
    "rule.narrowed": "narrowed where it holds",
    "rule.retired": "retired it",
    "rule.expired": "let it expire",
    "rule.undone": "undid it",
    "rule.opposed": "spoke against it",
    "rule.reopened": "left it to what people correct, as they have changed their minds",
}
_MOVES: Final = {"rule.rescoped", "rule.narrowed"}
_ENDS: Final = {"rule.retired", "rule.expired"}


@dataclass(frozen=True)
class Readers:
    """Who reads, and who may be named to them."""

    user_id: str | None
    is_admin: bool
    named: Collection[str]

    def call(self, actor_id: str) -> str:
        """Say who did something: names only of those who agreed to be named, except to admins."""
        if actor_id == self.user_id:
            return "You"
        if actor_id == PROGRAM:
            return "I"
        if actor_id == OPERATOR:
            return "Whoever runs me"
        if actor_id == BY_POLL:
            return "A poll"
        return f"<@{actor_id}>" if self.is_admin or actor_id in self.named else "Somebody"


def build_history(entry: AuditEntry, *, readers: Readers, tasks: TaskBook) -> str:
    """Say one entry: `3 Nov 2026 · <@U1> approved it`."""
    deed = _DEEDS.get(entry.action, "changed it")
    where = _where(entry.details, tasks) if entry.action in _MOVES else ""
    why = ENDED.get(str(entry.details.get("reason")), "") if entry.action in _ENDS else ""
    return f"{build_date(entry.at)} · {readers.call(entry.actor_id)} {deed}{where or (why and f': {why}')}"


def _where(details: Mapping[str, Any], tasks: TaskBook) -> str:
    after = details.get("scope")
    if not isinstance(after, Mapping):
        return ""
    scope = Scope(after.get("channel_id"), after.get("task"), after.get("requester_id"))
    return f": {scope_in_words(scope, tasks=tasks)}"
