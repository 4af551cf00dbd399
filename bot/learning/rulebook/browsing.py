"""What people read about rules: the list that they may see, and a rule's own page."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bot.learning.rulebook.rule_page import Told, build_rule_card
from bot.learning.rulebook.rule_words import build_row
from bot.learning.rulebook.rules_asked import search, stored_states
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.rules.rights import NoSuchRule, is_silent_member
from bot.slack.access import AdminNotKnown, Admins, Membership
from bot.slack.blocks.rules import PAGE, RuleListCard, RuleRow, rules_modal
from bot.slack.blocks.rules_page import MOST_HISTORY, RuleCard, rule_modal
from bot.slack.fields import Modal
from bot.team.policy import BY_TEAM, Policy
from bot.team.tasks import TaskBook, read_tasks
from storage.engine import Database
from storage.models import Rule
from storage.queries.rule_list import Said, Sight, WantedRules
from storage.unit_of_work import UnitOfWork

ADMIN_SECONDS = 1.0  # a modal that is late does not open
MOST_OBSERVATIONS = 2_000  # that a rule's page is made from
ADMIN_NOT_KNOWN = (
    "Slack did not tell me in time whether you are an admin, so this is what everybody sees. "
    "Open it again in a moment."
)


class EffectTeller(Protocol):
    """Says what rules changed: `bot.digests.effects`, which stands above us."""

    async def tell(self, unit: UnitOfWork, rule: Rule) -> tuple[str, ...]:
        """Say a rule's effect: first a sentence, then figures, at last what they are."""
        ...

    async def in_short(self, unit: UnitOfWork, rule: Rule) -> str:
        """Say in a few words how drafts do that saw a rule."""
        ...


@dataclass(frozen=True)
class Viewer:
    """Who looks: whether they are an admin (None: Slack did not say), and whose channels' rules they see.

    Without `user_id` it is the operator in the terminal, who sees everything.
    """

    user_id: str | None
    is_admin: bool | None
    channels: frozenset[str] = frozenset()

    @property
    def sight(self) -> Sight:
        """Which rules they may see."""
        return Sight(self.user_id, everywhere=bool(self.is_admin), channels=self.channels)


OPERATOR: Final = Viewer(None, is_admin=True)


