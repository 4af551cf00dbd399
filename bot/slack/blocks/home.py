"""The Home tab: what a person gave, what waits for them, what they asked for, what comes next; more for admins."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from slack_sdk.models.blocks import Block, DividerBlock
from slack_sdk.models.views import View

from bot.slack.blocks.home_admin import AdminPart, build_admin
from bot.slack.blocks.home_checklist import Step, build_checklist
from bot.slack.blocks.home_member import (
    DraftsPage,
    HomeRequest,
    OwnSettings,
    build_drafts,
    build_requests,
    build_settings,
)
from bot.slack.blocks.releases import ReleasesPart, build_releases
from bot.slack.blocks.stats import StatsCard, build_stats
from bot.slack.pieces import button, buttons, header, note, section

BLOCKS = 100  # of a view
Blocks = list[Block | dict[str, Any]]

WELCOME = (
    "I write drafts, you say what you think of them, and the next ones are better.\n"
    "*Ask:* `/draft <what you need>` in a channel I am in, or mention me there with what you need. "
    "*Correct:* reply in a draft's thread with a better text."
)
FOR_ADMINS = "Only admins see what follows."
MORE = "`/draftloop help` lists all I can do, `/draftloop stats` shows how the drafts of everybody do."


@dataclass(frozen=True, slots=True)
class HomeCard:
    """Everything that the Home tab says; what is no `HomeDraft` is mrkdwn that is escaped already."""

    feedback: StatsCard
    drafts: DraftsPage
    digest: str
    own: OwnSettings
    requests: tuple[HomeRequest, ...] = ()
    steps: tuple[Step, ...] = ()
    admin: AdminPart | None = None
    notice: str = ""  # what was just done, or why something is missing
    rules: str = ""  # how many there are; empty: nothing is said about them
    releases: ReleasesPart = field(default_factory=ReleasesPart)


def build_home(card: HomeCard) -> dict[str, Any]:
    """Build the view, within Slack's limits."""
    parts: list[Blocks] = [
        [*([section(card.notice)] if card.notice else []), section(WELCOME)],
        [*build_checklist(card.steps)],
        [*build_requests(card.requests)],
        [*build_stats(card.feedback)],
        [*build_drafts(card.drafts)],
        _rules(card.rules),
        [*build_releases(card.releases)],
        [header("Next digest"), section(card.digest)],
        [*build_settings(card.own)],
        [*_admin(card.admin)],
    ]
    shown = list(chain.from_iterable([*part, DividerBlock()] for part in parts if part))
    return View(type="home", blocks=[*shown[: BLOCKS - 1], note(MORE)]).to_dict()


def _rules(told: str) -> Blocks:
    if not told:
        return []
    return [header("Rules"), section(told, accessory=button("home_rules", "Browse the rules", value="rules"))]


def _admin(part: AdminPart | None) -> list[Block]:
    if part is None:
        return []
    return [
        note(FOR_ADMINS),
        *build_admin(part),
        *buttons(button("home_hub", "Workspace settings", value="hub")),
    ]
