"""Takes what people press on a pair: the latest press counts until the pair closes, and the ledger has every one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.errors import BotError
from bot.feedback.acts import Act, Ignored, Outcome, Touch, Unchanged
from bot.feedback.ledger import Ledger
from bot.feedback.signals import TRIAL, TRIAL_VALUES, trial_control
from bot.feedback.who_counts import OPTED_OUT
from bot.slack.access import Membership
from bot.slack.blocks.trial import (
    LONGEST_REASON,
    NOT_NOW,
    STOPPED,
    Blocks,
    trial_question,
    trial_reason_modal,
)
from bot.slack.messenger import Messenger
from bot.trials.closing import ASKED, EXPIRED, VOTED
from bot.trials.closing import NOT_NOW as LET_OFF
from bot.trials.pairs import OPEN
from bot.trials.showing import may_show, question_of
from storage.engine import Database
from storage.models import Draft, TrialPair, TrialVote
from storage.unit_of_work import UnitOfWork

_ANSWERED: Final = "answered"


class NotYourPair(BotError):
    """Somebody pressed a button of a comparison that was not put to them, or that they may not see any more."""

    code = "trial_not_asked"
    sentence = "That comparison is not open for you. Thank you all the same!"


class PairClosed(BotError):
    """Somebody pressed after the end."""

    code = "trial_pair_closed"
    sentence = "That comparison is closed, so this came too late. Thank you all the same!"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The question after a press."""

    text: str
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class _Open:
    """A pair that somebody was asked about, locked, with the draft whose brief it is about."""

    pair: TrialPair
    vote: TrialVote
    draft: Draft