class RuleBrowser:
    """Reads rules for people. What somebody may see is asked anew for each screen."""

    def __init__(
        self, database: Database, *, admins: Admins, membership: Membership, effects: EffectTeller
    ) -> None:
        self._database = database
        self._admins = admins
        self._membership = membership
        self._effects = effects

    async def viewer(
        self, workspace_id: str, *, user_id: str, place: RulesPlace, is_here: bool = False
    ) -> Viewer:
        """Return what somebody may see; `is_here`: Slack just said that they are in the channel `place.here`."""
        trusted = {place.here} if is_here and place.here else set[str]()
        asked = sorted({channel for channel in (place.here, place.channel_id) if channel} - trusted)
        is_admin, seen = await asyncio.gather(
            self._is_admin(workspace_id, user_id),
            asyncio.gather(*(self._sees(workspace_id, channel, user_id) for channel in asked)),
        )
        return Viewer(user_id, is_admin, frozenset(filter(None, [*trusted, *seen])))

    async def list_modal(
        self, workspace_id: str, *, viewer: Viewer, place: RulesPlace, words: str = "", notice: str = ""
    ) -> Modal:
        """Build the list of rules as this person may see it."""
        card, place = await self.list_card(workspace_id, viewer=viewer, place=place, words=words)
        return rules_modal(
            replace(card, notice=notice or _notice(viewer)),
            metadata=replace(place, list_id=None, rule_id=None, page_id=None, version=0).to_json(),
        )

    async def list_card(
        self, workspace_id: str, *, viewer: Viewer, place: RulesPlace, words: str
    ) -> tuple[RuleListCard, RulesPlace]:
        """Read a page of rules; one past the end is the last one."""
        wanted = _wanted(workspace_id, viewer, place)
        async with self._database.read() as unit:
            tasks = await read_tasks(unit, workspace_id)
            total, page, rules = await self._page(unit, wanted, page=place.page, words=words)
            rows = [await self._row(unit, rule, tasks) for rule in rules]
        place = replace(place, page=page, searched=bool(words))
        card = RuleListCard(
            tuple(rows),
            total,
            page,
            place.state,
            words,
            place.channel_id,
            place.task,
            {task.name: task.title for task in tasks.offered()},
            _here(viewer, place),
            sees_all=bool(viewer.is_admin),
        )
        return card, place

    async def listed(
        self, workspace_id: str, *, viewer: Viewer, place: RulesPlace, words: str = "", limit: int
    ) -> tuple[int, list[Rule]]:
        """Return how many rules there are as `place` says, and the first of them."""
        wanted = _wanted(workspace_id, viewer, place)
        async with self._database.read() as unit:
            if not words.strip():
                return await unit.rule_list.count(wanted), [*await unit.rule_list.page(wanted, limit=limit)]
            ids = search(words, await unit.rule_list.texts(wanted))
            found = await unit.rule_list.of_ids(workspace_id, rule_ids=ids[:limit])
        return len(ids), [found[rule_id] for rule_id in ids[:limit]]

    async def rule_modal(
        self, workspace_id: str, *, viewer: Viewer, place: RulesPlace, notice: str = ""
    ) -> Modal:
        """Build the page of the rule that `place` is about.

        Raises:
            NoSuchRule: there is none that this person may see.
        """
        card, rule = await self.rule_card(workspace_id, viewer=viewer, rule_id=place.rule_id or "")
        return rule_modal(
            replace(card, notice=notice), metadata=replace(place, version=rule.version).to_json()
        )

    async def rule_card(self, workspace_id: str, *, viewer: Viewer, rule_id: str) -> tuple[RuleCard, Rule]:
        """Read a rule's page.

        Raises:
            NoSuchRule: there is none that this person may see.
        """
        async with self._database.read() as unit:
            rule = await self.find(unit, workspace_id, viewer=viewer, rule_id=rule_id)
            told = await self._told(unit, rule, viewer)
        return build_rule_card(rule, told), rule

    async def find(self, unit: UnitOfWork, workspace_id: str, *, viewer: Viewer, rule_id: str) -> Rule:
        """Return a rule that this person may see.

        Raises:
            NoSuchRule: there is none.
        """
        rule = await unit.rule_list.find(workspace_id, rule_id=rule_id, sight=viewer.sight)
        if rule is None:
            raise NoSuchRule
        return rule

    async def decides(self, workspace_id: str, *, viewer: Viewer) -> bool:
        """Return whether somebody's decisions about rules hold, as far as screens show it."""
        async with self._database.read() as unit:
            return (await _decides(unit, workspace_id, viewer))[0]

    async def _told(self, unit: UnitOfWork, rule: Rule, viewer: Viewer) -> Told:
        said = await unit.rule_list.evidence(rule, at_most=MOST_OBSERVATIONS)
        history = await unit.rule_list.history(rule, limit=MOST_HISTORY)
        decides, by_team = await _decides(unit, rule.workspace_id, viewer)
        people = {entry.actor_id for entry in history} | ({rule.author_id} if rule.author_id else set())
        return Told(
            user_id=viewer.user_id,
            is_admin=bool(viewer.is_admin),
            decides=decides,
            by_team=by_team,
            channels=viewer.channels,
            tasks=await read_tasks(unit, rule.workspace_id),
            said=_about(rule, said),
            history=history,
            named=frozenset(await unit.rule_list.named(rule.workspace_id, user_ids=people)),
            effect=await self._effects.tell(unit, rule),
        )

    async def _page(
        self, unit: UnitOfWork, wanted: WantedRules, *, page: int, words: str
    ) -> tuple[int, int, Sequence[Rule]]:
        if not words.strip():
            total = await unit.rule_list.count(wanted)
            page = min(page, RuleListCard(total=total).last)
            return total, page, await unit.rule_list.page(wanted, limit=PAGE, offset=page * PAGE)
        ids = search(words, await unit.rule_list.texts(wanted))
        page = min(page, RuleListCard(total=len(ids)).last)
        shown = ids[page * PAGE : (page + 1) * PAGE]
        found = await unit.rule_list.of_ids(wanted.workspace_id, rule_ids=shown)
        return len(ids), page, [found[rule_id] for rule_id in shown]

    async def _row(self, unit: UnitOfWork, rule: Rule, tasks: TaskBook) -> RuleRow:
        return build_row(rule, tasks=tasks, effect=await self._effects.in_short(unit, rule))

    async def _is_admin(self, workspace_id: str, user_id: str) -> bool | None:
        try:
            return await self._admins.knows(workspace_id, user_id=user_id, deadline_seconds=ADMIN_SECONDS)
        except AdminNotKnown:
            return None

    async def _sees(self, workspace_id: str, channel_id: str, user_id: str) -> str:
        seen = await self._membership.may_see(workspace_id, channel_id=channel_id, user_id=user_id)
        return channel_id if seen else ""


async def _decides(unit: UnitOfWork, workspace_id: str, viewer: Viewer) -> tuple[bool, bool]:
    """Return whether somebody's decisions hold, as `Rights` will say at the press, and whether everybody's do."""
    workspace = await unit.workspaces.find(workspace_id)
    by_team = Policy.of(workspace.settings if workspace else None).rules_by == BY_TEAM
    if viewer.is_admin or not by_team or viewer.user_id is None:
        return bool(viewer.is_admin), by_team
    member = await unit.members.find(workspace_id, user_id=viewer.user_id)
    return member is not None and not is_silent_member(member, workspace_id), by_team


def _wanted(workspace_id: str, viewer: Viewer, place: RulesPlace) -> WantedRules:
    return WantedRules(workspace_id, stored_states(place.state), viewer.sight, place.channel_id, place.task)


def _about(rule: Rule, said: Sequence[Said]) -> tuple[Said, ...]:
    return tuple(each for each in said if each.observation.topic == rule.topic)


def _here(viewer: Viewer, place: RulesPlace) -> str | None:
    """Return the channel whose own rules are shown: the one that was chosen, or else the one we are in."""
    wanted = place.channel_id or place.here
    return wanted if wanted in viewer.channels else None


def _notice(viewer: Viewer) -> str:
    return ADMIN_NOT_KNOWN if viewer.is_admin is None else ""
