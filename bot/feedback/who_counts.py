"""Whose signals count: members do; bots, people who opted out and (by default) other organisations do not.

What somebody did in a span of time that is held back does not count either; what they did before and after it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bot.feedback.acts import Act
from bot.team.policy import Policy
from storage.repositories import DraftPlace, HeldSpan

OPTED_OUT: Final = "opted_out"
OTHER_ORGANISATION: Final = "other_organisation"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True)
class Judgement:
    """What holds for all that a person said.

    `reason` is why nothing of it counts (None: it does); `forgiven` are reasons for which it may have been ignored, and
    that hold no longer. `talk` is asked of one text only: whether it is just talk; None leaves that as it is. `held` are
    the spans of time of which nothing counts.
    """

    reason: str | None
    forgiven: frozenset[str] = field(default_factory=frozenset)
    talk: bool | None = None
    held: tuple[HeldSpan, ...] = ()

    def why_not(self, event_us: int) -> str | None:
        """Return why something that was done then does not count, if it does not."""
        return self.reason or (QUARANTINED if any(span.covers(event_us) for span in self.held) else None)


@dataclass(frozen=True)
class WhoCounts:
    """`count_other_organisations` is the operator's choice, for workspaces that made none of their own."""

    count_other_organisations: bool = False

    def why_ignored(self, act: Act, place: DraftPlace) -> str | None:
        """Return why an act of this person does not count, if it does not."""
        if act.act == "withdraw":
            return None  # Taking something back is always allowed, and harmless where nothing counts.
        known = replace(
            place,
            is_bot=act.author_is_bot or place.is_bot,
            home_team_id=act.author_team_id or place.home_team_id,
        )
        return self._why_stranger(known, act.user_id) or _why_silent(place)

    def judgement(self, who: DraftPlace, *, user_id: str, held: tuple[HeldSpan, ...] = ()) -> Judgement:
        """Return what holds for all that a person said so far; who left meanwhile had a say until then."""
        reason = self._why_stranger(who, user_id) or (OPTED_OUT if who.opted_out else None)
        counts_others = self._counts_others(who.workspace_settings)
        holds = {OPTED_OUT: bool(who.opted_out), OTHER_ORGANISATION: not counts_others}
        forgiven = frozenset(name for name, still in holds.items() if not still)
        return Judgement(reason, forgiven, held=held)

    def _why_stranger(self, place: DraftPlace, user_id: str) -> str | None:
        if user_id == place.bot_user_id:
            return "own_bot"
        if place.is_bot:
            return "bot"
        home = place.home_team_id or place.workspace_id
        if home != place.workspace_id and not self._counts_others(place.workspace_settings):
            return OTHER_ORGANISATION
        return None

    def _counts_others(self, settings: Mapping[str, Any] | None) -> bool:
        own = Policy.of(settings).other_organisations
        return self.count_other_organisations if own is None else own


def _why_silent(place: DraftPlace) -> str | None:
    if place.deactivated:
        return "deactivated"
    return OPTED_OUT if place.opted_out else None


def why_held(act: Act, place: DraftPlace) -> str | None:
    """Return why an act is held back, if it is: from a moment on everything of that person waits for an admin's look."""
    if act.act == "withdraw" or place.held_from_us is None or act.event_us < place.held_from_us:
        return None
    return QUARANTINED
