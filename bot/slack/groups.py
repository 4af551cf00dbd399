"""User groups such as @writers: a channel may name one as its reviewers.

The scope `usergroups:read` is optional, and workspaces on Slack's free plan have no groups: then there are none.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from slack_sdk.web.async_client import AsyncWebClient

from bot.logs import get_logger
from bot.slack.calls import Caller
from bot.slack.clients import Clients
from bot.slack.errors import SlackRefused

log = get_logger(__name__)
ANSWER_SECONDS = 2.0  # A modal with the groups in it must open within three.
KEPT_SECONDS = 60.0
_PAGE, _MOST_PAGES = 200, 25  # In a larger channel, whoever stands further down is not found.
_NO_GROUPS: Final = frozenset(
    {"missing_scope", "paid_teams_only", "plan_upgrade_required", "not_allowed_token_type"}
)
_GONE: Final = frozenset({"no_such_subteam", "subteam_not_found"})


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group: `handle` is what people mention, without the @."""

    id: str
    handle: str
    name: str

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Read Slack's usergroup object."""
        handle = str(body.get("handle") or "")
        return cls(str(body["id"]), handle, str(body.get("name") or handle))


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    until: float


class UserGroups:
    """What Slack says about user groups, asked at most once a minute."""

    def __init__(
        self,
        clients: Clients,
        *,
        deadline_seconds: float = ANSWER_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._caller = Caller(clients, deadline_seconds=deadline_seconds)
        self._monotonic = monotonic
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._forbidden: set[str] = set()

    def allowed(self, workspace_id: str) -> bool:
        """Tell whether Slack let us see the workspace's groups when it was last asked; True before that."""
        return workspace_id not in self._forbidden

    async def all(self, workspace_id: str) -> list[UserGroup]:
        """Return the groups that are in use, by handle; none where we may not see them.

        Raises:
            SlackUnreachable, SlackRefused: Slack does not say.
        """
        body = await self._asked(workspace_id, "", lambda client: client.usergroups_list())
        groups = [
            UserGroup.from_body(one) for one in body.get("usergroups") or () if not one.get("date_delete")
        ]
        return sorted(groups, key=lambda group: group.handle)

    async def members(self, workspace_id: str, *, group_id: str) -> list[str]:
        """Return the ids of a group's people; none if the group is gone or we may not see it.

        Raises:
            SlackUnreachable, SlackRefused: Slack does not say.
        """
        body = await self._asked(
            workspace_id, group_id, lambda client: client.usergroups_users_list(usergroup=group_id)
        )
        return [str(user_id) for user_id in body.get("users") or ()]

    async def present(self, workspace_id: str, *, group_id: str, channel_id: str) -> list[str]:
        """Return the ids of a group's people who are in a channel: a mention reaches nobody else.

        Raises:
            SlackUnreachable, SlackRefused: Slack does not say.
        """
        people = await self.members(workspace_id, group_id=group_id)
        missing, cursor = set(people), ""
        for _ in range(_MOST_PAGES if people else 0):
            page = await self._page(workspace_id, channel_id, cursor)
            missing.difference_update(page["members"])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not (missing and cursor):
                break
        return [user_id for user_id in people if user_id not in missing]

    async def _page(self, workspace_id: str, channel_id: str, cursor: str) -> Any:
        return await self._caller.freely(
            workspace_id,
            lambda client: client.conversations_members(channel=channel_id, limit=_PAGE, cursor=cursor),
        )

    async def _asked(
        self, workspace_id: str, group_id: str, call: Callable[[AsyncWebClient], Any]
    ) -> Mapping[str, Any]:
        """Return Slack's answer, from the last minute if there is one."""
        now, key = self._monotonic(), (workspace_id, group_id)
        kept = self._kept.get(key)
        if kept is None or kept.until < now:
            kept = _Kept(await self._answer(workspace_id, call), now + KEPT_SECONDS)
            self._kept = {other: one for other, one in self._kept.items() if one.until >= now} | {key: kept}
        answer: Mapping[str, Any] = kept.value
        return answer

    async def _answer(self, workspace_id: str, call: Callable[[AsyncWebClient], Any]) -> Mapping[str, Any]:
        try:
            answer = await self._caller.freely(workspace_id, call)
        except SlackRefused as error:
            if error.code not in _NO_GROUPS | _GONE:
                raise
            log.info("no_user_groups", workspace=workspace_id, code=error.code)
            if error.code in _NO_GROUPS:
                self._forbidden.add(workspace_id)
            return {}
        self._forbidden.discard(workspace_id)
        body: Mapping[str, Any] = answer.data
        return body
