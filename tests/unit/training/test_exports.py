import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.training.cells import defuse_cell
from bot.training.exports import FEEDBACK_COLUMNS, feedback_csv_line, feedback_json_line, training_lines
from bot.training.formats import COLUMNS, TrainingRow, build_row

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
received = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def make(kind: str = "reaction", value: str = "positive", **columns: Any) -> tuple[Any, ...]:
    row = {
        "event_id": "Ev1",
        "workspace": "T1",
        "channel": "C1",
        "message_ts": "1731000000.000100",
        "user": "U1",
        "kind": kind,
        "value": value,
        "sealed": None,
        "event_us": 1_731_000_000_000_100,
        "received_at": "2026-11-23 09:00:00.000042",
        "status": "counted",
        "reason": None,
        "id": "s1",
        **columns,
    }
    return tuple(row.values())


def read(line: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(line)
    return parsed


def test_a_row_has_exactly_the_columns_of_the_contract_in_their_order():
    line = feedback_json_line(make(), None)

    assert list(read(line)) == list(FEEDBACK_COLUMNS)
    assert line.endswith("}\n")


def test_times_are_slacks_string_and_iso_utc():
    row = read(feedback_json_line(make(), None))

    assert row["event_ts"] == "1731000000.000100"
    assert row["received_at"] == "2026-11-23T09:00:00.000042Z"


def test_values_have_the_types_of_the_contract():
    values = [
        read(feedback_json_line(make(kind, value), None))["value"]
        for kind, value in [
            ("reaction", "positive"),
            ("button", "negative"),
            ("rating", "4"),
            ("approval", "true"),
            ("flag", "private_data"),
            ("correction", ""),
            ("edit", ""),
        ]
    ]

    assert values == ["positive", "negative", 4, True, "private_data", None, None]


@given(
    st.lists(text, min_size=6, max_size=6),
    st.none() | text,
    st.none() | text,
    received,
    st.integers(0, 4_000_000_000_000_000),
)
def test_a_line_written_by_hand_is_what_json_dumps_would_have_written(ids, words, reason, received_at, us):
    event_id, workspace, channel, ts, user, status = ids
    row = make(
        event_id=event_id,
        workspace=workspace,
        channel=channel,
        message_ts=ts,
        user=user,
        status=status,
        reason=reason,
        received_at=received_at,
        event_us=us,
    )

    line = feedback_json_line(row, words)

    expected = {
        "event_id": event_id,
        "workspace": workspace,
        "channel": channel,
        "message_ts": ts,
        "user": user,
        "kind": "reaction",
        "value": "positive",
        "text": words,
        "event_ts": f"{us // 10**6}.{us % 10**6:06}",
        "received_at": received_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "status": status,
        "reason": reason,
    }
    assert json.loads(line) == expected
    assert len(line.splitlines()) == 1


@given(st.lists(text, min_size=6, max_size=6), st.none() | text, st.none() | text)
def test_a_csv_record_reads_back_with_every_cell_defused(ids, words, reason):
    event_id, workspace, channel, ts, user, status = ids
    row = make(
        event_id=event_id,
        workspace=workspace,
        channel=channel,
        message_ts=ts,
        user=user,
        status=status,
        reason=reason,
    )

    line = feedback_csv_line(row, words)

    (record,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    cells = [event_id, workspace, channel, ts, user, "reaction", "positive", words or ""]
    cells += ["1731000000.000100", "2026-11-23T09:00:00.000042Z", status, reason or ""]
    assert record == [defuse_cell(cell) for cell in cells]


async def stream(rows):
    for row in rows:
        yield row


@pytest.mark.parametrize(("kind", "shape"), list(COLUMNS))
async def test_training_rows_come_as_csv_with_nested_values_as_json(kind, shape):
    label = True if kind == "kto" else None
    row = TrainingRow(kind, "train", "plain", "Brief", "=Text", 0.5, ("Ev1",), rejected="Draft", label=label)

    chunks = [chunk async for chunk, _ in training_lines(stream([row]), kind=kind, output="csv", shape=shape)]

    header, record = csv.reader(io.StringIO("".join(chunks), newline=""))
    assert tuple(header) == COLUMNS[kind, shape]
    assert [json.loads(cell) for cell in record] == list(build_row(row, shape=shape).values())


async def test_no_training_rows_are_an_empty_file():
    assert [chunk async for chunk in training_lines(stream([]), kind="kto", output="jsonl")] == []
