"""Asks the admin channel about rules that wait for an admin, and takes the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.learning.rules.decisions import Decisions
from bot.learning.rules.learner import Taught
from bot.learning.scopes import Scope
from bot.learning.telling.note_ref import NoteRef, find_rule
from bot.learning.telling.scope_words import scope_in_words
from bot.logs import get_logger
from bot.slack.blocks.learned import Blocks, Waiting, answered_message, waiting_message
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Correction, Draft, Rule

log = get_logger(__name__)


@dataclass(frozen=True)
class _Asked:
    """A rule to ask about, and where."""

    rule: Rule
    ref: NoteRef
    channel_id: str


class Waits:
    """Asks once per rule; `admin_channel` is where, in workspaces that chose no channel of their own."""

    def __init__(
        self,
        database: Database,
        *,
        decisions: Decisions,
        messenger: Messenger,
        admin_channel: str | None = None,
    ) -> None:
        self._database = database
        self._decisions = decisions
        self._messenger = messenger
        self._admin_channel = admin_channel

    async def ask(self, draft: Draft, correction: Correction, *, told: Sequence[Taught]) -> None:
        """Ask about those of the rules just told that wait for an admin; without an admin channel nobody is asked."""
        waiting = [one.rule for one in told if one.missing == "admin"]
        channel_id = await self._where(draft.workspace_id) if waiting else None
        if channel_id is None:
            return
        ids = tuple(one.rule.id for one in told)
        for rule in waiting:
            await self._post(draft, _Asked(rule, NoteRef(rule.id, correction.id, ids), channel_id))

    async def answer(
        self, workspace_id: str, *, ref: NoteRef, user_id: str, approved: bool
    ) -> tuple[str, Blocks]:
        """Let an admin say yes or no; return what the question becomes.

        Raises:
            NoSuchRule: it is not of this workspace.
            NotAnAdmin: this person does not decide about rules.
        """
        decide = self._decisions.approve if approved else self._decisions.retire
        await decide(workspace_id, rule_id=ref.rule_id, user_id=user_id)
        async with self._database.read() as unit:
            rule = await find_rule(unit, workspace_id, rule_id=ref.rule_id)
        return answered_message(await self._told(rule), approved=rule.state == "active", admin_id=user_id)

    async def _post(self, draft: Draft, asked: _Asked) -> None:
        text, blocks = waiting_message(
            await self._told(asked.rule, link=await self._link(draft)), value=asked.ref.value
        )
        try:
            await self._messenger.post(
                draft.workspace_id,
                channel_id=asked.channel_id,
                text=text,
                blocks=blocks,
                key=f"rule_waits:{asked.rule.id}",
            )
        except SlackRefused as error:  # They find it under `/draftloop rules` all the same.
            log.warning("admins_not_asked", rule=asked.rule.id, code=error.code)

    async def _where(self, workspace_id: str) -> str | None:
        async with self._database.read() as unit:
            workspace = await unit.workspaces.get(workspace_id)
        return workspace.admin_channel_id or self._admin_channel

    async def _told(self, rule: Rule, *, link: str | None = None) -> Waiting:
        async with self._database.read() as unit:
            tasks = await read_tasks(unit, rule.workspace_id)
        return Waiting(rule.text, scope_in_words(Scope.of(rule), tasks=tasks), rule.supporters, link)

    async def _link(self, draft: Draft) -> str | None:
        try:
            return await self._messenger.permalink(
                draft.workspace_id, channel_id=draft.channel_id, ts=draft.message_ts or ""
            )
        except SlackRefused:
            return None  # The draft's message is gone.
