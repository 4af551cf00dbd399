"""Tells admins what is on hold and why, and people when their own feedback is; every method may run twice."""

from typing import Final

from bot.logs import get_logger
from bot.scoring.held_groups import began, group_of
from bot.slack.blocks.holds import appeal_notice, decision_note, held_note, held_notice
from bot.slack.messenger import Blocks, Messenger, SlackRefused
from storage.engine import Database
from storage.models import Hold
from storage.repositories.holds import CONFIRMED, HELD, RELEASED
from storage.unit_of_work import UnitOfWork

log = get_logger(__name__)
DECIDED: Final = {
    RELEASED: "Released by <@{}>: all of it counts.",
    CONFIRMED: "Confirmed by <@{}>: it stays out of the count.",
}


class HoldNotes:
    """Speaks about holds: in the admin channel, and to each person concerned."""

    def __init__(self, database: Database, *, messenger: Messenger, admin_channel: str | None = None) -> None:
        """`admin_channel` is the operator's, for workspaces that have none of their own."""
        self._database = database
        self._messenger = messenger
        self._admin_channel = admin_channel

    async def tell(self, workspace_id: str, group_id: str) -> None:
        """Tell the admins whom we hold and why, and each of them that an admin will look."""
        async with self._database.read() as unit:
            holds = await unit.holds.of_group(workspace_id, group_id=group_id)
            channel_id = await self._channel(unit, workspace_id)
        if not holds:
            return
        if channel_id is not None:
            text, blocks = held_notice(group_of(holds))
            await self._post(workspace_id, channel_id, text, blocks, key=_key(holds[0]))
        for hold in holds:
            note = held_note(hold.id, kind=hold.kind, since=began(hold))
            await self._direct(hold, *note, key=f"held:{hold.id}")

    async def tell_decision(self, workspace_id: str, hold_id: str) -> None:
        """Bring the admins' messages in line with what was decided, and tell each person concerned."""
        async with self._database.read() as unit:
            decided = await unit.holds.of_group(workspace_id, group_id=hold_id)
            groups = {one.group_id or one.id for one in decided}
            whole = [await unit.holds.of_group(workspace_id, group_id=group) for group in sorted(groups)]
        for holds in whole:
            await self._renew(workspace_id, _key(holds[0]), *held_notice(group_of(holds)))
        for hold in decided:
            await self._tell_decided(hold)

    async def tell_appeal(self, workspace_id: str, hold_id: str) -> None:
        """Tell the admins what somebody wants them to know."""
        async with self._database.read() as unit:
            hold = await unit.holds.find(workspace_id, hold_id=hold_id)
            channel_id = await self._channel(unit, workspace_id)
        if hold is not None and channel_id is not None:
            await self._post(workspace_id, channel_id, *_appeal(hold), key=_appeal_key(hold))

    async def _tell_decided(self, hold: Hold) -> None:
        if hold.state == HELD:
            return
        if hold.appealed_at is not None:
            await self._renew(hold.workspace_id, _appeal_key(hold), *_appeal(hold))
        note = decision_note(released=hold.state == RELEASED)
        await self._direct(hold, *note, key=f"hold_decided:{hold.id}:{hold.state}")

    async def _channel(self, unit: UnitOfWork, workspace_id: str) -> str | None:
        workspace = await unit.workspaces.get(workspace_id)
        return workspace.admin_channel_id or self._admin_channel

    async def _post(self, workspace_id: str, channel_id: str, text: str, blocks: Blocks, *, key: str) -> None:
        try:
            await self._messenger.post(workspace_id, channel_id=channel_id, text=text, blocks=blocks, key=key)
        except SlackRefused as error:  # The Home tab lists it all the same.
            log.warning("admins_not_told", key=key, code=error.code)

    async def _renew(self, workspace_id: str, key: str, text: str, blocks: Blocks) -> None:
        async with self._database.read() as unit:
            post = await unit.posts.find(workspace_id, key=key)
        if post is None or post.ts is None:
            return
        try:
            await self._messenger.update(
                workspace_id, channel_id=post.channel_id, ts=post.ts, text=text, blocks=blocks
            )
        except SlackRefused as error:  # Somebody deleted it.
            log.info("message_not_changed", key=key, code=error.code)

    async def _direct(self, hold: Hold, text: str, blocks: Blocks, *, key: str) -> None:
        try:
            await self._messenger.direct(
                hold.workspace_id, user_id=hold.user_id, text=text, blocks=blocks, key=key
            )
        except SlackRefused as error:  # They left, or take no messages.
            log.info("person_not_told", hold=hold.id, code=error.code)


def _appeal(hold: Hold) -> tuple[str, Blocks]:
    decided = DECIDED[hold.state].format(hold.decided_by) if hold.state in DECIDED else None
    return appeal_notice(hold.id, user_id=hold.user_id, words=hold.appeal or "", decided=decided)


def _key(hold: Hold) -> str:
    return f"hold:{hold.group_id or hold.id}"


def _appeal_key(hold: Hold) -> str:
    return f"hold_appeal:{hold.id}"
