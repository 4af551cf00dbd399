"""House rule: every message and modal that we build is held against Slack's limits by some test."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS = ("message_problems", "view_problems")


def _is_builder(node):
    """A public function of the blocks package that returns blocks or a view, not a text."""
    returns = ast.unparse(node.returns) if isinstance(node, ast.FunctionDef) and node.returns else "str"
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and returns != "str"


def _builders():
    for path in sorted((ROOT / "bot" / "slack" / "blocks").glob("*.py")):
        yield from (node.name for node in ast.parse(path.read_text("utf-8")).body if _is_builder(node))


def _checking_tests():
    tests = (path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
    checking = [text for path in tests if any(check in (text := path.read_text("utf-8")) for check in CHECKS)]
    # What stands in the catalogue is checked by `test_surfaces.py`.
    catalogue = (ROOT / "tests" / "surfaces" / "areas").glob("*.py")
    return checking + [path.read_text("utf-8") for path in catalogue]


@pytest.mark.parametrize("builder", [*_builders()])
def test_a_message_builder_is_tested_against_slacks_limits(builder):
    assert any(f"{builder}(" in text for text in _checking_tests())
