"""Who may vote in a poll, what a vote weighs, when a poll is decided, and how it ends. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.errors import BotError
from bot.scoring.influence import Piece, capped, is_newcomer
from bot.slack.blocks.polls import Outcome, Tally
from bot.team.policy import Policy
from storage.models import Member, RulePollVote, Workspace

CHOICES: Final = ("first", "second", "either")
FEWEST_TO_CLOSE: Final = 3  # people, before a poll closes ahead of its time
FEWEST_TO_DECIDE: Final = 2  # nobody decides alone
FULL_WEIGHT: Final = 1.0  # what a side needs at least: newcomers together have less
_CLEARLY: Final = 1e-6


class MayNotVote(BotError):
    """Somebody whose feedback does not count here wants to vote."""

    code = "may_not_vote"
    sentence = "Your feedback does not count in this workspace at the moment, so I cannot take your vote."


@dataclass(frozen=True)
class Electorate:
    """The workspace, whom we know in it, and whether people of other organisations have a say."""

    workspace: Workspace
    members: Mapping[str, Member]
    count_other_organisations: bool

    def may_vote(self, user_id: str) -> bool:
        """Tell whether a person's vote counts now: bots, opted-out, held and (by default) foreign people have none."""
        member = self.members.get(user_id)
        if member is None or user_id == self.workspace.bot_user_id:
            return False
        is_silent = member.is_bot or member.deactivated or member.opted_out or member.held_from_us is not None
        return not is_silent and self._is_ours(member)

    def _is_ours(self, member: Member) -> bool:
        own = Policy.of(self.workspace.settings).other_organisations
        counts_others = self.count_other_organisations if own is None else own
        return counts_others or member.home_team_id in (None, self.workspace.id)


def tally_of(votes: Sequence[RulePollVote]) -> Tally:
    """Return how many people voted for what."""
    counts = Counter(vote.choice for vote in votes)
    return Tally(counts["first"], counts["second"], counts["either"])


def may_close_early(
    votes: Sequence[RulePollVote], *, teachers: Collection[str], regulars: Collection[str]
) -> bool:
    """Tell whether enough people voted: three, most of whose corrections contradict each other, and most regulars.

    Args:
        votes: those that count.
        teachers: whose corrections say the one or the other.
        regulars: who gives feedback in that channel, so that whoever is quick does not decide for all of them.
    """
    voters = {vote.user_id for vote in votes}
    return len(voters) >= FEWEST_TO_CLOSE and all(
        _are_most(voters, of=group) for group in (teachers, regulars)
    )


def _are_most(voters: Collection[str], *, of: Collection[str]) -> bool:
    group = set(of)
    return len(group & set(voters)) * 2 > len(group) or not group


def outcome_of(votes: Sequence[RulePollVote], electorate: Electorate, *, now: datetime) -> Outcome:
    """Return how a poll ends: the side that weighs more, by the caps that hold for all evidence.

    Where most people take either, it stays open; where both sides weigh the same, people are split, and what each of
    them wants is not forgotten.
    """
    if len(votes) < FEWEST_TO_DECIDE:
        return "nobody"
    if tally_of(votes).either * 2 > len(votes):
        return "either"
    first, second = (_weight(votes, electorate, choice=choice, now=now) for choice in CHOICES[:2])
    if max(first, second) < FULL_WEIGHT:
        return "nobody"
    if abs(first - second) < _CLEARLY:
        return "split"
    return "first" if first > second else "second"


def _weight(votes: Sequence[RulePollVote], electorate: Electorate, *, choice: str, now: datetime) -> float:
    began_at = electorate.workspace.created_at
    return capped(
        [
            Piece(
                user_id=vote.user_id,
                weight=1.0,
                is_newcomer=is_newcomer(
                    electorate.members[vote.user_id].first_seen_at, workspace_began_at=began_at, now=now
                ),
                fingerprint="",
                at=vote.voted_at,
            )
            for vote in votes
            if vote.choice == choice
        ]
    )
