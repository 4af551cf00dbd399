"""What datasets of many rows cost: seconds, and a process's most memory. Run by `make bench`.

Freezing and exporting hold a page of drafts at a time, so that ten times the rows are to need about the same memory.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FEW, MANY = 10_000, 100_000
MOST_GROWTH = 1.5


def run(work: str, rows: int, url: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.dataset_load", work, str(rows), url],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    figures: dict = json.loads(done.stdout)
    return figures


@pytest.fixture(scope="module")
def ledgers(sqlite_template, tmp_path_factory) -> dict[int, str]:
    """Two filled databases, by how many rows they have."""
    folder = tmp_path_factory.mktemp("ledgers")
    urls = {}
    for rows in (FEW, MANY):
        path = folder / f"{rows}.db"
        path.write_bytes(sqlite_template.read_bytes())
        urls[rows] = f"sqlite:///{path}"
        run("fill", rows, urls[rows])
    return urls


@pytest.mark.parametrize("work", ["export", "parquet", "freeze"])
def test_ten_times_the_rows_need_about_the_same_memory(benchmark, capsys, ledgers, work):
    few = run(work, FEW, ledgers[FEW])
    many = benchmark.pedantic(run, args=(work, MANY, ledgers[MANY]), rounds=1)

    benchmark.extra_info |= {"few": few, "many": many, "rows_per_second": many["rows"] / many["seconds"]}
    with capsys.disabled():
        print(f"\n{few}\n{many}")  # noqa: T201 - The figures are what this is for.
    assert many["peak_megabytes"] <= MOST_GROWTH * few["peak_megabytes"]
