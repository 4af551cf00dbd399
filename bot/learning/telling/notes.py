"""Tells in a draft's thread what a correction taught, and takes what people press there.

A correction has one note: it is posted when there is news, and changed when the correction or its rules change.
"""

from collections.abc import Sequence

from bot.learning.rules.decisions import Decisions
from bot.learning.rules.learner import Learner, Taught
from bot.learning.telling.note_lines import build_lines, still_taught, worth_telling
from bot.learning.telling.note_ref import NoteRef, find_correction, find_rule
from bot.learning.telling.poll_reading import read_sides
from bot.learning.telling.waiting import Waits
from bot.logs import get_logger
from bot.slack.blocks.learned import MOST_LINES, Blocks, learned_message, stale_message
from bot.slack.messenger import Messenger, SlackRefused
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Correction, Draft, Rule
from storage.repositories.base import found

log = get_logger(__name__)

UNDONE = "Undone. Drafts no longer follow it, and the correction behind it is no example any more."
OPPOSED = (
    "Others taught this, so it stays for now. Your press counts as a voice against it: when enough people say so, it "
    "goes. An admin can undo it at once."
)
NOTHING_LEFT = "It is no rule any more; there is nothing to undo."


class Notes:
    """Posts and changes notes; every method may run twice."""

    def __init__(
        self,
        database: Database,
        *,
        learner: Learner,
        decisions: Decisions,
        waits: Waits,
        messenger: Messenger,
    ) -> None:
        self._database = database
        self._learner = learner
        self._decisions = decisions
        self._waits = waits
        self._messenger = messenger

    async def tell(self, correction_id: str, version: int) -> int:
        """Tell what a correction taught, in its draft's thread; return how many rules that was.

        Without news nothing is posted. A note that stands already is brought in line with the correction as it is now.
        """
        async with self._database.read() as unit:
            correction = await unit.corrections.get(correction_id)
            if correction.version != version:
                return 0  # It changed again: the work of that version tells.
            draft = await unit.drafts.get(correction.draft_id)
            taught = await self._learner.taught(unit, correction_id)
            post = await unit.posts.find(correction.workspace_id, key=note_key(correction_id))
        if post is not None and post.ts is not None:
            told = still_taught(taught, correction)
            await self._show(correction, [one.rule for one in told], taught, ts=post.ts, draft=draft)
        else:
            told = worth_telling(taught)
            await self._post(correction, told, draft=draft)
        await self._waits.ask(draft, correction, told=told)
        return len(told)

    async def refresh(self, workspace_id: str, *, ref: NoteRef) -> None:
        """Show a note as its rules stand now, after somebody pressed something.

        Raises:
            NoSuchRule: it is not of this workspace.
        """
        async with self._database.read() as unit:
            correction = await find_correction(unit, workspace_id, correction_id=ref.correction_id)
            draft = await unit.drafts.get(correction.draft_id)
            rules = [await find_rule(unit, workspace_id, rule_id=one) for one in ref.rule_ids]
            taught = await self._learner.taught(unit, correction.id)
            post = await unit.posts.find(workspace_id, key=note_key(correction.id))
        if post is not None and post.ts is not None:
            await self._show(correction, rules, taught, ts=post.ts, draft=draft)

    async def follow_poll(self, poll_id: str) -> None:
        """Bring the notes of those who taught either side of a closed poll in line with what it decided."""
        async with self._database.read() as unit:
            poll = found(await unit.polls.find(poll_id), "poll", poll_id)
            sides = await read_sides(unit, poll)
        for correction_id, rule_id in sides:
            async with self._database.read() as unit:
                correction = await unit.corrections.get(correction_id)
                taught = await self._learner.taught(unit, correction_id)
            others = [one.rule.id for one in still_taught(taught, correction) if one.rule.id != rule_id]
            ref = NoteRef(rule_id, correction_id, (rule_id, *others)[:MOST_LINES])
            await self.refresh(poll.workspace_id, ref=ref)

    async def undo(self, workspace_id: str, *, ref: NoteRef, user_id: str) -> str:
        """Undo a rule, or count the press as a voice against it; return what to tell the person.

        Raises:
            NoSuchRule: it is not of this workspace.
        """
        decided = await self._decisions.undo(workspace_id, user_id=user_id, rule_id=ref.rule_id)
        return {"undone": UNDONE, "opposed": OPPOSED}.get(decided.action, NOTHING_LEFT)

    async def _post(self, correction: Correction, told: Sequence[Taught], *, draft: Draft) -> None:
        thread_ts = draft.thread_ts or draft.message_ts
        if not told or thread_ts is None or draft.hidden_at is not None:
            return  # What was said about a text that people flagged is not quoted below it.
        text, blocks = await self._build(correction, [one.rule for one in told], told)
        try:
            await self._messenger.post(
                draft.workspace_id,
                channel_id=draft.channel_id,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                key=note_key(correction.id),
            )
        except SlackRefused as error:  # What was learned holds without the note.
            log.info("learned_not_told", correction_id=correction.id, code=error.code)

    async def _show(
        self,
        correction: Correction,
        rules: Sequence[Rule],
        taught: Sequence[Taught],
        *,
        ts: str,
        draft: Draft,
    ) -> None:
        text, blocks = await self._build(correction, rules, taught)
        try:
            await self._messenger.update(
                correction.workspace_id, channel_id=draft.channel_id, ts=ts, text=text, blocks=blocks
            )
        except SlackRefused as error:  # Somebody deleted it.
            log.info("learned_not_shown", correction_id=correction.id, code=error.code)

    async def _build(
        self, correction: Correction, rules: Sequence[Rule], taught: Sequence[Taught]
    ) -> tuple[str, Blocks]:
        if not rules:
            return stale_message()
        async with self._database.read() as unit:
            tasks = await read_tasks(unit, correction.workspace_id)
        return learned_message(build_lines(rules, taught=taught, correction_id=correction.id, tasks=tasks))


def note_key(correction_id: str) -> str:
    """Return the key of a correction's one note."""
    return f"learned:{correction_id}"
