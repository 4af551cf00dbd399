"""The Home tab: what a person gave, what they asked for, what comes next, and how to begin."""

from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.slack.blocks.digest import ISOLATE, POP, shorten
from bot.slack.blocks.stats import StatsCard, build_stats, cut
from bot.slack.text import escape

SECTION_LIMIT = 3_000
NOTE_LIMIT = 2_000
BLOCKS = 100  # of a view
MOST_DRAFTS = 5
BRIEF_LIMIT = 160

WELCOME = (
    "I write drafts, you say what you think of them, and the next ones are better.\n"
    "*Ask:* `/draft <what you need>` in a channel I am in, or mention me there with what you need. "
    "*Correct:* reply in a draft's thread with a better text."
)
FIRST_DRAFT = (
    "You have not asked for a draft yet. Go to a channel I am in and type "
    "`/draft a short note that the office is closed on Friday`. It will be listed here."
)
MORE = "`/draftloop help` lists all I can do, `/draftloop stats` shows how the drafts of everybody do."


@dataclass(frozen=True, slots=True)
class HomeDraft:
    """A draft that the person asked for: their own words, and a line about it as mrkdwn."""

    brief: str
    about: str


@dataclass(frozen=True, slots=True)
class HomeCard:
    """Everything that the Home tab says; what is no `HomeDraft` is mrkdwn that is escaped already."""

    feedback: StatsCard
    drafts: tuple[HomeDraft, ...]
    digest: str
    accepted: str = ""  # how the person's drafts of the period did, if there were any


def build_home(card: HomeCard) -> dict[str, Any]:
    """Build the view, within Slack's limits."""
    blocks: list[Block | dict[str, Any]] = [_section(WELCOME), DividerBlock(), *build_stats(card.feedback)]
    blocks += [DividerBlock(), _header("Your latest drafts"), *_drafts(card)]
    blocks += [DividerBlock(), _header("Next digest"), _section(card.digest), _note(MORE)]
    return View(type="home", blocks=blocks[:BLOCKS]).to_dict()


def _drafts(card: HomeCard) -> list[Block]:
    if not card.drafts:
        return [_section(FIRST_DRAFT)]
    about = [_note(card.accepted)] if card.accepted else []
    return [*about, *(_section(_draft(draft)) for draft in card.drafts[:MOST_DRAFTS])]


def _draft(draft: HomeDraft) -> str:
    words = escape(shorten(draft.brief, BRIEF_LIMIT))
    return f"“{ISOLATE}{words}{POP}”\n{draft.about}"


def _header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=text))


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=cut(text, SECTION_LIMIT)))


def _note(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=cut(text, NOTE_LIMIT))])