class Voting:
    """Takes presses; no method tells how a trial stands."""

    def __init__(
        self,
        database: Database,
        *,
        ledger: Ledger,
        messenger: Messenger,
        membership: Membership,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._messenger = messenger
        self._membership = membership
        self._clock = clock

    async def vote(self, touch: Touch, *, pair_id: str, choice: str) -> Pressed:
        """Take a press, in place of an earlier one of the same person.

        Raises:
            NotYourPair: it was not put to this person of this workspace, or they may not see it any more.
            PairClosed: it is over.
        """
        if choice not in TRIAL_VALUES:
            raise NotYourPair
        await self._require_sight(touch, pair_id)
        async with self._database.begin() as unit:
            asked = await _open_pair(unit, touch, pair_id)
            outcome = await self._record(unit, touch, asked, choice, text=None)
            if _is_newer(asked.vote, touch):
                _note_choice(asked.vote, touch, choice, now=self._clock())
            await unit.asks.answer(
                touch.workspace_id, user_id=touch.user_id, draft_id=asked.draft.id, answer=_ANSWERED
            )
            return _pressed(asked, outcome)

    async def open_reason(self, touch: Touch, *, pair_id: str, trigger_id: str) -> None:
        """Open the line in which somebody says why.

        Raises:
            NotYourPair, PairClosed: see `vote`.
        """
        async with self._database.begin() as unit:
            asked = await _open_pair(unit, touch, pair_id)
        if asked.vote.state != VOTED:
            raise NotYourPair
        view = trial_reason_modal(pair_id)
        await self._messenger.open_view(touch.workspace_id, trigger_id=trigger_id, view=view)

    async def give_reason(self, touch: Touch, *, pair_id: str, text: str) -> None:
        """Keep why somebody chose what they chose; the ledger has it with the same choice once more.

        Raises:
            NotYourPair, PairClosed: see `vote`.
        """
        reason = " ".join(text.split())[:LONGEST_REASON]
        if not reason:
            return
        async with self._database.begin() as unit:
            asked = await _open_pair(unit, touch, pair_id)
            choice = pressed_of(asked.vote)
            if choice is None:
                raise NotYourPair
            said_at = asked.vote.event_us or touch.event_us
            just_after = replace(
                touch, event_us=said_at + 1
            )  # A later press goes before it, whatever the clocks say.
            outcome = await self._record(unit, just_after, asked, choice, text=reason)
            if not isinstance(outcome, Ignored):
                asked.vote.reason = reason
            shown = _pressed(asked, outcome)
        await self._show(asked.vote, shown)

    async def not_now(self, touch: Touch, *, pair_id: str) -> str:
        """Let somebody off this question, unless they have answered; return what they are told.

        Raises:
            NotYourPair, PairClosed: see `vote`.
        """
        async with self._database.begin() as unit:
            asked = await _open_pair(unit, touch, pair_id)
            await self._let_off(unit, touch, asked, answer=LET_OFF)
        return NOT_NOW

    async def stop(self, touch: Touch, *, pair_id: str) -> str:
        """Never ask somebody for anything again; return what they are told.

        Raises:
            NotYourPair, PairClosed: see `vote`.
        """
        async with self._database.begin() as unit:
            asked = await _open_pair(unit, touch, pair_id)
            await self._let_off(unit, touch, asked, answer="stopped")
            await unit.members.stop_asking(touch.workspace_id, user_id=touch.user_id)
        return STOPPED

    async def _require_sight(self, touch: Touch, pair_id: str) -> None:
        """Ask anew whether the person may see the draft's channel: somebody may have left it since."""
        async with self._database.read() as unit:
            pair = await unit.trials.find_pair(pair_id)
            draft = await unit.drafts.find(pair.source_draft_id) if pair else None
        if draft is None or draft.workspace_id != touch.workspace_id:
            raise NotYourPair
        if not await self._membership.may_see(
            touch.workspace_id, channel_id=draft.channel_id, user_id=touch.user_id
        ):
            raise NotYourPair

    async def _record(
        self, unit: UnitOfWork, touch: Touch, asked: _Open, choice: str, *, text: str | None
    ) -> Outcome:
        act = Act(
            workspace_id=touch.workspace_id,
            event_id=touch.event_id,
            channel_id=asked.draft.channel_id,
            message_ts=asked.draft.message_ts or "",
            user_id=touch.user_id,
            kind=TRIAL,
            control=trial_control(asked.pair.id),
            value=choice,
            event_us=touch.event_us,
            text=text,
            author_is_bot=touch.author_is_bot,
            author_team_id=touch.user_team_id,
        )
        outcome = await self._ledger.record(unit, act, now=self._clock())
        if isinstance(outcome, Unchanged) and outcome.reason == "not_a_draft":
            raise NotYourPair
        return outcome

    async def _let_off(self, unit: UnitOfWork, touch: Touch, asked: _Open, *, answer: str) -> None:
        if asked.vote.state == ASKED:
            asked.vote.state, asked.vote.told_at = LET_OFF, self._clock()
            await unit.asks.answer(
                touch.workspace_id, user_id=touch.user_id, draft_id=asked.draft.id, answer=answer
            )

    async def _show(self, vote: TrialVote, shown: Pressed) -> None:
        if vote.channel_id is not None and vote.message_ts is not None:
            await self._messenger.update(
                vote.workspace_id,
                channel_id=vote.channel_id,
                ts=vote.message_ts,
                text=shown.text,
                blocks=shown.blocks,
            )


def pressed_of(vote: TrialVote) -> str | None:
    """Return what somebody pressed, as they saw it: a, b, tie, both_bad."""
    if vote.choice in {None, "tie", "both_bad"}:
        return vote.choice
    return "a" if (vote.choice == "challenger") == vote.flipped else "b"


async def _open_pair(unit: UnitOfWork, touch: Touch, pair_id: str) -> _Open:
    """Return the pair with the question put to this person, locked.

    Raises:
        NotYourPair: it was not, or what it is about may not be shown any more.
        PairClosed: it is over.
    """
    pair = await unit.trials.lock_pair(pair_id)
    vote = await unit.trials.vote_of(pair_id, user_id=touch.user_id)
    if pair is None or vote is None or pair.workspace_id != touch.workspace_id:
        raise NotYourPair
    if pair.state != OPEN or vote.state == EXPIRED:
        raise PairClosed
    draft = await may_show(unit, pair)
    if draft is None:
        raise NotYourPair
    return _Open(pair, vote, draft)


def _is_newer(vote: TrialVote, touch: Touch) -> bool:
    return vote.event_us is None or touch.event_us >= vote.event_us


def _note_choice(vote: TrialVote, touch: Touch, choice: str, *, now: datetime) -> None:
    sides = {"a": "challenger", "b": "champion"} if vote.flipped else {"a": "champion", "b": "challenger"}
    vote.state, vote.choice = VOTED, sides.get(choice, choice)
    vote.event_us, vote.voted_at, vote.told_at = touch.event_us, now, None


def _pressed(asked: _Open, outcome: Outcome) -> Pressed:
    counts = not (isinstance(outcome, Ignored) and outcome.reason == OPTED_OUT)
    pressed = pressed_of(asked.vote)
    return Pressed(
        *trial_question(question_of(asked.pair, asked.vote, asked.draft, pressed=pressed, counts=counts))
    )
