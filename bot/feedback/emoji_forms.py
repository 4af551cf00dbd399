"""The form for a workspace's own emoji: shows what counts, previews what somebody typed, keeps it."""

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import FormError
from bot.feedback.emoji_map import as_lines, grouped, silenced, told_problems, understand, words_for
from bot.feedback.signals import meaning_of
from bot.slack.blocks.settings_emoji import EmojiForm, EmojiGroup, EmojiLine, emoji_modal
from bot.slack.fields import Modal
from bot.team.forms import Place, fingerprint
from bot.team.workspaces import WorkspaceSettings


class EmojiForms:
    """What an admin sees of the map of emoji, and does with it."""

    def __init__(self, workspaces: WorkspaceSettings) -> None:
        self._workspaces = workspaces

    async def form(self, workspace_id: str, *, place: Place) -> Modal:
        """Build the form as it opens."""
        own = (await self._workspaces.policy(workspace_id)).emoji
        form = EmojiForm(counts=_groups(own), typed=as_lines(own))
        return emoji_modal(form, metadata=replace(place, seen=fingerprint(own)).to_json())

    def preview(self, typed: str, *, place: Place) -> Modal:
        """Build the form with how I understand what was typed; nothing is kept."""
        understood = understand(typed)
        lines = tuple(
            EmojiLine(line.number, problem=line.problem)
            if line.problem
            else EmojiLine(line.number, line.name, words_for(meaning_of(line.name, own_map=understood.emoji)))
            for line in understood.lines
        )
        form = EmojiForm((), typed, preview=lines, will_count=_groups(understood.emoji))
        return emoji_modal(form, metadata=place.to_json())

    async def save(self, workspace_id: str, *, typed: str, place: Place, user_id: str) -> bool:
        """Keep what was typed; return False when it is so already.

        Raises:
            FormError: some lines cannot be understood; nothing was kept.
            ChangedMeanwhile: somebody else was faster; nothing was kept.
        """
        understood = understand(typed)
        if understood.problems:
            raise FormError({"emoji": told_problems(understood.problems)[:_LONGEST_ERROR]})
        return await self._workspaces.save_emoji(
            workspace_id, emoji=understood.emoji, seen=place.seen, user_id=user_id
        )


_LONGEST_ERROR = 600


def _groups(own: Mapping[str, str]) -> tuple[EmojiGroup, ...]:
    groups = [EmojiGroup(words_for(meaning), tuple(names)) for meaning, names in grouped(own)]
    silent = silenced(own)
    return (*groups, *([EmojiGroup("Taken out", tuple(silent))] if silent else []))
