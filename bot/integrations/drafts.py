"""Drafts of a team's own systems: asked for through the API, and shown with all that people said about them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.drafts.request import Asked, DraftRequest, Drafts, SuppliedText
from bot.errors import BotError
from bot.integrations.outcomes import DraftUnknown
from bot.integrations.tokens import Caller
from bot.slack.messenger import Messenger, SlackRefused
from bot.slack.permalinks import Permalinks
from storage.engine import Database
from storage.models import Correction, Draft, DraftStanding, Outcome, Revision
from storage.types import new_id
from storage.unit_of_work import UnitOfWork

_LINK_SECONDS: Final = 3.0  # A program waits longer than somebody who looks.


class ChannelUnknown(BotError):
    """Slack knows no such channel, or does not show it to us."""

    code = "channel_unknown"
    sentence = (
        "I do not know that channel. Give its id, like C0123456789, of a channel that I was invited to."
    )


class NotInChannel(BotError):
    """The bot is not in the channel, or nobody can write there."""

    code = "not_in_channel"
    sentence = "I am not a member of that channel, or it is archived. Type /invite and my name there, then try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a caller wants: a brief, or a text of its own."""

    channel_id: str
    brief: str = ""
    task: str | None = None
    supplied: SuppliedText | None = None
    external_id: str | None = None
    metadata: str | None = None  # JSON
    body_hash: str  # of the whole request


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft with everything known about it; `corrections` is None for those who may not read them."""

    draft: Draft
    revisions: Sequence[Revision]
    standing: DraftStanding
    outcomes: Sequence[Outcome]
    permalink: str | None
    corrections: Sequence[Correction] | None
    opted_out: frozenset[str]

    def text_of(self, revision: Revision | None) -> str | None:
        """Return a text; what people wrote themselves is for those who may read feedback."""
        if revision is None or (revision.author_id is not None and not self._may_read(revision.author_id)):
            return None
        return revision.text

    @property
    def current(self) -> Revision | None:
        """The text that counts now."""
        wanted = self.draft.current_revision_id
        return next((revision for revision in self.revisions if revision.id == wanted), None)

    def _may_read(self, author_id: str) -> bool:
        return self.corrections is not None and author_id not in self.opted_out


class OwnDrafts:
    """Takes and shows a team's own drafts."""

    def __init__(self, database: Database, *, drafts: Drafts, messenger: Messenger) -> None:
        self._database = database
        self._drafts = drafts
        self._messenger = messenger
        self._permalinks = Permalinks(messenger, answer_seconds=_LINK_SECONDS)

    async def ask(self, caller: Caller, wanted: Wanted, *, idempotency_key: str | None) -> Asked:
        """Take a request; the same key with the same request is the same draft.

        Raises:
            ChannelUnknown, NotInChannel: we cannot post there.
            RequestChanged: the key was used for another request.
            BotError: the brief, the text or the task is not usable.
        """
        request_key = _request_key(idempotency_key)
        await self._check_channel(caller.workspace_id, wanted.channel_id, request_key=request_key)
        return await self._drafts.ask(
            DraftRequest(
                workspace_id=caller.workspace_id,
                channel_id=wanted.channel_id,
                requester_id=f"api:{caller.token_id}",
                brief=wanted.brief,
                source="api",
                request_key=request_key,
                task=wanted.task,
                supplied=wanted.supplied,
                external_id=wanted.external_id,
                own_metadata=wanted.metadata,
                request_hash=wanted.body_hash,
            )
        )

    async def show(self, caller: Caller, draft_id: str) -> DraftView:
        """Return a draft of the caller's workspace.

        Raises:
            DraftUnknown: there is none.
        """
        async with self._database.read() as unit:
            draft = await unit.drafts.find(draft_id, workspace_id=caller.workspace_id)
            if draft is None:
                raise DraftUnknown
            views = await self._views(unit, caller, [draft])
        return await self._linked(views[0])

    async def find(self, caller: Caller, *, external_id: str, limit: int) -> list[DraftView]:
        """Return the drafts that the caller's systems call so, newest first."""
        async with self._database.read() as unit:
            drafts = await unit.drafts.of_external_id(
                caller.workspace_id, external_id=external_id, limit=limit
            )
            views = await self._views(unit, caller, drafts)
        return [await self._linked(view) for view in views]

    async def _views(self, unit: UnitOfWork, caller: Caller, drafts: Sequence[Draft]) -> list[DraftView]:
        ids, may_read = [draft.id for draft in drafts], "feedback:read" in caller.scopes
        opted_out = await unit.feed.opted_out(caller.workspace_id) if may_read else frozenset()
        corrections = [
            each for each in await unit.corrections.of_drafts(ids) if each.user_id not in opted_out
        ]
        outcomes = await unit.outcomes.of_drafts(ids)
        return [
            DraftView(
                draft,
                revisions=await unit.drafts.revisions_of(draft.id),
                standing=await unit.feedback.find_standing(draft.id) or DraftStanding(draft_id=draft.id),
                outcomes=[outcome for outcome in outcomes if outcome.draft_id == draft.id],
                permalink=None,
                corrections=[one for one in corrections if one.draft_id == draft.id] if may_read else None,
                opted_out=opted_out,
            )
            for draft in drafts
        ]

    async def _linked(self, view: DraftView) -> DraftView:
        draft = view.draft
        if draft.posted_at is None or draft.message_ts is None:
            return view
        place = (draft.channel_id, draft.message_ts)
        permalink = (await self._permalinks.of(draft.workspace_id, places=[place])).get(place)
        return DraftView(
            draft, view.revisions, view.standing, view.outcomes, permalink, view.corrections, view.opted_out
        )

    async def _check_channel(self, workspace_id: str, channel_id: str, *, request_key: str) -> None:
        async with self._database.read() as unit:
            known = await unit.channels.find(workspace_id, channel_id=channel_id)
            came_before = await unit.drafts.find_by_request(workspace_id, request_key=request_key)
        if came_before or (known is not None and known.bot_is_member and not known.archived):
            return  # A repeat gets its draft, whatever became of the channel since.
        try:
            channel = await self._messenger.channel(workspace_id, channel_id=channel_id)
        except SlackRefused as error:
            raise ChannelUnknown from error
        if channel.is_direct or channel.is_archived or not channel.is_member:
            raise NotInChannel


def _request_key(idempotency_key: str | None) -> str:
    if idempotency_key is None:
        return f"api:{new_id()}"
    return f"api:{hashlib.sha256(idempotency_key.encode(errors='replace')).hexdigest()}"
