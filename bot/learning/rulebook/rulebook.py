"""The screens of `/draftloop rules`: opened, turned, kept up to date, and what is decided in them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.errors import BotError
from bot.learning.rulebook.browsing import EffectTeller, RuleBrowser, Viewer
from bot.learning.rulebook.rule_forms import RuleForms, Values
from bot.learning.rulebook.rules_asked import Asked, read_asked
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.rules.decisions import Decided, Decisions
from bot.learning.rules.letting_in import LettingIn
from bot.logs import get_logger
from bot.runtime.durable import Durable
from bot.slack.access import Admins, Membership
from bot.slack.fields import Modal
from bot.slack.messenger import Messenger
from bot.team.forms import ChangedMeanwhile
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Rule

log = get_logger(__name__)
REFRESH_SECONDS: Final = 2.0  # for a view below to follow; one that cannot is old until it is opened again


class Rulebook:
    """What people do with rules in Slack; who may decide is asked by `Decisions` at each press."""

    def __init__(
        self,
        database: Database,
        *,
        browser: RuleBrowser,
        forms: RuleForms,
        decisions: Decisions,
        messenger: Messenger,
        letting_in: LettingIn,
    ) -> None:
        self._database = database
        self.letting_in = letting_in
        self.browser = browser
        self.forms = forms
        self._decisions = decisions
        self._messenger = messenger

    async def open(
        self, workspace_id: str, *, user_id: str, trigger_id: str, channel_id: str | None, text: str = ""
    ) -> None:
        """Open the list while the trigger is fresh; `channel_id` is where Slack just saw this person.

        Raises:
            SlackRefused, SlackUnreachable: it could not be opened.
        """
        asked = await self._asked(workspace_id, text)
        place = RulesPlace(here=channel_id, state=asked.state, channel_id=asked.channel_id, task=asked.task)
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place, is_here=True)
        view = await self.browser.list_modal(workspace_id, viewer=viewer, place=place, words=asked.words)
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=view)

    async def show_list(
        self,
        workspace_id: str,
        *,
        user_id: str,
        view_id: str,
        place: RulesPlace,
        words: str = "",
    ) -> None:
        """Show a page of the list in the view that holds it."""
        view = await self.list_modal(workspace_id, user_id=user_id, place=place, words=words)
        await self._messenger.update_view(workspace_id, view_id=view_id, view=view)

    async def list_modal(
        self, workspace_id: str, *, user_id: str, place: RulesPlace, words: str = ""
    ) -> Modal:
        """Build a page of the list as this person may see it now."""
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place)
        return await self.browser.list_modal(workspace_id, viewer=viewer, place=place, words=words)

    async def open_rule(self, workspace_id: str, *, user_id: str, trigger_id: str, place: RulesPlace) -> None:
        """Open a rule's page on top of the list.

        Raises:
            NoSuchRule: there is none that this person may see.
        """
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place)
        view = await self.browser.rule_modal(workspace_id, viewer=viewer, place=place)
        await self._messenger.push_view(workspace_id, trigger_id=trigger_id, view=view)

    async def open_form(
        self, workspace_id: str, *, user_id: str, trigger_id: str, place: RulesPlace, form: str
    ) -> None:
        """Open the form *edit*, *scope* or *propose* on top of what it is about.

        Raises:
            NoSuchRule: the rule is gone, or none that this person may see.
        """
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place)
        if form == "propose":
            decides = await self.browser.decides(workspace_id, viewer=viewer)
            view = await self.forms.propose(workspace_id, place=place, decides=decides)
        else:
            rule = await self._rule(workspace_id, viewer, place)
            place = replace(place, version=rule.version)
            view = (
                self.forms.edit(rule, place=place)
                if form == "edit"
                else await self.forms.scope(rule, place=place, user_id=user_id)
            )
        await self._messenger.push_view(workspace_id, trigger_id=trigger_id, view=view)

    async def decide(self, workspace_id: str, *, user_id: str, place: RulesPlace, deed: str) -> Decided:
        """Approve or retire the rule as somebody saw it.

        Raises:
            NoSuchRule, ChangedMeanwhile: it is not what they saw.
            NotAnAdmin: this person does not decide about rules.
        """
        rule = await self._seen(workspace_id, user_id, place)
        decision = self._decisions.approve if deed == "approve" else self._decisions.retire
        return await decision(workspace_id, rule_id=rule.id, user_id=user_id)

    async def edit(self, workspace_id: str, *, user_id: str, place: RulesPlace, values: Values) -> Decided:
        """Keep a rule's new words.

        Raises:
            FormError: they are no rule.
            NoSuchRule, ChangedMeanwhile, NotAnAdmin: as in `decide`.
        """
        rule = await self._seen(workspace_id, user_id, place)
        text = " ".join((values.get("text") or "").split())
        return await self._decisions.edit(workspace_id, rule_id=rule.id, text=text, user_id=user_id)

    async def rescope(self, workspace_id: str, *, user_id: str, place: RulesPlace, values: Values) -> Decided:
        """Let a rule hold somewhere else.

        Raises:
            FormError: there it cannot hold.
            NoSuchRule, ChangedMeanwhile, NotAnAdmin: as in `decide`.
        """
        rule = await self._seen(workspace_id, user_id, place)
        scope = await self.forms.read_scope(workspace_id, values=values, user_id=user_id, rule=rule)
        return await self._decisions.rescope(workspace_id, rule_id=rule.id, scope=scope, user_id=user_id)

    async def propose(self, workspace_id: str, *, user_id: str, values: Values) -> Decided:
        """Keep a rule that somebody wrote.

        Raises:
            FormError: the text is no rule, or it cannot hold there.
        """
        scope = await self.forms.read_scope(workspace_id, values=values, user_id=user_id)
        text = " ".join((values.get("text") or "").split())
        return await self._decisions.propose(workspace_id, text=text, scope=scope, user_id=user_id)

    async def refresh(self, workspace_id: str, *, user_id: str, place: RulesPlace, notice: str = "") -> None:
        """Show what lies below as it is now: the rule's page, and the list unless it was searched by words."""
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                await self._refresh(workspace_id, user_id, place, notice)
        except (BotError, TimeoutError) as error:
            log.info("rules_view_not_refreshed", workspace=workspace_id, error=type(error).__name__)

    async def _refresh(self, workspace_id: str, user_id: str, place: RulesPlace, notice: str) -> None:
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place)
        if place.page_id and place.rule_id:
            page = replace(place, page_id=None)
            view = await self.browser.rule_modal(workspace_id, viewer=viewer, place=page, notice=notice)
            await self._messenger.update_view(workspace_id, view_id=place.page_id, view=view)
        if place.list_id and not place.searched:
            notice = "" if place.rule_id else notice
            view = await self.browser.list_modal(workspace_id, viewer=viewer, place=place, notice=notice)
            await self._messenger.update_view(workspace_id, view_id=place.list_id, view=view)

    async def _asked(self, workspace_id: str, text: str) -> Asked:
        async with self._database.read() as unit:
            asked = read_asked(text, tasks=await read_tasks(unit, workspace_id))
            if not asked.channel_name:
                return asked
            channels = await unit.channels.of_workspace(workspace_id)
        named = next((channel.id for channel in channels if channel.name == asked.channel_name), None)
        if named:
            return replace(asked, channel_id=named)
        return replace(asked, words=f"{asked.words} #{asked.channel_name}".strip())

    async def _seen(self, workspace_id: str, user_id: str, place: RulesPlace) -> Rule:
        viewer = await self.browser.viewer(workspace_id, user_id=user_id, place=place)
        rule = await self._rule(workspace_id, viewer, place)
        if rule.version != place.version:
            raise ChangedMeanwhile
        return rule

    async def _rule(self, workspace_id: str, viewer: Viewer, place: RulesPlace) -> Rule:
        async with self._database.read() as unit:
            return await self.browser.find(unit, workspace_id, viewer=viewer, rule_id=place.rule_id or "")


def build_rulebook(
    database: Database,
    *,
    decisions: Decisions,
    effects: EffectTeller,
    messenger: Messenger,
    admins: Admins,
    membership: Membership,
    durable: Durable,
    clock: Callable[[], datetime],
) -> Rulebook:
    """Wire the parts together."""
    browser = RuleBrowser(database, admins=admins, membership=membership, effects=effects)
    forms = RuleForms(database, membership=membership)
    return Rulebook(
        database,
        browser=browser,
        forms=forms,
        decisions=decisions,
        messenger=messenger,
        letting_in=LettingIn(database, durable=durable, clock=clock),
    )
