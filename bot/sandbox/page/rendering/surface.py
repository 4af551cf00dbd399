"""Where blocks stand: a message, a modal, the App Home; it knows whose eyes see them and what was entered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from markupsafe import Markup, escape

from bot.sandbox.page.rendering.elements import element_context
from bot.sandbox.page.rendering.emoji import with_emoji_markup
from bot.sandbox.page.rendering.environment import block_kinds, rendered
from bot.sandbox.page.rendering.fields import confirm_json, entered, words_of
from bot.sandbox.page.rendering.links import file_of, host_of, link, safe_link
from bot.sandbox.page.rendering.markdown import markdown
from bot.sandbox.page.rendering.mrkdwn import mrkdwn
from bot.sandbox.page.rendering.names import Names
from bot.sandbox.page.rendering.rich_text import rich_text
from bot.sandbox.records import Json

_BREAK: Final = Markup("<br>")
_ONLY_EMOJI: Final = re.compile(r"\s*(?::[\w+'-]{1,80}:(?::skin-tone-[2-6]:)?\s*){1,23}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as the page may show it: uploaded ones only, others by a link."""

    file_id: str
    url: str
    host: str
    alt_text: str


@dataclass(kw_only=True)
class Surface:
    """What the templates of blocks ask for."""

    names: Names
    scope: str  # begins every id, so that ids are unique on the page
    pressed: Mapping[str, str] = field(default_factory=dict)
    state: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    focus: tuple[str, str] | None = None  # block and action of the field to type in first
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def new_id(self) -> str:
        """Return an id that nothing else on the page has."""
        return f"{self.scope}-{next(self._numbers)}"

    def blocks(self, blocks: list[Json]) -> Markup:
        """Return blocks as HTML."""
        return Markup().join(self.block(block) for block in blocks)

    def block(self, block: Json) -> Markup:
        """Return one block as HTML; a kind without a template says so."""
        kind = str(block.get("type"))
        template = kind if kind in block_kinds() else "unknown"
        return rendered(f"blocks/{template}.html", page=self, block=block, kind=kind)

    def element(self, element: Json, *, block: Json, label: Json | None = None, **ids: str) -> Markup:
        """Return what may be pressed or filled in, as HTML.

        Args:
            element: Slack's element.
            block: the block it stands in.
            label: the words above a group of options, whose legend they become.
            ids: ``field_id`` for the label of an input block, ``described_by`` for its hint and error.
        """
        template, context = element_context(self, element, block=block, **ids)
        return rendered(
            f"blocks/elements/{template}.html",
            page=self,
            element=element,
            block=block,
            label=label,
            **context,
        )

    def text(self, text: Json) -> Markup:
        """Return a text object as HTML."""
        if text["type"] == "mrkdwn":
            return mrkdwn(text["text"], names=self.names)
        shown = escape if text.get("emoji") is False else with_emoji_markup
        return _BREAK.join(shown(line) for line in text["text"].split("\n"))

    def mrkdwn(self, text: str) -> Markup:
        """Return words in Slack's markup as HTML."""
        return mrkdwn(text, names=self.names)

    def words(self, text: Json | None) -> str:
        """Return a text object as plain words."""
        return words_of(text)

    def markdown(self, text: str) -> Markup:
        """Return standard markdown as HTML."""
        return markdown(text)

    def rich_text(self, parts: list[Json]) -> Markup:
        """Return the parts of a rich text block as HTML."""
        return rich_text(parts, names=self.names)

    def plain(self, text: str) -> Markup:
        """Return words without any formatting but emoji."""
        return with_emoji_markup(text)

    def picture(self, image: Json) -> Picture:
        """Return how an image may be shown."""
        url = safe_link(image.get("image_url"))
        return Picture(file_of(image.get("slack_file", {})), url, host_of(url), image.get("alt_text", ""))

    def link(self, url: str, words: Markup | str) -> Markup:
        """Return words that lead somewhere, if it is safe to go there."""
        return link(url, words=words)

    def link_to(self, url: Any) -> str:
        """Return the address if it is safe to follow."""
        return safe_link(url)

    def confirm(self, element: Json) -> str | None:
        """Return the question before a press."""
        return confirm_json(element, names=self.names)

    def entered(self, element: Json, *, block: Json) -> tuple[str, ...]:
        """Return what stands in a field."""
        action = element.get("action_id", "")
        if action in self.pressed:
            return (self.pressed[action],)
        entry = self.state.get(block.get("block_id", ""), {}).get(action)
        return entered(element, entry=entry)


def is_only_emoji(text: str) -> bool:
    """Tell whether a message is nothing but a few emoji, which Slack shows large."""
    return bool(_ONLY_EMOJI.fullmatch(text))
