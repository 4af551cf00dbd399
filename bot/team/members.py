"""What people decide about themselves: whether reports name them, receipts, and whether we may ask them."""

from dataclasses import dataclass
from typing import Self

from storage.engine import Database
from storage.models import Member


@dataclass(frozen=True)
class Wishes:
    """A person's own settings.

    Args:
        named: reports and explanations may name and quote them.
        receipts: they want the personal receipt by direct message.
        asked: we may ask them for feedback.
        opted_out: none of their feedback is used (`services.participation` changes this one).
    """

    named: bool = False
    receipts: bool = True
    asked: bool = True
    opted_out: bool = False

    @classmethod
    def of(cls, member: Member | None) -> Self:
        """Read a member's row; somebody new has what is so by default."""
        if member is None:
            return cls()
        return cls(member.named_in_reports, member.receipts, not member.asks_stopped, member.opted_out)


class MemberSettings:
    """Keeps what people decide about themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, workspace_id: str, *, user_id: str) -> Wishes:
        """Return a person's settings."""
        async with self._database.read() as unit:
            return Wishes.of(await unit.members.find(workspace_id, user_id=user_id))

    async def choose(
        self, workspace_id: str, *, user_id: str, named: bool, receipts: bool, asked: bool
    ) -> Wishes:
        """Keep a person's choices; whether their feedback is used stays as it is."""
        async with self._database.begin() as unit:
            member = await unit.members.ensure(workspace_id, user_id=user_id)
            member.named_in_reports, member.receipts, member.asks_stopped = named, receipts, not asked
            return Wishes.of(member)
