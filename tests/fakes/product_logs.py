"""The logs as the product writes them."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot.logs import configure_logs


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Set the logs up as the product does, at their most talkative; what they say is in the returned buffer."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()  # `basicConfig(force=True)` would close those of pytest.
    configure_logs(level="DEBUG", output="json")
    buffer = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(buffer)
    yield buffer
    root.handlers[:] = handlers
    root.setLevel(level)
