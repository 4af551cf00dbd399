"""What leaves the house: the wheel, the settings file, the generic package names."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": "0"})
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_only_the_three_packages(wheel):
    top_level = {name.split("/")[0] for name in wheel.namelist()}

    assert {name for name in top_level if not name.endswith(".dist-info")} == {"bot", "handlers", "storage"}


def test_the_wheel_carries_migrations_types_and_the_command(wheel):
    names = wheel.namelist()
    entry_points = next(name for name in names if name.endswith("entry_points.txt"))

    assert any(name.startswith("storage/migrations/versions/product/0001") for name in names)
    assert {"bot/py.typed", "handlers/py.typed", "storage/py.typed"} <= set(names)
    assert "draftloop = handlers.cli.main:app" in wheel.read(entry_points).decode()


def _variables():
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        yield str(alias.choices[0]) if alias is not None else f"DRAFTLOOP_{name.upper()}"


@pytest.mark.parametrize("variable", sorted(_variables()))
def test_every_setting_is_explained_in_the_example_file(variable):
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()

    places = [
        number for number, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{variable}=")
    ]

    assert len(places) == 1
    assert lines[places[0] - 1].startswith("# ")
    assert "=" not in lines[places[0] - 1].split()[1]


def test_the_example_file_explains_no_setting_that_does_not_exist():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {
        line.removeprefix("# ").split("=")[0]
        for line in lines
        if "=" in line and line.removeprefix("# ").split("=")[0].isupper()
    }

    assert named == set(_variables())


@pytest.mark.parametrize("variable", sorted(_variables()))
def test_every_setting_stands_in_the_readme(variable):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"`{variable}`" in readme
