"""The rules of the house that no linter knows by itself."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path for package in ("bot", "handlers", "storage") for path in (ROOT / package).rglob("*.py")
)

# Which files may import a library: everything else reaches it through them.
DOORWAYS = {
    "sqlalchemy": ("storage/", "bot/runtime/durable"),
    "alembic": ("storage/",),
    "slack_bolt": ("handlers/",),
    "slack_sdk": ("bot/slack/", "handlers/"),
    "apscheduler": ("bot/runtime/",),
    "dbos": ("bot/runtime/", "handlers/workflows/"),
    "openai": (
        "bot/llm/openai_chat.py",
        "bot/llm/openai_embeddings.py",
        "bot/training/trainers/openai_endpoint.py",
    ),
    "gepa": ("bot/training/trainers/playbook",),
    "fastapi": ("handlers/http/", "handlers/serving.py", "bot/sandbox/page/"),
    "jinja2": ("bot/sandbox/page/",),
    "markdown_it": ("bot/sandbox/page/",),
    "xllamacpp": ("bot/llm/embedded",),
    "matplotlib": ("bot/digests/charts.py",),
    "cryptography": ("storage/keyring.py",),
    "typer": ("handlers/cli/",),
}
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_import_contracts_hold():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("library", sorted(DOORWAYS))
def test_each_library_has_one_doorway(library):
    strangers = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(module.split(".")[0] == library for module in _imports(path))
        and not str(path.relative_to(ROOT)).startswith(DOORWAYS[library])
    ]

    assert strangers == []


def test_no_file_has_a_vague_name():
    assert [str(path) for path in SOURCES if path.stem in VAGUE_NAMES] == []


def test_files_stay_readable():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 350
    }

    assert too_long == {}


def test_nothing_committed_names_a_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    forbidden = re.compile(r"/(?:work|root)/|pypi\.org|registry\.npmjs|files\.pythonhosted")

    guilty = [
        name
        for name in tracked.split("\0")
        if name
        and not name.endswith((".png", "test_architecture.py"))
        and forbidden.search((ROOT / name).read_text(encoding="utf-8", errors="replace"))
    ]

    assert guilty == []
