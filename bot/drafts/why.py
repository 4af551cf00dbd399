"""Answers *Why this draft?* from what a revision's prompt was made of."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from bot.drafts.why_lines import Reader, example_line, rule_line, teachers_of
from bot.errors import BotError
from bot.slack.access import AdminNotKnown, Admins
from bot.slack.blocks.why import why_blocks
from bot.slack.messenger import Messenger
from bot.slack.text import escape
from bot.team.tasks import read_tasks
from storage.engine import Database
from storage.models import Draft, Revision
from storage.unit_of_work import UnitOfWork

_TRIMMED: Final = {
    "context": "The start of the conversation did not fit and was left out.",
    "rules": "Some of the house style did not fit and was left out.",
    "examples": "Some examples did not fit and were left out.",
}
_ORIGINS: Final = {
    "revised": "It follows a correction in this thread.",
    "edited": "Somebody edited it.",
    "supplied": "A system of your own brought it through the API: I collect feedback on it, and did not write it.",
}
_LONGEST_TONE: Final = 200
_BY_A_PERSON: Final = "none: a person wrote this text"
_BY_A_SYSTEM: Final = "not told by the system that brought this text"
_BY_PATTERNS: Final = "none: the wish was plain enough to do without one"


class DraftUnknown(BotError):
    """There is no draft behind this message."""

    code = "draft_unknown"
    sentence = "I cannot find the draft behind this message any more."


@dataclass(frozen=True)
class Why:
    """What a draft was written from; `lines` are escaped, and name only people who agreed to be named."""

    draft_id: str
    task: str
    release: str
    model: str
    lines: tuple[str, ...]


class Explainer:
    """Explains drafts to whoever asks."""

    def __init__(self, database: Database, *, messenger: Messenger, admins: Admins) -> None:
        self._database = database
        self._messenger = messenger
        self._admins = admins

    async def tell(self, workspace_id: str, *, channel_id: str, message_ts: str, user_id: str) -> None:
        """Show one person, and nobody else, why the draft in a message is as it is.

        Raises:
            DraftUnknown: the message shows no draft.
        """
        why = await self.explain(workspace_id, channel_id=channel_id, message_ts=message_ts)
        await self._messenger.ephemeral(
            workspace_id,
            channel_id=channel_id,
            user_id=user_id,
            text=f"Task {why.task}, release {why.release}, model {why.model}.",
            blocks=why_blocks(
                task=why.task,
                release=why.release,
                model=why.model,
                lines=why.lines,
                verifies=why.draft_id if await self._is_admin(workspace_id, user_id) else None,
            ),
        )

    async def _is_admin(self, workspace_id: str, user_id: str) -> bool:
        """Tell whether to show an admin's buttons; whoever presses one is asked for again then."""
        try:
            return await self._admins.knows(workspace_id, user_id=user_id)
        except AdminNotKnown:
            return False

    async def explain(self, workspace_id: str, *, channel_id: str, message_ts: str) -> Why:
        """Return what went into the text that a message shows.

        Raises:
            DraftUnknown: the message shows no draft.
        """
        async with self._database.read() as unit:
            found = await unit.drafts.find_by_message(workspace_id, channel_id=channel_id, ts=message_ts)
            if found is None:
                raise DraftUnknown
            draft, message = found
            revision_id = message.revision_id or draft.current_revision_id
            if revision_id is None:
                raise DraftUnknown
            return await _why(unit, draft, await unit.drafts.revision(revision_id))


async def _why(unit: UnitOfWork, draft: Draft, revision: Revision) -> Why:
    prompt: dict[str, Any] = json.loads(revision.prompt or "{}")
    examples: list[dict[str, Any]] = prompt.get("examples", [])
    rules: list[dict[str, Any]] = prompt.get("rules", [])
    tasks = await read_tasks(unit, draft.workspace_id)
    teachers = await teachers_of(unit, draft.workspace_id, rules)
    origins = [each.get("user_id") for each in (*rules, *examples)]
    named = await _named(unit, draft.workspace_id, [*origins, *chain.from_iterable(teachers.values())])
    reader = Reader(tasks, named)
    house = [rule_line(rule, reader, teachers=teachers.get(str(rule.get("id")), ())) for rule in rules]
    shown = [await example_line(unit, draft, example, named) for example in examples]
    trimmed = [_TRIMMED[name] for name in prompt.get("trimmed", []) if name in _TRIMMED]
    return Why(
        draft_id=draft.id,
        task=tasks.get(draft.task).title,
        release=draft.release,
        model=revision.model or _without_model(revision, prompt),
        lines=(*_origin(revision), *_tone(prompt), *house, *shown, *trimmed),
    )


async def _named(unit: UnitOfWork, workspace_id: str, people: Iterable[str | None]) -> frozenset[str]:
    """Return those of these people who agreed to be named."""
    user_ids = {person for person in people if person}
    return frozenset(await unit.rule_list.named(workspace_id, user_ids=user_ids))


def _without_model(revision: Revision, prompt: Mapping[str, Any]) -> str:
    if revision.kind == "supplied":
        return _BY_A_SYSTEM
    return _BY_PATTERNS if "edited_by" in prompt else _BY_A_PERSON


def _tone(prompt: Mapping[str, Any]) -> tuple[str, ...]:
    tone = str(prompt.get("tone") or "")
    return (f"This channel's tone: “{escape(tone[:_LONGEST_TONE])}”",) if tone else ()


def _origin(revision: Revision) -> tuple[str, ...]:
    said = _ORIGINS.get(revision.kind)
    return (said,) if said else ()
