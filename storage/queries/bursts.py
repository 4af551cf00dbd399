"""What attacks are looked for in: what people did lately, how much they usually do, and what they wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Correction, Member, Opinion, Signal, Tally
from storage.models.tally import EVERYBODY, EVERYWHERE, GIVEN

MOST_DEEDS = 20_000
MOST_VOTES = 20_000
MOST_WORDINGS = 300


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person set on a draft and that is not ignored, whether or not it is their opinion still."""

    user_id: str
    draft_id: str
    kind: str
    value: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's current vote on a draft."""

    user_id: str
    draft_id: str
    value: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person wrote in a correction, and the text that they corrected (None: it was a wish)."""

    user_id: str
    text: str
    original: str | None
    at: datetime


class Bursts:
    """Reads a workspace's last hours and days; every query follows an index and has an end."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def any_since(self, workspace_id: str, *, since: datetime) -> bool:
        """Tell whether anything came in since then."""
        came = select(Signal.id).where(Signal.workspace_id == workspace_id, Signal.received_at > since)
        return (await self._session.execute(came.limit(1))).first() is not None

    async def deeds(self, workspace_id: str, *, since: datetime) -> list[Deed]:
        """Return what people did since then, oldest first; of very much the latest."""
        done = (
            select(Signal.user_id, Signal.draft_id, Signal.kind, Signal.value, Signal.event_us)
            .where(
                Signal.workspace_id == workspace_id,
                Signal.received_at >= since,
                Signal.act == "set",
                Signal.status != "ignored",
                Signal.kind.not_in(("implicit", "trial")),
            )
            .order_by(Signal.received_at.desc())
            .limit(MOST_DEEDS)
        )
        rows = [Deed(*row) for row in await self._session.execute(done)]
        return sorted(rows, key=lambda deed: (deed.at_us, deed.user_id, deed.draft_id))

    async def usual_days(self, workspace_id: str, *, first_day: date, before: date) -> Mapping[str, float]:
        """Return how many opinions each person gave on a day on which they gave any, on average."""
        given = (
            select(Tally.user_id, Tally.day, func.sum(Tally.n).label("n"))
            .where(
                Tally.workspace_id == workspace_id,
                Tally.day >= first_day,
                Tally.day < before,
                Tally.channel_id == EVERYWHERE,
                Tally.measure == GIVEN,
                Tally.user_id.not_in(EVERYBODY),
            )
            .group_by(Tally.user_id, Tally.day)
            .subquery()
        )
        means = select(given.c.user_id, func.avg(given.c.n)).where(given.c.n > 0).group_by(given.c.user_id)
        return {user_id: float(mean) for user_id, mean in await self._session.execute(means)}

    async def votes(self, workspace_id: str, *, since_us: int) -> list[Vote]:
        """Return people's votes since then, oldest first; of very many the latest."""
        held = (
            select(Opinion.user_id, Opinion.draft_id, Opinion.value, Opinion.event_us)
            .where(
                and_(Opinion.workspace_id == workspace_id, Opinion.event_us >= since_us),
                Opinion.dimension == "vote",
            )
            .order_by(Opinion.event_us.desc())
            .limit(MOST_VOTES)
        )
        return [Vote(*row) for row in await self._session.execute(held)][::-1]

    async def wordings(self, workspace_id: str, *, since: datetime) -> list[Wording]:
        """Return what people wrote since then in corrections that stand, oldest first; of very many the latest."""
        written = (
            select(Correction)
            .where(
                Correction.workspace_id == workspace_id,
                Correction.created_at >= since,
                Correction.state == "standing",
                Correction.interpretation != "talk",
            )
            .order_by(Correction.created_at.desc(), Correction.id)
            .limit(MOST_WORDINGS)
        )
        rows = (await self._session.scalars(written)).all()
        return [_wording(one) for one in reversed(rows)]

    async def first_seen(
        self, workspace_id: str, *, user_ids: Sequence[str]
    ) -> Mapping[str, datetime | None]:
        """Return since when each of these people gives feedback; None: since before that was noted."""
        known = select(Member.id, Member.first_seen_at).where(
            Member.workspace_id == workspace_id, Member.id.in_(sorted(set(user_ids)))
        )
        return {row.id: row.first_seen_at for row in await self._session.execute(known)}


def _wording(correction: Correction) -> Wording:
    is_wish = correction.interpretation == "instruction"
    original = None if is_wish else correction.original or ""
    return Wording(correction.user_id, correction.text, original, correction.created_at)
