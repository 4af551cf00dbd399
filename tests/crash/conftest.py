"""The seed of a crash story: printed, and settable to tell the same story again."""

import os
import random

import pytest


@pytest.fixture
def seed() -> int:
    chosen = int(os.environ.get("CRASH_SEED", random.randrange(10**6)))
    print(f"CRASH_SEED={chosen}")  # noqa: T201 - pytest shows it when the story fails
    return chosen
