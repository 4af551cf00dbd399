"""What must be in the database and in Slack, worked out from what Slack sent and heard, by plain rules of its own."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.sandbox import Delivery, Message
from storage.engine import Database
from storage.models import Correction, Draft, Opinion, Revision, Signal

DIMENSION_OF = {"+1": "vote", "-1": "vote", "tada": "vote", "white_check_mark": "approval"}
VALUE_OF = {"+1": "positive", "-1": "negative", "tada": "positive", "white_check_mark": "true"}


@dataclass(frozen=True)
class Said:
    """One thing somebody said about a draft without words."""

    event_id: str
    at: str  # Slack's event_ts: digits of one length, so that they sort as texts
    draft_ts: str
    user_id: str
    control: str
    dimension: str
    value: str | None  # None: taken back


def said_by(delivery: Delivery) -> Said | None:
    """Read a delivery as Slack's documentation describes it; None if it says nothing about a draft."""
    if delivery.event.get("type") in ("reaction_added", "reaction_removed"):
        return _reaction(delivery.payload["event_id"], delivery.event)
    if delivery.payload.get("type") == "block_actions":
        return _press(delivery.payload)
    return None


def _reaction(event_id: str, event: dict[str, Any]) -> Said | None:
    emoji, added = event["reaction"], event["type"] == "reaction_added"
    if emoji not in DIMENSION_OF:
        return None
    return Said(
        event_id,
        event["event_ts"],
        event["item"]["ts"],
        event["user"],
        emoji,
        DIMENSION_OF[emoji],
        VALUE_OF[emoji] if added else None,
    )


def _press(payload: dict[str, Any]) -> Said:
    action, user = payload["actions"][0], payload["user"]["id"]
    stars = action["action_id"] == "draft_stars"
    return Said(
        f"action:{user}:{action['action_ts']}:{action['action_id']}",
        action["action_ts"],
        payload["container"]["message_ts"],
        user,
        action["action_id"],
        "rating" if stars else "vote",
        action["selected_option"]["value"] if stars else action["value"],
    )


def opinions_of(everything: Iterable[Said]) -> dict[tuple[str, str, str], str]:
    """Fold plainly: each control holds its latest value, the control that changed last speaks."""
    controls: dict[tuple[str, str, str], dict[str, Said]] = defaultdict(dict)
    for said in sorted(everything, key=lambda one: (one.at, one.event_id)):
        controls[said.draft_ts, said.user_id, said.dimension][said.control] = said
    opinions = {}
    for key, held in controls.items():
        standing = [said for said in held.values() if said.value is not None]
        if standing:
            opinions[key] = max(standing, key=lambda one: (one.at, one.event_id)).value
    return opinions


@dataclass(frozen=True)
class Stored:
    """What the database says in the end."""

    signals: list[Any]
    opinions: list[Any]
    drafts: dict[str, Draft]
    corrections: list[Correction]
    revisions: list[Revision]

    @property
    def wordless(self) -> list[str]:
        """The event ids of every signal without words."""
        return [signal.event_id for signal in self.signals if signal.kind != "correction"]

    def opinions_by_message(self) -> dict[tuple[str, str, str], str]:
        return {
            (self.drafts[one.draft_id].message_ts, one.user_id, one.dimension): one.value
            for one in self.opinions
            if one.dimension != "text"
        }


async def read_all(database: Database) -> Stored:
    async with database.read() as unit:
        session = unit._session
        signals = list(await session.scalars(select(Signal)))
        opinions = list(await session.scalars(select(Opinion)))
        drafts = {draft.id: draft for draft in await session.scalars(select(Draft))}
        corrections = list(await session.scalars(select(Correction)))
        revisions = list(await session.scalars(select(Revision)))
    return Stored(signals, opinions, drafts, corrections, revisions)


def keys_of(messages: Iterable[Message]) -> Counter[str]:
    """How often each of the bot's messages stands in Slack, by the key it was posted with."""
    posted = [message for message in messages if message.bot_id]
    return Counter(
        (message.metadata or {}).get("event_payload", {}).get("key", f"no key: {message.text[:40]}")
        for message in posted
    )


def without_lessons(posted: Counter[str], *, corrections: Iterable[Correction]) -> Counter[str]:
    """Leave out the notes about what was learned, at most one of each correction; more than that stays in."""
    return posted - Counter(f"learned:{one.id}" for one in corrections)
