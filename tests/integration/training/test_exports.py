import csv
import io
import json

from bot.training.exports import FEEDBACK_COLUMNS, FeedbackExport
from tests.factories import NOW, WORKSPACE, make_draft, make_signal, make_workspace


async def export(database, output="jsonl", **which):
    return "".join([chunk async for chunk, _ in FeedbackExport(database).lines(output, **which)])


async def test_every_stored_act_is_a_row_with_its_text_opened_and_withdrawals_are_none(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        draft = await make_draft(unit)
        await make_signal(unit, draft, event_id="Ev1")
        await make_signal(
            unit, draft, event_id="Ev2", kind="correction", value="", text="Besser: „so“", control="r:1"
        )
        await make_signal(unit, draft, event_id="Ev3", act="withdraw", value="")
        await make_signal(unit, draft, event_id="Ev4", status="ignored", reason="bot")

    rows = [json.loads(line) for line in (await export(database)).splitlines()]

    assert {row["event_id"]: (row["kind"], row["text"], row["status"], row["reason"]) for row in rows} == {
        "Ev1": ("reaction", None, "counted", None),
        "Ev2": ("correction", "Besser: „so“", "counted", None),
        "Ev4": ("reaction", None, "ignored", "bot"),
    }
    assert all(tuple(row) == FEEDBACK_COLUMNS for row in rows)
    assert {row["received_at"] for row in rows} == {"2026-11-23T09:00:00.000000Z"}
    assert {row["message_ts"] for row in rows} == {draft.message_ts}


async def test_one_workspace_can_be_exported_alone(database):
    async with database.begin() as unit:
        for workspace_id in (WORKSPACE, "T0OTHER"):
            await make_workspace(unit, workspace_id)
            await make_signal(
                unit, await make_draft(unit, workspace_id=workspace_id), event_id=f"Ev{workspace_id}"
            )

    rows = [json.loads(line) for line in (await export(database, workspace_id="T0OTHER")).splitlines()]

    assert [row["event_id"] for row in rows] == ["EvT0OTHER"]
    assert await FeedbackExport(database).count() == 2


async def test_csv_has_a_header_and_runs_nothing_in_a_spreadsheet(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        draft = await make_draft(unit)
        await make_signal(
            unit, draft, kind="edit", value="", text='=HYPERLINK("x")', control="edit:1", reason=None
        )

    records = list(csv.reader(io.StringIO(await export(database, "csv"), newline="")))

    assert tuple(records[0]) == FEEDBACK_COLUMNS
    assert records[1][7] == '\'=HYPERLINK("x")'
    assert records[1][6] == ""


async def test_more_rows_than_a_batch_come_out_once_each_in_the_order_they_were_received(database):
    async with database.begin() as unit:
        await make_workspace(unit)
        draft = await make_draft(unit)
        for number in range(25):
            await make_signal(unit, draft, event_id=f"Ev{number:03}", received_at=NOW.replace(second=number))

    async with database.read() as unit:
        ids = [row[0] async for batch in unit.training.signal_batches(size=10) for row in batch]

    assert ids == [f"Ev{number:03}" for number in range(25)]
