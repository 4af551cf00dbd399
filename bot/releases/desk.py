"""The screens of `/draftloop releases` and `/draftloop trials`: opened, kept up to date, and what is decided in them."""

import asyncio
from typing import Any, Final, Literal, Protocol

from bot.errors import BotError
from bot.logs import get_logger
from bot.releases.browsing import ReleaseBrowser, Viewer
from bot.releases.promote import Promotion
from bot.releases.release_place import NoSuchRelease, ReleasePlace
from bot.releases.release_words import build_done, read_name
from bot.slack.access import AdminNotKnown, Admins
from bot.slack.blocks.releases import ReleasesPart
from bot.slack.messenger import Messenger
from storage.engine import Database
from storage.models import Release

log = get_logger(__name__)
ADMIN_SECONDS: Final = 1.0  # A trigger lives for three.
REFRESH_SECONDS: Final = 2.0
Deed = Literal["promote", "keep", "roll_back"]


class NoSuchTrial(BotError):
    """There is no trial of that id here, or it is over."""

    code = "no_such_trial"
    sentence = "No such trial is open. `/draftloop trials` shows how earlier ones ended."


class Stopping(Protocol):
    """What ends a trial by an admin's word."""

    async def stop(self, trial_id: str, *, by: str, reason: str) -> object:
        """Close the trial without a decision."""
        ...


