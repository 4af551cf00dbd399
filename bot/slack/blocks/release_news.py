"""What is told when a run ends, and when another release begins to write: in the admin channel and in channels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.slack.blocks.stats import SECTION_LIMIT, cut
from bot.slack.pieces import built, button, buttons, note, question, section

Blocks = list[dict[str, Any]]
Deed = Literal["promote", "keep", "roll_back"]
MOST_CHANGES: Final = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that an admin can press.

    Args:
        deed: what it does.
        release_id: of the challenger, or of the champion that is rolled back.
        name: of the release that writes then: `r7`.
    """

    deed: Deed
    release_id: str
    name: str


def run_news(lines: Sequence[str], *, offers: Sequence[Offer] = ()) -> tuple[str, Blocks]:
    """Build what admins read when a run has ended; its lines are mrkdwn, the first one says it all."""
    text = "\n".join(line for line in lines if line)
    return cut(text, SECTION_LIMIT), built(section(text), *_buttons(offers))


def change_news(
    headline: str, *, proof: str = "", changes: Sequence[str] = (), offers: Sequence[Offer] = ()
) -> tuple[str, Blocks]:
    """Build what a channel reads when another release begins to write; all of it is mrkdwn.

    Args:
        headline: which one writes now, and since when or why.
        proof: what speaks for it, with n and interval.
        changes: what is different, a line each; the first few are shown.
        offers: buttons, for the admin channel.
    """
    shown = [f"• {change}" for change in changes[:MOST_CHANGES]]
    hidden = len(changes) - MOST_CHANGES
    more = [f"… and {hidden} more changes: `/draftloop releases` has them all."] if hidden > 0 else []
    text = "\n".join(line for line in (headline, proof, *shown, *more) if line)
    closing = (
        "What you teach me counts at once, whichever release writes. `/draftloop releases` shows them all."
    )
    return cut(headline, SECTION_LIMIT), built(section(text), *_buttons(offers), note(closing))


def decided_news(blocks: Sequence[Mapping[str, Any]], *, told: str, by: str) -> Blocks:
    """Build news again after somebody pressed a button under it: the buttons go, and what became of it stands there.

    Args:
        blocks: of the message as it is shown.
        told: what the press did, as mrkdwn.
        by: who pressed, as a user id.
    """
    kept = [dict(block) for block in blocks if block.get("type") != "actions"]
    return [*kept, *built(note(f"{told} · <@{by}>"))]


def _buttons(offers: Sequence[Offer]) -> list[ActionsBlock]:
    return buttons(*(_BUTTONS[offer.deed](offer) for offer in offers))


def _promote(offer: Offer) -> ButtonElement:
    text = f"From the next draft on {offer.name} writes. Rolling back takes one press."
    asks = question(f"Promote {offer.name}?", text, yes="Promote", no="Not now")
    label = f"Promote {offer.name}"
    return button("release_promote", label, value=offer.release_id, style="primary", asks=asks)


def _keep(offer: Offer) -> ButtonElement:
    return button("release_keep", f"Keep {offer.name}", value=offer.release_id)


def _roll_back(offer: Offer) -> ButtonElement:
    text = f"From the next draft on {offer.name} writes again. What people taught since stays."
    asks = question("Roll back?", text, yes="Roll back", no="Not now", style="danger")
    label = f"Roll back to {offer.name}"
    return button("release_roll_back", label, value=offer.release_id, style="danger", asks=asks)


_BUTTONS: Final[Mapping[Deed, Callable[[Offer], ButtonElement]]] = {
    "promote": _promote,
    "keep": _keep,
    "roll_back": _roll_back,
}
