"""The parts of the Home tab that everybody has: what waits for them, their drafts, their settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    Option,
    PlainTextObject,
)

from bot.slack.blocks.digest import ISOLATE, POP, shorten
from bot.slack.pieces import button, buttons, header, note, question, section
from bot.slack.text import escape

BRIEF_LIMIT = 160
DRAFTS_A_PAGE = 5
MOST_REQUESTS = 5

FIRST_DRAFT = (
    "You have not asked for a draft yet. Go to a channel I am in and type "
    "`/draft a short note that the office is closed on Friday`. It will be listed here."
)
OPT_OUT = (
    "Your votes, ratings, flags, corrections and edits stop counting, those of the past too. I learn nothing from "
    "them, do not name you, and do not ask you for feedback. They stay stored, so you can take this back at any time."
)
OPT_IN = (
    "What you said counts again exactly as it stands, and so does what you say from now on. "
    "Texts that you wrote while your feedback was left out were not kept, and do not come back."
)
_USED = "*Your feedback is used.* It counts in the figures, and the next drafts learn from it."
_UNUSED = (
    "*Your feedback is not used.* Nothing you say counts in any figure, and no draft learns from it, "
    "until you decide otherwise."
)
_CHOICES: Final = {  # name → what it says, and what it means
    "named": ("Name me in reports", "Digests and “Why this draft?” may name and quote you."),
    "receipts": ("Send me receipts", "A direct message: what your corrections changed."),
    "asked": ("Ask me for feedback", "At most two short requests a day, over all channels."),
}


@dataclass(frozen=True, slots=True)
class HomeDraft:
    """A draft that the person asked for: their own words, and a line about it as mrkdwn."""

    brief: str
    about: str


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """A page of somebody's drafts, the latest first; pages count from 0."""

    drafts: tuple[HomeDraft, ...] = ()
    accepted: str = ""  # how the person's drafts of the period did, if there were any
    page: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """A request for feedback that waits for an answer; `about` is mrkdwn with a link to the draft."""

    draft_id: str
    kind: Literal["reason", "review"]
    about: str


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What a person decided about themselves, as it stands now."""

    named: bool = False
    receipts: bool = True
    asked: bool = True
    opted_out: bool = False


def build_requests(requests: Sequence[HomeRequest]) -> list[Block]:
    """Build what waits for the person; nothing when nothing does."""
    if not requests:
        return []
    rows = [block for request in requests[:MOST_REQUESTS] for block in _request(request)]
    ends = button("home_asks_stop", "Stop asking me", value=requests[0].draft_id)
    about = "Requests of the last 7 days. An answer is welcome, never needed; your votes count without it."
    return [header("Waiting for you"), *rows, *buttons(ends), note(about)]


def _request(request: HomeRequest) -> list[Block]:
    is_reason = request.kind == "reason"
    wanted = "*What should be different?*" if is_reason else "*Your opinion is asked for.*"
    give = [button("home_ask_give", "Tell me why", value=request.draft_id)] if is_reason else []
    later = button(
        "home_ask_not_now" if is_reason else "home_review_not_now", "Not now", value=request.draft_id
    )
    return [section(f"{wanted} {request.about}"), *buttons(*give, later)]


def build_drafts(page: DraftsPage) -> list[Block]:
    """Build the person's drafts, a page at a time."""
    title = header("Your latest drafts")
    if not page.drafts and not page.page:
        return [title, section(FIRST_DRAFT)]
    about = [note(page.accepted)] if page.accepted else []
    rows = [section(_draft(draft)) for draft in page.drafts[:DRAFTS_A_PAGE]]
    return [title, *about, *rows, *buttons(*_turns(page))]


def _draft(draft: HomeDraft) -> str:
    words = escape(shorten(draft.brief, BRIEF_LIMIT))
    return f"“{ISOLATE}{words}{POP}”\n{draft.about}"


def _turns(page: DraftsPage) -> list[ButtonElement]:
    newer = [button("home_drafts_newer", "Back to newer ones", value=str(page.page - 1))] if page.page else []
    older = [button("home_drafts_more", "Show more", value=str(page.page + 1))] if page.more else []
    return [*newer, *older]


def build_settings(own: OwnSettings) -> list[Block]:
    """Build the person's settings; each is kept as soon as it is changed."""
    chosen = {"named": own.named, "receipts": own.receipts, "asked": own.asked}
    options = {name: _option(name) for name in _CHOICES}
    ticks = CheckboxesElement(
        action_id="home_settings",
        options=list(options.values()),
        initial_options=[options[name] for name, is_on in chosen.items() if is_on] or None,
    )
    # Slack keeps what stands in a block of the same name: another name, so that it shows what is stored.
    state = "".join("01"[is_on] for is_on in chosen.values())
    use = section(_UNUSED if own.opted_out else _USED, accessory=_opt(out=not own.opted_out))
    return [header("Your settings"), ActionsBlock(block_id=f"home_settings_{state}", elements=[ticks]), use]


def _option(name: str) -> Option:
    label, meaning = _CHOICES[name]
    return Option(value=name, text=PlainTextObject(text=label), description=PlainTextObject(text=meaning))


def _opt(*, out: bool) -> ButtonElement:
    if out:
        asks = question(
            "Leave my feedback out?", OPT_OUT, yes="Leave it out", no="Keep it in", style="danger"
        )
        return button("home_opt_out", "Do not use it", value="out", asks=asks)
    asks = question("Use my feedback again?", OPT_IN, yes="Use it again", no="Leave it out")
    return button("home_opt_in", "Use it again", value="in", asks=asks)