class ReleaseDesk:
    """What people do with releases in Slack; who may decide is asked at each press."""

    def __init__(
        self,
        database: Database,
        *,
        browser: ReleaseBrowser,
        promotion: Promotion,
        trials: Stopping,
        admins: Admins,
        messenger: Messenger,
    ) -> None:
        self._database = database
        self.browser = browser
        self._promotion = promotion
        self._trials = trials
        self._admins = admins
        self._messenger = messenger

    async def part(self, workspace_id: str, *, user_id: str) -> ReleasesPart:
        """Return what the Home tab says about releases."""
        return await self.browser.part(workspace_id, viewer=await self._viewer(workspace_id, user_id))

    async def open(self, workspace_id: str, *, user_id: str, trigger_id: str, words: str = "") -> None:
        """Open the list, or the page of the release that the words name (two: compared with the first).

        Raises:
            NoSuchRelease: a number that no release has.
        """
        viewer = await self._viewer(workspace_id, user_id)
        place = await self._named(workspace_id, words)
        view = (
            await self.browser.page(workspace_id, viewer=viewer, place=place)
            if place
            else await self.browser.list_modal(workspace_id, viewer=viewer)
        )
        await self._messenger.open_view(workspace_id, trigger_id=trigger_id, view=view)

    async def open_release(
        self, workspace_id: str, *, user_id: str, trigger_id: str, place: ReleasePlace
    ) -> None:
        """Open a release's page on top of the list.

        Raises:
            NoSuchRelease: there is none of that id here.
        """
        viewer = await self._viewer(workspace_id, user_id)
        view = await self.browser.page(workspace_id, viewer=viewer, place=place)
        await self._messenger.push_view(workspace_id, trigger_id=trigger_id, view=view)

    async def open_trials(
        self, workspace_id: str, *, user_id: str, trigger_id: str, on_top: bool = False
    ) -> None:
        """Open the trials, perhaps on top of the list of releases."""
        viewer = await self._viewer(workspace_id, user_id)
        view = await self.browser.trials_modal(workspace_id, viewer=viewer)
        show = self._messenger.push_view if on_top else self._messenger.open_view
        await show(workspace_id, trigger_id=trigger_id, view=view)

    async def decide(self, workspace_id: str, *, user_id: str, release_id: str, deed: Deed) -> str:
        """Promote a release, keep the old one, or roll back; return what was done, in words.

        Raises:
            NotAnAdmin, AdminNotKnown: this person does not decide.
            NoSuchRelease: there is none of that id here.
        """
        await self._admins.require(workspace_id, user_id=user_id)
        release = await self._release(workspace_id, release_id)
        return build_done(release, await self._do(release, deed, by=user_id))

    async def stop_trial(self, workspace_id: str, *, user_id: str, trial_id: str) -> None:
        """End a trial without a decision.

        Raises:
            NotAnAdmin, AdminNotKnown: this person does not decide.
            NoSuchTrial: there is none of that id open here.
        """
        await self._admins.require(workspace_id, user_id=user_id)
        async with self._database.read() as unit:
            trial = await unit.trials.find(trial_id, workspace_id=workspace_id)
        if trial is None or trial.state != "open":
            raise NoSuchTrial
        await self._trials.stop(trial_id, by=user_id, reason="admin")

    async def stop_number(self, workspace_id: str, *, number: int, by: str) -> None:
        """End the open trial of that number, by the operator's word.

        Raises:
            NoSuchTrial: there is none open of that number here.
        """
        lines = await self.browser.lines(workspace_id)
        trial = next((line for line in lines if line.number == number), None)
        if trial is None or trial.closed_at is not None:
            raise NoSuchTrial
        await self._trials.stop(trial.trial_id, by=by, reason="operator")

    async def refresh(
        self, workspace_id: str, *, user_id: str, view_id: str, place: ReleasePlace, notice: str = ""
    ) -> None:
        """Show the page as it is now, and the list below it."""
        viewer = await self._viewer(workspace_id, user_id)
        page = await self.browser.page(workspace_id, viewer=viewer, place=place, notice=notice)
        await self._update(workspace_id, view_id, page)
        if place.list_id:
            below = await self.browser.list_modal(workspace_id, viewer=viewer)
            await self._update(workspace_id, place.list_id, below)

    async def refresh_list(self, workspace_id: str, *, user_id: str, view_id: str, notice: str = "") -> None:
        """Show the list as it is now."""
        viewer = await self._viewer(workspace_id, user_id)
        view = await self.browser.list_modal(workspace_id, viewer=viewer, notice=notice)
        await self._update(workspace_id, view_id, view)

    async def refresh_trials(
        self, workspace_id: str, *, user_id: str, view_id: str, notice: str = ""
    ) -> None:
        """Show the trials as they are now."""
        viewer = await self._viewer(workspace_id, user_id)
        view = await self.browser.trials_modal(workspace_id, viewer=viewer, notice=notice)
        await self._update(workspace_id, view_id, view)

    async def _do(self, release: Release, deed: Deed, *, by: str) -> object:
        if deed == "promote":
            return await self._promotion.promote(release.id, by=by, reason="admin")
        if deed == "keep":
            return await self._promotion.reject(release.id, by=by, reason="kept_old")
        return await self._promotion.roll_back(
            release.workspace_id, task=release.task, by=by, reason="admin", release_id=release.id
        )

    async def _release(self, workspace_id: str, release_id: str) -> Release:
        async with self._database.read() as unit:
            release = await unit.releases.find(release_id)
        if release is None or release.workspace_id != workspace_id:
            raise NoSuchRelease
        return release

    async def _named(self, workspace_id: str, words: str) -> ReleasePlace | None:
        numbers = [number for word in words.split() if (number := read_name(word)) is not None][:2]
        if not numbers:
            return None
        async with self._database.read() as unit:
            release = await unit.releases.find_number(workspace_id, number=numbers[-1])
            known = [await unit.releases.find_number(workspace_id, number=number) for number in numbers]
        if release is None or None in known:
            raise NoSuchRelease
        return ReleasePlace(release.id, compared=numbers[0] if len(numbers) > 1 else None)

    async def _viewer(self, workspace_id: str, user_id: str) -> Viewer:
        """Return who looks; whoever Slack does not tell in time looks as a member."""
        try:
            is_admin = await self._admins.knows(workspace_id, user_id=user_id, deadline_seconds=ADMIN_SECONDS)
        except AdminNotKnown:
            is_admin = False
        return Viewer(user_id, is_admin=is_admin)

    async def _update(self, workspace_id: str, view_id: str, view: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                await self._messenger.update_view(workspace_id, view_id=view_id, view=view)
        except (BotError, TimeoutError) as error:
            log.info("releases_view_not_refreshed", workspace=workspace_id, error=type(error).__name__)
