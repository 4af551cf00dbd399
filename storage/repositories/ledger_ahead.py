"""Reads what the ledger needs to know about many acts with a few statements, instead of a few for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select

from storage.repositories import ledger_statements as sql
from storage.repositories.ledger_rows import PERSON, DraftPlace, Landing, LedgerEntry

_NOBODY: tuple[Any, ...] = (None,) * len(PERSON)


@dataclass(frozen=True)
class Ahead:
    """What was read ahead; whoever writes drops what is true no longer."""

    places: dict[tuple[str, ...], DraftPlace] = field(default_factory=dict)
    open_signals: dict[tuple[str, str], list[LedgerEntry]] = field(default_factory=dict)
    new_events: set[tuple[str, str]] = field(default_factory=set)


def read_ahead(connection: Connection, landings: Sequence[Landing]) -> Ahead:
    """Lock the drafts that these acts land on, then read what is known of them.

    The order matters: what is read after the locks stays true until the transaction ends.
    """
    places = _places(connection, landings)
    seats = {(place.draft_id, user_id) for (*_, user_id), place in places.items()}
    events = {(one.workspace_id, one.event_id) for one in landings}
    known = {tuple(row) for row in _rows(connection, sql.FIND_EVENTS, events)}
    return Ahead(places, _open_signals(connection, seats), events - known)


def _places(connection: Connection, landings: Sequence[Landing]) -> dict[tuple[str, ...], DraftPlace]:
    messages = {(one.workspace_id, one.channel_id, one.message_ts) for one in landings}
    shown = {tuple(row[:3]): row[3:] for row in _rows(connection, sql.FIND_SHOWN, messages)}
    people = {(one.workspace_id, one.user_id) for one in landings}
    persons = {tuple(row[:2]): row[2:] for row in _rows(connection, sql.FIND_PERSONS, people)}
    return {
        (*message, one.user_id): DraftPlace(
            *shown[message], *persons.get((one.workspace_id, one.user_id), _NOBODY)
        )
        for one in landings
        if (message := (one.workspace_id, one.channel_id, one.message_ts)) in shown
    }


def _open_signals(
    connection: Connection, seats: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[LedgerEntry]]:
    found: dict[tuple[str, str], list[LedgerEntry]] = {seat: [] for seat in seats}
    for draft_id, user_id, *entry in _rows(connection, sql.FIND_OPEN_AMONG, found):
        found[draft_id, user_id].append(LedgerEntry(*entry))
    return found


def _rows(
    connection: Connection, statement: Select[*tuple[Any, ...]], keys: Iterable[tuple[str, ...]]
) -> Sequence[Row[*tuple[Any, ...]]]:
    wanted = sorted(keys)
    return connection.execute(statement, {"keys": wanted}).all() if wanted else []
