import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.training.cells import csv_cell, csv_line, defuse_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '"=1',
        "'=1",
        " =1",
        "\n=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "=fine\n=HYPERLINK(1)",
        '=fine\r\n "=1',
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    safe = defuse_cell(text)

    lines = safe.replace("\r", "\n").split("\n")
    assert safe != text
    assert all(line.startswith("'") for line in lines if "=" in line or line == text[-2:])
    assert safe.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize(
    "text", ["", "1731000000.000100", "a=b", "C0123", "5", "2026-11-23T09:00:00Z", "x - y"]
)
def test_what_it_would_only_show_stays_as_it_is(text):
    assert csv_cell(text) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2))
def test_a_record_reads_back_by_pythons_own_reader(cells):
    line = csv_line(cells)

    (record,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert record == [defuse_cell(cell) for cell in cells]
    assert line.endswith("\r\n")


@given(st.text())
def test_no_line_of_a_cell_begins_like_a_formula(text):
    safe = defuse_cell(text)

    assert safe[:1] not in {"=", "+", "-", "@", "\t", "\r"}
