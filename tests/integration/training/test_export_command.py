"""`draftloop export` as an operator types it: the real command line on a real database file."""

import asyncio
import csv
import io
import json
import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.training.consent import Consent
from storage.engine import Database
from tests.conftest import TEST_KEY
from tests.factories import NOW, USER, WORKSPACE, make_correction, make_draft, make_signal, make_workspace


async def fill(url, keyring, *, attested):
    database = Database.connect(url, keyring=keyring)
    async with database.begin() as unit:
        await make_workspace(unit)
        draft = await make_draft(unit)
        await make_correction(unit, draft, control="reply:1")
        await make_signal(unit, draft, kind="correction", control="reply:1", value="", text="=better")
        await make_signal(unit, draft)
    if attested:
        await Consent(database).attest(WORKSPACE, user_id=USER, now=NOW)
    await database.close()


@dataclass
class Result:
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def export(sqlite_url, keyring, tmp_path):
    """Run the command line as a process of its own, on a database with one rewrite and one thumb."""
    inherited = ("PATH", "COVERAGE_PROCESS_CONFIG")  # The second is there while coverage measures.
    environment = {
        **{name: os.environ[name] for name in inherited if name in os.environ},
        "DATABASE_URL": sqlite_url,
        "DRAFTLOOP_ENCRYPTION_KEYS": TEST_KEY,
        "OPENAI_API_KEY": "unused",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    program = [sys.executable, "-c", "from handlers.cli.main import app; app()", "export"]

    def run_export(*arguments, attested=True):
        asyncio.run(fill(sqlite_url, keyring, attested=attested))
        done = subprocess.run(
            [*program, *arguments],
            check=False,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=60,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_export


def test_feedback_needs_no_attestation(export):
    result = export("feedback", attested=False)

    assert result.exit_code == 0, result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert sorted((row["kind"], row["text"]) for row in rows) == [
        ("correction", "=better"),
        ("reaction", None),
    ]


def test_a_file_appears_whole_private_and_safe_for_a_spreadsheet(export, tmp_path):
    out = tmp_path / "feedback.csv"

    result = export("feedback", "--format", "csv", "--out", str(out))

    assert result.exit_code == 0, result.stderr
    records = list(csv.reader(io.StringIO(out.read_bytes().decode(), newline="")))
    assert sorted(record[7] for record in records[1:]) == ["", "'=better"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".feedback*")] == []
    assert "2 row(s) written" in result.stderr


def test_training_rows_need_an_attestation(export):
    result = export("sft", attested=False)

    assert result.exit_code == 1
    assert "/draftloop attest" in result.stderr
    assert result.stdout == ""


def test_training_rows_come_in_the_shape_that_is_asked_for(export):
    result = export("preference", "--shape", "trl", "--workspace", WORKSPACE)

    assert result.exit_code == 0, result.stderr
    (row,) = [json.loads(line) for line in result.stdout.splitlines()]
    assert list(row) == ["prompt", "chosen", "rejected", "weight", "source"]
    assert row["chosen"] == [{"role": "assistant", "content": "The better draft."}]


def test_rows_come_as_parquet(export, tmp_path):
    from pyarrow import parquet  # noqa: PLC0415 - slow to import

    out = tmp_path / "sft.parquet"

    result = export("sft", "--format", "parquet", "--shape", "trl", "--out", str(out))

    assert result.exit_code == 0, result.stderr
    assert "1 row(s) written" in result.stderr
    (row,) = parquet.read_table(out).to_pylist()
    assert list(row) == ["prompt", "completion", "weight", "source"]
    assert row["completion"] == [{"content": "The better draft.", "role": "assistant"}]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
