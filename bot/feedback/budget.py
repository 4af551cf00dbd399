"""How often we may ask somebody for more: twice per person and local day over all channels, once per draft."""

from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.repositories import DraftPlace, LedgerTables


class Budget:
    """Keeps requests for feedback rare."""

    def __init__(self, *, asks_per_day: int) -> None:
        self._asks_per_day = asks_per_day

    def take(
        self,
        tables: LedgerTables,
        *,
        place: DraftPlace,
        user_id: str,
        now: datetime,
        kind: Literal["reason", "review", "anchor", "trial"] = "reason",
    ) -> bool:
        """Take one request from the person's budget; False when they must not be asked (again).

        Replicas that ask at the same time cannot both get the last one: its place in the day is unique. `kind` is what
        they are asked for: why they disliked a draft, a review, what they think of a verified draft, or which of two
        texts for its brief is better.
        """
        if place.asks_stopped or place.opted_out or place.deactivated or not self._asks_per_day:
            return False
        if tables.has_text(place.draft_id, user_id=user_id):
            return False  # They have said already what should be different.
        return tables.try_ask(
            place.workspace_id,
            user_id=user_id,
            draft_id=place.draft_id,
            day=local_day(place, now=now),
            limit=self._asks_per_day,
            kind=kind,
            asked_at=now,
        )


def local_day(place: DraftPlace, *, now: datetime) -> date:
    """Return the person's local day; without a known zone the workspace's, without that UTC."""
    return local_time(place, now=now).date()


def local_time(place: DraftPlace, *, now: datetime) -> datetime:
    """Return what the person's clock says; without a known zone the workspace's, without that UTC."""
    for name in (place.timezone, place.workspace_timezone):
        if name:
            try:
                return now.astimezone(ZoneInfo(name))
            except (ZoneInfoNotFoundError, ValueError):
                continue  # A zone that this machine does not know.
    return now.astimezone(UTC)
